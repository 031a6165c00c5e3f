internal import Cryptography

/// A branch of one writer's chain, as a number of this copy's own. Of an honest writer there is one.
typealias Lane = Int

/// Which lane each entry belongs to.
///
/// An entry goes on with the lane whose newest entry it has in its past. What it has in its past only grows along a
/// lane, and on this rests what merging costs. An entry that has nothing of its writer's in its past begins a lane: so
/// does the second branch of a fork, and so does one whose parents lack its writer's previous entry, though the journal
/// would have named it.
struct Lanes: Sendable {
    /// By entry.
    private var lanes: [Int32] = []
    /// By lane: its newest entry.
    private var tips: [EventGraph.Entry] = []
    /// By lane: the one of the same writer that was there before it, or -1.
    private var olderLanes: [Int32] = []
    private var newestLanes: [Digest: Int32] = [:]

    subscript(entry: EventGraph.Entry) -> Lane { Int(lanes[entry]) }

    /// Notes the next entry: one that goes on with a lane, or begins one.
    mutating func append(_ lane: Lane?, by writer: Digest) {
        let entry = lanes.count
        if let lane {
            lanes.append(Int32(lane))
            tips[lane] = entry
        } else {
            let lane = Int32(tips.count)
            olderLanes.append(newestLanes.updateValue(lane, forKey: writer) ?? -1)
            lanes.append(lane)
            tips.append(entry)
        }
    }

    /// The lanes of a writer, the newest first.
    fileprivate func lanes(of writer: Digest) -> some Sequence<Lane> {
        sequence(state: newestLanes[writer] ?? -1) { next in
            guard next >= 0 else { return nil }
            defer { next = olderLanes[Int(next)] }
            return Int(next)
        }
    }

    fileprivate func newestLane(of writer: Digest) -> Lane? { newestLanes[writer].map(Int.init) }
    fileprivate func tip(of lane: Lane) -> EventGraph.Entry { tips[lane] }
    fileprivate func isTip(_ entry: EventGraph.Entry) -> Bool { tips[self[entry]] == entry }
}

extension EventGraph {
    /// The lane that an entry with these parents goes on with.
    func lane(of writer: Digest, after parents: [Entry], isSequential: Bool) -> Lane? {
        guard let newest = lanes.newestLane(of: writer) else { return nil }
        // Who has seen everything has seen this one.
        if isSequential { return newest }
        let tip = parents.filter { stamps[$0].writer == writer && lanes.isTip($0) }.max()
        return tip.map { lanes[$0] } ?? lane(of: writer, inPastOf: parents)
    }

    /// The lane of a writer whose newest entry is in the past of `parents`; if there are several, the one that went on
    /// last.
    ///
    /// Only entries newer than that one are looked at, none of which the lane had in its past: so all such questions
    /// together cost each lane a look at each entry.
    private func lane(of writer: Digest, inPastOf parents: [Entry]) -> Lane? {
        var candidates = lanes.lanes(of: writer).map { lanes.tip(of: $0) }.sorted()
        var past = PastSearch(parents)
        while let candidate = candidates.popLast() {
            while let entry = past.newest, entry > candidate { past.open(entry, self) }
            if past.newest == candidate { return lanes[candidate] }
        }
        return nil
    }
}

/// A search through a past from its newest entry on.
struct PastSearch: Sendable {
    /// Seen and not looked at yet, ascending.
    private var found: [EventGraph.Entry]

    init(_ heads: [EventGraph.Entry]) { found = Array(Set(heads)).sorted() }

    var newest: EventGraph.Entry? { found.last }

    /// Takes out the newest entry and puts its parents in.
    mutating func open(_ entry: EventGraph.Entry, _ graph: EventGraph) {
        found.removeLast()
        for parent in graph.parents(of: entry) {
            let place = found.firstPlace { $0 >= parent }
            if place == found.count || found[place] != parent { found.insert(parent, at: place) }
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place at which `isFar` holds, as it does at all after it; or the end.
    func firstPlace(where isFar: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if isFar(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
