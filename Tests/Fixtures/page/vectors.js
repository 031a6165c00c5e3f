// What the page's verifier says of a vector (Docs/Specification/README.md, "Vectors"). A test puts this file behind the
// modules of the page, and hands it the vectors.

async function cardOf(data) {
  refuse(data.length > ENCODING_LIMITS.recordByteCount, "too-long");
  const decoder = new Decoder(data);
  const header = decoder.value();
  refuse(!Array.isArray(header), "wrong-type");
  refuse(header.length !== 2, "wrong-kind");
  refuse(typeof header[0] !== "string" || typeof header[1] !== "bigint" || header[1] < 0n, "wrong-type");
  refuse(header[0] !== "syngraph/card/1", "wrong-kind");
  refuse(header[1] > 128n, "too-many");
  const envelopes = [];
  for (let i = 0n; i < header[1]; i += 1n) {
    const start = decoder.at;
    decoder.value();
    envelopes.push(await Envelope.read(data.subarray(start, decoder.at), "card"));
  }
  refuse(decoder.at < data.length, "trailing-bytes");
  refuse(envelopes.length === 0, "empty-list");
  const fields = new Fields(decoded(envelopes[0].payload));
  fields.take("type", constant("syngraph/card/1"));
  fields.take("party", identifier);
  const record = await fields.take("record", partyRecord);
  fields.end();
  const keys = record.keys.sort((a, b) => compared(a.id, b.id));
  refuse(keys.length !== envelopes.length, "bad-signature-envelope");
  for (const [place, envelope] of envelopes.entries()) {
    const isGood = envelope.id === envelopes[0].id && await envelope.isBy(keys[place].bytes, keys[place].id);
    refuse(!isGood, "bad-signature-envelope");
  }
}

const readers = {
  encoding: decoded, key: checkKey, "party-record": (data) => partyRecord(decoded(data)),
  rule: (data) => rule(decoded(data)), instrument, seal, "key-statement": keyStatement, withdrawal,
  "state-certificate": stateCertificate, accusation, proof: provisionProof, card: cardOf,
};

/** The code of the refusal, with the place if that is another than told; or `valid` or the verdict; `skipped` for what a page has not: drafts and journals. */
async function judgedVector({ format, header, hex, zeros }) {
  const data = joined(bytesOfHex(hex), new Uint8Array(zeros));
  try {
    if (format === "signature") {
      const envelope = await Envelope.read(data, header.kind);
      const key = bytesOfHex(header.key);
      return (await envelope.isBy(key, await idOf(key))) ? "valid" : "false-signature";
    }
    if (["bundle", "evidence", "provision"].includes(format)) {
      const said = await verified(data, header.roadmap === "none" ? null : header.roadmap);
      const place = String(said.refusal?.record ?? "none");
      if (said.refusal) return said.refusal.code + (place === header.record ? "" : ` at ${place}`);
      return format === "evidence" ? said.judgements[0].reason : said.verdict;
    }
    if (!(format in readers)) return "skipped";
    await readers[format](data);
    return "valid";
  } catch (error) {
    if (error instanceof Fault) return error.code;
    if (error instanceof NotABundle) return "not-a-bundle";
    return `failed: ${error.stack}`;
  }
}

/** Of a line of `ed25519/points.txt`: whether the curve has a point with this y. */
function judgedPoint(line) {
  const { y } = edwardsPoint(bytesOfHex(line.split(" ")[0]));
  return isOnEdwards(modulo(y, ED25519.p)) ? "on" : "off";
}

/** Of a line of `ecdsa/signatures.txt`: whether the signature is valid. */
async function judgedSignature(line) {
  const [algorithm, point, message, signature] = line.split(" ")
    .map((part, place) => (place === 0 ? part : bytesOfHex(part === "-" ? "" : part)));
  const size = (point.length - 1) / 2;
  const head = (count) => (count < 24 ? [0x40 | count] : [0x58, count]);
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  const curve = algorithm === "ES256" ? 1 : 2;
  const key = joined([0xa4, 0x01, 0x02, 0x20, curve, 0x21], head(size), x, [0x22], head(size), y);
  if (signature.length !== 2 * size) return "false";
  return (await isSignature(key, message, signature)) ? "valid" : "false";
}
