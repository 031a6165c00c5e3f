// The file (bundle.md): records from left to right, refused for the first reason met.

class NotABundle extends Error {}

const BUNDLE_LIMITS = {
  recordCount: 16_777_216, waitingStatements: 16_384, waitingByteCount: 67_108_864, accusationCount: 256,
};
const SCOPES = ["agreement", "full", "provision", "evidence"];

/** What a file says that it is, and the decoder that stands behind that. Throws `NotABundle`. */
function headerOf(data) {
  const decoder = new Decoder(data);
  try {
    const read = [oneOf("syngraph/bundle/1", "syngraph/bundle/2"), id, oneOf(...SCOPES)];
    const [type, roadmap, scope] = parts(decoder.value(), "wrong-kind", ...read);
    refuse(type === "syngraph/bundle/2" && scope !== "full", "wrong-kind");
    return { roadmap, scope, decoder };
  } catch (error) {
    throw error instanceof Fault ? new NotABundle() : error;
  }
}

/** The records of one bundle, each judged as it came. */
class Ledger {
  constructor(data, { roadmap, scope }) {
    this.data = data;
    this.roadmap = roadmap;
    this.scope = scope;
    this.instruments = new Map();       // in the order of the file: what is named stands before what names it
    this.seals = new Map();
    this.statements = new Map();
    this.withdrawals = new Map();
    this.certificates = [];
    this.requests = new Map();
    this.headers = new Map();
    this.bodies = new Map();            // by the writer whose id they hash to
    this.checkpoints = [];
    this.accusations = [];
    this.keyRecords = new KeyRecords();
    this.seen = new Set();
    /** What earlier records name and is not at hand, with the place of the first that does. */
    this.named = new Map();
    this.lacking = new Set();
    this.count = 0;
    this.signatureCount = 0;
    this.waiting = { statements: 0, bytes: 0 };
    this.place = null;
    this.offset = 0;
    this.offsets = [];
    /** False once a signature could not be checked because the browser knows no such algorithm. */
    this.isChecked = true;
  }

  /**
   * Reads and judges what stands behind the header. `told` is the roadmap's id as it is known by other means, or null.
   * Throws a `Fault`.
   */
  async read(decoder, told = null) {
    refuse(told !== null && told !== this.roadmap, "not-the-roadmap-asked-for");
    refuse(this.scope === "full", "scope-not-supported");
    const footer = await this.readRecords(decoder);
    refuse(decoder.at < this.data.length, "trailing-bytes");
    const found = await digestOf(this.data.subarray(0, this.offset));
    refuse(footer.count !== this.count || ordered(footer.digest, found) !== 0, "contradiction");
    this.offset = 0;                                             // what follows concerns the whole file
    this.finish();
    this.keyRecords.settle();
    return this;
  }

  /** What is asked once all records are in. */
  finish() {
    refuse(this.scope === "evidence" && this.accusations.length === 0, "no-accusation");
    this.findLacking();
  }

  /** Reads all records, head by head, and returns what the item that ends them says. */
  async readRecords(decoder) {
    for (;;) {
      this.place = null;
      this.offset = decoder.at;
      decoder.values = 0;
      const parts = decoder.headOf(4);
      if (parts === 3) {
        refuse(decoder.headOf(3) !== 3 || decoder.text(3) !== "end", "wrong-kind");
        const count = decoder.headOf(0);
        refuse(decoder.headOf(2) !== 32, "contradiction");
        return { count, digest: decoder.take(32) };
      }
      refuse(parts !== 2, "wrong-kind");
      const [kind, length] = [decoder.headOf(0), decoder.headOf(2)];
      refuse(length > ENCODING_LIMITS.recordByteCount, "too-long");
      const record = decoder.take(length);
      refuse(this.count === BUNDLE_LIMITS.recordCount, "too-many");
      this.place = this.count;
      this.offsets.push(this.offset);
      await this.take(kind, record);
      this.count += 1;
    }
  }

  take(kind, data) {
    const takers = new Map([
      [1, this.takeInstrument], [2, this.takeSeal], [3, this.takeKeyStatement], [4, this.takeWithdrawal],
      [5, this.takeCertificate], [9, this.takeRequest],
    ]);
    if (this.scope === "evidence") {
      takers.set(6, this.takeHeader).set(7, this.takeBody).set(8, this.takeCheckpoint).set(10, this.takeAccusation);
    }
    refuse(!takers.has(kind), "unexpected-kind");
    if (this.accusations.length > 0 && kind !== 10) throw new Fault("too-early", this.accusations[0].place);
    return takers.get(kind).call(this, data);
  }

  // ---- What is asked of every record

  once(...name) {
    refuse(this.seen.has(name.join(" ")), "duplicate-record");
    this.seen.add(name.join(" "));
  }

  isOurs(record) {
    refuse(record.roadmap !== this.roadmap, "other-roadmap");
  }

  isNotEarly(name) {
    if (this.named.has(name)) throw new Fault("too-early", this.named.get(name));
  }

  name(...names) {
    for (const name of names) if (!this.named.has(name)) this.named.set(name, this.place);
  }

  nameInstruments(ids) {
    this.name(...[...ids].filter((one) => !this.instruments.has(one)).map((one) => `instrument ${one}`));
  }

  /** The key record that something is made under; null if it is not at hand, and what has a payload then waits. */
  under(party, keys, payload = null) {
    const record = this.keyRecords.of(party, keys);
    if (record) return record;
    this.name(`keys ${KeyRecords.name(party, keys)}`);
    if (payload !== null) {
      this.waiting.statements += 1;
      this.waiting.bytes += payload.length;
      const { waitingStatements, waitingByteCount } = BUNDLE_LIMITS;
      refuse(this.waiting.statements > waitingStatements || this.waiting.bytes > waitingByteCount, "too-many-waiting");
    }
    return null;
  }

  async check(envelope, keys) {
    const key = keys.find((one) => one.id === envelope.signer);
    refuse(!key, "unknown-key");
    this.signatureCount += 1;
    try {
      refuse(!(await envelope.isBy(key.bytes, key.id)), "bad-signature");
    } catch (error) {
      if (!(error instanceof NotSupported)) throw error;
      this.isChecked = false;
    }
  }

  // ---- Kinds of records

  async takeInstrument(data) {
    const record = await instrument(data);
    this.once(1, record.id);
    this.isNotEarly(`instrument ${record.id}`);
    for (const [party, root] of record.records) this.isNotEarly(`keys ${KeyRecords.name(party, root.id)}`);
    this.isOurs(record);
    this.instruments.set(record.id, record);
    this.nameInstruments(record.names);
    for (const [party, root] of record.records) this.keyRecords.addRoot(party, root);
  }

  async takeSigned(kind, code, read, store, data, names) {
    const envelope = await Envelope.read(data, kind);
    const record = store.get(envelope.id) ?? await read(envelope.payload);
    this.once(code, record.id, envelope.signer);
    this.isOurs(record);
    store.set(record.id, record);
    this.nameInstruments(names(record));
    const under = this.under(record.party, record.keys, envelope.payload);
    if (!under) return;
    await this.check(envelope, under.record?.seal.keys ?? []);
    record.signers.add(envelope.signer);
  }

  takeSeal(data) {
    return this.takeSigned("seal", 2, seal, this.seals, data, (record) => [record.instrument]);
  }

  takeWithdrawal(data) {
    const names = (record) => record.rosters.values();
    return this.takeSigned("withdrawal", 4, withdrawal, this.withdrawals, data, names);
  }

  async takeKeyStatement(data) {
    const envelope = await Envelope.read(data, "keys");
    const record = this.statements.get(envelope.id) ?? await keyStatement(envelope.payload);
    this.once(3, record.id, envelope.signer);
    this.isOurs(record);
    this.statements.set(record.id, record);
    const previous = this.under(record.party, record.previous, envelope.payload);
    if (!previous) return;
    refuse(record.version !== previous.version + 1n, "wrong-version");
    await this.check(envelope, previous.mayFollow(record));
    record.signers.add(envelope.signer);
    if (this.keyRecords.of(record.party, record.id) || !previous.authorityOf(record)) return;
    this.isNotEarly(`keys ${KeyRecords.name(record.party, record.id)}`);
    this.keyRecords.add(record.party, new KeyRecord(record.id, record.record, previous, record));
  }

  async takeCertificate(data) {
    const envelope = await Envelope.read(data, "state");
    const record = await stateCertificate(envelope.payload);
    this.isOurs(record);
    this.once(5, record.id, envelope.signer);
    await this.hear(record, envelope);
  }

  /** Takes a certificate in whose signer is a node in some key record of its party. */
  async hear(record, envelope) {
    const records = this.keyRecords.ofParty(record.party).filter((one) => one.record);
    await this.check(envelope, records.flatMap((one) => one.record.nodes.map((node) => node.key)));
    this.certificates.push({ ...record, signer: envelope.signer });
  }

  async takeRequest(data) {
    const record = await seal(data);
    this.isOurs(record);
    this.once(9, record.id);
    this.requests.set(record.id, record);
    this.nameInstruments([record.instrument]);
    this.under(record.party, record.keys);
  }

  async takeHeader(data) {
    const record = await journalHeader(data);
    this.isOurs(record);
    this.once(6, record.id);
    this.isNotEarly(`entry ${record.id}`);
    this.headers.set(record.id, record);
    if (record.sequence > 0n && !this.headers.has(record.previous)) this.name(`entry ${record.previous}`);
  }

  async takeBody(data) {
    const record = await writerBody(data);
    this.once(7, record.id);
    this.isNotEarly(`writer ${record.writer}`);
    this.bodies.set(record.writer, record);
  }

  async takeCheckpoint(data) {
    const envelope = await Envelope.read(data, "checkpoint");
    const record = checkpoint(envelope.payload);
    this.isOurs(record);
    this.once(8, envelope.id, envelope.signer);
    if (!this.headers.has(record.entry)) {
      this.name(`entry ${record.entry}`);
      this.lacking.add(record.entry);
    }
    if (this.bodies.has(record.writer)) {
      await this.check(envelope, [this.bodies.get(record.writer).key]);
    } else {
      this.name(`writer ${record.writer}`);
      this.lacking.add(record.writer);
    }
    this.checkpoints.push(record);
  }

  async takeAccusation(data) {
    const record = await accusation(data);
    this.isOurs(record);
    this.once(10, record.id);
    refuse(this.accusations.length === BUNDLE_LIMITS.accusationCount, "too-many");
    this.accusations.push({ ...record, place: this.place });
  }

  // ---- What follows from all of them

  findLacking() {
    const named = new Set([this.roadmap]);
    const add = (ids) => [...ids].forEach((one) => named.add(one));
    for (const record of this.instruments.values()) add(record.names);
    const seals = [...this.seals.values(), ...this.requests.values()];
    for (const record of seals) add([record.instrument, ...record.provided]);
    for (const record of this.withdrawals.values()) add([...record.rosters.values(), ...record.committed]);
    for (const one of named) if (!this.instruments.has(one)) this.lacking.add(one);
    for (const name of this.named.keys()) if (name.startsWith("keys ")) this.lacking.add(name.split(" ")[2]);
  }

  /** The key record that a statement is made under, or null. */
  madeUnder(statement) {
    return this.keyRecords.of(statement.party, statement.keys);
  }

  isSigned(statement) {
    const record = this.madeUnder(statement)?.record;
    return Boolean(record) && statement.signers.size >= record.seal.threshold;
  }

  isDisputed(statement) {
    const record = this.madeUnder(statement);
    if (!record || statement.instrument === this.roadmap) return false;
    if (record.followers.length === 0 && !record.isSuperseded) return false;
    return !this.keyRecords.chain(statement.party, record.root).some((one) =>
      one.statement && !one.isSuperseded && one.statement.acknowledges.includes(statement.id));
  }
}
