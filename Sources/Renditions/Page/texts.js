// What a set of instruments says of each provision, and what an instrument needs (agreement.md, "Needs").

/** What some instruments say, no two of which conflict. */
class Text {
  /** `members` in an order in which each comes after what it is built on. */
  constructor(instruments, members) {
    /** By provision, who wrote it, the newest last. */
    this.writers = new Map();
    for (const member of members) {
      for (const provision of instruments.get(member).writes.keys()) {
        if (!this.writers.has(provision)) this.writers.set(provision, []);
        this.writers.get(provision).push(member);
      }
    }
    /** By provision that has one, its content. */
    this.contents = new Map();
    for (const [provision, writers] of this.writers) {
      const written = instruments.get(writers.at(-1)).writes.get(provision);
      if (written !== null) this.contents.set(provision, written);
    }
  }

  /** The instrument that wrote or repealed a provision last; null if none did. */
  version(provision) {
    return this.writers.get(provision)?.at(-1) ?? null;
  }

  meaning(provision) {
    return this.contents.get(provision)?.meaning ?? null;
  }

  holders(standing) {
    return this.meaning("roster/" + standing)?.holders ?? new Set();
  }

  standingsOf(party) {
    const rosters = [...this.contents.keys()].filter((name) => prefixOf(name) === "roster").map(restOf);
    return rosters.filter((standing) => this.holders(standing).has(party)).sort(compared);
  }

  /** All that stands beneath a provision. */
  contained(provision) {
    this.children ??= this.findChildren();
    const found = new Set();
    const ahead = [provision];
    while (ahead.length > 0) {
      for (const child of this.children.get(ahead.pop()) ?? []) {
        if (found.has(child)) continue;
        found.add(child);
        ahead.push(child);
      }
    }
    return found;
  }

  findChildren() {
    const children = new Map();
    for (const [provision, { parent }] of this.contents) {
      if (!children.has(parent)) children.set(parent, []);
      children.get(parent).push(provision);
    }
    return children;
  }

  /** Rules and rosters that anybody wrote. */
  get constitution() {
    return [...this.writers.keys()].filter((name) => ["roster", "rule"].includes(prefixOf(name)));
  }
}

/** One rule that must be met, read in one text; `contents` are those that its `named` terms speak of. */
class RuleRequirement {
  constructor(expression, text, contents) {
    this.rule = expression;
    this.text = text;
    this.contents = contents;
    this.terms = termsOf(expression);
    this.electorates = new Map();
  }

  named(attribute) {
    const found = new Set();
    for (const { attributes: listed } of this.contents) {
      const value = listed?.get(attribute);
      for (const item of Array.isArray(value) ? value : [value]) {
        if (typeof item === "string" && isIdentifier(item)) found.add(item);
      }
    }
    return found;
  }

  /** Of a `need`, by holder, the standings of the term that it holds. */
  electorate(term) {
    if (!this.electorates.has(term)) {
      const held = new Map();
      for (const standing of term.standings) {
        for (const party of this.text.holders(standing)) held.set(party, [...(held.get(party) ?? []), standing]);
      }
      this.electorates.set(term, held);
    }
    return this.electorates.get(term);
  }

  /** The parties that a term counts. */
  asked(term) {
    if (term.form === "need") return [...this.electorate(term).keys()];
    return term.form === "party" ? [term.name] : [...this.named(term.name)];
  }

  get parties() {
    return this.terms.flatMap((term) => this.asked(term));
  }

  isMet(voice) {
    return this.isTermMet(this.rule, voice) && this.terms.some((term) => this.isHeard(term, voice));
  }

  /** Whether a party that the term counts accepts: abstentions alone are never enough. */
  isHeard(term, voice) {
    if (term.form !== "need") return this.asked(term).some((party) => voice.says(party, ["accept"]));
    return [...this.electorate(term)].some(([party, held]) =>
      held.some((standing) => voice.says(party, ["accept"], standing)));
  }

  isTermMet(term, voice) {
    switch (term.form) {
      case "all": return term.parts.every((part) => this.isTermMet(part, voice));
      case "any": return term.parts.some((part) => this.isTermMet(part, voice));
      case "need": return this.isNeedMet(term, voice);
      default: return this.asked(term).every((party) => voice.says(party, ["accept"]));
    }
  }

  isNeedMet(term, voice) {
    const electorate = this.electorate(term);
    const size = electorate.size;
    if (size === 0) return false;
    const verdicts = term.abstentions ? ["accept", "abstain"] : ["accept"];
    const counts = (party, held) => held.some((standing) => voice.says(party, verdicts, standing));
    const silent = [...electorate].filter(([party, held]) => !counts(party, held));
    if (size - silent.length >= threshold(term.share, size)) return true;
    return term.share === "all" && silent.length < size && silent.every(([party, held]) =>
      held.every((standing) => voice.excuses(party, standing, this.text)));
  }
}

/** How many of so many holders a share is. */
function threshold(share, size) {
  if (share === "all") return size;
  if (share === "majority") return Math.floor(size / 2) + 1;
  if (share.atLeast) return Number(share.atLeast);
  const [p, q] = share.fraction;
  return Number((p * BigInt(size) + q - 1n) / q);
}

/** A newcomer to a roster accepts, by the keys that the instrument brings. */
class NewcomerRequirement {
  constructor(party) {
    this.parties = [party];
  }

  isMet(voice) {
    return voice.isNewcomer(this.parties[0]);
  }
}

/** A founder accepts the founding in all its standings. */
class FounderRequirement {
  constructor(party, standings) {
    this.parties = [party];
    this.standings = standings;
  }

  isMet(voice) {
    return this.standings.every((standing) => voice.says(this.parties[0], ["accept"], standing));
  }
}

/** Who said what on one instrument. */
class Voice {
  /**
   * @param excuses whether withdrawals excuse a party in a standing, for a requirement read in some text
   * @param accepting parties that are taken to accept in all standings
   */
  constructor(seals, excuses, accepting = new Set(), newcomers = new Set()) {
    this.excuses = excuses;
    this.accepting = accepting;
    this.newcomers = new Set(newcomers);
    this.said = new Map();
    for (const one of seals) {
      if (one.counts) this.said.set(one.party, [...(this.said.get(one.party) ?? []), one]);
      if (one.countsAsNewcomers && one.verdict === "accept") this.newcomers.add(one.party);
    }
  }

  says(party, verdicts, standing = null) {
    return this.accepting.has(party) || (this.said.get(party) ?? []).some((one) => verdicts.includes(one.verdict)
      && (standing === null || one.capacities === null || one.capacities.includes(standing)));
  }

  isNewcomer(party) {
    return this.newcomers.has(party);
  }
}

/** Everybody accepts everything. */
const everybody = { says: () => true, isNewcomer: () => true, excuses: () => false };
