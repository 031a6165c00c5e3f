public import Cryptography

/// Who made a set of edits, and when in their own chain: what decides between concurrent insertions at one place.
///
/// The lower sequence comes first, then the lower writer: neither can be chosen by trying. Only two entries of a writer
/// that forked share both, and there the lower id comes first.
public struct EditStamp: Hashable, Comparable, Sendable {
    /// The number of the entry in its writer's chain.
    public let sequence: UInt64
    public let writer: Digest
    /// The id of the entry: the hash of its header.
    public let id: Digest

    public init(sequence: UInt64, writer: Digest, id: Digest) {
        self.sequence = sequence
        self.writer = writer
        self.id = id
    }

    public static func < (one: EditStamp, other: EditStamp) -> Bool {
        if one.sequence != other.sequence { return one.sequence < other.sequence }
        if one.writer != other.writer { return one.writer < other.writer }
        return one.id < other.id
    }
}

/// Which entries edited a text, and which of them each one had seen.
///
/// Entries are numbered from 0 as they were added, each after its parents; the numbers are this copy's own. The number
/// -1, ``root``, stands for the empty text before any edit.
struct EventGraph: Sendable {
    typealias Entry = Int
    static let root: Entry = -1

    private(set) var stamps: [EditStamp] = []
    private(set) var numbers: [Digest: Entry] = [:]
    /// By entry: the end of its runs in the log, and of its parents in `parentList`.
    private var runEnds: [Int] = []
    private var parentEnds: [Int] = []
    private var parentList: [Entry] = []
    /// Entries that no other has seen, ascending; empty while there is none at all.
    private(set) var frontier: [Entry] = []
    /// Entries that have all earlier ones in their past and are in the past of all later ones, ascending, with the
    /// scalars of the text as of them. At such an entry everyone's text was the same, so that nothing before it matters
    /// to what comes after.
    private(set) var criticals: [(entry: Entry, scalarCount: Int)] = []
    private(set) var lanes = Lanes()

    var count: Int { stamps.count }

    func runs(of entry: Entry) -> Range<Int> { (entry == 0 ? 0 : runEnds[entry - 1])..<runEnds[entry] }

    /// The end of the runs of an entry and all numbered before it.
    func runEnd(of entry: Entry) -> Int { entry == Self.root ? 0 : runEnds[entry] }

    func parents(of entry: Entry) -> ArraySlice<Entry> {
        parentList[(entry == 0 ? 0 : parentEnds[entry - 1])..<parentEnds[entry]]
    }

    /// The branch of its writer's chain that an entry belongs to.
    func lane(of entry: Entry) -> Lane { lanes[entry] }

    /// Whether an entry with these parents has seen everything there is.
    func isSequential(parents: [Entry]) -> Bool {
        parents.count >= frontier.count && frontier.allSatisfy(parents.contains)
    }

    /// Adds an entry whose parents are here. If it has seen all, ``settle(scalarCount:)`` is due after its edits.
    mutating func add(_ stamp: EditStamp, parents: [Entry], runEnd: Int) -> Entry {
        let entry = count
        let isSequential = isSequential(parents: parents)
        lanes.append(lane(of: stamp.writer, after: parents, isSequential: isSequential), by: stamp.writer)
        stamps.append(stamp)
        numbers[stamp.id] = entry
        runEnds.append(runEnd)
        parentList += parents
        parentEnds.append(parentList.count)
        let latest = parents.max() ?? Self.root
        while let last = criticals.last, last.entry > latest { criticals.removeLast() }
        if isSequential {
            frontier = [entry]
        } else {
            for parent in parents { removeFromFrontier(parent) }
            frontier.append(entry)
        }
        return entry
    }

    private mutating func removeFromFrontier(_ entry: Entry) {
        var low = 0
        var high = frontier.count
        while low < high {
            let middle = (low + high) / 2
            if frontier[middle] < entry { low = middle + 1 } else { high = middle }
        }
        if low < frontier.count, frontier[low] == entry { frontier.remove(at: low) }
    }

    /// Notes how long the text is as of the only entry of the frontier.
    mutating func settle(scalarCount: Int) {
        if frontier.count == 1, criticals.last?.entry != frontier[0] { criticals.append((frontier[0], scalarCount)) }
    }

    /// Takes on what ``settle(scalarCount:)`` would have noted.
    mutating func restore(criticals: [(entry: Entry, scalarCount: Int)]) { self.criticals = criticals }

    /// By entry: whether it is one of these or in their past.
    func isPast(of entries: [Entry]) -> [Bool] {
        var isIn = [Bool](repeating: false, count: count)
        for entry in entries { isIn[entry] = true }
        for entry in (0..<count).reversed() where isIn[entry] {
            for parent in parents(of: entry) { isIn[parent] = true }
        }
        return isIn
    }

    /// The entry that a run belongs to.
    func entry(ofRun run: Int) -> Entry { runEnds.firstPlace { $0 > run } }

    /// The last entry before `entry`, the newest, that it descends from as all others since do; and the text's scalars
    /// as of it.
    func base(before entry: Entry) -> (entry: Entry, scalarCount: Int) {
        criticals.last { $0.entry < entry } ?? (Self.root, 0)
    }

    /// The last such entry that has at least `count` runs between it and `end`, or else the root.
    func base(withRuns count: Int, before end: Int) -> (entry: Entry, scalarCount: Int) {
        criticals.last { end - runEnd(of: $0.entry) >= count } ?? (Self.root, 0)
    }
}
