// What is read from instruments alone: what stands on what, which are well formed, which conflict, what each needs
// (agreement.md).

const intersects = (some, others) => {
  const [few, many] = some.size <= others.size ? [some, others] : [others, some];
  for (const one of few) if (many.has(one)) return true;
  return false;
};

class Structure {
  constructor(ledger) {
    this.ledger = ledger;
    this.roadmap = ledger.roadmap;
    this.instruments = ledger.instruments;
    this.place = new Map([...ledger.instruments.keys()].map((one, place) => [one, place]));
    this.beneath = new Map();
    this.awaiting = new Set();
    this.illFormed = new Map();          // to the reason
    this.wellFormed = [];
    this.conflicts = new Map();
    this.replacers = new Map();          // to the well-formed instruments that replace it
    this.writersOf = new Map();          // by a provision in their bases, well-formed instruments: who may conflict
    this.constitutional = [];
    this.texts = { beneath: new Map(), with: new Map() };
    for (const [one, record] of this.instruments) this.judge(one, record);
    this.needs = new Map(this.wellFormed.map((one) => [one, this.allNeeds(one)]));
  }

  // ---- Texts

  /** The text of a set, whose order is that of the file: there each comes after what it is built on. */
  text(members) {
    return new Text(this.instruments, [...members].sort((a, b) => this.place.get(a) - this.place.get(b)));
  }

  textBeneath(one) {
    if (!this.texts.beneath.has(one)) this.texts.beneath.set(one, this.text(this.beneath.get(one)));
    return this.texts.beneath.get(one);
  }

  textWith(one) {
    if (!this.texts.with.has(one)) this.texts.with.set(one, this.text([...this.beneath.get(one), one]));
    return this.texts.with.get(one);
  }

  // ---- Well formed

  judge(one, record) {
    const beneath = new Set(record.ground);
    for (const ground of record.ground) for (const below of this.beneath.get(ground) ?? []) beneath.add(below);
    this.beneath.set(one, beneath);
    let reason = this.faultWhateverComes(record);
    const isThere = (name) => this.instruments.has(name) && !this.awaiting.has(name);
    if (!reason && ![...record.names].every(isThere)) return void this.awaiting.add(one);
    reason ??= this.fault(one, record);
    if (reason) return void this.illFormed.set(one, reason);
    this.findConflicts(one, record);
    this.wellFormed.push(one);
    for (const replaced of record.replaces) {
      if (!this.replacers.has(replaced)) this.replacers.set(replaced, new Set());
      this.replacers.get(replaced).add(one);
    }
  }

  faultWhateverComes(record) {
    for (const provision of record.writes.keys()) {
      const isBad = record.subject === null || record.voids.length > 0 || (record.base.get(provision) ?? null) !== null;
      if (prefixOf(provision) === "closing" && isBad) return "closingMalformed";
    }
    const writes = [...record.writes];
    if (!record.isFounding && writes.some(([provision]) => !record.base.has(provision))) return "writesOutsideBase";
    if (writes.some(([name, written]) => written === null && prefixOf(name) !== null)) return "repealsReserved";
    if ([...record.names].some((name) => this.illFormed.has(name))) return "namesIllFormed";
    return null;
  }

  /** The first clause that is broken, all that it names being at hand; null if none is. */
  fault(one, record) {
    const beneath = this.beneath.get(one);
    if (record.isFounding ? one !== this.roadmap : !beneath.has(this.roadmap)) return "foundingNotBeneath";
    return (record.isFounding ? this.faultOfFounding(record) : null) ?? this.faultOfGround(record, beneath)
      ?? this.faultOfClosing(record, beneath) ?? this.faultOfBase(one, record)
      ?? this.faultOfTree(record, this.textBeneath(one)) ?? this.faultOfKeys(one, record);
  }

  faultOfFounding(record) {
    const written = [...record.writes];
    const rosters = written.filter(([name]) => prefixOf(name) === "roster").map(([, { meaning }]) => meaning);
    if (!rosters.some((roster) => roster.holders.size > 0)) return "foundingNamesNobody";
    const classes = new Set([...written.map(([, content]) => content.class), "roster", "rule", "party"]);
    if ([...classes].some((name) => !record.writes.has("rule/" + name))) return "foundingLacksRule";
    const parties = rosters.flatMap((roster) => roster.listed);
    return parties.some((party) => !record.writes.has("party/" + party)) ? "foundingLacksRecord" : null;
  }

  faultOfGround(record, beneath) {
    for (const below of beneath) if (intersects(this.conflicts.get(below), beneath)) return "groundInConflict";
    const isBeneath = (replaced) => beneath.has(replaced);
    if (record.replaces.some(isBeneath)) return "groundReplaced";
    for (const below of beneath) if (this.instruments.get(below).replaces.some(isBeneath)) return "groundReplaced";
    return null;
  }

  faultOfClosing(record, beneath) {
    if (record.subject === null) return null;
    const subject = this.instruments.get(record.subject);
    if (subject.isFounding || subject.subject !== null) return "closesFounding";
    const closing = this.textBeneath(record.subject).meaning("rule/closing");
    const isRelied = (name) => (subject.base.get(name) ?? null) !== null;
    if (!isRelied("rule/closing") || !rostersOf(closing).every(isRelied)) return "closingNotOffered";
    const isBuiltOnIt = record.outcome !== "complete" || !subject.isConstitutional || beneath.has(record.subject);
    return isBuiltOnIt ? null : "closingNotBuiltOnSubject";
  }

  faultOfBase(one, record) {
    const text = this.textBeneath(one);
    for (const [provision, version] of record.base) if (text.version(provision) !== version) return "notNewestVersion";
    if (record.isFounding) return null;
    const isRelied = (name) => (record.base.get(name) ?? null) !== null;
    for (const name of this.classes(one)) {
      if (name === "closing" && record.subject !== null) continue;
      if (!isRelied("rule/" + name)) return "decidedOutsideBase";
      if (!rostersOf(text.meaning("rule/" + name)).every(isRelied)) return "decidedOutsideBase";
    }
    const isBlind = record.isConstitutional && text.constitution.some((name) => !record.base.has(name));
    return isBlind ? "decidedOutsideBase" : null;
  }

  faultOfTree(record, text) {
    const after = (name) => (record.writes.has(name) ? record.writes.get(name) : text.contents.get(name)) ?? null;
    for (const [provision, written] of record.writes) {
      const old = text.contents.get(provision) ?? null;
      if (written === null) {
        if (old === null) return "repealsNothing";
        if (this.leavesChild(provision, record, text)) return "leavesChildBehind";
      } else if (old === null || old.parent !== written.parent) {
        const reason = this.faultOfPlace(provision, written, record, after);
        if (reason) return reason;
        if (old && [...text.contained(provision)].some((name) => !record.base.has(name))) return "movesUnseen";
      }
    }
    return null;
  }

  leavesChild(provision, record, text) {
    for (const written of record.writes.values()) if (written?.parent === provision) return true;
    text.children ??= text.findChildren();
    return (text.children.get(provision) ?? []).some((child) => !record.writes.has(child));
  }

  /** From the parent upwards. */
  faultOfPlace(provision, written, record, after) {
    let steps = 0;
    for (let { parent } = written; parent !== null; { parent } = after(parent)) {
      steps += 1;
      if (parent === provision || steps > 64) return "parentsInCycle";
      if (after(parent) === null) return "parentNotThere";
      if (!record.isFounding && !record.base.has(parent)) return "parentNotReliedOn";
    }
    return null;
  }

  faultOfKeys(one, record) {
    if (record.records.size === 0) return null;
    const owners = new Map();
    for (const [name, { meaning }] of this.textWith(one).contents) {
      if (prefixOf(name) !== "party") continue;
      for (const key of meaning.keys) owners.set(key.id, (owners.get(key.id) ?? new Set()).add(restOf(name)));
    }
    for (const { keys } of record.records.values()) {
      if (keys.some((key) => owners.get(key.id).size > 1)) return "keyServesTwice";
    }
    return null;
  }

  // ---- Conflict

  /** Whoever conflicts shares a provision of its base with a writer of it, or both are constitutional. */
  findConflicts(one, record) {
    const candidates = new Set(record.isConstitutional ? this.constitutional : []);
    for (const [provision, version] of record.base) {
      const key = `${provision} ${version}`;
      const alike = this.writersOf.get(key) ?? { writing: [], relying: [] };
      this.writersOf.set(key, alike);
      alike.writing.forEach((other) => candidates.add(other));
      if (record.writes.has(provision)) alike.relying.forEach((other) => candidates.add(other));
      (record.writes.has(provision) ? alike.writing : alike.relying).push(one);
    }
    if (record.isConstitutional) this.constitutional.push(one);
    const rivals = new Set([...candidates].filter((other) => this.isConflict(one, other)));
    this.conflicts.set(one, rivals);
    for (const other of rivals) this.conflicts.get(other).add(one);
  }

  isConflict(a, b) {
    if (a === b || this.beneath.get(b).has(a) || this.beneath.get(a).has(b)) return false;
    const [x, y] = [this.instruments.get(a), this.instruments.get(b)];
    const shared = [...x.base.keys()].filter((name) => y.base.has(name));
    const isSame = (name) => x.base.get(name) === y.base.get(name);
    if (shared.some((name) => (x.writes.has(name) || y.writes.has(name)) && isSame(name))) return true;
    const isConstitution = (name) => ["rule", "roster"].includes(prefixOf(name));
    return x.isConstitutional && y.isConstitutional && shared.filter(isConstitution).every(isSame);
  }

  // ---- Needs

  /** The contents that an instrument touches. */
  touched(one) {
    const text = this.textBeneath(one);
    const contents = [];
    for (const [provision, written] of this.instruments.get(one).writes) {
      const old = text.contents.get(provision) ?? null;
      contents.push(...[old, written].filter((content) => content !== null));
      if (old !== null && (written === null || written.parent !== old.parent)) {
        contents.push(...[...text.contained(provision)].map((name) => text.contents.get(name)));
      }
    }
    return contents;
  }

  classes(one) {
    const classes = new Set(this.touched(one).map((content) => content.class));
    if (this.instruments.get(one).voids.length > 0) classes.add("roster");
    return [...classes].sort(compared);
  }

  ownNeeds(one) {
    const record = this.instruments.get(one);
    const text = this.textBeneath(record.subject ?? one);
    const touched = this.touched(one);
    const needs = this.classes(one).map((name) => {
      const expression = text.meaning("rule/" + name) ?? { form: "any", parts: [] };       // no rule: nothing meets it
      return new RuleRequirement(expression, text, touched.filter((content) => content.class === name));
    });
    const beneath = this.textBeneath(one);
    for (const [provision, written] of record.writes) {
      if (prefixOf(provision) !== "roster") continue;
      const before = beneath.holders(restOf(provision));
      const added = [...written.meaning.holders].filter((party) => !before.has(party));
      needs.push(...added.map((party) => new NewcomerRequirement(party)));
    }
    return needs;
  }

  allNeeds(one) {
    const record = this.instruments.get(one);
    if (record.isFounding) return this.needsOfFounding(record);
    const needs = this.ownNeeds(one);
    const seen = new Set();
    const ahead = [...record.replaces];
    while (ahead.length > 0) {
      const replaced = ahead.pop();
      if (seen.has(replaced)) continue;
      seen.add(replaced);
      const gone = this.instruments.get(replaced);
      ahead.push(...gone.replaces);
      if (gone.outcome === "complete") ahead.push(gone.subject);
      needs.push(...this.ownNeeds(replaced));
      if (gone.isConstitutional) needs.push(...this.rulesAfter(replaced));
    }
    return needs;
  }

  needsOfFounding(record) {
    const standings = new Map();
    for (const [name, written] of record.writes) {
      if (prefixOf(name) !== "roster") continue;
      const standing = restOf(name);
      for (const party of written.meaning.holders) standings.set(party, [...(standings.get(party) ?? []), standing]);
    }
    return [...standings].map(([party, held]) => new FounderRequirement(party, held));
  }

  /** The rules of all classes as they stood after what is replaced; one that nobody could meet protects nothing. */
  rulesAfter(replaced) {
    const text = this.textWith(replaced);
    const touched = this.touched(replaced);
    return [...text.contents.keys()].filter((name) => prefixOf(name) === "rule").map((name) => {
      const contents = touched.filter((content) => content.class === restOf(name));
      return new RuleRequirement(text.meaning(name), text, contents);
    }).filter((requirement) => requirement.isMet(everybody));
  }

  /** The root of the party's record that the newest instrument beneath writes, and that which the instrument brings. */
  roots(one, party) {
    return {
      earlier: this.textBeneath(one).meaning("party/" + party)?.id ?? null,
      brought: this.instruments.get(one).records.get(party)?.id ?? null,
    };
  }

  // ---- The honest check, as far as others can ask it

  /** Whether the clauses replacedBy to earlierBuiltOnRival say something against `i` after `j`. */
  speaksAgainst(j, i) {
    if (i === j) return false;
    const [earlier, later] = [this.instruments.get(j), this.instruments.get(i)];
    if (earlier.replaces.includes(i)) return true;
    if (later.replaces.includes(j)) return false;
    const beneath = this.beneath.get(i);
    const replacers = this.replacers.get(j) ?? new Set();
    const rivals = this.conflicts.get(j);
    const isNamedBeneath = intersects(replacers, beneath);            // i is built on something that replaces j
    if (!isNamedBeneath && (rivals.has(i) || earlier.replaces.some((one) => beneath.has(one)))) return true;
    const isDealtWith = (one) => replacers.has(one) || intersects(replacers, this.beneath.get(one));
    for (const rival of rivals) if (beneath.has(rival) && !isDealtWith(rival)) return true;
    const below = this.beneath.get(j);
    return later.replaces.some((one) => below.has(one)) || intersects(this.conflicts.get(i), below);
  }
}

/** The rosters that the `need` terms of a rule speak of. */
const rostersOf = (expression) => termsOf(expression).filter((term) => term.form === "need")
  .flatMap((term) => term.standings.map((standing) => "roster/" + standing));
