internal import BitCollections
public import Cryptography
public import Identity

/// Why an instrument stands where it stands: what it needs, who has given it, and what it rests on, as a tree.
///
/// Found by the same requirements that decide; nothing is judged here a second time. Consent is judged for standing: a
/// seal counts here while all that it is provided on stands. Source: `Docs/Specification/commands.md`, section `why`.
public struct Explanation: Hashable, Sendable {
    public let instrument: InstrumentID
    public let state: InstrumentState
    /// What it needs, in the order of ``Evaluation/requirements(of:)``; none if it cannot be judged.
    public let requirements: [RequirementFound]
    /// What it is built on directly, then what seals on it are provided on; each ascending.
    public let supports: [Support]
    /// The perfected instruments, not out, that name it in `replaces`.
    public let replacedBy: [InstrumentID]
    /// What conflicts with it and stands, or has somebody's commitment, and is not out; ascending.
    public let rivals: [Rival]
    /// The provisions of its base that have another version in force, ascending.
    public let outdated: [OutdatedVersion]

    /// An instrument that another one rests on.
    public struct Support: Hashable, Sendable {
        public let instrument: InstrumentID
        public let relation: Relation
        /// In force, for ground; standing, for a condition.
        public let holds: Bool
        public let why: Why
    }

    public enum Relation: Hashable, Sendable {
        case ground
        /// Seals of these parties are provided on it, ascending.
        case condition(of: [Identifier])
    }

    /// How far a support is explained itself.
    public enum Why: Hashable, Sendable {
        /// It holds, and that is enough.
        case holds
        case explained(Explanation)
        /// It waits, by a way that led here, for this one: a circle.
        case circle
        /// It is explained elsewhere in the tree.
        case explainedElsewhere
        /// No record of it is here.
        case notHere
        /// The tree has as many instruments as it may.
        case tooFar
    }

    public struct Rival: Hashable, Sendable {
        public let instrument: InstrumentID
        public let isStanding: Bool
        /// Those who accepted or abstained on it, ascending.
        public let committed: [Identifier]
    }
}

/// A version in an instrument's base that is not the one in force.
public struct OutdatedVersion: Hashable, Sendable {
    public let provision: Identifier
    /// Nil if the instrument found that the provision did not exist.
    public let named: InstrumentID?
    public let inForce: InstrumentID
}

/// A requirement, and what was given of it.
public struct RequirementFound: Hashable, Sendable {
    public let requirement: Requirement
    /// The instrument that wrote the rule in the version that is read; nil for newcomers and founders.
    public let ruleVersion: InstrumentID?
    public let isMet: Bool
    /// As if all that seals are provided on stood.
    public let isMetIfConditionsStood: Bool
    public let term: TermFound
}

/// One term of a rule, and what was given of it.
public struct TermFound: Hashable, Sendable {
    public let term: Requirement.Term
    public let isMet: Bool
    public let isMetIfConditionsStood: Bool
    /// Parties that count, or parts that are met.
    public let counted: Int
    /// How many of them it takes.
    public let needed: UInt64
    /// Those whom the term asks, ascending; none for `all` and `any`.
    public let voices: [Voice]
    /// Of `all` and `any`.
    public let parts: [TermFound]
}

/// What a party that a term asks has said.
public struct Voice: Hashable, Sendable {
    public let party: Identifier
    /// Of the standings that the term speaks of, those that it holds.
    public let standings: [Identifier]
    public let counts: Bool
    public let countsIfConditionsStood: Bool
    /// Its seals on the instrument that count, by id.
    public let seals: [SealFound]
}

/// A seal that counts, and what it waits for.
public struct SealFound: Hashable, Sendable {
    public let id: Digest
    public let verdict: Seal.Verdict
    public let capacities: [Identifier]?
    /// What it is provided on and does not stand, ascending.
    public let waitsFor: [InstrumentID]
}

extension Evaluation {
    /// Instruments that one explanation follows; it may hang on thousands.
    static let explainedInstrumentLimit = 64

    /// Why an instrument stands where it stands; nil for an id that no record has.
    public func explanation(of id: InstrumentID) -> Explanation? {
        var explainer = Explainer(evaluation: self)
        return explainer.explain(id)
    }

    /// The versions in an instrument's base that are not those in force, ascending by provision.
    public func outdatedVersions(in id: InstrumentID) -> [OutdatedVersion] {
        guard let index = structure.indexOf[id] else { return [] }
        return structure.instruments[index].base.compactMap { provision, version in
            newerVersion(of: provision, than: version).map {
                OutdatedVersion(provision: provision, named: version, inForce: structure.instruments[$0].id)
            }
        }.sorted { $0.provision < $1.provision }
    }
}

/// Walks from an instrument to what it rests on, each explained once.
private struct Explainer {
    let evaluation: Evaluation
    private var path: [InstrumentID] = []
    private var explained: Set<InstrumentID> = []

    init(evaluation: Evaluation) { self.evaluation = evaluation }

    mutating func explain(_ id: InstrumentID) -> Explanation? {
        guard let state = evaluation.state(of: id) else { return nil }
        explained.insert(id)
        path.append(id)
        defer { path.removeLast() }
        guard let index = evaluation.structure.indexOf[id], state != .illFormed else {
            let absent = evaluation.awaited(by: id).map { support($0, .ground, holds: false) }
            return Explanation(
                instrument: id, state: state, requirements: [], supports: absent, replacedBy: [], rivals: [],
                outdated: [])
        }
        return Explanation(
            instrument: id, state: state, requirements: evaluation.requirementsFound(index),
            supports: supports(of: index), replacedBy: evaluation.replacers(of: index),
            rivals: evaluation.livelyRivals(of: index), outdated: evaluation.outdatedVersions(in: id))
    }

    private mutating func supports(of index: Int) -> [Explanation.Support] {
        let structure = evaluation.structure
        var supports: [Explanation.Support] = []
        for id in structure.instruments[index].ground {
            let holds = structure.indexOf[id].map(evaluation.inForceSet.contains) ?? false
            supports.append(support(id, .ground, holds: holds))
        }
        var dependants: [InstrumentID: Set<Identifier>] = [:]
        for seal in evaluation.seals.on[index] ?? [] where seal.verdict.isCommitment {
            for condition in seal.provided { dependants[condition, default: []].insert(seal.party) }
        }
        for condition in dependants.keys.sorted() {
            let holds = evaluation.isStanding(condition)
            supports.append(support(condition, .condition(of: dependants[condition]!.sorted()), holds: holds))
        }
        return supports
    }

    private mutating func support(
        _ id: InstrumentID, _ relation: Explanation.Relation, holds: Bool
    ) -> Explanation.Support {
        Explanation.Support(instrument: id, relation: relation, holds: holds, why: holds ? .holds : why(id))
    }

    private mutating func why(_ id: InstrumentID) -> Explanation.Why {
        if path.contains(id) { return .circle }
        if explained.contains(id) { return .explainedElsewhere }
        guard explained.count < Evaluation.explainedInstrumentLimit else { return .tooFar }
        return explain(id).map { .explained($0) } ?? .notHere
    }
}

extension Evaluation {
    func isStanding(_ id: InstrumentID) -> Bool { structure.indexOf[id].map(standingSet.contains) ?? false }

    fileprivate func replacers(of index: Int) -> [InstrumentID] {
        perfectedSet.filter { !outSet.contains($0) && structure.replaces[$0].contains(index) }
            .map { structure.instruments[$0].id }.sorted()
    }

    fileprivate func livelyRivals(of index: Int) -> [Explanation.Rival] {
        structure.conflicts(of: index, in: structure.wellFormed.subtracting(outSet)).compactMap { rival in
            let committed = seals.committed(to: rival).sorted()
            guard standingSet.contains(rival) || !committed.isEmpty else { return nil }
            return Explanation.Rival(
                instrument: structure.instruments[rival].id, isStanding: standingSet.contains(rival),
                committed: committed)
        }.sorted { $0.instrument < $1.instrument }
    }

    fileprivate func requirementsFound(_ index: Int) -> [RequirementFound] {
        guard structure.wellFormed.contains(index) else { return [] }
        let hearing = Hearing(
            now: seals.verdicts(on: index, met: standingSet, in: structure),
            ifConditionsStood: verdictsIfConditionsStood(index), seals: sealsFound(on: index))
        return needs.requirements(of: index).map { requirement in
            RequirementFound(
                requirement: requirement, ruleVersion: ruleVersion(requirement.source),
                isMet: requirement.isMet(by: hearing.now),
                isMetIfConditionsStood: requirement.isMet(by: hearing.ifConditionsStood),
                term: hearing.found(requirement.term))
        }
    }

    private func ruleVersion(_ source: Requirement.Source) -> InstrumentID? {
        let (provisionClass, reader, isAfter): (Identifier, InstrumentID, Bool)
        switch source {
        case .rule(let name, let id): (provisionClass, reader, isAfter) = (name, id, false)
        case .ruleAfter(let name, let id): (provisionClass, reader, isAfter) = (name, id, true)
        case .newcomer, .founder: return nil
        }
        guard let index = structure.indexOf[reader], let rule = ReservedProvision.rule(for: provisionClass) else {
            return nil
        }
        var text = structure.ancestors[index]
        if isAfter { text.insert(index) }
        return structure.newestWriter(of: rule, among: text).map { structure.instruments[$0].id }
    }

    private func sealsFound(on index: Int) -> [Identifier: [SealFound]] {
        var found: [Identifier: [SealFound]] = [:]
        for seal in (seals.on[index] ?? []).sorted(by: { $0.id < $1.id }) {
            found[seal.party, default: []].append(
                SealFound(
                    id: seal.id, verdict: seal.verdict, capacities: seal.capacities,
                    waitsFor: seal.provided.filter { !isStanding($0) }.sorted()))
        }
        return found
    }
}

/// What was said on one instrument, put to the terms of its rules one by one.
private struct Hearing {
    let now: Verdicts
    let ifConditionsStood: Verdicts
    let seals: [Identifier: [SealFound]]

    func found(_ term: Requirement.Term) -> TermFound {
        let parts = parts(of: term).map(found)
        let voices = voices(asked: term)
        let counted = parts.isEmpty ? voices.filter(\.counts).count : parts.filter(\.isMet).count
        return TermFound(
            term: term, isMet: term.isMet(by: now), isMetIfConditionsStood: term.isMet(by: ifConditionsStood),
            counted: counted, needed: needed(term), voices: voices, parts: parts)
    }

    private func parts(of term: Requirement.Term) -> [Requirement.Term] {
        switch term {
        case .all(let terms), .any(let terms): terms
        case .need, .party, .named, .founder: []
        }
    }

    private func needed(_ term: Requirement.Term) -> UInt64 {
        switch term {
        case .need(let share, let electorate, _): share.threshold(of: electorate.count)
        case .party, .founder, .any: 1
        case .named(let parties): UInt64(parties.count)
        case .all(let terms): UInt64(terms.count)
        }
    }

    private func voices(asked term: Requirement.Term) -> [Voice] {
        switch term {
        case .need(_, let electorate, let counting):
            electorate.parties.map { party in
                voice(party, holding: electorate.standingsOf[party]!.sorted()) { verdicts in
                    electorate.count(in: verdicts.only(party), counting) == 1
                }
            }
        case .party(let party): [voice(party) { $0.hasAccepted(party) }]
        case .named(let parties): parties.map { party in voice(party) { $0.hasAccepted(party) } }
        case .founder(let party, let standings): [voice(party, holding: standings) { term.isMet(by: $0) }]
        case .all, .any: []
        }
    }

    private func voice(
        _ party: Identifier, holding standings: [Identifier] = [], counts: (Verdicts) -> Bool
    ) -> Voice {
        Voice(
            party: party, standings: standings, counts: counts(now),
            countsIfConditionsStood: counts(ifConditionsStood), seals: seals[party] ?? [])
    }
}

extension Verdicts {
    /// What one party said, and nobody else.
    fileprivate func only(_ party: Identifier) -> Verdicts {
        var verdicts = Verdicts()
        verdicts.byParty[party] = byParty[party]
        return verdicts
    }
}
