// The history as the page must show it: what was put on the table, who said what of it, and what it changes
// (Renditions, `PageContents+History`).

const STATES = {
  "ill-formed": ["ill-formed", "it can never be in force"],
  "awaiting-records": ["awaiting records", "it cannot be judged, for records that it names are not here"],
  contested: ["contested", "it stands, and so does another that contradicts it"],
  "in-force": ["in force", "it binds"],
  replaced: ["replaced", "another one replaces it by name"],
  suspended: ["suspended", "it has its consent, but what it rests on does not hold"],
  stale: ["stale", "it was written on a text that is no longer the newest"],
  rejected: ["rejected", "it cannot complete if those who rejected it keep to that"],
  conditional: ["conditional", "it has its consent, and waits for what that was given in return for"],
  sealed: ["sealed", "some have consented, and others are waited for"],
  unsealed: ["unsealed", "nobody has consented yet"],
};

class History {
  constructor(page) {
    this.page = page;
    this.evaluation = page.evaluation;
    this.instruments = page.instruments;
    this.ledger = page.ledger;
  }

  get section() {
    const explanation =
      "What was put on the table, each behind what it is built on. No clock orders it: times are the signers' own.";
    const articles = this.inOrder.map((record) => this.article(record));
    return { id: "history", title: "The history", children: [h("p", {}, explanation), articles] };
  }

  /** What is built on comes first; of equals the lowest id. */
  get inOrder() {
    const depth = new Map();
    for (const [one, { ground }] of this.instruments) {              // in the file, too, ground comes first
      depth.set(one, 1 + Math.max(0, ...[...ground].map((below) => depth.get(below) ?? 0)));
    }
    return [...this.instruments.values()].sort((a, b) => depth.get(a.id) - depth.get(b.id) || compared(a.id, b.id));
  }

  article(record) {
    return h("article", { class: "instrument", id: `i-${record.id}` },
      h("h3", {}, this.page.inline(record.title)), this.facts(record), this.seals(record), this.changes(record));
  }

  facts(record) {
    const { page } = this;
    const terms = new Terms();
    const state = this.evaluation.state(record.id);
    const [words, meaning] = STATES[state];
    terms.add("State", h("strong", { class: `state ${state}` }, words), `: ${meaning}${this.force(record.id, state)}`);
    terms.add("Id", h("code", {}, record.id));
    terms.add("Proposed", `in the name of ${record.proposer}`);
    if (record.answerBy !== null) terms.add("Answers asked for", `by ${timestamp(record.answerBy)}`);
    if (record.note !== null) terms.add("Note", page.block(record.note));
    if (record.ground.size > 0) terms.add("Built on", page.names([...record.ground].sort(compared)));
    if (record.replaces.length > 0) terms.add("Replaces", page.names(record.replaces));
    if (record.voids.length > 0) terms.add("Voids", codes(record.voids));
    if (record.outcome !== null) {
      const act = record.outcome === "complete" ? "completes " : "gives up ";
      terms.add("Closes", act, ...page.name(record.subject));
    }
    const end = this.evaluation.end(record.id);
    if (end !== null) terms.add("Ended by", ...page.name(end));
    this.addMissing(record.id, terms);
    const asked = this.requests(record.id);
    if (asked.length > 0) terms.add("Asked for, and not signed", h("ul", { class: "names" }, asked));
    return terms.list("facts");
  }

  /** Whose consent, and what else, would make it complete, where that can be said. */
  addMissing(one, terms) {
    const { parties, instruments } = missing(this.evaluation, one);
    if (parties !== null && parties.length > 0) terms.add("Missing", `the consent of ${list(parties)}`);
    if (instruments.length > 0) terms.add("Waits for", this.page.names(instruments));
  }

  /** Seals that their party is asked for; nobody has signed them, and they count for nothing. */
  requests(one) {
    return [...this.ledger.requests.values()].filter(({ instrument }) => instrument === one)
      .sort((a, b) => compared(a.party, b.party) || compared(a.id, b.id)).map((asked) => {
        const capacities = asked.capacities === null ? "" : ` as ${asked.capacities.join(", ")}`;
        const words = `${asked.party} is asked to ${asked.verdict} it${capacities}`;
        if (asked.provided.length === 0) return h("li", {}, words);
        return h("li", {}, `${words}, provided`, this.page.names(asked.provided));
      });
  }

  force(one, state) {
    if (state !== "contested") return "";
    return this.evaluation.inForce.has(one) ? "; in force all the same" : "; not in force";
  }

  // ---- Seals

  seals(record) {
    const isHere = (said) => said.instrument === record.id && this.ledger.madeUnder(said);
    const seals = [...this.ledger.seals.values()].filter(isHere)
      .sort((a, b) => compared(a.party, b.party) || compared(a.id, b.id));
    const rows = seals.map((said) => this.page.sealRow(said, this.remarks(said), (some) => this.page.names(some)));
    return this.page.sealTable(rows, "Nobody has sealed it.");
  }

  /** Why a seal is not simply its party's consent. */
  remarks(said) {
    const remarks = [];
    if (!this.ledger.isSigned(said)) {
      remarks.push("counts for nothing: too few keys have signed it");
    } else if (!said.counts) {
      const coming = "counts for its party's coming only";
      remarks.push(said.countsAsNewcomers ? coming : "counts for nothing: made under other keys");
    }
    const isSigned = this.ledger.isSigned(said);
    if (isSigned && this.evaluation.disputed.has(said.id)) {
      remarks.push("disputed: its keys were given up, and it is not acknowledged");
    }
    if (isSigned && this.evaluation.isVoid.has(said.id)) remarks.push("void: the others confirmed the dispute");
    return remarks;
  }

  // ---- Changes

  changes(record) {
    const { structure } = this.page;
    if (!structure.needs.has(record.id)) {
      return h("p", { class: "none" }, "What it would change is not shown, for it changes nothing.");
    }
    const before = structure.textBeneath(record.id).contents;
    const changes = [...record.writes].map(([provision, now]) =>
      this.change(provision, before.get(provision) ?? null, now));
    const summary = h("summary", {}, `What it changes: ${counted(changes.length, "provision")}`);
    return h("details", record.isFounding ? {} : { open: "" }, summary, changes);
  }

  change(provision, old, now) {
    const { page } = this;
    const isSame = old !== null && now !== null && ordered(old.encoded, now.encoded) === 0;
    const fate = old === null ? "new" : now === null ? "repealed" : isSame ? "written again as it was" : "changed";
    const children = [h("h4", {}, h("code", {}, provision), `: ${fate}`)];
    if (old === null) {
      if (now.number !== null || now.heading !== null) {
        children.push(h("p", { class: "label" }, page.label(provision, now)));
      }
      if (now.text !== null) children.push(page.block(now.text));
    } else {
      children.push(...page.redlines(old.heading, now?.heading), ...page.redlines(old.text, now?.text));
    }
    const facts = differences(provision, old, now);
    if (facts.length > 0) children.push(h("ul", { class: "facts" }, facts.map((fact) => h("li", {}, fact))));
    return h("div", { class: "change" }, children);
  }
}

Object.defineProperty(PageContents.prototype, "history", { get() { return new History(this).section; } });
