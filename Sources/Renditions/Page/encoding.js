// The one encoding (encoding.md): CBOR of which everything else than its deterministic part is refused.
//
// A value is a bigint, a Uint8Array, a string, an Array, an Entries (a map), a Tag, a boolean or null.

/** A refusal by its published code. `place` is that of a record, where it is another than the one being read. */
class Fault extends Error {
  constructor(code, place) {
    super(code);
    this.code = code;
    this.place = place;
  }
}

function refuse(condition, code) {
  if (condition) throw new Fault(code);
}

class Tag {
  constructor(number, value) {
    this.number = number;
    this.value = value;
  }
}

/** A map, and the bytes that it was read from: what is hashed is what was received. */
class Entries extends Map {}

const ENCODING_LIMITS = { depth: 32, recordByteCount: 67_108_864, valueCount: 4_194_304 };
const SMALLEST_ARGUMENT = [24, 0x100, 0x1_0000, 0x1_0000_0000];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads one value from left to right; the first fault met is thrown. */
class Decoder {
  constructor(data, at = 0) {
    this.data = data;
    this.at = at;
    this.values = 0;
  }

  value(level = 1) {
    refuse(level > ENCODING_LIMITS.depth, "too-deep");
    this.values += 1;
    refuse(this.values > ENCODING_LIMITS.valueCount, "too-many");
    const start = this.at;
    const [major, number] = this.head();
    const left = this.data.length - this.at;
    switch (major) {
      case 0: return BigInt(number);
      case 1: return -1n - BigInt(number);
      case 2: return this.take(number);
      case 3: return this.text(number);
      case 4: {
        refuse(number > left, "truncated");
        const items = [];
        for (let i = 0; i < number; i += 1) items.push(this.value(level + 1));
        return items;
      }
      case 5: return this.entries(number, left, level, start);
      case 6: return new Tag(BigInt(number), this.value(level + 1));
      default:
        refuse(number !== 20 && number !== 21 && number !== 22, "float-or-simple");
        return [false, true, null][number - 20];
    }
  }

  /** Major type and argument: a Number where that is exact, else a bigint. */
  head() {
    refuse(this.at >= this.data.length, "truncated");
    const major = this.data[this.at] >> 5;
    const low = this.data[this.at] & 31;
    if (low === 31) throw new Fault(major >= 2 && major <= 5 ? "indefinite-length" : "reserved-head");
    refuse(low >= 28, "reserved-head");
    refuse(major === 7 && low >= 24, "float-or-simple");
    this.at += 1;
    if (low < 24) return [major, low];
    const size = 1 << (low - 24);
    refuse(this.at + size > this.data.length, "truncated");
    const argument = this.data.subarray(this.at, this.at + size);
    this.at += size;
    const number = size < 8 ? argument.reduce((sum, byte) => sum * 256 + byte, 0) : bigEndian(argument);
    refuse(number < SMALLEST_ARGUMENT[low - 24], "not-shortest-form");
    return [major, number <= Number.MAX_SAFE_INTEGER ? Number(number) : number];
  }

  /** The argument of the next head, which is of that major type. */
  headOf(expected) {
    const [major, argument] = this.head();
    refuse(major !== expected, "wrong-type");
    return argument;
  }

  take(count) {
    refuse(count > this.data.length - this.at, "truncated");
    this.at += count;
    return this.data.subarray(this.at - count, this.at);
  }

  text(count) {
    const bytes = this.take(count);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new Fault("invalid-utf8");
    }
  }

  entries(count, left, level, start) {
    refuse(count > left / 2, "truncated");
    const entries = new Entries();
    let before = null;
    let kind = null;
    for (let i = 0; i < count; i += 1) {
      const from = this.at;
      const key = this.value(level + 1);
      const bytes = this.data.subarray(from, this.at);
      refuse(typeof key !== "string" && typeof key !== "bigint", "key-kind");
      refuse(kind !== null && typeof key !== kind, "key-kind");
      kind = typeof key;
      if (before !== null) {
        const order = ordered(before, bytes);
        refuse(order === 0, "duplicate-key");
        refuse(order > 0, "key-order");
      }
      before = bytes;
      entries.set(key, this.value(level + 1));
    }
    entries.encoded = this.data.subarray(start, this.at);
    return entries;
  }
}

/** The one value that a record is. */
function decoded(data) {
  refuse(data.length > ENCODING_LIMITS.recordByteCount, "too-long");
  const decoder = new Decoder(data);
  const value = decoder.value();
  refuse(decoder.at < data.length, "trailing-bytes");
  return value;
}

/** A list of texts, byte strings and small lists, encoded: all that a verifier writes itself. */
function encodedList(items) {
  const head = (major, number) => {
    const size = number < 24 ? 0 : number < 0x100 ? 1 : number < 0x1_0000 ? 2 : 4;
    const bytes = [(major << 5) | (size === 0 ? number : 24 + Math.log2(size))];
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes.push((number >>> shift) & 255);
    return Uint8Array.from(bytes);
  };
  return joined(head(4, items.length), ...items.flatMap((item) => {
    const bytes = typeof item === "string" ? bytesOfText(item) : item;
    return [head(typeof item === "string" ? 3 : 2, bytes.length), bytes];
  }));
}
