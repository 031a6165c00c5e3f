// What an instrument still lacks (agreement.md, "What is missing"), within the limits of a page (page.md).

const MISSING_LIMITS = { silentParties: 64, search: 200 };

/** Lists of so many of some, in the order of their places. */
function* combinations(items, size, from = 0) {
  if (size === 0) {
    yield [];
    return;
  }
  for (let place = from; place + size <= items.length; place += 1) {
    for (const rest of combinations(items, size - 1, place + 1)) yield [items[place], ...rest];
  }
}

/** `{parties, instruments}`, both ascending; `parties` is null where no answer is given. */
function missing(evaluation, one) {
  const { structure, instruments } = evaluation;
  if (structure.illFormed.has(one)) return { parties: null, instruments: [] };
  if (structure.awaiting.has(one)) {
    const awaited = [...instruments.get(one).names].filter((name) => evaluation.cannotBeJudged(name));
    return { parties: null, instruments: awaited.sort(compared) };
  }
  const conditions = evaluation.sealsOn.get(one).flatMap((said) => said.provided);
  const lacking = new Set([...instruments.get(one).ground, ...conditions]);
  const notStanding = [...lacking].filter((name) => !evaluation.standing.has(name));
  return { parties: missingParties(evaluation, one), instruments: notStanding.sort(compared) };
}

function missingParties(evaluation, one) {
  const suffice = (parties) => {
    const willing = new Set(parties);
    return evaluation.isMet(one, evaluation.voice(one, null, new Set(), { accepting: willing, newcomers: willing }));
  };
  if (suffice([])) return [];
  const heard = new Set(evaluation.sealsOn.get(one).filter((said) => said.counts).map((said) => said.party));
  const asked = evaluation.structure.needs.get(one).flatMap((requirement) => requirement.parties);
  const silent = [...new Set(asked)].filter((party) => !heard.has(party)).sort(compared);
  if (silent.length > MISSING_LIMITS.silentParties || !suffice(silent)) return null;
  const required = silent.filter((party) => !suffice(silent.filter((other) => other !== party)));
  if (suffice(required)) return required;
  const others = silent.filter((party) => !required.includes(party));
  let tried = 0;
  for (let size = 1; size <= others.length; size += 1) {
    for (const some of combinations(others, size)) {
      tried += 1;
      if (tried > MISSING_LIMITS.search) return null;
      if (suffice([...required, ...some])) return [...required, ...some].sort(compared);
    }
  }
  return null;
}
