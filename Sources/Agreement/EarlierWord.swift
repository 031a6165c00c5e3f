internal import BitCollections

/// A party's word, ready to be held against many instruments: of most that it committed to nothing can speak against any
/// of them, and what the others could clash with is found once.
struct EarlierWord {
    let word: PartyWord
    /// Of what it committed to, what is well formed.
    let committed: BitSet
    /// Those that replace something or have a rival.
    private let clashing: [(index: Int, with: [Int]?)]
    /// All that those clash with; nil where some of it is not listed.
    private let clashes: BitSet?
    /// All that what it committed to is built on; nil where finding it would not pay.
    private let ground: BitSet?

    /// More than so many are not listed but looked for, or a liar among rivals would take their number squared.
    private static let listed = 64

    /// - Parameter isForMany: whether it is held against many instruments after each other.
    init(_ word: PartyWord, _ structure: Structure, isForMany: Bool) {
        self.word = word
        let committed = word.committed.intersection(structure.wellFormed)
        self.committed = committed
        clashing = committed.compactMap { index in
            let others = structure.replaces[index] + structure.conflicts(of: index, in: structure.wellFormed)
            guard !others.isEmpty else { return nil }
            return (index, others.count > Self.listed ? nil : others)
        }
        let isListed = clashing.allSatisfy { $0.with != nil }
        clashes = isListed ? BitSet(clashing.flatMap { $0.with ?? [] }) : nil
        ground = isForMany ? committed.reduce(into: BitSet()) { $0.formUnion(structure.ancestors[$1]) } : nil
    }

    /// Those of the earlier commitments that may have something against one more; not itself.
    ///
    /// An earlier one can only speak against it by what it replaces or conflicts with, if that is the new one or beneath
    /// it; or by standing on what the new one replaces or conflicts with.
    func suspects(against index: Int, in structure: Structure) -> BitSet {
        let reach = structure.ancestors[index].union([index])
        var suspects = BitSet()
        if clashes.map({ !$0.isDisjoint(with: reach) }) ?? true {
            suspects = BitSet(
                clashing.lazy.filter { $0.with?.contains(where: reach.contains) ?? true }.map(\.index))
        }
        let opposed = BitSet(structure.replaces[index] + structure.conflicts(of: index, in: structure.wellFormed))
        if !opposed.isEmpty, ground.map({ !$0.isDisjoint(with: opposed) }) ?? true {
            for earlier in committed where !structure.ancestors[earlier].isDisjoint(with: opposed) {
                suspects.insert(earlier)
            }
        }
        suspects.remove(index)
        return suspects
    }
}

extension Structure {
    /// What the earlier commitments have against one more, by the clauses that are read from the instruments alone, where
    /// neither is loose towards the other; in the order of the earlier ones.
    func objections(
        toCommittingTo index: Index, provided: [InstrumentID], after earlier: EarlierWord
    ) -> [Objection] {
        let suspects = earlier.suspects(against: index, in: self)
        guard !suspects.isEmpty else { return [] }
        let then = earlier.word.adding(provided, on: index)
        return suspects.sorted(by: precedes).flatMap { other in
            areLoose(other, index, by: then) ? [] : objections(toCommittingTo: index, after: other)
        }
    }
}
