// The words for what records say, as the program that wrote the page has them (its rooms Redline and Wording): text
// that is safe to show, lists, rules, and what differs between two contents.

/** What cannot be seen, or commands the reader: controls, separators, what Unicode 14.0 calls default ignorable. */
const UNSEEN = [
  0x00, 0x1f, 0x7f, 0x9f, 0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f,
  0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0x3164, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xfeff, 0xffa0, 0xffa0,
  0xfff0, 0xfffb, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0fff,
];

function isUnseen(scalar) {
  for (let i = 0; i < UNSEEN.length; i += 2) if (UNSEEN[i] <= scalar && scalar <= UNSEEN[i + 1]) return true;
  return false;
}

/** A stranger's words with what cannot be seen spelt out; line feeds too, unless they are kept. */
function safe(words, keepsLineFeeds = false) {
  let shown = "";
  for (let i = 0; i < words.length;) {
    const scalar = words.codePointAt(i);
    const letter = String.fromCodePoint(scalar);
    i += letter.length;
    const beginsSpelling = letter === "\\" && words.startsWith("u{", i);
    const isPlain = (letter === "\n" && keepsLineFeeds) || !(isUnseen(scalar) || beginsSpelling);
    shown += isPlain ? letter : `\\u{${scalar.toString(16).toUpperCase()}}`;
  }
  return shown;
}

/** A stranger's words in quotation marks that they cannot close by themselves; at most 80 scalars of them. */
function quoted(words) {
  const scalars = [...words];
  const shown = safe(scalars.slice(0, 80).join("")).replace(/[“”]/g, '"');
  return `“${shown}${scalars.length > 80 ? "…" : ""}”`;
}

const short = (name) => name.slice(0, 8);
const fingerprint = (name) => name.slice(0, 32).match(/.{4}/g).join(" ");

/** `A`, `A and B`, `A, B and C`; of more than forty how many others. */
function list(items, conjunction = "and") {
  if (items.length <= 1) return items[0] ?? "nobody";
  const rest = items.length - 40;
  if (rest > 0) return `${items.slice(0, 40).join(", ")} ${conjunction} ${rest} others`;
  return `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}

const counted = (count, noun, plural = noun + "s") => `${count} ${count === 1 ? noun : plural}`;

/** Seconds since 1970-01-01T00:00:00Z in the words of RFC 3339. */
function timestamp(seconds) {
  const days = seconds / 86_400n + 719_468n;                // from 0000-03-01: years that begin in March
  const rest = Number(seconds % 86_400n);
  const dayOfEra = Number(days % 146_097n);
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524)
    - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = (days / 146_097n) * 400n + BigInt(yearOfEra) + (month <= 2 ? 1n : 0n);
  const two = (part) => String(part).padStart(2, "0");
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${year > 9999n ? "+" : ""}${year}-${two(month)}-${two(day)}T${clock}Z`;
}

/** A value of an attribute on one line. */
function readable(value) {
  if (typeof value === "string") return safe(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Uint8Array) return "0x" + hexOf(value);
  if (Array.isArray(value)) return `[${value.map(readable).join(", ")}]`;
  return `{${[...value].map(([name, item]) => `${readable(name)}: ${readable(item)}`).join(", ")}}`;
}

// ---- Rules

function ruleInWords(term, isNested = false) {
  const within = (clauses, opening, joint) => {
    if (clauses.length === 1) return clauses[0];
    const said = opening + clauses.join(joint);
    return isNested ? `(${said})` : said;
  };
  switch (term.form) {
    case "need": return shareInWords(term) + (term.abstentions ? " accept or abstain" : " accept");
    case "party": return `${term.name} accepts`;
    case "named": return `all parties accept that “${term.name}” lists in each provision concerned`;
    case "all": return within(term.parts.map((part) => ruleInWords(part, true)), "", "; and ");
    default: return within(term.parts.map((part) => ruleInWords(part, true)), "either ", "; or ");
  }
}

function shareInWords({ share: part, standings }) {
  const electorate = `${list(standings, "or")} holders`;
  if (part === "all") return `all ${electorate}`;
  if (part === "majority") return `a majority of the ${electorate}`;
  if (part.atLeast) return `at least ${part.atLeast} of the ${electorate}`;
  return `at least ${part.fraction.join("/")} of the ${electorate}`;
}

// ---- What a reserved provision says: a line for each thing

function reservedLines(provision, meaning) {
  switch (prefixOf(provision)) {
    case "roster": {
      const holders = meaning.listed.length === 0 ? "no holders" : `held by ${list(meaning.listed)}`;
      return [holders + (meaning.isDormant ? "; dormant: rules count none of them" : "")];
    }
    case "rule": return [ruleInWords(meaning)];
    case "party": return partyLines(meaning);
    default: return [`outcome: ${meaning}`];
  }
}

function partyLines({ names, seal: sealKeys, recovery, next, nodes }) {
  const idsOf = (keys) => list(keys.map((key) => short(key.id)));
  const lines = [...names.keys()].sort(compared).map((one) => `name (${one}): ${quoted(names.get(one))}`);
  lines.push(`seal keys, ${sealKeys.threshold} of ${sealKeys.keys.length} must sign: ${idsOf(sealKeys.keys)}`);
  if (recovery.keys.length > 0) {
    lines.push(`recovery keys, ${recovery.threshold} of ${recovery.keys.length}: ${idsOf(recovery.keys)}`);
  }
  if (next !== null) lines.push(`committed to its next keys: ${short(next)}`);
  for (const { key, endpoints } of nodes) {
    const places = endpoints.length === 0 ? "only dials" : `at ${list(endpoints.map((one) => safe(one)))}`;
    lines.push(`node ${short(key.id)}: ${places}`);
  }
  return lines;
}

// ---- What differs between two contents, but headings and texts: a sentence each

function difference(name, before, after) {
  if (before === after) return [];
  if (before === null) return [`${name}: ${after}`];
  return [after === null ? `${name}: no longer ${before}` : `${name}: ${before} → ${after}`];
}

function differences(provision, old, now) {
  const [before, after] = [old?.meaning ?? null, now?.meaning ?? null];
  switch (prefixOf(provision)) {
    case "roster": return rosterDifferences(before, after);
    case "rule": return ruleDifferences(before, after);
    case "party": return after === null ? [] : partyDifferences(before, after);
    case "closing": return [`outcome: ${after ?? before}`];
    default: return now === null ? [] : contentDifferences(old, now);
  }
}

function contentDifferences(old, now) {
  const named = (content, name) => {
    const value = content?.attributes?.get(name);
    return value === undefined ? null : readable(value);
  };
  const numberOf = (content) => (content === null || content.number === null ? null : safe(content.number));
  const names = new Set([...(old?.attributes?.keys() ?? []), ...(now.attributes?.keys() ?? [])]);
  return [
    ...difference("kind", old?.kind ?? null, now.kind), ...difference("class", old?.class ?? null, now.class),
    ...difference("number", numberOf(old), numberOf(now)), ...difference("part of", old?.parent ?? null, now.parent),
    ...(old !== null && ordered(old.order, now.order) !== 0 ? ["its place among its neighbours changes"] : []),
    ...[...names].sort(compared).flatMap((name) => difference(name, named(old, name), named(now, name))),
  ];
}

function rosterDifferences(old, now) {
  const [before, after] = [old?.listed ?? [], now?.listed ?? []];
  const added = after.filter((party) => !before.includes(party));
  const removed = before.filter((party) => !after.includes(party));
  const facts = [];
  if (added.length > 0) facts.push(`added: ${list(added)}`);
  if (removed.length > 0) facts.push(`removed: ${list(removed)}`);
  const [wasDormant, isDormant] = [old?.isDormant ?? false, now?.isDormant ?? false];
  if (isDormant && !wasDormant) facts.push("it is dormant: rules count none of its holders");
  if (wasDormant && !isDormant) facts.push("it wakes: rules count its holders from now on");
  if (now) facts.push(after.length === 0 ? "it has no holders then" : `then: ${list(after)}`);
  return facts;
}

function ruleDifferences(old, now) {
  if (now === null) return [];
  if (old === null) return [`from then on: ${ruleInWords(now)}`];
  const isSame = JSON.stringify(old, asText) === JSON.stringify(now, asText);
  if (isSame) return [`unchanged: ${ruleInWords(now)}`];
  return [`until now: ${ruleInWords(old)}`, `from then on: ${ruleInWords(now)}`];
}

const asText = (_, value) => (typeof value === "bigint" ? String(value) : value);

function partyDifferences(old, now) {
  const said = (record, language) => (record?.names.has(language) ? quoted(record.names.get(language)) : null);
  const languages = new Set([...(old?.names.keys() ?? []), ...now.names.keys()]);
  const facts = [...languages].sort(compared).flatMap((language) =>
    difference(`name (${language})`, said(old, language), said(now, language)));
  facts.push(...keyDifferences("seal keys", old?.seal ?? null, now.seal));
  facts.push(...keyDifferences("recovery keys", old?.recovery ?? null, now.recovery));
  if ((old?.next ?? null) !== now.next) {
    facts.push(now.next === null ? "commits to no next keys" : `commits to its next keys: ${short(now.next)}`);
  }
  const nodeOf = (record, key) => record?.nodes.find((node) => node.key.id === key.id);
  for (const { key, endpoints } of now.nodes) {
    const before = nodeOf(old, key);
    if (before && before.endpoints.join("\n") === endpoints.join("\n")) continue;
    const places = endpoints.length === 0 ? "only dials" : `at ${list(endpoints.map((one) => safe(one)))}`;
    facts.push(`node ${short(key.id)}: ${places}`);
  }
  for (const { key } of old?.nodes ?? []) if (!nodeOf(now, key)) facts.push(`node removed: ${short(key.id)}`);
  return facts;
}

function keyDifferences(name, old, now) {
  const idsOf = (set) => set?.keys.map((key) => key.id) ?? [];
  const isSame = old !== null && old.threshold === now.threshold && idsOf(old).join() === idsOf(now).join();
  if (isSame || (old === null && now.keys.length === 0)) return [];
  const added = idsOf(now).filter((key) => !idsOf(old).includes(key)).map(short);
  const removed = idsOf(old).filter((key) => !idsOf(now).includes(key)).map(short);
  const facts = [];
  if (added.length > 0) facts.push(`added ${list(added)}`);
  if (removed.length > 0) facts.push(`removed ${list(removed)}`);
  facts.push(`${now.threshold} of ${now.keys.length} must sign`);
  return [`${name}: ${facts.join("; ")}`];
}
