/// A text that several write at once, in the plainest way there is: the judge of the fast one.
///
/// Every scalar ever inserted is a node of one tree that is never forgotten; every question walks the whole of it.
/// Written from M. Weidner and M. Kleppmann, "The Art of the Fugue" (2023), algorithm FugueMax, and from
/// `Docs/Specification/drafting.md`; it shares nothing with the code it judges.
public struct ReferenceText {
    /// Who made an entry, and when in their chain.
    public struct Stamp: Hashable {
        public var sequence: UInt64
        public var writer: [UInt8]
        public var id: [UInt8]

        public init(sequence: UInt64, writer: [UInt8], id: [UInt8]) {
            self.sequence = sequence
            self.writer = writer
            self.id = id
        }

        func precedes(_ other: Stamp) -> Bool {
            if sequence != other.sequence { return sequence < other.sequence }
            if writer != other.writer { return writer.lexicographicallyPrecedes(other.writer) }
            return id.lexicographicallyPrecedes(other.id)
        }
    }

    public enum Edit: Hashable {
        case insert(Unicode.Scalar, at: Int)
        case delete(at: Int)
    }

    public struct Entry {
        public var stamp: Stamp
        public var parents: [[UInt8]]
        public var edits: [Edit]

        public init(stamp: Stamp, parents: [[UInt8]], edits: [Edit]) {
            self.stamp = stamp
            self.parents = parents
            self.edits = edits
        }
    }

    private final class Node {
        let scalar: Unicode.Scalar
        let entry: Int
        /// Among all insertions of its entry.
        let number: Int
        /// Right neighbour at birth; none at the end of the text.
        let rightOrigin: Node?
        var before: [Node] = []
        var after: [Node] = []
        /// The entries that deleted it.
        var deleters: [Int] = []

        init(_ scalar: Unicode.Scalar, entry: Int, number: Int, rightOrigin: Node?) {
            self.scalar = scalar
            self.entry = entry
            self.number = number
            self.rightOrigin = rightOrigin
        }
    }

    private var entries: [Entry] = []
    private var numbers: [[UInt8]: Int] = [:]
    /// By entry, the entries in its past.
    private var pasts: [Set<Int>] = []
    private let root = Node(" ", entry: -1, number: 0, rightOrigin: nil)

    public init() {}

    /// Adds an entry after all its parents.
    public mutating func add(_ entry: Entry) {
        var past: Set<Int> = []
        for parent in entry.parents {
            let number = numbers[parent]!
            past.formUnion(pasts[number])
            past.insert(number)
        }
        let number = entries.count
        entries.append(entry)
        numbers[entry.stamp.id] = number
        pasts.append(past)
        var insertionCount = 0
        for edit in entry.edits {
            perform(edit, of: number, insertion: insertionCount, seeing: past.union([number]))
            if case .insert = edit { insertionCount += 1 }
        }
    }

    /// A scalar that was inserted, and what became of it.
    public struct Scalar: Hashable {
        public let scalar: Unicode.Scalar
        /// The entry that inserted it, and the scalar's number among its insertions.
        public let entry: [UInt8]
        public let number: Int
        /// How many scalars of the text stand before it.
        public let position: Int
        /// The entries that deleted it.
        public let deleters: [[UInt8]]
    }

    /// All that was ever inserted, in order.
    public var scalars: [Scalar] {
        var position = 0
        return nodes(seeing: Set(entries.indices)).map { node in
            defer { position += node.deleters.isEmpty ? 1 : 0 }
            return Scalar(
                scalar: node.scalar, entry: entries[node.entry].stamp.id, number: node.number, position: position,
                deleters: node.deleters.map { entries[$0].stamp.id })
        }
    }

    /// The ids of some entries and their past.
    public func past(of heads: [[UInt8]]) -> Set<[UInt8]> {
        var past = Set(heads)
        for head in heads { past.formUnion(pasts[numbers[head]!].map { entries[$0].stamp.id }) }
        return past
    }

    /// The text of all entries.
    public var text: [Unicode.Scalar] { text(seeing: Set(entries.indices)) }

    /// The text as one saw it who had these entries and their past.
    public func text(asOf heads: [[UInt8]]) -> [Unicode.Scalar] {
        var seen: Set<Int> = []
        for head in heads { seen.formUnion(pasts[numbers[head]!].union([numbers[head]!])) }
        return text(seeing: seen)
    }

    private func text(seeing seen: Set<Int>) -> [Unicode.Scalar] {
        nodes(seeing: seen).filter { isVisible($0, seeing: seen) }.map(\.scalar)
    }

    /// All nodes that are there, deleted ones too, in order; not the root.
    private func nodes(seeing seen: Set<Int>) -> [Node] {
        var found: [Node] = []
        func visit(_ node: Node) {
            node.before.forEach(visit)
            if node !== root, seen.contains(node.entry) { found.append(node) }
            node.after.forEach(visit)
        }
        visit(root)
        return found
    }

    private func isVisible(_ node: Node, seeing seen: Set<Int>) -> Bool {
        !node.deleters.contains(where: seen.contains)
    }

    private func perform(_ edit: Edit, of entry: Int, insertion number: Int, seeing seen: Set<Int>) {
        let nodes = nodes(seeing: seen)
        let visible = nodes.filter { isVisible($0, seeing: seen) }
        switch edit {
        case .delete(let position):
            if visible.indices.contains(position) { visible[position].deleters.append(entry) }
        case .insert(let scalar, let position):
            guard (0...visible.count).contains(position) else { return }
            let left = position == 0 ? root : visible[position - 1]
            let rightIndex = left === root ? 0 : nodes.firstIndex { $0 === left }! + 1
            let right = rightIndex < nodes.count ? nodes[rightIndex] : nil
            hang(Node(scalar, entry: entry, number: number, rightOrigin: right), left: left, right: right, seeing: seen)
        }
    }

    private func hang(_ node: Node, left: Node, right: Node?, seeing seen: Set<Int>) {
        if let right, left.after.contains(where: { seen.contains($0.entry) }) {
            right.before.append(node)
            right.before.sort { entries[$0.entry].stamp.precedes(entries[$1.entry].stamp) }
        } else {
            left.after.append(node)
            let order = nodes(seeing: Set(entries.indices))
            func place(_ node: Node?) -> Int { node.map { node in order.firstIndex { $0 === node }! } ?? order.count }
            left.after.sort { one, other in
                let places = (place(one.rightOrigin), place(other.rightOrigin))
                if places.0 != places.1 { return places.0 > places.1 }
                return entries[one.entry].stamp.precedes(entries[other.entry].stamp)
            }
        }
    }
}
