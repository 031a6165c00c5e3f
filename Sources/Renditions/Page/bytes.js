// Bytes, and what the browser's own cryptography makes of them.
//
// An id is 32 bytes. Everywhere but in records it is held as 64 hexadecimal digits, so that it can be a key of a Map.

const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const bytesOfText = (text) => new TextEncoder().encode(text);
const bytesOfBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The order of bytes: negative, 0 or positive. */
function ordered(one, other) {
  const shared = Math.min(one.length, other.length);
  for (let i = 0; i < shared; i += 1) if (one[i] !== other[i]) return one[i] - other[i];
  return one.length - other.length;
}

/** The order of texts of ASCII, such as identifiers and ids in hexadecimal digits. */
const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

const littleEndian = (bytes) => bigEndian(Uint8Array.from(bytes).reverse());
const bigEndian = (bytes) => BigInt("0x" + (hexOf(bytes) || "0"));

const digestOf = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const idOf = async (bytes) => hexOf(await digestOf(bytes));

/** HMAC-SHA-256 (RFC 2104). */
async function codeOf(key, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** The root of a tree over leaves (RFC 9162, section 2.1.1). */
async function rootOf(leaves) {
  if (leaves.length === 0) return digestOf(new Uint8Array());
  let level = await Promise.all(leaves.map((leaf) => digestOf(joined([0], leaf))));
  while (level.length > 1) {                  // pairs from the left: what is left over goes up as it is
    const above = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(digestOf(joined([1], level[i], level[i + 1])));
    if (level.length % 2) above.push(level.at(-1));
    level = await Promise.all(above);
  }
  return level[0];
}
