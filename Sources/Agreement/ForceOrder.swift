internal import BitCollections
internal import Cryptography
internal import HeapModule
internal import Identity

/// What is in force where standing instruments conflict; it takes liars to get here.
///
/// Found from the ground up: of those whose whole ground is in force take the one with the smallest id that nothing left
/// beats, or, if each is beaten, the one with the smallest id; drop what conflicts with it and all that is built on what
/// was dropped. Source: `Docs/Specification/agreement.md`, section "In force".
struct ForceOrder {
    private let standing: BitSet
    private let structure: Structure
    private let rivals: [Int: [Int]]
    private let beatenBy: [Int: [Int]]

    init(_ evaluation: Evaluation) {
        standing = evaluation.standingSet
        structure = evaluation.structure
        var rivals: [Int: [Int]] = [:]
        var beatenBy: [Int: [Int]] = [:]
        for pair in evaluation.contestedPairs {
            let (one, other) = (pair.one, pair.other)
            rivals[one, default: []].append(other)
            rivals[other, default: []].append(one)
            // Whoever committed to both broke its word: it is left out of the count first, so that grinding a small id
            // wins nothing against honest consent.
            let torn = evaluation.committed(to: one).intersection(evaluation.committed(to: other))
            switch (evaluation.holds(one, without: torn), evaluation.holds(other, without: torn)) {
            case (true, false): beatenBy[other, default: []].append(one)
            case (false, true): beatenBy[one, default: []].append(other)
            case (true, true), (false, false): break
            }
        }
        self.rivals = rivals
        self.beatenBy = beatenBy
    }

    func inForce() -> BitSet {
        var queue = Queue(standing, structure, beatenBy)
        var left = standing
        var force = BitSet()
        var above: [Int: [Int]] = [:]
        for index in standing {
            for beneath in structure.ground[index] { above[beneath, default: []].append(index) }
            if isReady(index, in: force) { queue.add(index, left: left) }
        }
        while let next = queue.takeFirst(left: left) {
            force.insert(next)
            left.remove(next)
            queue.noteGone(next, left: left)
            for dropped in droppedWith(next, from: left) {
                left.remove(dropped)
                queue.noteGone(dropped, left: left)
            }
            for candidate in above[next] ?? [] where left.contains(candidate) && isReady(candidate, in: force) {
                queue.add(candidate, left: left)
            }
        }
        return force
    }

    private func isReady(_ index: Int, in force: BitSet) -> Bool {
        structure.ground[index].allSatisfy(force.contains)
    }

    private func droppedWith(_ taken: Int, from left: BitSet) -> BitSet {
        var dropped = BitSet((rivals[taken] ?? []).filter(left.contains))
        guard !dropped.isEmpty else { return dropped }
        for index in left where !structure.ancestors[index].isDisjoint(with: dropped) { dropped.insert(index) }
        return dropped
    }
}

extension Evaluation {
    /// Those whose acceptance or abstention counts and is not void, on whatever condition.
    func committed(to index: Int) -> Set<Identifier> {
        let heard = seals.on[index].filter { seal in
            seal.counts && seal.verdict.isCommitment
                && isHeard(seal.id, isDisputed: seal.isDisputed, .allButVoid)
        }
        return Set(heard.map(\.party))
    }

    fileprivate func holds(_ index: Int, without torn: Set<Identifier>) -> Bool {
        let consent = consent(on: index, in: standingSet, hearing: .allButVoid, without: torn)
        return needs.areMet(index, by: consent, in: structure)
    }
}

extension ForceOrder {
    /// Those whose whole ground is in force, the smallest id first, the beaten ones after all others.
    private struct Queue {
        private let instrumentAtRank: [Int]
        private var rankOf: [Int: Int] = [:]
        private let beatenBy: [Int: [Int]]
        private var beats: [Int: [Int]] = [:]
        private var ready = BitSet()
        private var unbeaten = Heap<Int>()
        private var beaten = Heap<Int>()

        init(_ standing: BitSet, _ structure: Structure, _ beatenBy: [Int: [Int]]) {
            instrumentAtRank = standing.sorted { structure.instruments[$0].id < structure.instruments[$1].id }
            self.beatenBy = beatenBy
            for (rank, index) in instrumentAtRank.enumerated() { rankOf[index] = rank }
            for (loser, winners) in beatenBy {
                for winner in winners { beats[winner, default: []].append(loser) }
            }
        }

        mutating func add(_ index: Int, left: BitSet) {
            ready.insert(index)
            if isBeaten(index, left) { beaten.insert(rankOf[index]!) } else { unbeaten.insert(rankOf[index]!) }
        }

        /// What a member of `left` that is gone now beat may be beaten no more.
        mutating func noteGone(_ index: Int, left: BitSet) {
            for freed in beats[index] ?? [] where ready.contains(freed) && !isBeaten(freed, left) {
                unbeaten.insert(rankOf[freed]!)
            }
        }

        mutating func takeFirst(left: BitSet) -> Int? {
            while let rank = unbeaten.popMin() ?? beaten.popMin() {
                let index = instrumentAtRank[rank]
                guard ready.remove(index) != nil, left.contains(index) else { continue }
                return index
            }
            return nil
        }

        private func isBeaten(_ index: Int, _ left: BitSet) -> Bool {
            (beatenBy[index] ?? []).contains(where: left.contains)
        }
    }
}
