// From seals to what is in force (agreement.md, "Perfected" to "In force").

// ---- State certificates

/** Those of nodes that speak for their party, by chain: `{party, numbered}`, by sequence. */
function chainsOf(certificates, speaksFor) {
  const chains = new Map();
  for (const one of certificates) {
    if (!speaksFor(one.party, one.signer)) continue;
    const name = `${one.party} ${one.writer} ${one.signer}`;
    if (!chains.has(name)) chains.set(name, { party: one.party, numbered: new Map() });
    const { numbered } = chains.get(name);
    numbered.set(one.sequence, [...(numbered.get(one.sequence) ?? []), one]);
  }
  return [...chains.values()];
}

/** Of a party's chains the newest certificate that was made with the most entries at hand; null without one. */
function newestCertificate(chains, party) {
  const newest = chains.filter((chain) => chain.party === party).map(({ numbered }) => {
    const last = [...numbered.keys()].sort(compared).at(-1);
    return [...numbered.get(last)].sort((a, b) => compared(a.id, b.id))[0];
  });
  return newest.sort((a, b) => compared(b.held, a.held) || compared(a.id, b.id))[0] ?? null;
}

class Evaluation {
  constructor(ledger) {
    this.ledger = ledger;
    this.structure = new Structure(ledger);
    this.instruments = ledger.instruments;
    this.excused = new Map();
    this.hear();
    this.perfect();
  }

  // ---- Which seals count

  hear() {
    const { ledger, structure } = this;
    this.sealsOn = new Map([...this.instruments.keys()].map((one) => [one, []]));
    for (const one of [...ledger.seals.values()].sort((a, b) => compared(a.id, b.id))) {
      one.counts = false;
      one.countsAsNewcomers = false;
      if (!structure.needs.has(one.instrument) || !ledger.isSigned(one)) continue;
      const { root } = ledger.madeUnder(one);
      const { earlier, brought } = structure.roots(one.instrument, one.party);
      one.counts = root === (earlier ?? brought);
      one.countsAsNewcomers = root === (brought ?? earlier);
      if (one.counts || one.countsAsNewcomers) this.sealsOn.get(one.instrument).push(one);
    }
    const withdrawals = [...ledger.withdrawals.values()];
    this.effects = withdrawals.filter((one) => one.stage === "effect" && ledger.isSigned(one));
  }

  /** The seals on an instrument whose conditions are among the members (null: as if all stood). */
  voice(one, members, isVoid = new Set(), { without = new Set(), accepting, newcomers } = {}) {
    const { isFounding } = this.instruments.get(one);
    const isHeard = (said) => !isVoid.has(said.id) && !without.has(said.party)
      && (isFounding ? said.provided.length === 0 : members === null || said.provided.every((one) => members.has(one)));
    const effects = this.effects.filter((effect) => !isVoid.has(effect.id));
    const excuses = (party, standing, text) => effects.some((effect) =>
      effect.party === party && this.excuses(effect, one, standing, text));
    return new Voice(this.sealsOn.get(one).filter(isHeard), excuses, accepting, newcomers);
  }

  isMet(one, voice) {
    return this.structure.needs.get(one).every((requirement) => requirement.isMet(voice));
  }

  /** Whether the effect of a withdrawal excuses its party, for a requirement that is read in a text. */
  excuses(effect, one, standing, text) {
    if (!this.excused.has(text)) this.excused.set(text, new Map());
    const known = this.excused.get(text);
    const key = `${effect.id} ${one} ${standing}`;
    if (!known.has(key)) known.set(key, this.findExcuse(effect, one, standing, text));
    return known.get(key);
  }

  findExcuse(effect, one, standing, text) {
    const { structure } = this;
    if (!effect.rosters.has(standing)) return false;
    if (this.ledger.madeUnder(effect).root !== structure.roots(one, effect.party).earlier) return false;
    const versions = text.writers.get("roster/" + standing) ?? [];
    const first = versions.indexOf(effect.rosters.get(standing));
    const holdsIt = (version) =>
      this.instruments.get(version).writes.get("roster/" + standing).meaning.holders.has(effect.party);
    if (first < 0 || !versions.slice(first).every(holdsIt)) return false;
    return effect.committed.every((name) => name === one || (!this.cannotBeJudged(name)
      && (structure.illFormed.has(name) || !structure.speaksAgainst(name, one))));
  }

  cannotBeJudged(one) {
    return !this.instruments.has(one) || this.structure.awaiting.has(one);
  }

  // ---- The two fixed points, and what lies between

  /** Starts from all candidates and deletes whichever breaks a clause until none does. */
  greatest(candidates, isVoid) {
    const inOrder = [...this.instruments.keys()].filter((one) => candidates.has(one));
    const members = new Set(candidates);
    for (let before = -1; before !== members.size;) {
      before = members.size;
      for (const one of inOrder) {
        if (!members.has(one)) continue;
        const hasGround = [...this.instruments.get(one).ground].every((ground) => members.has(ground));
        if (!hasGround || !this.isMet(one, this.voice(one, members, isVoid))) members.delete(one);
      }
    }
    return members;
  }

  perfect() {
    const { ledger, structure, instruments } = this;
    this.perfected = this.greatest(new Set(structure.wellFormed), new Set());
    this.out = new Set();
    for (const one of [...instruments.keys()].reverse()) {                                       // the newest first
      if (!this.perfected.has(one) || this.out.has(one)) continue;
      for (const replaced of instruments.get(one).replaces) this.out.add(replaced);
    }
    const statements = [...ledger.seals.values(), ...ledger.withdrawals.values()];
    this.disputed = new Set(statements.filter((one) => ledger.isDisputed(one)).map((one) => one.id));
    this.isVoid = new Set();
    const isIn = (one) => this.perfected.has(one) && !this.out.has(one);
    for (const [one, { voids }] of instruments) {
      if (isIn(one)) voids.filter((name) => this.disputed.has(name)).forEach((name) => this.isVoid.add(name));
    }
    this.standing = this.greatest(new Set([...this.perfected].filter(isIn)), this.isVoid);
    const isContested = (one) => intersects(structure.conflicts.get(one), this.standing);
    this.contested = new Set([...this.standing].filter(isContested));
    this.inForce = this.contested.size > 0 ? this.resolve() : new Set(this.standing);
    this.text = structure.text(this.inForce);
    this.established = new Set();
    for (const one of this.perfected) {
      const { records } = instruments.get(one);
      for (const [party, record] of records) this.established.add(KeyRecords.name(party, record.id));
    }
  }

  committedParties(one) {
    const commits = (said) => said.counts && said.verdict !== "reject" && !this.isVoid.has(said.id);
    return new Set(this.sealsOn.get(one).filter(commits).map((said) => said.party));
  }

  /** Whether `a` has its needs without those who committed to both, and `b` has not. */
  beats(a, b) {
    const others = this.committedParties(b);
    const without = new Set([...this.committedParties(a)].filter((party) => others.has(party)));
    const isLeft = (one) => this.isMet(one, this.voice(one, this.standing, this.isVoid, { without }));
    return isLeft(a) && !isLeft(b);
  }

  /** From the ground up: what nothing that is left beats, and of that the lowest id. */
  resolve() {
    const { conflicts, beneath } = this.structure;
    const left = new Set(this.standing);
    const found = new Set();
    for (;;) {
      const isReady = (one) => [...this.instruments.get(one).ground].every((ground) => found.has(ground));
      const ready = [...left].filter(isReady).sort(compared);
      if (ready.length === 0) return found;
      const isBeaten = (one) => [...conflicts.get(one)].some((rival) => left.has(rival) && this.beats(rival, one));
      const taken = ready.find((one) => !isBeaten(one)) ?? ready[0];
      left.delete(taken);
      found.add(taken);
      const dropped = new Set([...conflicts.get(taken)].filter((one) => left.has(one)));
      for (const one of [...left]) if (dropped.has(one) || intersects(beneath.get(one), dropped)) left.delete(one);
    }
  }

  /** The text in force, or before the founding is, that of the founding. */
  get shownText() {
    if (this.inForce.size > 0 || !this.structure.needs.has(this.ledger.roadmap)) return this.text;
    return this.structure.textWith(this.ledger.roadmap);
  }

  async stateRoot() {
    const provisions = [...this.text.contents.keys()].sort(compared);
    return hexOf(await rootOf(await Promise.all(provisions.map((provision) => this.leaf(provision)))));
  }

  async leaf(provision) {
    const version = this.text.version(provision);
    const code = await codeOf(this.instruments.get(version).salt, bytesOfText("syngraph/leaf/1" + provision));
    const commitment = await digestOf(joined(code, this.text.contents.get(provision).encoded));
    return encodedList([provision, bytesOfHex(version), commitment]);
  }

  async perfectedRoot() {
    return hexOf(await rootOf([...this.perfected].sort(compared).map(bytesOfHex)));
  }

  // ---- States

  state(one) {
    const { structure } = this;
    if (structure.illFormed.has(one)) return "ill-formed";
    if (structure.awaiting.has(one)) return "awaiting-records";
    if (this.contested.has(one)) return "contested";
    if (this.inForce.has(one)) return "in-force";
    if (this.out.has(one)) return "replaced";
    if (this.perfected.has(one)) return "suspended";
    if (this.isStale(one)) return "stale";
    if (this.isRejected(one)) return "rejected";
    const isPerfected = (ground) => this.perfected.has(ground);
    const hasGround = [...this.instruments.get(one).ground].every(isPerfected);
    if (hasGround && this.isMet(one, this.voice(one, null))) return "conditional";
    return this.sealsOn.get(one).some((said) => said.verdict !== "reject") ? "sealed" : "unsealed";
  }

  isStale(one) {
    return [...this.instruments.get(one).base].some(([provision, version]) => {
      const now = this.text.version(provision);
      const isNewer = version === null || (now !== null && !this.structure.beneath.get(version).has(now));
      return now !== null && now !== version && isNewer;
    });
  }

  isRejected(one) {
    const rejections = this.sealsOn.get(one).filter((said) => said.verdict === "reject");
    if (rejections.length === 0) return false;
    const against = new Set(rejections.filter((said) => said.counts).map((said) => said.party));
    const newcomersAgainst = new Set(rejections.filter((said) => said.countsAsNewcomers).map((said) => said.party));
    const asked = this.structure.needs.get(one).flatMap((requirement) => requirement.parties);
    const without = (parties) => new Set(asked.filter((party) => !parties.has(party)));
    const others = { accepting: without(against), newcomers: without(newcomersAgainst) };
    return !this.isMet(one, this.voice(one, null, new Set(), others));
  }

  /** The closing in force by which an instrument was given up, or by which a closing came to nothing; null for none. */
  end(one) {
    const record = this.instruments.get(one);
    if (this.structure.awaiting.has(one) || this.inForce.has(one) || this.out.has(one)) return null;
    const subject = record.subject ?? one;
    const ends = [...this.inForce].filter((other) => {
      const closing = this.instruments.get(other);
      const isEnd = record.subject !== null || closing.outcome === "abandoned";
      return other !== one && closing.subject === subject && isEnd;
    });
    return ends.sort(compared)[0] ?? null;
  }

  // ---- Whose word is heard

  isEstablished(party, root) {
    return this.established.has(KeyRecords.name(party, root));
  }

  speaksFor(party, signer) {
    return this.ledger.keyRecords.ofParty(party).some((one) => one.record && !one.isSuperseded
      && this.isEstablished(party, one.root) && one.record.nodes.some((node) => node.key.id === signer));
  }

  /** The state certificates of nodes that speak for their party, by chain: `{party, numbered}`, by sequence. */
  get chains() {
    this.knownChains ??= chainsOf(this.ledger.certificates, (party, signer) => this.speaksFor(party, signer));
    return this.knownChains;
  }

  /** A party's newest state certificate; null without one. */
  certificate(party) {
    return newestCertificate(this.chains, party);
  }

  /** Signed seals or withdrawals of a party that stand on an established root. */
  signedBy(party, store) {
    return [...store.values()].filter((one) => one.party === party && this.ledger.isSigned(one)
      && this.isEstablished(party, this.ledger.madeUnder(one).root)).sort((a, b) => compared(a.id, b.id));
  }
}
