// What was found, as data: what the page leaves behind for programs (page.md, "What it says").

/** The same as data, with the names that `syngraph verify --json` has. */
function published(found) {
  const { verdict, refusal, ledger, proof } = found;
  if (refusal) return { verdict, refusal, roadmap: ledger.roadmap };
  return proof ? publishedProof(found) : publishedAgreement(found);
}

function publishedProof({ verdict, refusal, ledger, proof, parties, ruleMet }) {
  const { subject, count, path, root } = proof;
  const said = {
    provision: subject.provision, version: subject.version, leaf: hexOf(subject.leaf), place: subject.place, count,
    path, root, ruleMet, keysChecked: false,
    parties: parties.map(({ id: party, chain, newest, state, seals, disputed }) => ({
      id: party, keys: chain[0].root, record: newest.id, known: false,
      state: state && {
        id: state.id, at: timestamp(state.at), sequence: Number(state.sequence),
        entry: state.ownEntry === null ? null : Number(state.ownEntry),
      },
      seals: seals.map((one) => ({
        id: one.id, verdict: one.verdict, provided: one.provided, disputed: disputed.has(one.id), at: timestamp(one.at),
      })),
    })),
  };
  return {
    verdict, refusal, lacking: [], evidence: [], accusations: [], roadmap: ledger.roadmap, stateRoot: null,
    perfectedRoot: null, perfected: [], inForce: [], contested: [], instruments: [], proofs: [said],
    records: ledger.count, signatures: ledger.signatureCount,
  };
}

function publishedAgreement({ verdict, refusal, ledger, evaluation, evidence, judgements, stateRoot, perfectedRoot, lacking }) {
  const ids = (some) => [...some].sort(compared);
  return {
    verdict, lacking, evidence, refusal,
    accusations: judgements.map(({ party, kind, records, writer, verdict: word, missing, reason }) =>
      ({ party, kind, records, writer, verdict: word, missing, reason })),
    roadmap: ledger.roadmap, stateRoot, perfectedRoot, perfected: ids(evaluation.perfected),
    inForce: ids(evaluation.inForce), contested: ids(evaluation.contested),
    instruments: ids(ledger.instruments.keys()).map((one) =>
      ({ id: one, state: evaluation.state(one), missing: missing(evaluation, one) })),
    proofs: [],
    records: ledger.count, signatures: ledger.signatureCount,
  };
}
