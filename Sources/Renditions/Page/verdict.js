// What a verifier says of a file (bundle.md, commands.md "verify").

/** Checks a bundle. Throws `NotABundle`; everything else that is wrong with it is in what is returned. */
async function verified(data, told = null) {
  const header = headerOf(data);
  const ledger = header.scope === "provision" ? new ProofLedger(data, header) : new Ledger(data, header);
  try {
    await ledger.read(header.decoder, told);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const record = error.place ?? ledger.place;
    const offset = error.place === undefined ? ledger.offset : ledger.offsets[error.place];
    return { verdict: "invalid", refusal: { record, offset, code: error.code }, ledger };
  }
  return header.scope === "provision" ? whatIsProved(ledger) : whatFollows(ledger);
}

async function whatFollows(ledger) {
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
