internal import BitCollections

/// Taking in one more record, with the answers that all of them would have if they were evaluated anew.
///
/// What is perfected only grows. Let X be what has changed. The new greatest set is the old one and some D; and all of D
/// depends, by ground or by conditions, on a member of D that is X: else D would have been in the old set. So only what
/// depends on X is looked at. What stands may also shrink, when something comes to be replaced: then first what depended
/// on that is looked at, and after it what may grow, by the same argument.
extension Evaluation {
    /// Takes in one more seal.
    ///
    /// What has become signed since it was last given may be given again, and so may what is held. That a seal given
    /// before has come to be disputed, or is so no more, is not taken in here: after a key statement or a withdrawal
    /// everything is evaluated anew.
    package mutating func add(_ seal: SealGiven) {
        if seal.isDisputed, undisputedSet == nil { undisputedSet = standingSet }
        guard let index = seals.add(seal, in: structure) else { return }
        newlyHeard?.insert(seal.party)
        settle(since: [index])
    }

    /// Takes in one more instrument, and judges all that awaited only this.
    public mutating func add(_ instrument: Instrument) {
        let placed = structure.add(instrument)
        // Before anything is in force the founding says who the parties are.
        if placed.contains(where: { structure.instruments[$0].isFounding }) { changes.constitution += 1 }
        for index in placed {
            if structure.wellFormed.contains(index) { needs.add(index, in: structure) }
            seals.notePlaced(index, in: structure)
            newlyHeard?.formUnion(seals.on[index].map(\.party))
        }
        let judged = placed.map { structure.instruments[$0].id } + structure.takeNewlyIllFormed()
        // What is known of a condition may convict those who gave it.
        for id in judged { newlyHeard?.formUnion(seals.parties(conditionedOn: id)) }
        let isExcused = judged.reduce(false) { needs.noteJudged($1) || $0 }
        // Whom a withdrawal excuses may have been all that any of those lacked that do not stand.
        let changed = isExcused ? structure.wellFormed.subtracting(undisputedStanding) : BitSet(placed)
        settle(since: changed.filter(structure.wellFormed.contains))
    }

    /// The same, supposing that everybody accepts an instrument without condition. What is in force is not asked.
    ///
    /// - Parameter isVoiding: whether it would void what it says.
    func supposing(accepted index: Int, voiding isVoiding: Bool = true) -> Evaluation {
        var supposition = self
        supposition.supposedAccepted = index
        supposition.supposedVoidingNothing = isVoiding ? nil : index
        supposition.settleStanding(since: [index])
        return supposition
    }

    /// The same, supposing that an instrument is replaced, and nothing else. What is in force is not asked.
    func supposing(replaced index: Int) -> Evaluation {
        var supposition = self
        supposition.supposedReplaced = index
        supposition.settleStanding(since: [], judging: [index])
        return supposition
    }

    private mutating func settle(since changed: [Int]) {
        let (perfected, standing, force) = (perfectedSet, standingSet, inForceSet)
        let hasChangedVoids = settleStanding(since: changed)
        let (fallen, risen) = (standing.subtracting(standingSet), standingSet.subtracting(standing))
        if !fallen.isEmpty || !risen.isEmpty {
            contestedPairs = contestedPairs.filter { !fallen.contains($0.one) && !fallen.contains($0.other) }
            contestedPairs.formUnion(conflictingPairs(of: risen))
            judgeForce()
        } else if !contestedPairs.isEmpty, hasChangedVoids || changed.contains(where: contested.contains) {
            judgeForce()
        }
        noteChanges(since: perfected, standing, force)
    }

    private mutating func noteChanges(since perfected: BitSet, _ standing: BitSet, _ force: BitSet) {
        guard perfectedSet != perfected || standingSet != standing || inForceSet != force else { return }
        changes.state += 1
        let moved = inForceSet.symmetricDifference(force)
        if !moved.isDisjoint(with: structure.constitutional) { changes.constitution += 1 }
    }

    /// - Returns: whether something came to be void, or is so no more.
    @discardableResult
    private mutating func settleStanding(since changed: [Int], judging replaced: [Int] = []) -> Bool {
        let grown = growPerfected(since: changed)
        let upheaval = judgeOut(since: grown + replaced)
        let seeds = changed + grown + upheaval.risen
        undisputedSet = undisputedSet.map {
            resettled($0, without: upheaval.fallen, growingFrom: seeds, hearing: .undisputed)
        }
        standingSet =
            upheaval.hasChangedVoids
            ? greatest(within: upheldSet, hearing: .allButVoid)
            : resettled(standingSet, without: upheaval.fallen, growingFrom: seeds, hearing: .allButVoid)
        return upheaval.hasChangedVoids
    }

    /// A set of what stands, where these are upheld no more and only what these seeds touch may have come to hold.
    private func resettled(
        _ before: BitSet, without fallen: [Int], growingFrom seeds: [Int], hearing: Hearing
    ) -> BitSet {
        var set = before
        let fallen = fallen.filter { set.remove($0) != nil }
        shrink(&set, checking: fallen.flatMap(dependents), of: set, hearing: hearing)
        let candidates = upheldSet.subtracting(set)
        set.formUnion(growth(of: set, from: seeds, within: candidates, hearing: hearing))
        return set
    }

    /// - Returns: what has come to be perfected.
    private mutating func growPerfected(since changed: [Int]) -> [Int] {
        for index in changed where !readySet.contains(index) && (index == supposedAccepted || isReady(index)) {
            readySet.insert(index)
        }
        // Most seals come to an instrument that lacks others yet, or stands on one that does: these end here.
        let seeds = changed.filter { index in
            readySet.contains(index) && !perfectedSet.contains(index)
                && structure.ancestors[index].isSubset(of: readySet)
        }
        guard !seeds.isEmpty else { return [] }
        let candidates = readySet.subtracting(perfectedSet)
        let grown = growth(of: perfectedSet, from: seeds, within: candidates, hearing: .all)
        perfectedSet.formUnion(grown)
        // An established record makes binding what was said under it.
        for index in grown.intersection(structure.constitutional) {
            newlyHeard?.formUnion(structure.instruments[index].partyRecords.map(\.party))
        }
        return Array(grown)
    }

    /// What a greatest set grows by, where only these candidates were changed or were added.
    private func growth(of set: BitSet, from seeds: [Int], within candidates: BitSet, hearing: Hearing) -> BitSet {
        var reached = BitSet()
        var open = seeds.filter { candidates.contains($0) && reached.insert($0).inserted }
        while let next = open.popLast() {
            for dependent in dependents(of: next)
            where candidates.contains(dependent) && reached.insert(dependent).inserted {
                open.append(dependent)
            }
        }
        guard !reached.isEmpty else { return reached }
        var grown = set.union(reached)
        shrink(&grown, checking: reached.reversed(), of: reached, hearing: hearing)
        return grown.subtracting(set)
    }
}
