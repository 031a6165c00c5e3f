internal import BitCollections
public import Cryptography
public import Identity

/// Something that waits for one party.
///
/// Source: `Docs/Specification/commands.md`, section `inbox`.
public struct Matter: Hashable, Sendable {
    public let instrument: InstrumentID
    public let kind: Kind

    public enum Kind: Hashable, Sendable {
        /// Its verdict is asked; whether its acceptance would be all the consent that is missing, and what its own
        /// software would say against that.
        case verdict(completes: Bool, objections: [Objection])
        /// Its own consent was given in return for these, which do not stand.
        case awaits([InstrumentID])
        /// It proposed it, and the text in force has moved on.
        case rebase
        /// It proposed it, and these have said no.
        case refused(by: [Identifier])
    }
}

extension Evaluation {
    /// What waits for a party: verdicts first, those that complete something before the others; then what it waits for,
    /// and what it proposed and has to look after; each in the order of instruments.
    public func matters(for party: Identifier) -> [Matter] {
        let open = structure.wellFormed.filter { !perfectedSet.contains($0) && !outSet.contains($0) }
        var verdicts: [Matter] = []
        var others: [Matter] = []
        for index in open {
            let id = structure.instruments[index].id
            let state = state(of: id)!
            let isOwn = structure.instruments[index].proposer == party
            if let kind = verdictAsked(of: party, on: index, state) {
                verdicts.append(Matter(instrument: id, kind: kind))
            }
            let awaited = conditions(of: party, on: index)
            if !awaited.isEmpty { others.append(Matter(instrument: id, kind: .awaits(awaited))) }
            if isOwn, state == .stale { others.append(Matter(instrument: id, kind: .rebase)) }
            if isOwn, state == .rejected {
                let rejecting = (seals.on[index] ?? []).filter { $0.verdict == .reject }.map(\.party)
                others.append(Matter(instrument: id, kind: .refused(by: Set(rejecting).sorted())))
            }
        }
        return verdicts.filter(\.completes) + verdicts.filter { !$0.completes } + others
    }

    /// Nil if the party has given a verdict, or no requirement that is still open asks for one.
    private func verdictAsked(of party: Identifier, on index: Int, _ state: InstrumentState) -> Matter.Kind? {
        switch state {
        case .sealed, .unsealed, .conditional: break
        case .illFormed, .awaitingRecords, .contested, .inForce, .replaced, .suspended, .stale, .rejected: return nil
        }
        guard !(seals.on[index] ?? []).contains(where: { $0.party == party }) else { return nil }
        var verdicts = verdictsIfConditionsStood(index)
        let isAsked = needs.requirements(of: index).contains {
            $0.term.parties.contains(party) && !$0.isMet(by: verdicts)
        }
        guard isAsked else { return nil }
        verdicts.add(.accept, by: party, in: nil)
        let id = structure.instruments[index].id
        return .verdict(
            completes: needs.areMet(index, by: verdicts), objections: objections(to: .accept, on: id, by: party))
    }

    private func conditions(of party: Identifier, on index: Int) -> [InstrumentID] {
        let given = (seals.on[index] ?? []).filter { $0.party == party && $0.verdict.isCommitment }
        return Set(given.flatMap(\.provided)).filter { !isStanding($0) }.sorted()
    }
}

extension Matter {
    fileprivate var completes: Bool {
        if case .verdict(true, _) = kind { true } else { false }
    }
}

/// What somebody has seen of a copy: which instruments, in which states, and which seals.
public struct Sighting: Hashable, Sendable {
    public let states: [InstrumentID: InstrumentState]
    public let seals: Set<Digest>

    public init(states: [InstrumentID: InstrumentState], seals: Set<Digest>) {
        self.states = states
        self.seals = seals
    }

    public init(of evaluation: Evaluation) {
        var states: [InstrumentID: InstrumentState] = [:]
        var seals: Set<Digest> = []
        for id in evaluation.instrumentIDs {
            states[id] = evaluation.state(of: id)
            seals.formUnion(evaluation.countingSeals(on: id))
        }
        self.states = states
        self.seals = seals
    }
}

/// What is new in a copy since somebody looked.
public struct News: Hashable, Sendable {
    /// Ascending.
    public let instruments: [InstrumentID]
    /// Of those that were there before; ascending.
    public let moved: [Move]
    /// Seals that count now and did not then; ascending.
    public let seals: [Digest]

    public struct Move: Hashable, Sendable {
        public let instrument: InstrumentID
        public let before: InstrumentState
        public let now: InstrumentState
    }

    public init(since before: Sighting, in now: Sighting) {
        instruments = now.states.keys.filter { before.states[$0] == nil }.sorted()
        moved = now.states.keys.sorted().compactMap { id in
            guard let old = before.states[id], let new = now.states[id], old != new else { return nil }
            return Move(instrument: id, before: old, now: new)
        }
        seals = now.seals.subtracting(before.seals).sorted()
    }

    public var isNothing: Bool { instruments.isEmpty && moved.isEmpty && seals.isEmpty }
}
