public import Cryptography

/// One writer's history: a trunk, and where the writer told two stories, the first entries of both.
///
/// What *counts* is a function of the entries alone, whatever order they came in: every entry before the first parting,
/// and at the parting the two entries with the lowest ids. Nothing beyond counts. Each of the two drags a tail of up to
/// 255 further entries, to the nearest checkpoint this copy has; a tail carries the signature and nothing else, and
/// may differ between copies as a signature may.
/// Source: `Docs/Specification/journal.md`, section 6.
public struct WriterHistory: Hashable, Sendable {
    public let writer: WriterID
    public let key: PublicKey
    /// The ids before the parting, or all; the index is the sequence.
    public private(set) var trunk: [EntryID]
    /// None, or the two branches from the parting to their checkpoints, in the order of their first ids.
    public private(set) var branches: [[EntryID]]
    /// The sequences of the trunk that a checkpoint of their own covers, ascending.
    private var checkpoints: [UInt64]

    init(writer: WriterID, key: PublicKey) {
        self.writer = writer
        self.key = key
        trunk = []
        branches = []
        checkpoints = []
    }

    /// For what a store held, once it is checked.
    init(
        writer: WriterID, key: PublicKey, trunk: [EntryID], branches: [[EntryID]], checkpoints: [UInt64]
    ) {
        self.writer = writer
        self.key = key
        self.trunk = trunk
        self.branches = branches
        self.checkpoints = checkpoints
    }

    public var hasForked: Bool { !branches.isEmpty }

    /// The sequence at which the writer told two stories; nil while it has told one.
    public var parting: UInt64? { hasForked ? UInt64(trunk.count) : nil }

    /// The newest entries that count: one, or for a forked writer the two at the parting, by ascending id.
    public var heads: [Head] {
        if hasForked {
            return branches.map { Head(writer: writer, sequence: UInt64(trunk.count), id: $0[0]) }
        }
        guard let last = trunk.last else { return [] }
        return [Head(writer: writer, sequence: UInt64(trunk.count - 1), id: last)]
    }

    /// The entries that count at `sequence`: none, one, or at the parting two.
    public func entries(at sequence: UInt64) -> [EntryID] {
        if sequence < UInt64(trunk.count) { return [trunk[Int(sequence)]] }
        return sequence == parting ? branches.map { $0[0] } : []
    }

    /// Number of entries that count.
    public var count: Int { trunk.count + branches.count }

    /// The lowest sequence that this history has nothing at, tails aside; a forked history takes nothing from there on.
    var next: UInt64 { UInt64(trunk.count) + (hasForked ? 1 : 0) }

    /// True if `id` stands at `sequence`, on the trunk or on a branch with its tail.
    func holds(_ id: EntryID, at sequence: UInt64) -> Bool {
        if sequence < UInt64(trunk.count) { return trunk[Int(sequence)] == id }
        let depth = Int(sequence) - trunk.count
        return branches.contains { depth < $0.count && $0[depth] == id }
    }

    /// What becomes of the chain `ids`, which begins at `first` and hangs on an entry that this history holds.
    func placement(of ids: [EntryID], from first: UInt64) -> Placement {
        guard first <= UInt64(trunk.count) else { return holdsAll(ids, from: first) ? .held : .dropped }
        var place = Int(first)
        while place < trunk.count, place - Int(first) < ids.count, trunk[place] == ids[place - Int(first)] {
            place += 1
        }
        let rest = Array(ids.dropFirst(place - Int(first)))
        guard !rest.isEmpty else { return .held }
        if place < trunk.count {
            return .parting(at: UInt64(place), branches: Self.lowestTwo([stem(from: place), rest]))
        }
        guard hasForked else { return .growth(from: UInt64(place)) }
        if holdsAll(rest, from: UInt64(place)) { return .held }
        let kept = Self.lowestTwo(branches + [rest])
        return kept == branches ? .dropped : .parting(at: UInt64(place), branches: kept)
    }

    /// - Precondition: `placement` was computed by this history as it is.
    mutating func apply(_ placement: Placement, of ids: [EntryID], from first: UInt64) {
        switch placement {
        case .held, .dropped: break
        case .growth(let sequence):
            precondition(!hasForked && sequence == UInt64(trunk.count), "growth continues the only branch")
            trunk.append(contentsOf: ids.dropFirst(Int(sequence - first)))
            checkpoints.append(UInt64(trunk.count - 1))
        case .parting(let sequence, let branches):
            precondition(sequence <= UInt64(trunk.count) && branches.count == 2, "a parting stands on the trunk")
            trunk.removeSubrange(Int(sequence)...)
            checkpoints.removeSubrange(indexOfCheckpoint(atOrAfter: sequence)...)
            self.branches = branches
        }
    }

    /// The trunk from `place` on, to the nearest checkpoint: within the trunk, or at the end of the first branch.
    private func stem(from place: Int) -> [EntryID] {
        let index = indexOfCheckpoint(atOrAfter: UInt64(place))
        if index < checkpoints.count { return Array(trunk[place...Int(checkpoints[index])]) }
        return Array(trunk[place...]) + (branches.first ?? [])
    }

    private func indexOfCheckpoint(atOrAfter sequence: UInt64) -> Int {
        var low = 0
        var high = checkpoints.count
        while low < high {
            let middle = (low + high) / 2
            if checkpoints[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func holdsAll(_ ids: [EntryID], from first: UInt64) -> Bool {
        zip(first..., ids).allSatisfy { holds($1, at: $0) }
    }

    /// Of several branches from one parting, the two whose first ids are lowest; of two with one first id, the earlier.
    private static func lowestTwo(_ branches: [[EntryID]]) -> [[EntryID]] {
        var byFirst: [EntryID: [EntryID]] = [:]
        for branch in branches where byFirst[branch[0]] == nil { byFirst[branch[0]] = branch }
        return byFirst.keys.sorted().prefix(2).map { byFirst[$0]! }
    }
}

/// The newest entry that counts on one branch of a writer.
public struct Head: Hashable, Comparable, Sendable {
    public let writer: WriterID
    public let sequence: UInt64
    public let id: EntryID

    public init(writer: WriterID, sequence: UInt64, id: EntryID) {
        self.writer = writer
        self.sequence = sequence
        self.id = id
    }

    public static func < (one: Head, other: Head) -> Bool {
        (one.writer, one.sequence, one.id) < (other.writer, other.sequence, other.id)
    }
}
