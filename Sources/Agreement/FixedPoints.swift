internal import BitCollections
internal import Cryptography
internal import HeapModule

/// The two greatest fixed points, perfected and standing, and what is out and void between them.
///
/// Greatest, not least: linked instruments, each sealed on condition of the other, complete at one instant and none goes
/// first. Computed by starting from all and deleting until nothing changes; whatever a deletion may have undone, and
/// nothing else, is looked at again, so the work is linear in ground, seals and conditions.
extension Evaluation {
    /// The greatest subset whose members are each built on members only, and have their needs met by the seals on them
    /// that are heard and whose conditions are all members.
    func greatest(within candidates: BitSet, hearing: Hearing) -> BitSet {
        var set = candidates
        // The last is looked at first: what others are built on, so that most falls before it is looked at.
        shrink(&set, checking: candidates.reversed(), of: candidates, hearing: hearing)
        return set
    }

    /// Deletes what does not hold, beginning with `first`, and all that falls with it from among `suspects`.
    func shrink(_ set: inout BitSet, checking first: [Int], of suspects: BitSet, hearing: Hearing) {
        var toCheck = first
        var isQueued = BitSet(first)
        while let index = toCheck.popLast() {
            isQueued.remove(index)
            guard set.contains(index), !holds(index, in: set, hearing: hearing) else { continue }
            set.remove(index)
            for dependent in dependents(of: index)
            where suspects.contains(dependent) && set.contains(dependent) && isQueued.insert(dependent).inserted {
                toCheck.append(dependent)
            }
        }
    }

    /// What may hold only while another holds: all that is built on it, and what has a seal provided on it.
    func dependents(of index: Int) -> [Int] {
        let conditioned = seals.conditionedOn[structure.instruments[index].id]
        return structure.builtDirectlyOn[index] + (conditioned.map(Array.init) ?? [])
    }

    private func holds(_ index: Int, in set: BitSet, hearing: Hearing) -> Bool {
        guard structure.ground[index].allSatisfy(set.contains) else { return false }
        let consent = index == supposedAccepted ? .ofAll : consent(on: index, in: set, hearing: hearing)
        return needs.areMet(index, by: consent, in: structure)
    }
}

/// What has changed in which perfected instruments are upheld.
struct Upheaval {
    var fallen: [Int] = []
    var risen: [Int] = []
    var hasChangedVoids = false
}

/// The disputed seals and withdrawals that upheld instruments void, each with how many of these do.
struct Voids: Sendable {
    private var counts: [Digest: Int] = [:]

    func contains(_ statement: Digest) -> Bool { counts[statement] != nil }

    /// - Returns: whether the statement is void now and was not, or was and is not.
    mutating func note(_ statement: Digest, isNamed: Bool) -> Bool {
        let count = counts[statement, default: 0] + (isNamed ? 1 : -1)
        counts[statement] = count == 0 ? nil : count
        return isNamed ? count == 1 : count == 0
    }
}

extension Evaluation {
    /// Judges what is out: what a perfected instrument, not itself out, names in `replaces`; and with it what is void.
    ///
    /// Names point backwards, so going from the newest to the oldest this has one answer.
    ///
    /// - Parameter changed: those that have come to be perfected, or are supposed to be replaced.
    @discardableResult
    mutating func judgeOut(since changed: [Int]) -> Upheaval {
        var upheaval = Upheaval()
        var open = Heap(changed)
        var last: Int?
        while let index = open.popMax() {
            guard index != last else { continue }
            last = index
            let isOut = index == supposedReplaced || structure.replacedBy[index].contains(where: upheldSet.contains)
            if isOut { outSet.insert(index) } else { outSet.remove(index) }
            let isUpheld = perfectedSet.contains(index) && !isOut
            guard isUpheld != upheldSet.contains(index) else { continue }
            if isUpheld { upheldSet.insert(index) } else { upheldSet.remove(index) }
            if isUpheld { upheaval.risen.append(index) } else { upheaval.fallen.append(index) }
            if index != supposedVoidingNothing, noteVoids(of: index, isUpheld: isUpheld) {
                upheaval.hasChangedVoids = true
            }
            open.insert(contentsOf: structure.replaces[index])
        }
        return upheaval
    }

    /// - Returns: whether something disputed came to be void, or is so no more.
    private mutating func noteVoids(of index: Int, isUpheld: Bool) -> Bool {
        let changed = structure.instruments[index].voids.filter { voids.note($0, isNamed: isUpheld) }
        return changed.contains(where: isDisputed)
    }

    private func isDisputed(_ statement: Digest) -> Bool {
        seals.disputed.contains(statement) || needs.withdrawals[statement]?.isDisputed ?? false
    }
}
