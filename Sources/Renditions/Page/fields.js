// How records are taken apart (encoding.md, "The order of the checks"): field by field in the order of their pages,
// each wholly before the next. A reader is a function that takes a value and returns what it means, or refuses it.

class Fields {
  constructor(value) {
    refuse(!(value instanceof Entries), "wrong-type");
    for (const name of value.keys()) refuse(typeof name !== "string", "wrong-type");
    this.value = value;
    this.known = new Set();
  }

  has(name) {
    return this.value.has(name);
  }

  /** What a reader makes of a field, a promise where the reader makes one. */
  take(name, read) {
    this.known.add(name);
    refuse(!this.value.has(name), "missing-field");
    return read(this.value.get(name));
  }

  /** The same of a field that may be absent: null then. */
  takeIfThere(name, read) {
    this.known.add(name);
    return this.value.has(name) ? read(this.value.get(name)) : null;
  }

  end() {
    for (const name of this.value.keys()) refuse(!this.known.has(name), "unknown-field");
  }
}

const text = (value) => (refuse(typeof value !== "string", "wrong-type"), value);
const truth = (value) => (refuse(typeof value !== "boolean", "wrong-type"), value);
const bytes = (value) => (refuse(!isBytes(value), "wrong-type"), value);
const sized = (size) => (value) => (refuse(bytes(value).length !== size, "bad-length"), value);
const id = (value) => hexOf(sized(32)(value));
const orNull = (read) => (value) => (value === null ? null : read(value));
const constant = (expected) => (value) => refuse(text(value) !== expected, "wrong-kind");
const oneOf = (...allowed) => (value) => (refuse(!allowed.includes(text(value)), "out-of-range"), value);

const number = (low = 0n, high = 2n ** 64n - 1n) => (value) => {
  refuse(typeof value !== "bigint" || value < 0n, "wrong-type");
  refuse(value < low || value > high, "out-of-range");
  return value;
};
const unsigned = number();

const isIdentifier = (value) => /^[A-Za-z0-9][A-Za-z0-9./-]{0,127}$/.test(value);
const identifier = (value) => (refuse(!isIdentifier(text(value)), "bad-identifier"), value);

/** A list; `key` is what its items ascend by, null where their order is the author's. */
const listOf = (read, limit, { empty = false, key = (item) => item } = {}) => (value) => {
  refuse(!Array.isArray(value), "wrong-type");
  refuse(value.length > limit, "too-many");
  const items = [];
  for (const one of value) {
    const item = read(one);
    refuse(key !== null && items.length > 0 && !(key(items.at(-1)) < key(item)), "not-ascending");
    items.push(item);
  }
  refuse(items.length === 0 && !empty, "empty-list");
  return items;
};

/** The same for a reader that takes its time; `isBehind`, in place of a key, says whether an item may follow another. */
const listInTime = (read, limit, { empty = false, key, isBehind }) => async (value) => {
  const isNext = isBehind ?? ((last, next) => key(last) < key(next));
  refuse(!Array.isArray(value), "wrong-type");
  refuse(value.length > limit, "too-many");
  const items = [];
  for (const one of value) {
    const item = await read(one);
    refuse(items.length > 0 && !isNext(items.at(-1), item), "not-ascending");
    items.push(item);
  }
  refuse(items.length === 0 && !empty, "empty-list");
  return items;
};

/** Words: a Map from language to text, in the order of the record. */
function words(value) {
  refuse(!(value instanceof Entries), "wrong-type");
  refuse(value.size > 64, "too-many");
  for (const [language, said] of value) {
    identifier(language);
    text(said);
  }
  refuse(value.size === 0, "empty-list");
  return value;
}
