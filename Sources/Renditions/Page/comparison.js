// Compares what the browser shows with what it must show: element by element, attribute by attribute, word by word.

/** The first place where a page is not as its records have it. */
class Difference extends Error {
  constructor(shown, expected, node) {
    super(`the page shows ${shown}, where its records have ${expected}`);
    this.node = node;
  }
}

/** Words as they are quoted, from a little before `place` on. */
function excerpt(words, place = 0) {
  const start = Math.max(0, place - 20);
  const part = words.slice(start, start + 60);
  return quoted((start > 0 ? "…" : "") + part + (start + 60 < words.length ? "…" : ""));
}

/** Where two texts part. */
function parting(one, other) {
  let place = 0;
  while (place < one.length && one[place] === other[place]) place += 1;
  return place;
}
const described = (node) => (node.nodeType === Node.ELEMENT_NODE ? `<${node.localName}>`
  : node.nodeType === Node.TEXT_NODE ? excerpt(node.data) : "a hidden remark");

/** Line ends between elements are for people who read the source. */
const isShown = (node) => !(node.nodeType === Node.TEXT_NODE && /^\n+$/.test(node.data));

/** Children as they come out of a page: neighbouring texts are one, empty ones are none. */
function settled(children) {
  const whole = [];
  for (const child of children) {
    if (child === "") continue;
    const goesOn = typeof child === "string" && typeof whole.at(-1) === "string";
    whole.push(goesOn ? whole.pop() + child : child);
  }
  return whole.filter((child) => typeof child !== "string" || !/^\n+$/.test(child));
}

/** Throws a `Difference` unless the nodes are what was expected, in this order. */
function compareNodes(nodes, expected, parent) {
  const shownNodes = nodes.filter(isShown);
  const wanted = settled(expected);
  const length = Math.max(shownNodes.length, wanted.length);
  for (let i = 0; i < length; i += 1) compareNode(shownNodes[i], wanted[i], parent);
}

function compareNode(node, expected, parent) {
  const isText = typeof expected === "string";
  const wanted = expected === undefined ? "nothing" : isText ? excerpt(expected) : `<${expected.name}>`;
  if (!node || expected === undefined) throw new Difference(node ? described(node) : "nothing", wanted, node ?? parent);
  if (isText) {
    if (node.nodeType !== Node.TEXT_NODE) throw new Difference(described(node), wanted, node);
    return compareTexts(node.data, expected, node);
  }
  const isSame = node.nodeType === Node.ELEMENT_NODE && node.localName === expected.name
    && node.namespaceURI === "http://www.w3.org/1999/xhtml";
  if (!isSame) throw new Difference(described(node), wanted, node);
  compareAttributes(node, expected.attributes);
  const [first] = expected.children;
  if (first instanceof Redline) compareRedline(node, first);
  else compareNodes([...node.childNodes], expected.children, node);
}

function compareTexts(words, expected, node) {
  if (words === expected) return;
  const place = parting(words, expected);
  throw new Difference(excerpt(words, place), excerpt(expected, place), node);
}

function compareAttributes(node, expected) {
  const names = new Set([...node.getAttributeNames(), ...Object.keys(expected)]);
  for (const name of names) {
    if (node.getAttribute(name) === (expected[name] ?? null)) continue;
    throw new Difference(`<${node.localName} ${name}=${excerpt(node.getAttribute(name) ?? "")}>`,
      `${name}=${excerpt(expected[name] ?? "")}`, node);
  }
}

/** What stayed and what went is the old text, what stayed and what came the new one. */
function compareRedline(node, { old, now }) {
  let [before, after] = ["", ""];
  for (const child of node.childNodes) {
    const name = child.nodeType === Node.ELEMENT_NODE ? child.localName : "";
    const isText = child.nodeType === Node.TEXT_NODE;
    const isPlain = [...child.childNodes].every((inner) => inner.nodeType === Node.TEXT_NODE);
    if (!isText && !(["del", "ins"].includes(name) && isPlain && child.attributes.length === 0)) {
      throw new Difference(described(child), "a redline", child);
    }
    if (name !== "ins") before += child.textContent;
    if (name !== "del") after += child.textContent;
  }
  compareTexts(before, old, node);
  compareTexts(after, now, node);
}

/** The frame: nothing in the page but the bundle, this program and its style; and no leave to load anything. */
async function compareFrame(contents) {
  const [bundle, script] = ["script#bundle", "script[type=module]"].map((path) => document.querySelector(path));
  const style = document.querySelector("style");
  const source = async (element) => {
    const digest = await digestOf(bytesOfText(element.textContent));
    return `'sha256-${btoa(String.fromCharCode(...digest))}'`;
  };
  const isOurs = (await idOf(bytesOfText(style.textContent))) === STYLE_DIGEST;
  if (!isOurs) throw new Difference("another style", "its own", style);
  const policy = ["default-src 'none'", `script-src ${await source(script)}`, `style-src ${await source(style)}`,
    "base-uri 'none'", "form-action 'none'"].join("; ");
  const head = [
    h("meta", { charset: "utf-8" }), h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
    h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    h("meta", { name: "color-scheme", content: "light dark" }), h("title", {}, contents.windowTitle),
    h("style", {}, style.textContent),
  ];
  const last = [
    h("script", { type: "application/vnd.syngraph.bundle", id: "bundle" }, bundle.textContent),
    h("script", { type: "module" }, script.textContent),
  ];
  if (document.childNodes.length !== 2) throw new Difference("something outside of it", "nothing", document.body);
  compareAttributes(document.documentElement, { lang: "en", "data-checking": "" });
  compareAttributes(document.body, {});
  const others = [...document.documentElement.childNodes].filter((node) => ![document.head, document.body].includes(node));
  compareNodes(others, [], document.documentElement);
  compareNodes([...document.head.childNodes], head, document.head);
  compareNodes([...document.body.childNodes], [...contents.body, ...last], document.body);
}
