// How a party's keys follow each other (keys.md): roots that instruments write, and what good key statements make.

class KeyRecord {
  /** A root, or what a statement makes of `previous`. `record` is null for a freeze. */
  constructor(name, record, previous = null, statement = null) {
    this.id = name;
    this.record = record;
    this.previous = previous;
    this.statement = statement;
    this.version = statement ? statement.version : 0n;
    this.root = previous ? previous.root : name;
    /** Its own record, or the last one before a freeze. */
    this.before = record ?? previous.before;
    this.isSuperseded = false;
    this.authority = null;
    this.followers = [];
  }

  /** The keys whose signatures on a statement that follows this record are looked at. */
  mayFollow(statement) {
    return [...this.before.recovery.keys, ...(this.record?.seal.keys ?? []), ...(statement.record?.keys ?? [])];
  }

  /** By what a statement that follows this record is good: "recovery", "seal", or null while it is not. */
  authorityOf(statement) {
    const { before } = this;
    const signed = (keys) => keys.filter((key) => statement.signers.has(key.id)).length;
    const had = new Set(before.keys.map((key) => key.id));
    const isPossessed = (key) => had.has(key.id) || statement.signers.has(key.id);
    if (statement.record && !statement.record.keys.every(isPossessed)) return null;
    const { recovery, seal } = before;
    if (recovery.threshold > 0 && signed(recovery.keys) >= recovery.threshold) return "recovery";
    if (!this.record || signed(seal.keys) < seal.threshold) return null;
    const isAsCommitted = !statement.record || before.next === null || before.next === statement.record.sealDigest;
    return isAsCommitted ? "seal" : null;
  }
}

/** A chain's newest record: of those not superseded that of the highest version, of equals the lowest id. */
const newestOf = (chain) => chain.filter((one) => !one.isSuperseded)
  .sort((a, b) => compared(b.version, a.version) || compared(a.id, b.id))[0];

/** All key records at hand. Two parties' records are two, also where the bytes are the same. */
class KeyRecords {
  constructor() {
    this.byName = new Map();
  }

  static name(party, keys) {
    return `${party} ${keys}`;
  }

  of(party, keys) {
    return this.byName.get(KeyRecords.name(party, keys)) ?? null;
  }

  addRoot(party, record) {
    const name = KeyRecords.name(party, record.id);
    if (!this.byName.has(name)) this.add(party, new KeyRecord(record.id, record));
  }

  add(party, keyRecord) {
    keyRecord.party = party;
    this.byName.set(KeyRecords.name(party, keyRecord.id), keyRecord);
    keyRecord.previous?.followers.push(keyRecord);
  }

  get all() {
    return [...this.byName.values()];
  }

  ofParty(party) {
    return this.all.filter((one) => one.party === party);
  }

  /** Ascending by version, then by id. */
  chain(party, root) {
    return this.ofParty(party).filter((one) => one.root === root)
      .sort((a, b) => compared(a.version, b.version) || compared(a.id, b.id));
  }

  /** Once all statements are in: by what authority each is good, and which a recovery takes the place of. */
  settle() {
    for (const record of this.all.sort((a, b) => compared(a.version, b.version))) {
      for (const follower of record.followers) follower.authority = record.authorityOf(follower.statement);
      const isRecovered = record.followers.some((follower) => follower.authority === "recovery");
      for (const follower of record.followers) {
        follower.isSuperseded = record.isSuperseded || (isRecovered && follower.authority === "seal");
      }
    }
  }
}
