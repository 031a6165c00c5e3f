// What pages show, as trees: what is the same of a roadmap and of the proof of one provision. The program that writes
// pages makes the same (Renditions, `PageTree`): whoever changes one of them changes the other.

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

/** The frame, words in several languages, provisions and seals. */
class PageTree {
  /** @param program the digest of the page's script */
  constructor(found, program, languages) {
    this.found = found;
    this.program = program;
    this.ledger = found.ledger;
    this.languages = languages;
  }

  get body() {
    const sections = this.sections.filter((section) => section !== null);
    return [
      this.header, unchecked, contentsOf(sections), this.choice, h("main", {}, sections.map(sectionNode)), pageFooter,
    ];
  }

  // ---- The head of the page

  get header() {
    const terms = new Terms();
    for (const [term, description] of this.identity) terms.add(term, description);
    return h("header", {}, h("p", { class: "kind" }, this.kind), h("h1", {}, this.title), terms.list("identity"));
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

  inline(said) {
    return h("span", { class: "words" }, languagesOf(said).map((one) =>
      h("span", { class: this.classesOf(one), lang: one, dir: "auto" }, shown(said, one))));
  }

  paragraph(language, said) {
    return h("p", { class: this.classesOf(language), lang: language, dir: "auto" }, said);
  }

  classesOf(language) {
    return `w l${this.languages.indexOf(language) + 1}`;
  }

  // ---- Provisions

  label(provision, content) {
    const parts = [];
    if (content.number !== null) parts.push(h("span", { class: "number" }, safe(content.number)));
    if (content.heading !== null) parts.push(this.inline(content.heading));
    return parts.length > 0 ? parts : [h("code", {}, provision)];
  }

  /** Who holds which standing, and whose consent what needs: of lists of names with what they say. */
  deciding(rosters, rules) {
    const rows = rosters.map(([standing, { listed, isDormant }]) => {
      const holders = listed.length === 0 ? "nobody" : listed.join(", ");
      const held = holders + (isDormant ? "; dormant: rules count none of them" : "");
      return h("tr", {}, h("th", { scope: "row" }, standing), h("td", {}, held));
    });
    const terms = new Terms();
    for (const [name, expression] of rules) terms.add(name, ruleInWords(expression));
    const table = h("table", {}, h("caption", {}, "Who holds which standing"), heads("Standing", "Held by"),
      h("tbody", {}, rows));
    const explanation = "Whose consent a change needs, by the class of what it changes.";
    return { id: "rules", title: "Who decides", children: [table, h("p", {}, explanation), terms.list("rules")] };
  }

  // ---- Seals

  /** `remarks` are why a seal is not simply its party's consent; `conditions` shows what it is provided on. */
  sealRow(said, remarks, conditions) {
    const until = said.until === null ? "" : `, offered until ${timestamp(said.until)}`;
    return h("tr", {},
      h("th", { scope: "row" }, said.party),
      h("td", {}, h("span", { class: said.verdict }, PAST_TENSE[said.verdict]),
        remarks.map((remark) => h("p", { class: "remark" }, remark))),
      h("td", {}, said.capacities === null ? "all its standings" : said.capacities.join(", ")),
      h("td", {}, said.provided.length === 0 ? "–" : conditions(said.provided)),
      h("td", {}, timestamp(said.at) + until), h("td", {}, this.said(said)));
  }

  said({ declaration, reservation, reason }) {
    const words = [["Declaration", declaration], ["Reservation", reservation], ["Reason", reason]]
      .filter(([, said]) => said !== null)
      .flatMap(([title, said]) => [h("p", { class: "label" }, title), this.block(said)]);
    return words.length === 0 ? "–" : words;
  }

  sealTable(rows, without) {
    if (rows.length === 0) return h("p", { class: "none" }, without);
    return h("table", { class: "seals" }, h("caption", {}, "Seals"),
      heads("Party", "Verdict", "As", "Provided", "When", "Words"), h("tbody", {}, rows));
  }
}

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

function attributeList(attributes) {
  const terms = new Terms();
  for (const name of [...attributes.keys()].sort(compared)) terms.add(name, readable(attributes.get(name)));
  return terms.list("attributes");
}

const languagesOf = (said) => [...(said?.keys() ?? [])].sort(compared);
const shown = (said, language) => (said?.has(language) ? safe(said.get(language), true) : "");
/** In a language, or else in the first there is. */
const inLanguage = (said, language) => said.get(language) ?? said.get(languagesOf(said)[0]);

/** By which keys a party speaks, and how it came to have them. */
function addKeys(chain, terms) {
  const newest = newestOf(chain);
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
