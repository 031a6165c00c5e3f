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
        /// The same, of the closing of an instrument: it has all that it waited for, or is to be given up.
        case closing(Closing, completes: Bool, objections: [Objection])
        /// Its own consent was given in return for these, which do not stand.
        case awaits([InstrumentID])
        /// It proposed it, the text in force has moved on, and it has not put the same on the text of now yet.
        case rebase
        /// It proposed it, and these have said no.
        case refused(by: [Identifier])
        /// Seals of its own are under keys that it has retired, and it has not acknowledged them; ascending.
        case ownDisputed([Digest])
        /// Another party's seals are disputed, and no instrument voids them; ascending.
        case disputed(Identifier, [Digest])
    }
}

extension Evaluation {
    /// What waits for a party: verdicts first, those that complete something before the others; then what it waits for,
    /// what it proposed and has to look after, and what is disputed; each in the order of instruments.
    public func matters(for party: Identifier) -> [Matter] {
        let open = structure.wellFormed.subtracting(perfectedSet).subtracting(outSet).sorted(by: structure.precedes)
            .filter { end(of: structure.instruments[$0].id) == nil }
        var words = OwnWords(of: party)
        let proposed = structure.wellFormed.filter { structure.instruments[$0].proposer == party }
        let ownByTitle = Dictionary(grouping: proposed) { structure.instruments[$0].title }
        let verdicts = open.compactMap { verdictAsked(on: $0, words: &words) }
        return verdicts.filter(\.completes) + verdicts.filter { !$0.completes }
            + open.flatMap { affairs(of: party, on: $0, ownByTitle) } + disputes(before: party)
    }

    /// Nil if the party has given a verdict, or no requirement that is still open asks for one.
    private func verdictAsked(on index: Int, words: inout OwnWords) -> Matter? {
        let party = words.party
        let instrument = structure.instruments[index]
        switch state(of: instrument.id) {
        case .sealed, .unsealed, .conditional: break
        case .illFormed, .awaitingRecords, .contested, .inForce, .replaced, .suspended, .stale, .rejected, nil:
            return nil
        }
        guard !seals.on[index].contains(where: { $0.party == party }) else { return nil }
        var consent = consentIfConditionsStood(on: index)
        let isAsked = needs.requirements(of: index, in: structure).contains {
            $0.term.concerns(party) && !$0.isMet(by: consent)
        }
        guard isAsked else { return nil }
        consent.verdicts.add(.accept, by: party, in: nil)
        consent.newcomers.add(.accept, by: party, in: nil)
        let completes = needs.areMet(index, by: consent, in: structure)
        let objections = ownObjections(to: .accept, on: instrument.id, words: &words)
        guard let closing = instrument.closing else {
            return Matter(instrument: instrument.id, kind: .verdict(completes: completes, objections: objections))
        }
        // As long as its subject lacks something, nobody is asked to say that it is complete.
        let isEarly = objections.contains { if case .wouldCompleteNothing = $0 { true } else { false } }
        return isEarly
            ? nil
            : Matter(
                instrument: instrument.id,
                kind: .closing(closing, completes: completes, objections: objections))
    }

    private func affairs(of party: Identifier, on index: Int, _ ownByTitle: [Words: [Int]]) -> [Matter] {
        let instrument = structure.instruments[index]
        var kinds: [Matter.Kind] = []
        let awaited = conditions(of: party, on: index)
        if !awaited.isEmpty { kinds.append(.awaits(awaited)) }
        if instrument.proposer == party {
            switch state(of: instrument.id) {
            case .stale where !isTakenUpAgain(index, ownByTitle[instrument.title] ?? []): kinds.append(.rebase)
            case .rejected:
                let rejecting = seals.on[index].filter { $0.verdict == .reject }.map(\.party)
                kinds.append(.refused(by: Set(rejecting).sorted()))
            case .sealed, .unsealed, .conditional, .illFormed, .awaitingRecords, .contested, .inForce, .replaced,
                .suspended, .stale, nil:
                break
            }
        }
        return kinds.map { Matter(instrument: instrument.id, kind: $0) }
    }

    /// True if one of these, its proposer's own of the same title, writes some of the same on a text that has not moved on.
    private func isTakenUpAgain(_ index: Int, _ namesakes: [Int]) -> Bool {
        let old = structure.instruments[index]
        return namesakes.contains { other in
            let new = structure.instruments[other]
            return old.changes.contains { new.writes($0.provision) } && state(of: new.id) != .stale
        }
    }

    private func conditions(of party: Identifier, on index: Int) -> [InstrumentID] {
        let given = seals.on[index].filter { $0.party == party && $0.verdict.isCommitment }
        return Set(given.flatMap(\.provided)).filter { !isStanding($0) }.sorted()
    }

    private func disputes(before party: Identifier) -> [Matter] {
        guard !seals.disputed.isEmpty else { return [] }
        return structure.wellFormed.subtracting(outSet).sorted(by: structure.precedes).flatMap { index -> [Matter] in
            let disputed = seals.on[index].filter { $0.isDisputed && $0.verdict.isCommitment && !voids.contains($0.id) }
            let byParty = Dictionary(grouping: disputed, by: \.party)
            return byParty.keys.sorted().map { signer in
                let ids = byParty[signer]!.map(\.id).sorted()
                return Matter(
                    instrument: structure.instruments[index].id,
                    kind: signer == party ? .ownDisputed(ids) : .disputed(signer, ids))
            }
        }
    }
}

extension Matter {
    fileprivate var completes: Bool {
        switch kind {
        case .verdict(let completes, _), .closing(_, let completes, _): completes
        case .awaits, .rebase, .refused, .ownDisputed, .disputed: false
        }
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
