// Contradictions (agreement.md), and what a file of evidence shows of those whom it accuses (evidence.md).

class Contradictions {
  constructor(evaluation) {
    this.evaluation = evaluation;
    this.structure = evaluation.structure;
    this.commitments = this.findCommitments();
  }

  binds(said) {
    const { disputed, ledger } = this.evaluation;
    return !disputed.has(said.id) && this.evaluation.isEstablished(said.party, ledger.madeUnder(said).root);
  }

  /** By party, by instrument, the seals that bind; ascending. */
  findSeals() {
    const seals = new Map();
    for (const one of this.structure.wellFormed) {
      for (const said of this.evaluation.sealsOn.get(one)) {
        if (!this.binds(said)) continue;
        if (!seals.has(said.party)) seals.set(said.party, new Map());
        const on = seals.get(said.party);
        on.set(one, [...(on.get(one) ?? []), said]);
      }
    }
    return seals;
  }

  findCommitments() {
    this.seals = this.findSeals();
    const commitments = new Map();
    for (const [party, on] of this.seals) {
      const given = [...on].map(([one, said]) => [one, said.filter((seal) => seal.verdict !== "reject")]);
      commitments.set(party, new Map(given.filter(([, said]) => said.length > 0)));
    }
    return commitments;
  }

  /** Each `{party, kind, records}`, in their order. */
  get all() {
    const found = [];
    for (const [party, on] of this.seals) found.push(...this.twoVerdicts(party, on));
    for (const [party, on] of this.commitments) found.push(...this.incoherentSeals(party, on));
    for (const record of this.evaluation.ledger.keyRecords.all) found.push(...this.forkedKeys(record));
    found.push(...this.twoStates());
    const rank = ({ kind }) => CONTRADICTIONS.indexOf(kind);
    return found.sort((a, b) => compared(a.party, b.party) || rank(a) - rank(b)
      || compared(a.records.join(), b.records.join()));
  }

  twoVerdicts(party, on) {
    return [...on.values()].flatMap((said) => {
      const first = new Map();
      for (const { verdict, id: name } of said) if (!first.has(verdict)) first.set(verdict, name);
      const [lowest, ...others] = [...first.values()].sort(compared);
      return others.map((other) => ({ party, kind: "two-verdicts", records: [lowest, other] }));
    });
  }

  incoherentSeals(party, on) {
    const found = [];
    const instruments = [...on.keys()];
    instruments.forEach((a, place) => {
      for (const b of instruments.slice(place + 1)) {
        if (this.areIncoherent(on, a, b) !== true) continue;
        const records = [on.get(a)[0].id, on.get(b)[0].id].sort(compared);
        found.push({ party, kind: "incoherent-seals", records });
      }
    });
    return found;
  }

  forkedKeys(record) {
    const { party } = record;
    if (!this.evaluation.isEstablished(party, record.root)) return [];
    return ["recovery", "seal"].flatMap((authority) => {
      const isOfIt = (follower) => follower.authority === authority && !follower.isSuperseded;
      const [lowest, ...others] = record.followers.filter(isOfIt).map((follower) => follower.id).sort(compared);
      return others.map((other) => ({ party, kind: "forked-keys", records: [lowest, other] }));
    });
  }

  /** Certificates of one chain with one number, or of which the later one does not name the one right before it. */
  twoStates() {
    const found = new Map();                                     // by name: several nodes' keys may tell the same
    for (const { party, numbered } of this.evaluation.chains) {
      for (const [sequence, said] of numbered) {
        const [lowest, ...others] = said.map((one) => one.id).sort(compared);
        const next = numbered.get(sequence + 1n) ?? [];
        const isNextToAnother = said.length === 1 && next.length === 1 && next[0].previous !== lowest;
        for (const other of isNextToAnother ? [next[0].id] : others) {
          const records = [lowest, other].sort(compared);
          found.set([party, ...records].join(" "), { party, kind: "two-states", records });
        }
      }
    }
    return found.values();
  }

  /** Whether commitments to two instruments contradict each other; null while it cannot be said. */
  areIncoherent(commitments, a, b) {
    if (!this.structure.speaksAgainst(a, b) || !this.structure.speaksAgainst(b, a)) return false;
    const conditions = [a, b].flatMap((one) => commitments.get(one)).flatMap((said) => said.provided);
    if (conditions.some((one) => this.evaluation.cannotBeJudged(one))) return null;
    return !this.isLoose(commitments, a, b) && !this.isLoose(commitments, b, a);
  }

  /** Whether a party's commitment to `j` is loose towards `i`. */
  isLoose(commitments, j, i) {
    const { structure } = this;
    const replacers = structure.replacers.get(i) ?? new Set();
    const frees = (closing) => {
      const record = this.evaluation.instruments.get(closing);
      if (!structure.needs.has(closing) || record.subject !== j || record.outcome !== "complete") return false;
      const rivals = structure.conflicts.get(closing);
      if (!rivals.has(i) && !intersects(rivals, structure.beneath.get(i))) return false;
      const isReplaced = replacers.has(closing) || intersects(structure.beneath.get(closing), replacers);
      return !commitments.has(closing) || isReplaced;
    };
    return commitments.get(j).every((said) => said.provided.some(frees));
  }
}

/** Judges accusations by all records of a file, and by nothing else. */
class Judge {
  constructor(evaluation, contradictions) {
    this.evaluation = evaluation;
    this.contradictions = contradictions;
    this.ledger = evaluation.ledger;
  }

  judge(accused) {
    const [verdict, reason, missing = []] =
      accused.kind === "forked-journal" ? this.judgeFork(accused) : this.judgeStatements(accused);
    return { ...accused, verdict, reason, missing: [...new Set(missing)].sort(compared) };
  }

  judgeStatements(accused) {
    const isOfKeys = accused.kind === "forked-keys";
    const store = isOfKeys ? this.ledger.statements : this.ledger.seals;
    const absent = accused.records.filter((one) => !store.has(one));
    if (absent.length > 0) return ["incomplete", "absent", absent];
    const both = accused.records.map((one) => store.get(one));
    if (!this.areAsSaid(accused, both)) return ["acquitted", "other-records"];
    const isIllFormed = (said) => this.evaluation.structure.illFormed.has(said.instrument);
    if (!isOfKeys && both.some(isIllFormed)) return ["acquitted", "ill-formed"];
    const under = isOfKeys ? [both[0].previous] : both.map((said) => said.keys);
    const lacking = [...(isOfKeys ? [] : this.absentBeneath(accused, both)), ...this.absentKeys(accused.party, under)];
    if (lacking.length > 0) return ["incomplete", "absent", lacking];
    return this.judgeWhole(accused, both, under.map((one) => this.ledger.keyRecords.of(accused.party, one)));
  }

  areAsSaid({ kind, party }, [one, two]) {
    if (one.party !== party || two.party !== party) return false;
    const isOnOne = one.instrument === two.instrument;
    switch (kind) {
      case "forked-keys": return one.previous === two.previous;
      case "two-verdicts": return isOnOne && one.verdict !== two.verdict;
      default: return !isOnOne && one.verdict !== "reject" && two.verdict !== "reject";
    }
  }

  /** What is not in the file of all that the instruments of two seals stand on, all the way down. */
  absentBeneath({ kind, party }, both) {
    const ahead = new Set(both.map((said) => said.instrument));
    const isTheirs = (said) => said.party === party && ahead.has(said.instrument) && this.ledger.madeUnder(said);
    // That two verdicts differ does not hang on conditions.
    if (kind === "incoherent-seals") {
      const seals = [...both, ...[...this.ledger.seals.values()].filter(isTheirs)];
      seals.flatMap((said) => said.provided).forEach((one) => ahead.add(one));
    }
    for (const one of ahead) this.evaluation.instruments.get(one)?.names.forEach((name) => ahead.add(name));
    return [...ahead].filter((one) => !this.evaluation.instruments.has(one));
  }

  /** A key statement that is in the file and not good is not absent, but what it follows may be. */
  absentKeys(party, under) {
    const { keyRecords, statements } = this.ledger;
    return under.map((one) => {
      let name = one;
      while (!keyRecords.of(party, name) && statements.has(name)) name = statements.get(name).previous;
      return name;
    }).filter((name) => !keyRecords.of(party, name));
  }

  judgeWhole(accused, both, under) {
    const { evaluation, ledger } = this;
    if (under.includes(null)) return ["incomplete", "not-signed"];
    const isOfKeys = accused.kind === "forked-keys";
    const made = isOfKeys ? both.map((one) => ledger.keyRecords.of(accused.party, one.id)) : [];
    if (made.includes(null) || !(isOfKeys || both.every((said) => ledger.isSigned(said)))) {
      return ["incomplete", "not-signed"];
    }
    if (made.some((one) => one.isSuperseded)) return ["acquitted", "superseded"];
    if (!isOfKeys && !both.every((said) => said.counts || said.countsAsNewcomers)) return ["acquitted", "other-keys"];
    if (!isOfKeys && both.some((said) => evaluation.disputed.has(said.id))) return ["acquitted", "disowned"];
    const isTheirs = (one) => evaluation.isEstablished(accused.party, one.root);
    if (!under.every(isTheirs)) return ["incomplete", "not-established"];
    return this.isContradiction(accused, both, made) ? ["convicted", "contradiction"] : ["acquitted", "coherent"];
  }

  isContradiction({ kind, party }, both, made) {
    if (kind === "two-verdicts") return true;
    if (kind === "forked-keys") return made[0].authority === made[1].authority;
    const commitments = this.contradictions.commitments.get(party);
    return this.contradictions.areIncoherent(commitments, both[0].instrument, both[1].instrument) === true;
  }

  judgeFork(accused) {
    const { headers, bodies } = this.ledger;
    const absent = accused.records.filter((one) => !headers.has(one));
    if (!bodies.has(accused.writer)) absent.push(accused.writer);
    if (absent.length > 0) return ["incomplete", "absent", absent];
    const [one, two] = accused.records.map((name) => headers.get(name));
    const isByWriter = one.writer === accused.writer && two.writer === accused.writer;
    if (!isByWriter || one.sequence !== two.sequence) return ["acquitted", "other-records"];
    if (one.previous !== two.previous) return ["incomplete", "earlier-parting"];
    const covered = this.covered(accused.writer);
    if (!accused.records.every((name) => covered.has(name))) return ["incomplete", "not-covered"];
    const isTheirs = this.evaluation.speaksFor(accused.party, bodies.get(accused.writer).key.id);
    return isTheirs ? ["convicted", "fork"] : ["incomplete", "not-established"];
  }

  /** The entries of a writer that a checkpoint covers, or that lead to one through headers of the file. */
  covered(writer) {
    const { headers, checkpoints } = this.ledger;
    const covered = new Set();
    for (const { writer: claimed, entry, sequence } of checkpoints) {
      const header = headers.get(entry);
      const isIt = claimed === writer && header?.writer === writer && header.sequence === sequence;
      if (isIt) covered.add(entry);
    }
    for (const name of covered) {
      const { previous, sequence } = headers.get(name);
      const before = headers.get(previous);
      if (sequence > 0n && before?.writer === writer && before.sequence === sequence - 1n) covered.add(before.id);
    }
    return covered;
  }
}
