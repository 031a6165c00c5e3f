// What the page must show of the records, as a tree. The program that writes pages makes the same one from the same
// bundle (Renditions, `PageContents`): whoever changes one of them changes the other.

class Element {
  constructor(name, attributes, children) {
    this.name = name;
    this.attributes = attributes;
    this.children = children;
  }
}

/** What went and what came between two texts: how it is cut is for the page to say, what comes out is not. */
class Redline {
  constructor(old, now) {
    this.old = old;
    this.now = now;
  }
}

/** An element; its children are elements, texts, and redlines. */
const h = (name, attributes = {}, ...children) => new Element(name, attributes, children.flat());

/** Rows of a list of terms. */
class Terms {
  constructor() {
    this.rows = [];
  }

  add(term, ...description) {
    this.rows.push(h("dt", {}, term), h("dd", {}, ...description));
  }

  list(kind) {
    return h("dl", { class: kind }, this.rows);
  }
}

const LANGUAGE_NAMES = {
  ar: "العربية", de: "Deutsch", en: "English", es: "Español", fr: "Français", ja: "日本語", ko: "한국어", ru: "Русский",
  zh: "中文",
};

const PAST_TENSE = { accept: "accepted", abstain: "abstained", reject: "rejected" };

const KINDS_OF_LIES = {
  "two-verdicts": "two verdicts on one instrument",
  "incoherent-seals": "two commitments of which neither may follow the other",
  "forked-keys": "two changes of the same keys",
  "two-states": "two states confirmed by one node, not both in their order",
  "forked-journal": "two stories told by one of its nodes",
};

const JUDGEMENTS = { convicted: "convicted", acquitted: "acquitted", incomplete: "cannot be said" };

/** What a page shows; `program` is the digest of its script. */
class PageContents {
  constructor(found, program) {
    this.found = found;
    this.program = program;
    this.ledger = found.ledger;
    this.evaluation = found.evaluation;
    this.structure = found.evaluation.structure;
    this.instruments = found.ledger.instruments;
    this.founding = this.instruments.get(this.ledger.roadmap) ?? null;
    this.languages = this.founding?.languages ?? [];
    this.parties = this.findParties();
  }

  get windowTitle() {
    const title = this.founding ? safe(inLanguage(this.founding.title, this.languages[0])) : "Roadmap";
    return `${title} · ${short(this.ledger.roadmap)}`;
  }

  get body() {
    const sections = [
      this.textSection, this.lies, this.accusations, this.lacking, this.constitution, this.partySection, this.history,
      this.checked,
    ].filter((section) => section !== null);
    return [
      this.header, unchecked, contentsOf(sections), this.choice, h("main", {}, sections.map(sectionNode)), pageFooter,
    ];
  }

  // ---- The head of the page

  get header() {
    const { roadmap } = this.ledger;
    const title = this.founding ? this.inline(this.founding.title) : `Roadmap ${short(roadmap)}`;
    return h("header", {},
      h("p", { class: "kind" }, "A roadmap, its seals, and a verifier for them"), h("h1", {}, title),
      h("dl", { class: "identity" },
        h("dt", {}, "Roadmap"), h("dd", {}, h("code", {}, roadmap)),
        h("dt", {}, "Fingerprint"), h("dd", {}, h("code", { class: "fingerprint" }, fingerprint(roadmap)))));
  }

  get choice() {
    const option = (place, label) => {
      const name = `show-${place}`;
      const checked = place === 0 ? { checked: "" } : {};
      return h("label", { for: name }, h("input", { type: "radio", name: "language", id: name, ...checked }), label);
    };
    const options = this.languages.map((language, place) =>
      option(place + 1, h("span", { lang: language }, LANGUAGE_NAMES[language] ?? language)));
    return h("fieldset", { class: "languages" }, h("legend", {}, "Languages"), option(0, "side by side"), options);
  }

  // ---- Words

  block(said) {
    return h("div", { class: "words" }, languagesOf(said).map((one) => this.paragraph(one, shown(said, one))));
  }

  blockCorrected(said, corrected) {
    return h("div", { class: "words" }, languagesOf(said).map((one) => {
      const [before, after] = [shown(said, one), shown(corrected, one)];
      return this.paragraph(one, before === after ? before : new Redline(before, after));
    }));
  }

  inline(said) {
    return h("span", { class: "words" }, languagesOf(said).map((one) =>
      h("span", { class: this.classesOf(one), lang: one, dir: "auto" }, shown(said, one))));
  }

  /** In each language in which anything differs; none if nothing does. */
  redlines(old, now) {
    const languages = new Set([...languagesOf(old), ...languagesOf(now)]);
    const paragraphs = [...languages].sort(compared).filter((one) => shown(old, one) !== shown(now, one))
      .map((one) => this.paragraph(one, new Redline(shown(old, one), shown(now, one))));
    return paragraphs.length === 0 ? [] : [h("div", { class: "words" }, paragraphs)];
  }

  paragraph(language, said) {
    return h("p", { class: this.classesOf(language), lang: language, dir: "auto" }, said);
  }

  classesOf(language) {
    return `w l${this.languages.indexOf(language) + 1}`;
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
    if (content.attributes !== null) {
      const terms = new Terms();
      const names = [...content.attributes.keys()].sort(compared);
      for (const name of names) terms.add(name, readable(content.attributes.get(name)));
      children.push(terms.list("attributes"));
    }
    children.push(h("p", { class: "since" }, h("code", {}, provision),
      `, class ${content.class}, as written by `, h("a", { href: `#i-${version}` }, h("code", {}, short(version)))));
    return h("article", { class: `provision d${Math.min(depth, 6)}`, id: `p-${provision}` }, children);
  }

  label(provision, content) {
    const parts = [];
    if (content.number !== null) parts.push(h("span", { class: "number" }, safe(content.number)));
    if (content.heading !== null) parts.push(this.inline(content.heading));
    return parts.length > 0 ? parts : [h("code", {}, provision)];
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

  // ---- The constitution

  get constitution() {
    const { contents } = this.evaluation.shownText;
    const ofKind = (kind) => [...contents].filter(([name]) => prefixOf(name) === kind)
      .sort(([a], [b]) => compared(a, b)).map(([name, { meaning }]) => [restOf(name), meaning]);
    const rosters = ofKind("roster").map(([standing, { listed, isDormant }]) => {
      const holders = listed.length === 0 ? "nobody" : listed.join(", ");
      const held = holders + (isDormant ? "; dormant: rules count none of them" : "");
      return h("tr", {}, h("th", { scope: "row" }, standing), h("td", {}, held));
    });
    const rules = new Terms();
    for (const [name, expression] of ofKind("rule")) rules.add(name, ruleInWords(expression));
    const table = h("table", {}, h("caption", {}, "Who holds which standing"), heads("Standing", "Held by"),
      h("tbody", {}, rosters));
    const explanation = "Whose consent a change needs, by the class of what it changes.";
    return { id: "rules", title: "Who decides", children: [table, h("p", {}, explanation), rules.list("rules")] };
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

/** What stands where the verdict will, until the program has finished. */
const unchecked = h("section", { id: "verdict", class: "verdict", role: "status" },
  h("h2", {}, "Not checked"),
  h("p", {}, "The program in this page has not run. Without JavaScript it is a text like any other, and shows what "
    + "its writer wrote: have another verifier check the bundle in it."));

const pageFooter = h("footer", {}, h("p", {}, "Times are those that the signers claim, and decide nothing. Words are "
  + "shown as they were sealed; what cannot be seen is spelt out, as in \\u{202E}."));

const contentsOf = (sections) => h("nav", { "aria-label": "Contents" },
  h("ul", {}, sections.map(({ id: name, title }) => h("li", {}, h("a", { href: `#${name}` }, title)))));

const sectionNode = ({ id: name, title, children }) => h("section", { id: name, "aria-labelledby": `${name}-title` },
  h("h2", { id: `${name}-title` }, title), children.flat());

const heads = (...names) => h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name))));
const codes = (some) => h("ul", { class: "names" }, some.map((one) => h("li", {}, h("code", {}, one))));

const languagesOf = (said) => [...(said?.keys() ?? [])].sort(compared);
const shown = (said, language) => (said?.has(language) ? safe(said.get(language), true) : "");
/** In a language, or else in the first there is. */
const inLanguage = (said, language) => said.get(language) ?? said.get(languagesOf(said)[0]);

function addKeys(chain, terms) {
  const newest = chain.filter((one) => !one.isSuperseded)
    .sort((a, b) => compared(b.version, a.version) || compared(a.id, b.id))[0];
  if (newest.record) {
    const { seal: seals, recovery } = newest.record;
    terms.add("Seals with", `${seals.threshold} of ${counted(seals.keys.length, "key")}`);
    const isNone = recovery.keys.length === 0;
    terms.add("Recovers with", isNone ? "nothing" : `${recovery.threshold} of ${counted(recovery.keys.length, "key")}`);
  }
  const { statement } = newest;
  if (!statement) return;
  const act = statement.record ? "changed" : "frozen";
  const reason = statement.reason === null ? "" : `: ${safe(statement.reason)}`;
  terms.add("Keys", `${act} by its ${newest.authority} keys, version ${statement.version}${reason}`);
  const overruled = chain.filter((one) => one.isSuperseded).length;
  if (overruled > 0) terms.add("Overruled by recovery", counted(overruled, "change of keys", "changes of keys"));
}

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
