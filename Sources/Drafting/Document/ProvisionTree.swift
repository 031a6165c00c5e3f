/// Where every node stands: the moves of all entries, taken in the order of everything.
///
/// A move that would put a node beneath itself does nothing, and is looked at again whenever an earlier one comes to
/// light: the later ones are undone, and done again. That takes as many steps as there are later moves, for each batch
/// of entries and not for each entry. Adds need no undoing, for nothing can speak of a node before it is added.
///
/// Source: `Docs/Specification/drafting.md`, section 7.2, and the paper it names.
struct ProvisionTree: Sendable {
    typealias Node = Int
    /// The parent of what stands beneath nothing.
    static let top: Node = -1

    struct Standing: Sendable {
        var parent: Node
        /// Nil for the place that a node of the base had at first.
        var place: PlaceLists.Place?
    }

    struct Move: Sendable {
        let maker: PlaceLists.Maker
        let node: Node
        let target: Standing
        /// Where the node stood before, if the move did anything.
        fileprivate var former: Standing?

        init(_ node: Node, to target: Standing, by maker: PlaceLists.Maker) {
            self.node = node
            self.target = target
            self.maker = maker
        }
    }

    private(set) var standings: [Standing] = []
    /// In the order of everything, all of them done.
    private var moves: [Move] = []
    private var pending: [Move] = []

    mutating func add(_ standing: Standing) -> Node {
        standings.append(standing)
        return standings.count - 1
    }

    /// Notes a move; ``settle(by:)`` is due before anyone asks.
    mutating func append(_ move: Move) { pending.append(move) }

    /// Takes the new moves in where they belong.
    mutating func settle(by precedes: (PlaceLists.Maker, PlaceLists.Maker) -> Bool) {
        guard !pending.isEmpty else { return }
        pending.sort { precedes($0.maker, $1.maker) }
        let first = moves.partitioningIndex { !precedes($0.maker, pending[0].maker) }
        for index in (first..<moves.count).reversed() { undo(index) }
        let later = Array(moves[first...])
        moves.removeSubrange(first...)
        var (one, other) = (0, 0)
        while one < later.count || other < pending.count {
            let takesLater =
                other == pending.count || one < later.count && precedes(later[one].maker, pending[other].maker)
            moves.append(takesLater ? later[one] : pending[other])
            if takesLater { one += 1 } else { other += 1 }
            perform(moves.count - 1)
        }
        pending = []
    }

    private mutating func undo(_ index: Int) {
        guard let former = moves[index].former else { return }
        standings[moves[index].node] = former
        moves[index].former = nil
    }

    private mutating func perform(_ index: Int) {
        let move = moves[index]
        guard mayStand(move.node, beneath: move.target.parent) else { return }
        moves[index].former = standings[move.node]
        standings[move.node] = move.target
    }

    /// Whether this makes no cycle, and no one has to climb higher than the limit to see that.
    func mayStand(_ node: Node, beneath parent: Node) -> Bool {
        var ancestor = parent
        var count = 0
        while ancestor != Self.top {
            if ancestor == node || count > DraftLimits.movedBeneath { return false }
            ancestor = standings[ancestor].parent
            count += 1
        }
        return true
    }
}

extension Array {
    /// The first index at which `belongsBehind` is true; it is true from there to the end.
    func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
