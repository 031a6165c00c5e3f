package import Agreement
package import Identity

/// Where an instrument stands, in words, and what happens next.
package struct StateInWords: Hashable, Sendable {
    package let state: InstrumentState
    package let sentence: String
    /// Nil where nothing is left to do.
    package let next: NextAction?
}

/// What would move an instrument on, and whose move it is.
package struct NextAction: Hashable, Sendable {
    /// Ascending; none if it is anybody's.
    package let parties: [Identifier]
    package let sentence: String
}

extension InstrumentState {
    /// The state in a word or three, for a table.
    package var words: String {
        switch self {
        case .illFormed: "ill-formed"
        case .awaitingRecords: "awaiting records"
        case .contested: "contested"
        case .inForce: "in force"
        case .replaced: "replaced"
        case .suspended: "suspended"
        case .stale: "stale"
        case .rejected: "rejected"
        case .conditional: "conditional"
        case .sealed: "sealed"
        case .unsealed: "unsealed"
        }
    }
}

extension Phrasebook {
    /// Where an instrument stands; nil for an id that no record has.
    package func state(of id: InstrumentID) -> StateInWords? {
        guard let state = evaluation.state(of: id) else { return nil }
        if let end = evaluation.end(of: id) {
            return StateInWords(state: state, sentence: ended(id, by: end), next: nil)
        }
        return StateInWords(state: state, sentence: sentence(state, id), next: next(state, id))
    }

    private func sentence(_ state: InstrumentState, _ id: InstrumentID) -> String {
        switch state {
        case .illFormed:
            evaluation.illFormedness(of: id).map { "it can never be in force: \(sentence(for: $0))" }
                ?? "it can never be in force"
        case .awaitingRecords: "it cannot be judged yet: it names \(names(evaluation.awaited(by: id)))"
        case .contested: contestedSentence(id)
        case .inForce: "it is in force; \(verdicts(on: id))"
        case .replaced: "it is out of force: \(names(replacers(of: id))) replaces it by name"
        case .suspended: "it has its consent, but what it rests on does not stand: \(absentGround(id))"
        case .stale: "it was written on a text that is no longer the newest in force: \(outdated(id))"
        case .rejected: "it cannot complete if \(Quoting.list(rejecting(id))) keeps to that; \(verdicts(on: id))"
        case .conditional: "it has its consent, and waits for what that was given in return for: \(absentGround(id))"
        case .sealed: "\(verdicts(on: id)); \(missing(of: id))"
        case .unsealed:
            "\(seals(on: id).isEmpty ? "nobody has consented yet" : verdicts(on: id)); \(missing(of: id))"
        }
    }

    private func ended(_ id: InstrumentID, by end: InstrumentID) -> String {
        ledger.instruments[id]?.closing == nil
            ? "it was given up: \(name(end)) is in force" : "it came to nothing: \(name(end)) is in force"
    }

    private func contestedSentence(_ id: InstrumentID) -> String {
        let rivals = standingRivals(of: id)
        let torn = Set(committed(to: id)).intersection(rivals.flatMap(committed))
        let culprits = torn.isEmpty ? "" : "; \(Quoting.list(torn.sorted())) committed to both"
        let holds = evaluation.inForce.contains(id) ? "this one is in force all the same" : "this one is not in force"
        return "it stands, and so does \(names(rivals)), which contradicts it\(culprits); \(holds)"
    }

    private func standingRivals(of id: InstrumentID) -> [InstrumentID] {
        let standing = Set(evaluation.standing)
        return evaluation.rivals(of: id).filter(standing.contains)
    }

    private func absentGround(_ id: InstrumentID) -> String {
        let instruments = evaluation.missing(of: id).instruments
        return instruments.isEmpty ? "what its seals are provided on" : names(instruments)
    }

    /// The provisions of its base that have a newer version in force.
    private func outdated(_ id: InstrumentID) -> String {
        let provisions = outdatedProvisions(of: id)
        return provisions.isEmpty ? "see its base" : Quoting.list(provisions)
    }

    package func outdatedProvisions(of id: InstrumentID) -> [Identifier] {
        evaluation.outdatedVersions(in: id).map(\.provision)
    }

    private func rejecting(_ id: InstrumentID) -> [Identifier] {
        Set(seals(on: id).filter { $0.verdict == .reject }.map(\.party)).sorted()
    }

    /// What is still missing: `it would complete with the acceptance of PRK`.
    package func missing(of id: InstrumentID) -> String {
        let missing = evaluation.missing(of: id)
        let standing = missing.instruments.isEmpty ? "" : "; \(names(missing.instruments)) must stand first"
        guard let parties = missing.parties else {
            return "whose acceptance would complete it cannot be said\(standing)"
        }
        guard !parties.isEmpty else { return "its consent suffices\(standing)" }
        return "it would complete with the acceptance of \(Quoting.list(parties))\(standing)"
    }

    private func next(_ state: InstrumentState, _ id: InstrumentID) -> NextAction? {
        let proposer = ledger.instruments[id].map { [$0.proposer] } ?? []
        switch state {
        case .inForce, .replaced: return nil
        case .illFormed:
            return NextAction(parties: proposer, sentence: "write it anew; nobody's consent can mend this one")
        case .awaitingRecords:
            return NextAction(parties: [], sentence: "fetch what it names from another party, or import a newer bundle")
        case .contested:
            let torn = Set(committed(to: id)).intersection(standingRivals(of: id).flatMap(committed)).sorted()
            return NextAction(
                parties: [],
                sentence: "replace both by name"
                    + (torn.isEmpty ? "" : ", and ask \(Quoting.list(torn)) for an explanation"))
        case .suspended, .conditional:
            let waiting = evaluation.missing(of: id).instruments
            let parties = Set(waiting.flatMap { evaluation.missing(of: $0).parties ?? [] }).sorted()
            return NextAction(
                parties: parties, sentence: waiting.isEmpty ? "look at what it rests on" : "complete \(names(waiting))")
        case .stale: return NextAction(parties: proposer, sentence: "rebase it on the text in force")
        case .rejected:
            return NextAction(parties: proposer, sentence: "offer another wording to \(Quoting.list(rejecting(id)))")
        case .sealed, .unsealed:
            return NextAction(
                parties: evaluation.missing(of: id).parties ?? [], sentence: "seal it, or say no to it")
        }
    }
}

extension StateInWords {
    /// The state and the next step on one line: `sealed: waits for PRK to seal it, or say no to it`.
    package var summary: String {
        guard let next else { return state.words }
        let whose = next.parties.isEmpty ? "next" : Quoting.list(next.parties)
        return "\(whose): \(next.sentence)"
    }
}
