/// Nothing without the consent that the rules ask for, and nothing undone but by the same consent.
extension LawBook {
    private func given(_ id: String, _ copy: LawCopy, among members: Set<String>) -> [CountedSeal] {
        (copy.reference.counting[id] ?? []).filter {
            $0.seal.verdict.commits && members.isSuperset(of: $0.seal.provided)
        }
    }

    private func isMet(_ needs: [ReferenceNeed], _ id: String, _ copy: LawCopy, by seals: [CountedSeal]) -> Bool {
        let ground = copy.reference.ground.agreed
        let counted = seals.map { seal in
            seal.counting(
                consents: seal.root == ground.consentingRoot(of: seal.seal.party, for: id),
                enrols: seal.root == ground.enrollingRoot(of: seal.seal.party, for: id))
        }
        var consent = copy.reference.consent(of: counted, to: id)
        consent.meaning = .agreed
        return consent.meets(needs)
    }

    mutating func nothingWithoutConsent(_ copy: LawCopy) {
        let ground = copy.reference.ground
        for id in copy.reference.perfected {
            let seals = given(id, copy, among: copy.reference.perfected)
            let isAccepted = seals.contains { $0.seal.verdict == .accept }
            if !isAccepted || !isMet(ground.agreedNeeds(of: id), id, copy, by: seals) {
                report(.nothingWithoutConsent, copy, id)
            }
        }
    }

    mutating func nobodyEnrolledUnasked(_ copy: LawCopy) {
        let ground = copy.reference.ground
        for id in copy.reference.perfected where id != ground.roadmap {
            guard let instrument = ground.instruments[id] else { continue }
            let accepting = given(id, copy, among: copy.reference.perfected).filter {
                $0.enrols && $0.seal.verdict == .accept
            }.map(\.seal.party)
            let unasked = ground.newcomers(of: instrument).subtracting(accepting)
            if let party = unasked.first { report(.nobodyEnrolledUnasked, copy, "\(party) by \(id)") }
        }
    }

    mutating func replacedOnlyWithAllItNeeded(_ copy: LawCopy) {
        let ground = copy.reference.ground
        for id in copy.reference.perfected.subtracting(copy.reference.out) {
            let replaced = ground.instruments[id]?.replaces ?? []
            if replaced.isEmpty { continue }
            let seals = given(id, copy, among: copy.reference.perfected)
            for earlier in replaced where ground.isWellFormed(earlier) {
                if !isMet(ground.agreedNeedsForReplacing(earlier), id, copy, by: seals) {
                    report(.replacedOnlyWithAllItNeeded, copy, "\(earlier) by \(id)")
                }
            }
        }
    }

    mutating func conditionsStand(_ copy: LawCopy) {
        let reference = copy.reference
        for id in reference.standing {
            let seals = given(id, copy, among: reference.standing).filter { !reference.void.contains($0.seal.id) }
            let consent = reference.consent(of: seals, to: id, leavingOut: reference.void)
            if !consent.meets(reference.ground.needs[id] ?? []) || reference.out.contains(id) {
                report(.conditionsStand, copy, id)
            }
        }
    }

    // MARK: Below the threshold

    mutating func nothingContested(_ copy: LawCopy) {
        guard isBelowThreshold, let id = copy.reference.contested.min() else { return }
        let rivals = (copy.reference.ground.conflicts[id] ?? []).intersection(copy.reference.standing)
        report(.nothingContested, copy, "\(id) and \(rivals.min() ?? "")")
    }

    /// From what is out, or rests on what is void, all that left force can be reached: it was built on that, or given in
    /// return for it.
    mutating func leavesForceAsAgreed(_ earlier: LawCopy, _ later: LawCopy) {
        guard isBelowThreshold else { return }
        let ground = later.reference.ground
        let gone = earlier.inForce.subtracting(later.inForce)
        var explained: Set<String> = []
        var hasGrown = !gone.isEmpty
        while hasGrown {
            hasGrown = false
            for id in gone.subtracting(explained) {
                let seals = (later.reference.counting[id] ?? []).filter(\.seal.verdict.commits)
                let isExplained =
                    later.reference.out.contains(id)
                    || seals.contains { later.reference.void.contains($0.seal.id) }
                    || later.reference.excusing(id).contains { later.reference.void.contains($0.withdrawal.id) }
                    || !(ground.beneath[id] ?? []).isDisjoint(with: explained)
                    || seals.contains { !explained.isDisjoint(with: $0.seal.provided) }
                guard isExplained else { continue }
                explained.insert(id)
                hasGrown = true
            }
        }
        if let id = gone.subtracting(explained).min() { report(.leavesForceAsAgreed, later, id) }
    }
}

extension ReferenceGround {
    /// What an instrument needs by itself under what is agreed, whatever clause is left out of this ground.
    fileprivate func agreedNeeds(of id: String) -> [ReferenceNeed] {
        guard let instrument = instruments[id] else { return [] }
        let agreed = agreed
        return agreed.needsByItself(of: instrument) + (agreed.needOfVoiding(instrument).map { [$0] } ?? [])
    }

    /// … and what replacing it needs.
    fileprivate func agreedNeedsForReplacing(_ id: String) -> [ReferenceNeed] {
        agreed.needsForReplacing(id)
    }
}
