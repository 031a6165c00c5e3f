// What a verifier says of a file (bundle.md, commands.md "verify").

/**
 * Checks a bundle. Throws `NotABundle` or `NotOfAPage`; everything else that is wrong with it is in what is returned.
 */
async function verified(data, told = null) {
  const ledger = new Ledger(data);
  try {
    await ledger.read(told);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const record = error.place ?? ledger.place;
    const offset = error.place === undefined ? ledger.offset : ledger.offsets[error.place];
    return { verdict: "invalid", refusal: { record, offset, code: error.code }, ledger };
  }
  const evaluation = new Evaluation(ledger);
  const contradictions = new Contradictions(evaluation);
  const evidence = contradictions.all;
  const judge = new Judge(evaluation, contradictions);
  const judgements = ledger.accusations.map((accused) => judge.judge(accused));
  const [stateRoot, perfectedRoot] = await Promise.all([evaluation.stateRoot(), evaluation.perfectedRoot()]);
  return {
    verdict: verdictOf(ledger, evidence, judgements), refusal: null, ledger, evaluation, evidence, judgements,
    stateRoot, perfectedRoot, lacking: [...ledger.lacking].sort(compared),
  };
}

function verdictOf(ledger, evidence, judgements) {
  const isSaid = (verdict) => judgements.some((judgement) => judgement.verdict === verdict);
  if (evidence.length > 0 || isSaid("convicted")) return "forked";
  if (ledger.scope === "evidence") return isSaid("incomplete") ? "incomplete" : "valid";
  return ledger.lacking.size > 0 ? "incomplete" : "valid";
}

/** The same as data, with the names that `syngraph verify --json` has. */
function published({ verdict, refusal, ledger, evaluation, evidence, judgements, stateRoot, perfectedRoot, lacking }) {
  if (refusal) return { verdict, refusal, roadmap: ledger.roadmap };
  const ids = (some) => [...some].sort(compared);
  return {
    verdict, lacking, evidence, refusal,
    accusations: judgements.map(({ party, kind, records, writer, verdict: word, missing, reason }) =>
      ({ party, kind, records, writer, verdict: word, missing, reason })),
    roadmap: ledger.roadmap, stateRoot, perfectedRoot, perfected: ids(evaluation.perfected),
    inForce: ids(evaluation.inForce), contested: ids(evaluation.contested),
    instruments: ids(ledger.instruments.keys()).map((one) =>
      ({ id: one, state: evaluation.state(one), missing: missing(evaluation, one) })),
    records: ledger.count, signatures: ledger.signatureCount,
  };
}
