/// Nothing without the consent that the rules ask for, and nothing undone but by the same consent.
extension LawBook {
    private func given(_ id: String, _ copy: LawCopy, among members: Set<String>) -> [CountedSeal] {
        (copy.reference.counting[id] ?? []).filter {
            $0.seal.isSigned && $0.seal.verdict.commits && members.isSuperset(of: $0.seal.provided)
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
        for id in copy.reference.out {
            let isAnswered = copy.reference.perfected.subtracting(copy.reference.out).contains {
                ground.instruments[$0]?.replaces.contains(id) ?? false
            }
            if !isAnswered { report(.replacedOnlyWithAllItNeeded, copy, "\(id) by nobody") }
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

    /// Whatever leaves force is out; or it hangs on what is out or void, by what was given on it or on something that it
    /// is built on. To be built on what is out is not enough: that would have had to be named.
    mutating func leavesForceAsAgreed(_ earlier: LawCopy, _ later: LawCopy) {
        guard isBelowThreshold else { return }
        let reference = later.reference
        let gone = earlier.inForce.subtracting(later.inForce).subtracting(reference.out)
        if gone.isEmpty { return }
        let fallen = hanging(in: reference)
        if let id = gone.subtracting(fallen).sortedBytewise().first { report(.leavesForceAsAgreed, later, id) }
    }

    /// What does not stand because of what was given on it, or on something beneath it.
    private func hanging(in reference: Reference) -> Set<String> {
        let void = reference.void.intersection(reference.disputed)
        let candidates = reference.perfected.subtracting(reference.standing).subtracting(reference.out)
        var fallen: Set<String> = []
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            let lost = reference.out.union(fallen)
            for id in candidates.subtracting(fallen) {
                let seals = (reference.counting[id] ?? []).filter(\.seal.verdict.commits)
                let hangs =
                    seals.contains { void.contains($0.seal.id) || !lost.isDisjoint(with: $0.seal.provided) }
                    || reference.excusing(id).contains { void.contains($0.withdrawal.id) }
                    || !(reference.ground.beneath[id] ?? []).isDisjoint(with: fallen)
                guard hangs else { continue }
                fallen.insert(id)
                hasGrown = true
            }
        }
        return fallen
    }

    mutating func nothingFallsByItself(_ copy: LawCopy) {
        guard isBelowThreshold else { return }
        let reference = copy.reference
        let dishonest = history.liars.union(history.thefts.keys)
        for id in reference.perfected.subtracting(reference.standing).subtracting(reference.out).sortedBytewise() {
            guard reference.ground.instruments[id]?.replaces.isEmpty == false else { continue }
            let isUndermined = (reference.counting[id] ?? []).contains {
                dishonest.contains($0.seal.party) && !$0.seal.provided.isEmpty
            }
            if !isUndermined, reference.standing(ifNothingIsReplacedBy: id).contains(id) {
                report(.nothingFallsByItself, copy, id)
            }
        }
    }

    /// Not where a record that a seal names never arrived: it may be what completes the subject.
    mutating func completedIsPerfected(_ whole: LawCopy) {
        let reference = whole.reference
        guard isBelowThreshold,
            history.seals.allSatisfy({ reference.instruments.isSuperset(of: $0.provided + [$0.instrument]) })
        else { return }
        for id in reference.standing.sortedBytewise() {
            guard let subject = reference.ground.completed(by: id), !reference.perfected.contains(subject) else {
                continue
            }
            report(.completedIsPerfected, whole, "\(subject) by \(id)")
        }
    }

    mutating func rulesStayMeetable(_ copy: LawCopy) {
        let ground = copy.reference.ground.agreed
        guard isBelowThreshold, copy.inForce.contains(ground.roadmap) else { return }
        let founded = ground.unmeetableClasses(in: ground.contents(of: ground.text(of: [ground.roadmap])))
        let unmeetable = ground.unmeetableClasses(in: ground.contents(of: copy.reference.textInForce))
        if let lost = unmeetable.subtracting(founded).sortedBytewise().first {
            report(.rulesStayMeetable, copy, lost)
        }
    }

    // MARK: What may be asked for

    /// Lets everybody accept something well formed and all it is built on, and nothing else, by all the keys that
    /// instruments bring.
    mutating func wellFormedCanCome(_ copy: LawCopy) {
        let ground = copy.reference.ground
        let wellFormed = copy.reference.instruments.filter(ground.isWellFormed).sortedBytewise()
        for id in pick(3, of: wellFormed) + [ground.roadmap] where ground.isWellFormed(id) {
            let world = (ground.beneath[id] ?? []).union([id])
            let reference = Reference(
                ground: ground, instruments: world, seals: acceptances(of: world, ground), memo: ReferenceMemo())
            let isAcceptable = world.allSatisfy { member in
                !ground.isWellFormed(member) || member == ground.roadmap
                    || reference.consent(of: reference.counting[member] ?? [], to: member)
                        .meets(ground.needs[member] ?? [])
            }
            if isAcceptable, !reference.inForce.isSuperset(of: world) { report(.wellFormedCanCome, copy, id) }
        }
    }

    private func acceptances(of world: Set<String>, _ ground: ReferenceGround) -> [ReferenceSeal] {
        world.sortedBytewise().flatMap { id in
            history.parties.sortedBytewise().flatMap { party in
                let roots = ground.roots(of: party, for: id)
                return Set([roots.earlier, roots.brought].compactMap { $0 }).sortedBytewise().map {
                    ReferenceSeal(id: "\(id) by \($0)", party: party, instrument: id, keys: $0)
                }
            }
        }
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
