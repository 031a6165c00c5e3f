// What the records of an agreement say: parties, rules, contents, instruments, and the payloads of statements
// (parties.md, agreement.md, keys.md). A field that decides nothing and is not shown is judged and let go.

// ---- Parties

const isReserved = (name) => ["roster", "rule", "party", "closing"].includes(name);

/** Which reserved prefix, without its slash, a provision begins with; null for ordinary ones. */
function prefixOf(provision) {
  const slash = provision.indexOf("/");
  return slash > 0 && isReserved(provision.slice(0, slash)) ? provision.slice(0, slash) : null;
}
const restOf = (provision) => provision.slice(provision.indexOf("/") + 1);

/** A key within a record, all of whose faults are one. */
async function publicKey(value) {
  bytes(value);
  try {
    checkKey(value);
  } catch (error) {
    throw error instanceof Fault ? new Fault("bad-key") : error;
  }
  return { bytes: value, id: await idOf(value) };
}

const keySet = (mayBeEmpty) => async (value) => {
  const fields = new Fields(value);
  const keys = await fields.take("keys", listInTime(publicKey, 32, { empty: mayBeEmpty, key: (key) => key.id }));
  const least = keys.length === 0 ? 0 : Math.floor(keys.length / 2) + 1;
  const threshold = Number(fields.take("threshold", number(BigInt(least), BigInt(keys.length))));
  fields.end();
  return { keys, threshold };
};

function endpoint(value) {
  const size = bytesOfText(text(value)).length;
  refuse(size < 1 || size > 300 || !/^[!-~]*$/.test(value), "out-of-range");
  return value;
}

async function nodeOfParty(value) {
  const fields = new Fields(value);
  const key = await fields.take("key", publicKey);
  const endpoints = fields.take("endpoints", listOf(endpoint, 16, { empty: true, key: null }));
  fields.end();
  return { key, endpoints };
}

async function partyRecord(value) {
  const fields = new Fields(value);
  const names = fields.take("names", words);
  const seal = await fields.take("seal", keySet(false));
  const recovery = await fields.take("recovery", keySet(true));
  const next = fields.takeIfThere("next", id);
  const nodes = await fields.take("nodes", listInTime(nodeOfParty, 64, { empty: true, key: (node) => node.key.id }));
  fields.end();
  const keys = [...seal.keys, ...recovery.keys, ...nodes.map((node) => node.key)];
  refuse(new Set(keys.map((key) => key.id)).size !== keys.length, "contradiction");
  return {
    names, seal, recovery, next, nodes, keys,
    id: await idOf(value.encoded), sealDigest: await idOf(value.get("seal").encoded),
  };
}

// ---- Rules

const SHARE_LIMIT = 4_294_967_296n;

function share(value) {
  if (typeof value === "string") return oneOf("all", "majority")(value);
  const fields = new Fields(value);
  const pair = (parts) => {
    refuse(!Array.isArray(parts), "wrong-type");
    refuse(parts.length > 2, "too-many");
    const read = parts.map(number(1n, SHARE_LIMIT));
    refuse(parts.length < 2, "bad-length");
    refuse(read[0] > read[1], "out-of-range");
    return { fraction: read };
  };
  const result = fields.has("atLeast")
    ? { atLeast: fields.take("atLeast", number(1n, SHARE_LIMIT)) } : fields.take("fraction", pair);
  fields.end();
  return result;
}

function standingsOf(value) {
  if (typeof value === "string") return [identifier(value)];
  const standings = listOf(identifier, 256)(value);
  refuse(standings.length === 1, "contradiction");
  return standings;
}

function counting(value) {
  const isBoth = Array.isArray(value) && value.length === 2 && value[0] === "accept" && value[1] === "abstain";
  refuse(!isBoth, "out-of-range");
  return true;
}

/** An expression: its form, and `share`, `standings` and `abstentions`; or `name`; or `parts`. */
function rule(value) {
  let terms = 0;
  const read = (depth) => (part) => {
    refuse(depth > 8, "too-deep");
    terms += 1;
    refuse(terms > 1024, "too-many");
    const fields = new Fields(part);
    const form = ["need", "party", "named", "all"].find((name) => fields.has(name)) ?? "any";
    let result;
    if (form === "need") {
      result = {
        form, share: fields.take("need", share), standings: fields.take("of", standingsOf),
        abstentions: fields.takeIfThere("counting", counting) ?? false,
      };
    } else if (form === "party" || form === "named") {
      result = { form, name: fields.take(form, identifier) };
    } else {
      result = { form, parts: fields.take(form, listOf(read(depth + 1), 1024, { key: null })) };
    }
    fields.end();
    return result;
  };
  return read(0)(value);
}

const termsOf = (expression) => (expression.parts ? expression.parts.flatMap(termsOf) : [expression]);

// ---- Provisions

function attributeValue(value) {
  if (Array.isArray(value)) {
    refuse(value.length > 4096, "too-many");
    value.forEach(attributeValue);
  } else if (value instanceof Entries) {
    refuse(value.size > 4096, "too-many");
    for (const [name, item] of value) {
      identifier(name);
      attributeValue(item);
    }
  } else {
    refuse(value === null || value instanceof Tag, "wrong-type");
  }
}

function attributes(value) {
  refuse(!(value instanceof Entries), "wrong-type");
  refuse(value.size > 4096, "too-many");
  for (const [name, item] of value) {
    attributeValue(item);
    identifier(name);
  }
  refuse(value.size === 0, "empty-list");
  return value;
}

/** What a reserved provision says: a roster, a rule, a party record or an outcome. */
async function meaningOf(reserved, value) {
  if (reserved === "party") return partyRecord(value);
  const fields = new Fields(value);
  let meaning;
  if (reserved === "roster") {
    const listed = fields.take("holders", listOf(identifier, 65_536, { empty: true }));
    const isDormant = fields.takeIfThere("dormant", truth) ?? false;
    meaning = { listed, isDormant, holders: new Set(isDormant ? [] : listed) };
  } else if (reserved === "rule") {
    meaning = fields.take("rule", rule);
  } else {
    meaning = fields.take("outcome", oneOf("complete", "abandoned"));
  }
  fields.end();
  return meaning;
}

const content = (provision) => async (value) => {
  const fields = new Fields(value);
  const order = (key) => (refuse(bytes(key).length > 256, "too-long"), key);
  const result = {
    kind: fields.take("kind", identifier), class: fields.take("class", identifier),
    parent: fields.take("parent", orNull(identifier)), order: fields.take("order", order),
    number: fields.takeIfThere("number", text), heading: fields.takeIfThere("heading", words),
    text: fields.takeIfThere("text", words), attributes: fields.takeIfThere("attributes", attributes),
    encoded: value.encoded, meaning: null,
  };
  fields.end();
  const reserved = prefixOf(provision);
  if (reserved !== null) {
    refuse(result.attributes === null, "missing-field");
    result.meaning = await meaningOf(reserved, result.attributes);
  }
  refuse(result.parent !== null && prefixOf(result.parent) !== null, "contradiction");
  const isPlain = result.number === null && result.heading === null && result.text === null;
  refuse(reserved !== null && !(result.kind === reserved && result.class === reserved && result.parent === null
    && result.order.length === 0 && isPlain), "contradiction");
  return result;
};

// ---- Instruments

function baseOf(value) {
  refuse(!(value instanceof Entries), "wrong-type");
  refuse(value.size > 65_536, "too-many");
  const base = new Map();
  for (const [provision, version] of value) {
    const named = orNull(id)(version);
    base.set(identifier(provision), named);
  }
  return base;
}

async function change(value) {
  const fields = new Fields(value);
  const provision = fields.take("provision", identifier);
  let written = null;
  if (fields.has("set") || !fields.has("repeal")) written = await fields.take("set", content(provision));
  else fields.take("repeal", (repeal) => refuse(truth(repeal) !== true, "out-of-range"));
  fields.end();
  refuse(prefixOf(provision) !== null && !isIdentifier(restOf(provision)), "bad-identifier");
  return [provision, written];
}

async function instrument(payload) {
  const fields = new Fields(decoded(payload));
  const ids = (limit) => (name) => fields.takeIfThere(name, listOf(id, limit)) ?? [];
  fields.take("type", constant("syngraph/instrument/1"));
  const named = fields.take("roadmap", orNull(id));
  const title = fields.take("title", words);
  const proposer = fields.take("proposer", identifier);
  const salt = fields.take("salt", sized(16));
  const languages = fields.take("languages", listOf(identifier, 64));
  const base = fields.take("base", baseOf);
  const changes = listInTime(change, 65_536, { empty: fields.has("voids"), key: ([provision]) => provision });
  const writes = new Map(await fields.take("changes", changes));
  const after = ids(65_536)("after");
  const replaces = ids(4096)("replaces");
  const voids = ids(4096)("voids");
  fields.takeIfThere("frozenFrom", listOf(id, 1024));
  const note = fields.takeIfThere("note", words);
  const answerBy = fields.takeIfThere("answerBy", unsigned);
  fields.end();
  const isFounding = named === null;
  refuse(isFounding !== (base.size === 0), "contradiction");
  const repeals = [...writes.values()].includes(null);
  refuse(isFounding && (after.length || replaces.length || voids.length || repeals), "contradiction");
  const self = await idOf(payload);
  const ground = new Set([...base.values()].filter((version) => version !== null).concat(after));
  const { subject, outcome } = closingIn(writes);
  const records = new Map();
  for (const [provision, written] of writes) {
    if (written !== null && prefixOf(provision) === "party") records.set(restOf(provision), written.meaning);
  }
  return {
    id: self, roadmap: named ?? self, isFounding, title, proposer, salt, languages, base, writes, after, replaces,
    voids, note, answerBy, ground, subject, outcome, records,
    isConstitutional: [...writes.keys()].some((name) => ["roster", "rule", "party"].includes(prefixOf(name))),
    /** All that it is built on directly, replaces or closes. */
    names: new Set([...ground, ...replaces, ...(subject === null ? [] : [subject])]),
  };
}

/** What a closing closes, and how; nulls for what is none. */
function closingIn(writes) {
  if (writes.size !== 1) return { subject: null, outcome: null };
  const [[provision, written]] = writes;
  const match = /^closing\/([0-9a-f]{64})$/.exec(provision);
  return { subject: match?.[1] ?? null, outcome: match && written !== null ? written.meaning : null };
}

// ---- Statements

/** Reads the payload of a statement. `signers` are the key ids whose good signatures are at hand. */
const payloadOf = (read) => async (payload) => {
  const fields = new Fields(decoded(payload));
  const record = await read(fields);
  fields.end();
  return { ...record, id: await idOf(payload), signers: new Set() };
};

const seal = payloadOf((fields) => {
  fields.take("type", constant("syngraph/seal/1"));
  return {
    roadmap: fields.take("roadmap", id), instrument: fields.take("instrument", id),
    party: fields.take("party", identifier), keys: fields.take("keys", id),
    capacities: fields.takeIfThere("capacities", listOf(identifier, 256)),
    verdict: fields.take("verdict", oneOf("accept", "abstain", "reject")),
    provided: fields.takeIfThere("provided", listOf(id, 4096)) ?? [],
    declaration: fields.takeIfThere("declaration", words), reservation: fields.takeIfThere("reservation", words),
    reason: fields.takeIfThere("reason", words), until: fields.takeIfThere("until", unsigned),
    at: fields.take("at", unsigned),
  };
});

const keyStatement = payloadOf(async (fields) => {
  fields.take("type", constant("syngraph/keys/1"));
  return {
    roadmap: fields.take("roadmap", id), party: fields.take("party", identifier),
    version: fields.take("version", number(1n)), previous: fields.take("previous", id),
    record: await fields.take("record", orNull(partyRecord)),
    acknowledges: fields.take("acknowledges", listOf(id, 65_536, { empty: true })),
    reason: fields.takeIfThere("reason", text),
  };
});

function rostersLeft(value) {
  refuse(!(value instanceof Entries), "wrong-type");
  refuse(value.size > 256, "too-many");
  const rosters = new Map();
  for (const [standing, version] of value) {
    const named = id(version);
    rosters.set(identifier(standing), named);
  }
  refuse(value.size === 0, "empty-list");
  return rosters;
}

const withdrawal = payloadOf((fields) => {
  fields.take("type", constant("syngraph/withdrawal/1"));
  return {
    roadmap: fields.take("roadmap", id), party: fields.take("party", identifier), keys: fields.take("keys", id),
    stage: fields.take("stage", oneOf("notice", "effect")), rosters: fields.take("rosters", rostersLeft),
    committed: fields.take("committed", listOf(id, 65_536, { empty: true })),
    reason: fields.takeIfThere("reason", words), at: fields.take("at", unsigned),
  };
});

function knownEntry(value) {
  refuse(!Array.isArray(value), "wrong-type");
  refuse(value.length > 3, "too-many");
  refuse(value.length < 3, "bad-length");
  return [id(value[0]), unsigned(value[1]), id(value[2])];
}

/** An order of knownEntry's lists by their parts, as a text that ascends alike. */
const knownOrder = ([writer, sequence, entry]) => writer + sequence.toString(16).padStart(16, "0") + entry;

const stateCertificate = payloadOf((fields) => {
  fields.take("type", constant("syngraph/state/1"));
  const roadmap = fields.take("roadmap", id);
  const party = fields.take("party", identifier);
  const writer = fields.take("writer", id);
  const sequence = fields.take("sequence", unsigned);
  const previous = fields.take("previous", orNull(id));
  refuse((previous === null) !== (sequence === 0n), "contradiction");
  fields.take("perfected", id);
  const root = fields.take("inForce", id);
  fields.take("contested", listOf(id, 65_536, { empty: true }));
  const known = fields.take("known", listOf(knownEntry, 65_536, { empty: true, key: knownOrder }));
  const held = known.reduce((sum, [, last]) => sum + last + 1n, 0n);
  const most = 2n ** 64n - 1n;
  const at = fields.take("at", unsigned);
  const ownEntry = known.findLast(([one]) => one === writer)?.[1] ?? null;
  return { roadmap, party, writer, sequence, previous, root, held: held < most ? held : most, ownEntry, at };
});

// ---- Pieces of a journal, and accusations (journal.md, evidence.md)

/** A list of a fixed number of parts, and the code for another number. */
function parts(value, code, ...readers) {
  refuse(!Array.isArray(value), "wrong-type");
  refuse(value.length !== readers.length, code);
  return value.map((part, place) => readers[place](part));
}

async function journalHeader(data) {
  refuse(data.length > 9216, "too-long");
  const format = (value) => refuse(unsigned(value) !== 1n, "wrong-kind");
  const length = (value) => refuse(unsigned(value) > 16_777_216n, "too-long");
  const [, roadmap, writer, sequence, previous] = parts(decoded(data), "bad-length", format, id, id,
    number(0n, 281_474_976_710_655n), id, listOf(id, 256, { empty: true }), unsigned, unsigned, id, length);
  return { id: await idOf(data), roadmap, writer, sequence, previous };
}

async function writerBody(data) {
  const fields = new Fields(decoded(data));
  const key = await fields.take("key", publicKey);
  const incarnation = fields.take("incarnation", sized(16));
  fields.takeIfThere("succeeds", id);
  fields.end();
  const identity = encodedList(["syngraph/writer/1", bytesOfHex(key.id), incarnation]);
  return { id: await idOf(data), key, writer: await idOf(identity) };
}

function checkpoint(payload) {
  const [, roadmap, writer, sequence, entry] = parts(decoded(payload), "wrong-kind",
    constant("syngraph/checkpoint/1"), id, id, unsigned, id);
  return { roadmap, writer, sequence, entry };
}

/** In their order. Nobody can be accused of the last one: it is found wherever the certificates are. */
const CONTRADICTIONS = ["two-verdicts", "incoherent-seals", "forked-keys", "two-states"];
const ACCUSATIONS = [...CONTRADICTIONS.filter((kind) => kind !== "two-states"), "forked-journal"];

async function accusation(data) {
  const fields = new Fields(decoded(data));
  fields.take("type", constant("syngraph/accusation/1"));
  const roadmap = fields.take("roadmap", id);
  const party = fields.take("party", identifier);
  const kind = fields.take("kind", oneOf(...ACCUSATIONS));
  const records = fields.take("records", listOf(id, 2, { empty: true }));
  refuse(records.length < 2, "bad-length");
  const writer = fields.takeIfThere("writer", id);
  refuse((writer !== null) !== (kind === "forked-journal"), "contradiction");
  fields.end();
  return { id: await idOf(data), roadmap, party, kind, records, writer };
}
