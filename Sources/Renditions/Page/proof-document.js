// What the page of a proof must show, as a tree: the provision, who sealed its version, who certifies the text that it
// stands in, and what all this does not say. The program that writes pages makes the same one from the same bundle
// (Renditions, `ProofPageContents`): whoever changes one of them changes the other.

const NOBODYS_WORD = "Nobody in this file says that this is the text in force: anybody could have made it.";

class ProofPageContents extends PageTree {
  constructor(found, program) {
    const { subject } = found.proof;
    super(found, program, languagesOf(subject.content.text ?? subject.content.heading));
    this.proof = found.proof;
    this.subject = subject;
    this.content = subject.content;
    this.isCertified = found.certifying.length > 0;
    this.certifying = list(found.certifying.map((party) => party.id));
  }

  get kind() {
    return "One provision of a roadmap, who says that it is in force, and a verifier for that";
  }

  get windowTitle() {
    const { number: called, heading } = this.content;
    const parts = [];
    if (called !== null) parts.push(safe(called));
    if (heading !== null) parts.push(safe(inLanguage(heading, this.languages[0])));
    const title = parts.length === 0 ? this.subject.provision : parts.join(" ");
    return `${title} · ${short(this.ledger.roadmap)}`;
  }

  get title() {
    return this.label(this.subject.provision, this.content);
  }

  get identity() {
    const { provision, version } = this.subject;
    return [
      ["Calls itself of", h("code", {}, this.ledger.roadmap)], ["Provision", h("code", {}, provision)],
      ["Version", h("code", {}, version)],
    ];
  }

  get sections() {
    return [this.text, this.shown, this.word, this.seals, this.rules, this.parties, this.checked];
  }

  // ---- The provision, and what is said of it

  get text() {
    const { provision, version } = this.subject;
    const { content } = this;
    const force = this.isCertified
      ? `In force on the word of some who call themselves ${this.certifying}. What was signed since is not in this `
        + "file."
      : NOBODYS_WORD;
    const children = content.text === null ? [] : [this.block(content.text)];
    if (content.meaning !== null) {
      const lines = reservedLines(provision, content.meaning);
      children.push(h("ul", { class: "facts" }, lines.map((line) => h("li", {}, line))));
    } else if (content.attributes !== null) {
      children.push(attributeList(content.attributes));
    }
    const parent = content.parent === null ? "" : `, part of ${content.parent}`;
    children.push(h("p", { class: "since" }, h("code", {}, provision),
      `, class ${content.class}${parent}, as written by `, h("code", {}, short(version))));
    const article = h("article", { class: "provision d0", id: `p-${provision}` }, children);
    return { id: "text", title: "The provision", children: [h("p", { class: "force" }, force), article] };
  }

  get shown() {
    const { root, count } = this.proof;
    const placed = `This content, in version ${short(this.subject.version)}, is number ${this.subject.place + 1} of `
      + `${counted(count, "provision")} under the state root ${short(root)}.`;
    const confirmed = this.found.certifying.map(({ id: party, state }) => {
      const entry = state.ownEntry === null ? "" : `, at its entry ${state.ownEntry}`;
      return `${party} signed that this root was its newest state${entry}, at ${timestamp(state.at)} by its own clock.`;
    });
    const items = [placed, ...confirmed, ...this.ruleSentence].map((sentence) => h("li", {}, sentence));
    const opening = h("p", {}, "By computing alone, whoever they are that signed:");
    return { id: "shown", title: "What the file shows", children: [opening, h("ul", {}, items)] };
  }

  /** Whether the seals meet the rule; none if that is not shown. */
  get ruleSentence() {
    const { rule: expression, ruleMet } = this.found;
    if (expression === null) return [];
    const met = ruleMet ? "meet it" : "do not meet it by themselves";
    return [`By the same text the rule for its class, ${this.content.class}, is: ${ruleInWords(expression)}. The seals `
      + `shown ${met}.`];
  }

  get word() {
    const sentences = this.isCertified ? [
      "That the root is that of the text in force, and that this version had all the consent it needed, is the word of "
        + `${this.certifying}, whose nodes judged it by the whole record.`,
      `Nothing on this page shows that the keys are those of ${this.certifying}. Compare the key records below with `
        + "what each party says of its own, or have the file verified together with the founding, or any bundle of the "
        + "roadmap.",
      "What they signed since, and what else the roadmap says, is not in this file.",
    ] : [NOBODYS_WORD];
    const children = sentences.map((sentence) => h("p", {}, sentence));
    return { id: "word", title: "On whose word the rest stands", children };
  }

  get seals() {
    const rows = this.found.parties.flatMap(({ seals, disputed }) => seals.map((said) => {
      const doubt = disputed.has(said.id) ? ["disputed: its keys were given up, and it is not acknowledged"] : [];
      return this.sealRow(said, doubt, codes);
    }));
    const children = [this.sealTable(rows, "The file holds no seal on it.")];
    return { id: "seals", title: "Who sealed this version", children };
  }

  /** What is laid open of who decides; null if nothing is. */
  get rules() {
    const ofKind = (kind) => this.proof.shown.filter(({ provision }) => prefixOf(provision) === kind)
      .map(({ provision, content: { meaning } }) => [restOf(provision), meaning]);
    const [rosters, rules] = [ofKind("roster"), ofKind("rule")];
    return rosters.length + rules.length > 0 ? this.deciding(rosters, rules) : null;
  }

  // ---- The parties

  get parties() {
    if (this.found.parties.length === 0) return null;
    return { id: "parties", title: "The parties", children: this.found.parties.map((party) => this.party(party)) };
  }

  party({ id: party, record, chain, newest, state }) {
    const terms = new Terms();
    terms.add("Confirms", state === null ? "no state" : `this state, at ${timestamp(state.at)} by its own clock`);
    addKeys(chain, terms);
    terms.add("Key record", h("code", {}, record.id));
    if (newest.id !== record.id) terms.add("Newest key record", h("code", {}, newest.id));
    const title = [h("span", { class: "number" }, party), this.inline(record.names)];
    return h("article", { class: "party" }, h("h3", {}, title), terms.list("facts"));
  }

  // ---- What is checked

  get checked() {
    const { root, count, path } = this.proof;
    const terms = new Terms();
    terms.add("Records", String(this.ledger.count));
    terms.add("Signatures checked", String(this.ledger.signatureCount));
    terms.add("Leaf", h("code", {}, hexOf(this.subject.leaf)));
    terms.add("Place", `${this.subject.place}, counted from 0, of ${count}`);
    terms.add("Path", path.length === 0 ? "none" : codes(path));
    terms.add("State root", h("code", {}, root));
    terms.add("Page program", h("code", {}, this.program));
    const command = `syngraph verify FILE.syngraph FOUNDING.syngraph --roadmap ${this.ledger.roadmap}`;
    return {
      id: "checked", title: "What is checked, and what is not",
      children: [
        ...PROOF_EXPLANATIONS.map((words) => h("p", {}, words)), h("pre", {}, h("code", {}, command)),
        terms.list("facts"),
      ],
    };
  }
}

const PROOF_EXPLANATIONS = [
  "The program in this page reads the bundle that stands in it, and derives anew the leaf of the provision, the tree "
    + "that leads from this and from all else that is laid open to the state root, every signature and the keys it is "
    + "checked by, and whether the seals shown meet the rule shown. From that it makes this page once more, and "
    + "compares every word and its place. It loads nothing.",
  "A page cannot vouch for itself. Whoever changed its program could make it say anything. Nor can a proof lead to the "
    + "roadmap's id, which is the digest of a founding that is not in it: anybody can make a tree, and keys that "
    + "certify it. So compare the key records with the parties, take the bundle out, and let another verifier judge it "
    + "beside the founding: syngraph, or the one that is written in Python.",
];
