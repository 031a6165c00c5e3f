// What the page of a roadmap must show of the records, as a tree. The program that writes pages makes the same one from
// the same bundle (Renditions, `PageContents`): whoever changes one of them changes the other.

const KINDS_OF_LIES = {
  "two-verdicts": "two verdicts on one instrument",
  "incoherent-seals": "two commitments of which neither may follow the other",
  "forked-keys": "two changes of the same keys",
  "two-states": "two states confirmed by one node, not both in their order",
  "forked-journal": "two stories told by one of its nodes",
};

const JUDGEMENTS = { convicted: "convicted", acquitted: "acquitted", incomplete: "cannot be said" };

/** What the page of a roadmap shows. */
class PageContents extends PageTree {
  constructor(found, program) {
    const founding = found.ledger.instruments.get(found.ledger.roadmap) ?? null;
    super(found, program, founding?.languages ?? []);
    this.evaluation = found.evaluation;
    this.structure = found.evaluation.structure;
    this.instruments = found.ledger.instruments;
    this.founding = founding;
    this.parties = this.findParties();
  }

  get kind() {
    return "A roadmap, its seals, and a verifier for them";
  }

  get title() {
    return this.founding ? this.inline(this.founding.title) : `Roadmap ${short(this.ledger.roadmap)}`;
  }

  get windowTitle() {
    const title = this.founding ? safe(inLanguage(this.founding.title, this.languages[0])) : "Roadmap";
    return `${title} · ${short(this.ledger.roadmap)}`;
  }

  get identity() {
    const { roadmap } = this.ledger;
    return [
      ["Roadmap", h("code", {}, roadmap)], ["Fingerprint", h("code", { class: "fingerprint" }, fingerprint(roadmap))],
    ];
  }

  get sections() {
    return [
      this.textSection, this.lies, this.accusations, this.lacking, this.constitution, this.partySection, this.history,
      this.checked,
    ];
  }

  // ---- Words

  blockCorrected(said, corrected) {
    return h("div", { class: "words" }, languagesOf(said).map((one) => {
      const [before, after] = [shown(said, one), shown(corrected, one)];
      return this.paragraph(one, before === after ? before : new Redline(before, after));
    }));
  }

  /** In each language in which anything differs; none if nothing does. */
  redlines(old, now) {
    const languages = new Set([...languagesOf(old), ...languagesOf(now)]);
    const paragraphs = [...languages].sort(compared).filter((one) => shown(old, one) !== shown(now, one))
      .map((one) => this.paragraph(one, new Redline(shown(old, one), shown(now, one))));
    return paragraphs.length === 0 ? [] : [h("div", { class: "words" }, paragraphs)];
  }

  // ---- Names

  name(one) {
    const record = this.instruments.get(one);
    if (!record) return [h("code", {}, short(one)), " (not here)"];
    return [h("a", { href: `#i-${one}` }, this.inline(record.title)), " ", h("code", {}, short(one))];
  }

  names(some) {
    return h("ul", { class: "names" }, some.map((one) => h("li", {}, this.name(one))));
  }

  // ---- The text in force

  get textSection() {
    const provisions = this.readingOrder().map(({ provision, depth }) => this.provision(provision, depth));
    const force = h("p", { class: "force" }, this.forceSentence);
    return { id: "text", title: "The text in force", children: [force, provisions] };
  }

  /** Siblings by order key, then by id; without the constitution, which has its own place. */
  readingOrder() {
    const { contents } = this.evaluation.text;
    const children = new Map();
    for (const [provision, { parent }] of contents) {
      if (prefixOf(provision) !== null) continue;
      const above = parent !== null && contents.has(parent) ? parent : null;
      children.set(above, [...(children.get(above) ?? []), provision]);
    }
    const entries = [];
    const visit = (parent, depth) => {
      for (const provision of this.siblings(children.get(parent) ?? [])) {
        entries.push({ provision, depth });
        if (depth < 64) visit(provision, depth + 1);
      }
    };
    visit(null, 0);
    return entries;
  }

  siblings(provisions) {
    const orderOf = (provision) => this.evaluation.text.contents.get(provision).order;
    return [...provisions].sort((a, b) => ordered(orderOf(a), orderOf(b)) || compared(a, b));
  }

  provision(provision, depth) {
    const content = this.evaluation.text.contents.get(provision);
    const version = this.evaluation.text.version(provision);
    const isCalled = content.number !== null || content.heading !== null;
    const children = isCalled ? [h(`h${Math.min(3 + depth, 6)}`, {}, this.label(provision, content))] : [];
    const { corrected, corrections } = this.corrected(provision, content, version);
    if (content.text !== null) children.push(this.blockCorrected(content.text, corrected));
    children.push(...corrections.map((correction) => h("p", { class: "correction" }, correctionInWords(correction))));
    if (content.attributes !== null) children.push(attributeList(content.attributes));
    children.push(h("p", { class: "since" }, h("code", {}, provision),
      `, class ${content.class}, as written by `, h("a", { href: `#i-${version}` }, h("code", {}, short(version)))));
    return h("article", { class: `provision d${Math.min(depth, 6)}`, id: `p-${provision}` }, children);
  }

  /** The text with the corrections in force applied in their order, and what became of each (charter.md). */
  corrected(article, content, version) {
    const corrected = new Map(content.text ?? []);
    const { text } = this.evaluation;
    const under = [...text.contents].filter(([name, { parent }]) => parent === article && prefixOf(name) === null);
    const corrections = [];
    for (const child of this.siblings(under.map(([name]) => name))) {
      const correction = correctionIn(text.contents.get(child));
      if (!correction) continue;
      correction.fate = "spent";
      if (this.instruments.get(text.version(child)).base.get(article) === version) {
        const parts = corrected.get(correction.language)?.split(correction.misprint) ?? [];
        const isOnce = parts.length === 2 && !overlaps(corrected.get(correction.language), correction.misprint);
        if (isOnce) corrected.set(correction.language, parts.join(correction.reads));
        correction.fate = isOnce ? "applied" : "astray";
      }
      corrections.push(correction);
    }
    return { corrected, corrections };
  }

  /** For whom and up to when "in force" is said. */
  get forceSentence() {
    if (this.evaluation.inForce.size === 0) {
      return "Nothing is in force by this file: the founding lacks a founder's acceptance, or is not in it.";
    }
    const confirming = this.parties.filter((party) => party.state && party.state.root === this.found.stateRoot);
    const differing = this.parties.filter((party) => party.state && party.state.root !== this.found.stateRoot);
    const silent = this.parties.filter((party) => !party.state);
    const idsOf = (some) => list(some.map((party) => party.id));
    const sentences = ["Nothing in this file replaces it."];
    if (confirming.length === 0) {
      sentences.push("No party's node signed that this was its newest state.");
    } else {
      const all = counted(this.parties.length, "party", "parties");
      const which = confirming.length === 1 ? "its" : "their";
      const when = moments(confirming.map((party) => party.state.at));
      const entry = confirming.length === 1 ? confirming[0].state.ownEntry : null;
      const where = entry === null ? "" : `, at entry ${entry} of its journal`;
      sentences.push(`${idsOf(confirming)} (of ${all}) signed that this was ${which} newest state${where}, ${when}.`);
    }
    if (differing.length > 0) {
      const whose = differing.length === 1 ? "its" : "their";
      sentences.push(
        `${idsOf(differing)} signed another state as ${whose} newest: older or other records were at hand there.`);
    }
    const heard = confirming.length + differing.length;
    const since = `${heard === 1 ? "it" : "they"} signed since`;
    const known = `${idsOf(silent)} ${silent.length === 1 ? "knows" : "know"}`;
    if (heard > 0 && silent.length > 0) sentences.push(`What ${since}, and what ${known}, is not in this file.`);
    else if (heard > 0) sentences.push(`What ${since} is not in this file.`);
    else if (silent.length > 0) sentences.push(`What ${known} is not in this file.`);
    else sentences.push("What was signed elsewhere is not in this file.");
    return sentences.join(" ");
  }

  get constitution() {
    const { contents } = this.evaluation.shownText;
    const ofKind = (kind) => [...contents].filter(([name]) => prefixOf(name) === kind)
      .sort(([a], [b]) => compared(a, b)).map(([name, { meaning }]) => [restOf(name), meaning]);
    return this.deciding(ofKind("roster"), ofKind("rule"));
  }

  // ---- The parties

  findParties() {
    const { evaluation, ledger } = this;
    const text = evaluation.shownText;
    const parties = new Set();
    for (const [name, { meaning }] of text.contents) {
      if (prefixOf(name) === "party") parties.add(restOf(name));
      if (prefixOf(name) === "roster") meaning.holders.forEach((party) => parties.add(party));
    }
    return [...parties].sort(compared).map((party) => {
      const record = text.meaning("party/" + party);
      const disputed = evaluation.signedBy(party, ledger.seals).filter((said) => evaluation.disputed.has(said.id));
      return {
        id: party, record, standings: text.standingsOf(party), state: evaluation.certificate(party),
        chain: record ? ledger.keyRecords.chain(party, record.id) : null, disputed: disputed.map((said) => said.id),
        withdrawals: evaluation.signedBy(party, ledger.withdrawals),
      };
    });
  }

  get partySection() {
    return { id: "parties", title: "The parties", children: this.parties.map((party) => this.party(party)) };
  }

  party(party) {
    const names = party.record ? [this.inline(party.record.names)] : [];
    const title = [h("span", { class: "number" }, party.id), ...names];
    const terms = new Terms();
    terms.add("Standings", party.standings.length === 0 ? "none" : party.standings.join(", "));
    terms.add("Confirms", this.confirmation(party));
    if (party.chain) addKeys(party.chain, terms);
    if (party.disputed.length > 0) {
      const isVoid = (one) => (this.evaluation.isVoid.has(one) ? " (void)" : "");
      terms.add("Disputed seals", h("ul", { class: "names" }, party.disputed.map((one) =>
        h("li", {}, h("code", {}, short(one)), isVoid(one)))));
    }
    for (const one of party.withdrawals) terms.add("Leaves", this.departure(one));
    return h("article", { class: "party" }, h("h3", {}, title), terms.list("facts"));
  }

  confirmation({ state }) {
    if (!state) return "no state";
    const which = state.root === this.found.stateRoot ? "the state shown here" : "another state";
    return `${which}, at ${timestamp(state.at)} by its own clock`;
  }

  departure(one) {
    const act = one.stage === "notice" ? "gave notice of leaving as" : "has left as";
    const isVoid = this.evaluation.isVoid.has(one.id);
    const doubt = !this.evaluation.disputed.has(one.id) ? "" : isVoid ? "; disputed and void" : "; disputed";
    const standings = [...one.rosters.keys()].sort(compared).join(", ");
    const said = `${act} ${standings}, at ${timestamp(one.at)} by its own clock${doubt}`;
    return [said, ...(one.reason === null ? [] : [this.block(one.reason)])];
  }

  // ---- Lies, and what is not there

  get lies() {
    if (this.found.evidence.length === 0) return null;
    const rows = this.found.evidence.map(({ party, kind, records }) =>
      h("li", {}, `${party}: ${KINDS_OF_LIES[kind]}; records ${records.map(short).join(" and ")}`));
    const explanation = "Records of one party that its honest software would not both have made.";
    const children = [h("p", {}, explanation), h("ul", { class: "lies" }, rows)];
    if (this.found.evidence.some(({ kind }) => kind === "two-states")) {
      children.push(h("p", {}, "Two states convict the custody of a node's key, not the party's word."));
    }
    return { id: "lies", title: "Proof of a lie", children };
  }

  get accusations() {
    if (this.found.judgements.length === 0) return null;
    const rows = this.found.judgements.map(({ party, kind, verdict, reason }) =>
      h("li", {}, `${party}, of ${KINDS_OF_LIES[kind]}: ${JUDGEMENTS[verdict]} (${reason})`));
    return { id: "accusations", title: "Accusations", children: [h("ul", { class: "lies" }, rows)] };
  }

  get lacking() {
    if (this.found.lacking.length === 0) return null;
    const explanation = "Records that others name, and that are not in the bundle:";
    return { id: "lacking", title: "What is lacking", children: [h("p", {}, explanation), codes(this.found.lacking)] };
  }

  // ---- What is checked

  get checked() {
    const terms = new Terms();
    terms.add("Records", String(this.ledger.count));
    terms.add("Signatures checked", String(this.ledger.signatureCount));
    terms.add("State root", h("code", {}, this.found.stateRoot));
    terms.add("Perfected root", h("code", {}, this.found.perfectedRoot));
    terms.add("Page program", h("code", {}, this.program));
    const command = `syngraph verify FILE.syngraph --roadmap ${this.ledger.roadmap}`;
    return {
      id: "checked", title: "What is checked, and what is not",
      children: [
        ...EXPLANATIONS.map((words) => h("p", {}, words)), h("pre", {}, h("code", {}, command)), terms.list("facts"),
      ],
    };
  }
}

const EXPLANATIONS = [
  "The program in this page reads the bundle that stands in it, and derives anew the id of every record, every "
    + "signature and the keys it is checked by, what each instrument needed by the rules and rosters that it was "
    + "written under, what is perfected, what stands and what is in force, and the digest of the text in force. "
    + "From that it makes this page once more, and compares every word and its place. It loads nothing.",
  "A page cannot vouch for itself. Whoever changed its program could make it say anything. So compare the "
    + "fingerprint with the other parties aloud, take the bundle out, and let another verifier judge it: "
    + "syngraph, or the one that is written in Python. Records that were left out of the bundle, and what was signed since, are "
    + "not here.",
];

function moments(all) {
  const sorted = [...all].sort(compared);
  const [earliest, latest] = [timestamp(sorted[0]), timestamp(sorted.at(-1))];
  const times = earliest === latest ? `at ${earliest}` : `between ${earliest} and ${latest}`;
  return `${times} by ${all.length === 1 ? "its own clock" : "their own clocks"}`;
}

/** The correction that a content is; null if it is none (charter.md, "Corrections"). */
function correctionIn(content) {
  const [language, misprint, reads] = ["language", "misprint", "reads"].map((name) => content.attributes?.get(name));
  const isOne = content.kind === "correction" && content.class === "correction" && content.parent !== null
    && [language, misprint, reads].every((part) => typeof part === "string") && isIdentifier(language);
  const size = (words) => bytesOfText(words).length;
  if (!isOne || size(misprint) < 1 || size(misprint) > 1024 || size(reads) > 1024) return null;
  return { language, misprint, reads };
}

/** Whether a part is there at two places that share letters: `split` counts them once. */
function overlaps(words, part) {
  const first = words.indexOf(part);
  return words.indexOf(part, first + 1) >= 0;
}

function correctionInWords({ language, misprint, reads, fate }) {
  return `Correction (${language}): for ${quoted(misprint)} read ${reads === "" ? "nothing" : quoted(reads)}; ${fate}`;
}
