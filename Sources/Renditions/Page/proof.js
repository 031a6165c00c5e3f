// The proof of one provision (proof.md): the leaves that it lays open, the tree that leads from them to the state root,
// and who signed what.

const PROOF_LIMITS = { leafCount: 4_294_967_296n, shown: 4096, nodes: 131_072 };

/** A leaf that is laid open, and its encoding. */
const openLeaf = (count) => async (value) => {
  const fields = new Fields(value);
  const place = Number(fields.take("place", number(0n, count - 1n)));
  const provision = fields.take("provision", identifier);
  const version = fields.take("version", id);
  const secret = fields.take("secret", sized(32));
  const shown = await fields.take("content", content(provision));
  fields.end();
  const commitment = await digestOf(joined(secret, shown.encoded));
  return { place, provision, version, content: shown, leaf: encodedList([provision, bytesOfHex(version), commitment]) };
};

/** Ascending in both ways. */
const isBehind = (last, next) => last.place < next.place && last.provision < next.provision;

async function provisionProof(payload) {
  const fields = new Fields(decoded(payload));
  fields.take("type", constant("syngraph/proof/1"));
  const roadmap = fields.take("roadmap", id);
  const provision = fields.take("provision", identifier);
  const count = fields.take("count", number(1n, PROOF_LIMITS.leafCount));
  const shown = await fields.take("shown", listInTime(openLeaf(count), PROOF_LIMITS.shown, { isBehind }));
  const nodes = fields.take("nodes", listOf(id, PROOF_LIMITS.nodes, { empty: true, key: null }));
  fields.end();
  const subject = shown.find((one) => one.provision === provision);
  refuse(!subject, "contradiction");
  const isOfConstitution = (one) => ["rule", "roster", "party"].includes(prefixOf(one.provision));
  refuse(!shown.every((one) => one === subject || isOfConstitution(one)), "contradiction");
  const tree = new PartialTree(subject.place, nodes);
  const root = await tree.root(0, Number(count), shown);
  refuse(tree.nodes.length > 0, "contradiction");
  return { roadmap, subject, count: Number(count), shown, root, path: tree.path };
}

/** A tree of which some leaves are shown, and of the rest the roots of the greatest subtrees, from left to right. */
class PartialTree {
  /** @param place the leaf whose path is wanted */
  constructor(place, nodes) {
    this.place = place;
    this.nodes = [...nodes].reverse();                            // the next one is the last
    this.path = [];
  }

  /** The root of the leaves from `first` on. */
  async root(first, count, shown) {
    if (shown.length === 0) {
      refuse(this.nodes.length === 0, "contradiction");
      return this.nodes.pop();
    }
    if (count === 1) return idOf(joined([0], shown[0].leaf));
    let half = 1;                                                 // the largest power of two below
    while (2 * half < count) half *= 2;
    const left = await this.root(first, half, shown.filter((one) => one.place < first + half));
    const right = await this.root(first + half, count - half, shown.filter((one) => one.place >= first + half));
    if (first <= this.place && this.place < first + count) this.path.push(this.place < first + half ? right : left);
    return idOf(joined([1], bytesOfHex(left), bytesOfHex(right)));
  }
}

/** The records of one proof. Nothing waits, and no instrument is there. */
class ProofLedger extends Ledger {
  constructor(data, header) {
    super(data, header);
    this.proof = null;
  }

  take(kind, data) {
    const takers = new Map([
      [2, this.takeSeal], [3, this.takeKeyStatement], [5, this.takeCertificate], [11, this.takeProof],
    ]);
    refuse(!takers.has(kind) || (kind === 11 && this.proof !== null), "unexpected-kind");
    refuse(kind !== 11 && this.proof === null, "too-early");
    return takers.get(kind).call(this, data);
  }

  async takeProof(data) {
    const proof = await provisionProof(data);
    this.isOurs(proof);
    this.proof = proof;
    for (const { provision, content: shown } of proof.shown) {
      if (prefixOf(provision) === "party") this.keyRecords.addRoot(restOf(provision), shown.meaning);
    }
  }

  async takeCertificate(data) {
    const envelope = await Envelope.read(data, "state");
    const record = await stateCertificate(envelope.payload);
    this.once(5, record.id, envelope.signer);
    this.isOurs(record);
    refuse(record.root !== this.proof.root, "not-of-this-proof");
    await this.hear(record, envelope);
  }

  /** Seals are on the version. */
  nameInstruments(ids) {
    for (const one of ids) refuse(one !== this.proof.subject.version, "not-of-this-proof");
  }

  under(party, keys) {
    const record = this.keyRecords.of(party, keys);
    refuse(record === null, "unknown-key");
    return record;
  }

  finish() {
    refuse(this.proof === null, "no-proof");
  }
}

/** The rosters that a proof shows; a standing without one has no holders. */
class RostersShown {
  constructor(shown) {
    this.rosters = new Map(shown.filter((one) => prefixOf(one.provision) === "roster")
      .map((one) => [restOf(one.provision), one.content.meaning]));
  }

  holders(standing) {
    return this.rosters.get(standing)?.holders ?? new Set();
  }
}

/** What a proof shows, and who says what of it. Whose keys they are nobody has told a page: none is known. */
function whatIsProved(ledger) {
  const { proof, keyRecords } = ledger;
  const speaksFor = (party, signer) => keyRecords.ofParty(party).some((one) =>
    one.record && !one.isSuperseded && one.record.nodes.some((node) => node.key.id === signer));
  const chains = chainsOf(ledger.certificates, speaksFor);
  const signed = [...ledger.seals.values()].filter((one) => ledger.isSigned(one))
    .sort((a, b) => compared(a.id, b.id));
  const parties = proof.shown.filter((one) => prefixOf(one.provision) === "party").map((one) => {
    const [party, record] = [restOf(one.provision), one.content.meaning];
    const chain = keyRecords.chain(party, record.id);
    const seals = signed.filter((said) => said.party === party);
    return {
      id: party, record, chain, newest: newestOf(chain), state: newestCertificate(chains, party), seals,
      disputed: new Set(seals.filter((said) => ledger.isDisputed(said)).map((said) => said.id)),
    };
  });
  const certifying = parties.filter((party) => party.state !== null);
  return {
    verdict: certifying.length > 0 ? "valid" : "incomplete", refusal: null, ledger, proof, parties, certifying,
    ...ruleShown(proof, signed), lacking: [], evidence: [], judgements: [],
  };
}

/** The rule of the provision's class, and whether the seals meet it; nulls where it is not shown. */
function ruleShown({ subject, shown }, seals) {
  const name = `rule/${subject.content.class}`;
  const expression = shown.find((one) => one.provision === name)?.content.meaning ?? null;
  if (expression === null) return { rule: null, ruleMet: null };
  const requirement = new RuleRequirement(expression, new RostersShown(shown), [subject.content]);
  const plain = seals.filter((said) => said.provided.length === 0).map((said) => ({ ...said, counts: true }));
  return { rule: expression, ruleMet: requirement.isMet(new Voice(plain, () => false)) };
}
