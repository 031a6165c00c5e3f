// Envelopes of signatures, and when a signature is valid (signatures.md). The equations are the browser's; what it
// might take and we do not is refused before it is asked.

const SIGNATURE_BYTES = new Map([[-8n, 64], [-7n, 64], [-35n, 96]]);
const mediaType = (kind) => `application/syngraph-${kind}+cbor`;

/** A statement and one signature over it: COSE_Sign1 in its one form. `id` is set by `Envelope.read`. */
class Envelope {
  static async read(bytes, kind) {
    const envelope = new Envelope(bytes, kind);
    envelope.id = await idOf(envelope.payload);
    return envelope;
  }

  constructor(bytes, kind) {
    const bad = "bad-signature-envelope";
    const tag = decoded(bytes);
    refuse(!(tag instanceof Tag) || tag.number !== 18n || !Array.isArray(tag.value) || tag.value.length !== 4, bad);
    const [protectedBytes, unprotected, payload, signature] = tag.value;
    refuse(!isBytes(protectedBytes), bad);
    const header = decoded(protectedBytes);
    refuse(!(unprotected instanceof Entries) || unprotected.size !== 0, bad);
    refuse(!isBytes(payload) || !isBytes(signature), bad);
    refuse(!(header instanceof Entries) || !hasKeys(header, [1n, 4n, 16n]), bad);
    const [algorithm, signer, typ] = [header.get(1n), header.get(4n), header.get(16n)];
    refuse(!SIGNATURE_BYTES.has(algorithm) || !isBytes(signer, 32) || typeof typ !== "string", bad);
    refuse(signature.length !== SIGNATURE_BYTES.get(algorithm), bad);
    refuse(typ !== mediaType(kind), "wrong-kind");
    Object.assign(this, { protectedBytes, payload, signature, algorithm, signer: hexOf(signer) });
  }

  /** Whether the signature is that of a good key, whose id is `keyID`. */
  async isBy(key, keyID) {
    const curve = PRIME_CURVES.get(decoded(key).get(-1n));
    if (keyID !== this.signer || this.algorithm !== (curve?.algorithm ?? -8n)) return false;
    return isSignature(key, encodedList(["Signature1", this.protectedBytes, new Uint8Array(), this.payload]),
      this.signature);
  }
}

/** Thrown where this browser cannot check signatures of some algorithm. */
class NotSupported extends Error {}

const importedKeys = new Map();

/** Whether a signature over these bytes is that of a good key. */
async function isSignature(key, message, signature) {
  const value = decoded(key);
  const curve = PRIME_CURVES.get(value.get(-1n));
  if (curve) {
    const [r, s] = [signature.subarray(0, curve.size), signature.subarray(curve.size)].map(bigEndian);
    if (r < 1n || r >= curve.order || s < 1n || s > (curve.order - 1n) / 2n) return false;
  } else {
    const { smallOrder, order } = ED25519;
    if (smallOrder.includes(edwardsPoint(signature.subarray(0, 32)).y)) return false;
    if (littleEndian(signature.subarray(32)) >= order) return false;
  }
  const name = hexOf(key);
  if (!importedKeys.has(name)) importedKeys.set(name, importKey(value, curve));
  try {
    return await crypto.subtle.verify(curve ? { name: "ECDSA", hash: curve.hash } : { name: "Ed25519" },
      await importedKeys.get(name), signature, message);
  } catch {
    throw new NotSupported();         // the key is good, so it can only be the browser
  }
}

function importKey(value, curve) {
  if (!curve) return crypto.subtle.importKey("raw", value.get(-2n), { name: "Ed25519" }, false, ["verify"]);
  const point = joined([4], value.get(-2n), value.get(-3n));
  return crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: curve.name }, false, ["verify"]);
}
