public import Cryptography
public import Identity

/// One thing that must be consented to before an instrument is perfected: a rule read in the versions that a base names,
/// a newcomer's own acceptance, or a founder's.
public struct Requirement: Hashable, Sendable {
    public let source: Source
    public let term: Term

    public enum Source: Hashable, Sendable {
        /// The rule of a class, as the base of an instrument names it.
        case rule(Identifier, readBy: InstrumentID)
        /// The rule of a class as it stood after a replaced instrument that changed the constitution.
        case ruleAfter(Identifier, InstrumentID)
        /// Whoever is added to a roster accepts that.
        case newcomer(readBy: InstrumentID)
        /// Every founder accepts without condition, in all capacities.
        case founder
    }

    /// A rule with its rosters and names filled in.
    public indirect enum Term: Hashable, Sendable {
        case need(Rule.Share, Electorate, counting: Rule.Counting)
        case party(Identifier)
        case named([Identifier])
        case all([Term])
        case any([Term])
        case founder(Identifier, standings: [Identifier])
    }
}

/// The holders of one or more standings together, a party in two counted once; shared by all rules that count them.
public final class Electorate: Hashable, Sendable {
    public let standings: [Identifier]
    /// By party, which of the standings it holds.
    public let standingsOf: [Identifier: [Identifier]]
    /// The withdrawals that leave some of the standings in the versions counted here.
    let excuses: [Excuse]

    init(_ rosters: [(standing: Identifier, holders: [Identifier])], excuses: [Excuse] = []) {
        self.excuses = excuses
        standings = rosters.map(\.standing)
        var standingsOf: [Identifier: [Identifier]] = [:]
        for (standing, holders) in rosters {
            for holder in holders { standingsOf[holder, default: []].append(standing) }
        }
        self.standingsOf = standingsOf
    }

    public var count: Int { standingsOf.count }
    public var parties: [Identifier] { standingsOf.keys.sorted() }

    public static func == (one: Electorate, other: Electorate) -> Bool {
        one === other || (one.standings == other.standings && one.standingsOf == other.standingsOf)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(standings)
        hasher.combine(standingsOf.count)
    }
}

/// The verdicts given on one instrument, party by party.
struct Verdicts: Sendable {
    /// In which capacities a party has given a verdict.
    enum Capacities: Sendable {
        case none
        case some(Set<Identifier>)
        case every

        mutating func add(_ capacities: [Identifier]?) {
            switch (self, capacities) {
            case (_, nil), (.every, _): self = .every
            case (.none, let added?): self = .some(Set(added))
            case (.some(let held), let added?): self = .some(held.union(added))
            }
        }

        func covers(anyOf standings: [Identifier]) -> Bool {
            switch self {
            case .none: false
            case .some(let held): standings.contains { held.contains($0) }
            case .every: true
            }
        }

        func covers(allOf standings: [Identifier]) -> Bool {
            switch self {
            case .none: false
            case .some(let held): held.isSuperset(of: standings)
            case .every: true
            }
        }

        var isEmpty: Bool {
            if case .none = self { true } else { false }
        }
    }

    struct OfParty: Sendable {
        var accepted = Capacities.none
        var abstained = Capacities.none
    }

    var byParty: [Identifier: OfParty] = [:]
    /// Supposes that every party without an entry accepts, in all capacities.
    var othersAccept = false

    static let acceptedByAll = Verdicts(byParty: [:], othersAccept: true)

    mutating func add(_ verdict: Seal.Verdict, by party: Identifier, in capacities: [Identifier]?) {
        switch verdict {
        case .accept: byParty[party, default: OfParty()].accepted.add(capacities)
        case .abstain: byParty[party, default: OfParty()].abstained.add(capacities)
        case .reject: break
        }
    }

    func hasAccepted(_ party: Identifier) -> Bool {
        byParty[party].map { !$0.accepted.isEmpty } ?? othersAccept
    }
}

extension Requirement {
    /// A newcomer proves the keys that it brings; everybody else speaks by those that it had.
    var isNewcomers: Bool {
        if case .newcomer = source { true } else { false }
    }

    /// A rule as a whole is met only with an acceptance by a party that one of its terms counts: abstentions alone bind
    /// nobody to anything.
    func isMet(by consent: Consent) -> Bool {
        let verdicts = isNewcomers ? consent.newcomers : consent.verdicts
        return term.isMet(by: verdicts, hearing: consent.hears) && term.countsAcceptance(in: verdicts)
    }
}

extension Requirement.Term {
    /// - Parameter hears: whether a withdrawal excuses its party here; asked only where that decides.
    func isMet(by verdicts: Verdicts, hearing hears: ((Digest) -> Bool)? = nil) -> Bool {
        switch self {
        case .need(let share, let electorate, let counting):
            guard electorate.count > 0 else { return false }
            let count = electorate.count(in: verdicts, counting)
            if UInt64(count) >= share.threshold(of: electorate.count) { return true }
            guard share == .all, count > 0, let hears else { return false }
            let absent = electorate.excused { _ in true }.filter { !electorate.counts($0, in: verdicts, counting) }
            guard count + absent.count == electorate.count else { return false }
            return Set(electorate.excused(hearing: hears)).isSuperset(of: absent)
        case .party(let party): return verdicts.hasAccepted(party)
        case .named(let parties): return parties.allSatisfy(verdicts.hasAccepted)
        case .all(let terms): return terms.allSatisfy { $0.isMet(by: verdicts, hearing: hears) }
        case .any(let terms): return terms.contains { $0.isMet(by: verdicts, hearing: hears) }
        case .founder(let party, let standings):
            return verdicts.byParty[party].map { $0.accepted.covers(allOf: standings) } ?? verdicts.othersAccept
        }
    }

    func countsAcceptance(in verdicts: Verdicts) -> Bool {
        switch self {
        case .need(_, let electorate, _): electorate.count(in: verdicts, .accept) > 0
        case .party(let party), .founder(let party, _): verdicts.hasAccepted(party)
        case .named(let parties): parties.contains(where: verdicts.hasAccepted)
        case .all(let terms), .any(let terms): terms.contains { $0.countsAcceptance(in: verdicts) }
        }
    }

    /// True if a verdict of a party could matter to this term.
    func concerns(_ party: Identifier) -> Bool {
        switch self {
        case .need(_, let electorate, _): electorate.standingsOf[party] != nil
        case .party(let named), .founder(let named, _): named == party
        case .named(let parties): parties.contains(party)
        case .all(let terms), .any(let terms): terms.contains { $0.concerns(party) }
        }
    }

    /// Every party that a verdict of could matter to this term.
    var parties: Set<Identifier> {
        switch self {
        case .need(_, let electorate, _): Set(electorate.standingsOf.keys)
        case .party(let party), .founder(let party, _): [party]
        case .named(let parties): Set(parties)
        case .all(let terms), .any(let terms): terms.reduce(into: []) { $0.formUnion($1.parties) }
        }
    }
}

extension Requirement.Term {
    /// The term is not met by the verdicts of fewer parties.
    var fewestParties: Int {
        switch self {
        case .need(.all, let electorate, _) where !electorate.excuses.isEmpty: 1
        case .need(let share, let electorate, _): Int(clamping: share.threshold(of: electorate.count))
        case .party, .founder: 1
        case .named(let parties): parties.count
        case .all(let terms): terms.map(\.fewestParties).max() ?? 0
        case .any(let terms): terms.map(\.fewestParties).min() ?? 0
        }
    }
}

extension Electorate {
    /// How many of its parties have given a verdict that counts, in a capacity that they hold here.
    func count(in verdicts: Verdicts, _ counting: Rule.Counting) -> Int {
        var count = 0
        var spokenFor = 0
        for (party, given) in verdicts.byParty {
            guard let standings = standingsOf[party] else { continue }
            spokenFor += 1
            if given.counts(in: standings, counting) { count += 1 }
        }
        return verdicts.othersAccept ? count + self.count - spokenFor : count
    }

    func counts(_ party: Identifier, in verdicts: Verdicts, _ counting: Rule.Counting) -> Bool {
        guard let standings = standingsOf[party] else { return false }
        return verdicts.byParty[party].map { $0.counts(in: standings, counting) } ?? verdicts.othersAccept
    }
}

extension Verdicts.OfParty {
    fileprivate func counts(in standings: [Identifier], _ counting: Rule.Counting) -> Bool {
        accepted.covers(anyOf: standings) || counting == .acceptOrAbstain && abstained.covers(anyOf: standings)
    }
}
