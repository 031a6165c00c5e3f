internal import Agreement
package import Identity

/// Two texts as one tree: the new one in reading order, and what is gone from it where it stood.
///
/// Siblings stand by their order keys, then by id, as everywhere; the constitution comes last. What is gone stands
/// behind the sibling that stood before it and is still there. The work is that of sorting.
struct ReadingOrder {
    struct Place: Hashable, Sendable {
        let id: Identifier
        let depth: Int
    }

    private(set) var places: [Place] = []
    /// By provision that is in both texts and stands elsewhere in the new one.
    private(set) var moves: [Identifier: Move] = [:]

    private let old: Siblings
    private let new: Siblings
    /// What is gone, behind which sibling of which parent.
    private var gone: [Gap: [Identifier]] = [:]

    private struct Gap: Hashable {
        let parent: Identifier?
        let after: Identifier?
    }

    init(from old: [Identifier: Content], to new: [Identifier: Content]) {
        self.old = Siblings(in: old)
        self.new = Siblings(in: new)
        findGone(in: new)
        findMoves()
        visit(nil, depth: 0)
        places += Set(old.keys).union(new.keys).filter(ReservedProvision.isReserved).sorted()
            .map { Place(id: $0, depth: 0) }
    }

    private mutating func findGone(in text: [Identifier: Content]) {
        for (parent, siblings) in old.byParent {
            var last: Identifier?
            for sibling in siblings {
                if text[sibling] == nil {
                    gone[Gap(parent: parent, after: last), default: []].append(sibling)
                } else if new.parentOf[sibling] == parent {
                    last = sibling
                }
            }
        }
    }

    private mutating func visit(_ parent: Identifier?, depth: Int) {
        // A provision is at most this deep in either text, and what is gone hangs under what is there.
        guard depth <= 2 * AgreementLimits.provisionDepth else { return }
        func enter(_ id: Identifier) {
            places.append(Place(id: id, depth: depth))
            visit(id, depth: depth + 1)
        }
        for id in gone[Gap(parent: parent, after: nil)] ?? [] { enter(id) }
        for sibling in new.byParent[parent] ?? [] {
            enter(sibling)
            for id in gone[Gap(parent: parent, after: sibling)] ?? [] { enter(id) }
        }
    }
}

// MARK: - Moves

/// Where a provision stood, and where it stands.
package struct Move: Hashable, Sendable {
    package let from: Place
    package let to: Place

    package struct Place: Hashable, Sendable {
        /// What contains it; nil at the top level.
        package let parent: Identifier?
        /// The sibling before it; nil for the first.
        package let after: Identifier?
    }
}

extension ReadingOrder {
    private mutating func findMoves() {
        for (id, parent) in new.parentOf {
            if let before = old.parentOf[id], before != parent { note(id) }
        }
        for (parent, siblings) in new.byParent {
            for id in moved(among: siblings.filter { old.parentOf[$0] == .some(parent) }) { note(id) }
        }
    }

    private mutating func note(_ id: Identifier) {
        moves[id] = Move(from: old.place(of: id), to: new.place(of: id))
    }

    /// Of siblings in their new order, those that do not stand any more where they stood among the others.
    ///
    /// Whoever kept its order key has not moved. Of the others as many as can be have stayed; they are found between
    /// those that have.
    private func moved(among siblings: [Identifier]) -> [Identifier] {
        let fixed = siblings.filter { old.orderOf[$0] == new.orderOf[$0] }
        guard fixed.count < siblings.count else { return [] }
        func gaps(_ list: some Sequence<Identifier>) -> [Identifier: Int] {
            let isFixed = Set(fixed)
            var count = 0
            var gaps: [Identifier: Int] = [:]
            for id in list { if isFixed.contains(id) { count += 1 } else { gaps[id] = count } }
            return gaps
        }
        let newGaps = gaps(siblings)
        let oldGaps = gaps(siblings.sorted { old.rankOf[$0]! < old.rankOf[$1]! })
        var moved = newGaps.keys.filter { newGaps[$0] != oldGaps[$0] }
        let stayed = Dictionary(grouping: siblings.filter { newGaps[$0] != nil && newGaps[$0] == oldGaps[$0] }) {
            newGaps[$0]!
        }
        for group in stayed.values {
            let rising = Set(Self.longestRising(group.map { old.rankOf[$0]! }))
            moved += group.filter { !rising.contains(old.rankOf[$0]!) }
        }
        return moved
    }

    /// The longest rising part of numbers that are all different; by patience sorting.
    private static func longestRising(_ numbers: [Int]) -> [Int] {
        var piles: [Int] = []
        var predecessors: [Int?] = []
        for (index, number) in numbers.enumerated() {
            var (low, high) = (0, piles.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[piles[middle]] < number { low = middle + 1 } else { high = middle }
            }
            predecessors.append(low == 0 ? nil : piles[low - 1])
            if low == piles.count { piles.append(index) } else { piles[low] = index }
        }
        var rising: [Int] = []
        var next = piles.last
        while let index = next {
            rising.append(numbers[index])
            next = predecessors[index]
        }
        return rising.reversed()
    }
}

/// The provisions of one text, by what contains them.
private struct Siblings {
    /// In their order; the constitution is in none of these.
    let byParent: [Identifier?: [Identifier]]
    let parentOf: [Identifier: Identifier?]
    let orderOf: [Identifier: [UInt8]]
    /// Its place among its siblings, from 0.
    let rankOf: [Identifier: Int]

    init(in text: [Identifier: Content]) {
        var parentOf: [Identifier: Identifier?] = [:]
        for (id, content) in text where !ReservedProvision.isReserved(id) {
            // What contains it may be outside the part that is shown.
            parentOf.updateValue(content.parent.flatMap { text[$0] == nil ? nil : $0 }, forKey: id)
        }
        let byParent = Dictionary(grouping: parentOf.keys) { parentOf[$0]! }.mapValues {
            $0.sorted { Self.isBefore($0, $1, text) }
        }
        self.parentOf = parentOf
        self.byParent = byParent
        orderOf = text.mapValues(\.order)
        rankOf = Dictionary(
            uniqueKeysWithValues: byParent.values.flatMap { siblings in siblings.enumerated().map { ($1, $0) } })
    }

    func place(of id: Identifier) -> Move.Place {
        let parent = parentOf[id] ?? nil
        let rank = rankOf[id] ?? 0
        return Move.Place(parent: parent, after: rank == 0 ? nil : byParent[parent]?[rank - 1])
    }

    private static func isBefore(_ one: Identifier, _ other: Identifier, _ text: [Identifier: Content]) -> Bool {
        let (first, second) = (text[one]!.order, text[other]!.order)
        return first == second ? one < other : first.lexicographicallyPrecedes(second)
    }
}
