internal import Journal

/// What this side knows of each writer at the peer, with the few about whom something is open at hand.
struct PeerTable: Hashable, Sendable {
    private var byWriter: [WriterID: PeerWriter] = [:]
    /// Writers with a search under way.
    private(set) var searched: Set<WriterID> = []
    /// Writers of whom the peer has told entries that were never held here, and owes them.
    private(set) var awaited: Set<WriterID> = []
    /// Writers that the peer does not take, for it does not admit their keys.
    private(set) var notTaken: Set<WriterID> = []

    var count: Int { byWriter.count }

    subscript(writer: WriterID) -> PeerWriter? {
        get { byWriter[writer] }
        set {
            byWriter[writer] = newValue
            note(writer, in: \.searched, newValue?.search != nil)
            note(writer, in: \.awaited, newValue?.isAwaited ?? false)
            note(writer, in: \.notTaken, newValue?.pause == .unknownWriter)
        }
    }

    subscript(writer: WriterID, default empty: @autoclosure () -> PeerWriter) -> PeerWriter {
        get { byWriter[writer] ?? empty() }
        set { self[writer] = newValue }
    }

    /// The searches under way, by writer; an answer that was asked for still comes when a new round has begun.
    var searches: [WriterID: PartingSearch] {
        var searches: [WriterID: PartingSearch] = [:]
        for writer in searched { searches[writer] = byWriter[writer]?.search }
        return searches
    }

    private mutating func note(_ writer: WriterID, in set: WritableKeyPath<PeerTable, Set<WriterID>>, _ isIn: Bool) {
        if isIn { self[keyPath: set].insert(writer) } else { self[keyPath: set].remove(writer) }
    }
}

/// Writers to look at, each once, first come first served.
struct WriterQueue: Hashable, Sendable {
    private var order: [WriterID] = []
    private var next = 0
    private var members: Set<WriterID> = []

    var isEmpty: Bool { members.isEmpty }
    var first: WriterID? { next < order.count ? order[next] : nil }

    mutating func add(_ writer: WriterID) {
        if members.insert(writer).inserted { order.append(writer) }
    }

    mutating func removeFirst() {
        members.remove(order[next])
        next += 1
        guard next > 64, next * 2 > order.count else { return }
        order.removeFirst(next)
        next = 0
    }
}
