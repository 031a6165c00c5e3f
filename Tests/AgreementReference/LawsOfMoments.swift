/// What an honest party does by one seal, where it knew everything that anybody had said.
extension LawBook {
    /// Looks at each moment at which an honest party's own seal perfected an instrument.
    mutating func checkMoments(_ whole: LawCopy) {
        guard history.isShared else { return }
        let memo = ReferenceMemo()
        for (position, event) in history.events.enumerated() {
            guard case .sealed(let seal) = event, isHonestConsent(seal),
                whole.reference.perfected.contains(seal.instrument)
            else { continue }
            let after = copy(of: history.events[...position], on: whole, memo)
            guard after.perfected.contains(seal.instrument) else { continue }
            let before = copy(of: history.events[..<position], on: whole, memo)
            if before.perfected.contains(seal.instrument) { continue }
            nothingPerfectedInVain(seal, after, whole)
            promisesKept(seal, before, after, whole)
        }
    }

    private func isHonestConsent(_ seal: ReferenceSeal) -> Bool {
        seal.verdict.commits && seal.instrument != history.roadmap && !history.liars.contains(seal.party)
            && history.thefts[seal.party] == nil && !history.framing.contains(seal.instrument)
    }

    /// A part of a history in which everything comes after what it names, so that the verdicts of the whole are its own.
    private func copy(
        of events: some Sequence<ReferenceHistory.Event>, on whole: LawCopy, _ memo: ReferenceMemo
    ) -> Reference {
        Reference(
            ground: whole.reference.ground, instruments: Set(ReferenceHistory.instruments(of: events).map(\.id)),
            seals: ReferenceHistory.seals(of: events), statements: ReferenceHistory.statements(of: events),
            withdrawals: ReferenceHistory.withdrawals(of: events), memo: memo)
    }

    /// It stands, unless it was given in return for what does not, or by a seal that others had made void.
    private mutating func nothingPerfectedInVain(_ seal: ReferenceSeal, _ after: Reference, _ whole: LawCopy) {
        let id = seal.instrument
        let hangs = ([id] + (after.ground.beneath[id] ?? [])).contains { member in
            (after.counting[member] ?? []).contains {
                !after.standing.isSuperset(of: $0.seal.provided) || after.void.contains($0.seal.id)
            } || after.excusing(member).contains { after.void.contains($0.withdrawal.id) }
        }
        if !after.standing.contains(id), !hangs {
            report(.nothingPerfectedInVain, whole, "\(id) by \(seal.party)")
        }
    }

    /// What the party had committed to, and stood, stands or is named; to void what a thief gave is no toppling.
    private mutating func promisesKept(
        _ seal: ReferenceSeal, _ before: Reference, _ after: Reference, _ whole: LawCopy
    ) {
        guard let instrument = after.ground.instruments[seal.instrument], instrument.voids.isEmpty,
            after.standing.contains(instrument.id)
        else { return }
        let promised = before.standing.intersection(before.commitments(of: seal.party))
        let toppled = promised.subtracting(after.standing).subtracting(instrument.replaces)
        if let id = toppled.sortedBytewise().first {
            report(.promisesKept, whole, "\(id) by \(seal.party) for \(instrument.id)")
        }
    }
}
