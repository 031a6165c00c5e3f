internal import Cryptography

/// Which entries of a draft had seen which, and the order of everything.
///
/// A writer's branch is a **lane**: what it has seen only grows along it. So what an entry has seen is one number for
/// each lane, and only what changes from one entry of a lane to the next is kept: whether an entry is in another's past
/// is a search among the changes of one lane towards another. Entries and lanes are numbered as they came, so these
/// numbers are this copy's own and decide nothing.
///
/// Source: `Docs/Specification/drafting.md`, section 5.
struct DraftGraph: Sendable {
    typealias Entry = Int
    typealias Lane = Int
    /// The entry that opens the draft; it is in the past of all others.
    static let opening: Entry = 0

    private(set) var stamps: [EditStamp] = []
    private(set) var numbers: [Digest: Entry] = [:]
    private var depths: [Int] = []
    private var lanes: [Lane] = []
    /// By entry: its place in its lane, from 0.
    private var places: [Int] = []
    /// By lane: its newest entry.
    private var newest: [Entry] = []
    /// By lane, by another one: what was seen of that one, whenever it changed.
    private var views: [[Lane: [Sighting]]] = []
    private(set) var heads: Set<Entry> = []

    /// From the entry at `place` on, the entries of another lane up to `newest` are in the past.
    private struct Sighting {
        let place: Int
        var newest: Int
    }

    init(opening: EditStamp) { append(opening, depth: 0, lane: addLane()) }

    var count: Int { stamps.count }
    var laneCount: Int { newest.count }

    func lane(of entry: Entry) -> Lane { lanes[entry] }
    func place(of entry: Entry) -> Int { places[entry] }

    /// The number of entries of `lane` that `entry` has seen, itself included.
    func seenCount(of lane: Lane, by entry: Entry) -> Int {
        let own = lanes[entry]
        if own == lane { return places[entry] + 1 }
        guard let sightings = views[own][lane] else { return 0 }
        var (low, high) = (0, sightings.count)
        while low < high {
            let middle = (low + high) / 2
            if sightings[middle].place <= places[entry] { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : sightings[low - 1].newest + 1
    }

    /// Whether `one` is in the past of `other`. An entry that is not added yet has seen all.
    func isPast(_ one: Entry, of other: Entry) -> Bool {
        if one == other { return false }
        guard other < count else { return one < count }
        guard one < count else { return false }
        return seenCount(of: lanes[one], by: other) > places[one]
    }

    /// The order of everything, of entries. One that is not added yet comes last, for it has seen all; what the base
    /// has, first, as if of an entry -1.
    func precedes(_ one: Entry, _ other: Entry) -> Bool {
        guard min(one, other) >= 0, max(one, other) < count else { return one < other }
        if depths[one] != depths[other] { return depths[one] < depths[other] }
        return stamps[one] < stamps[other]
    }

    /// Adds an entry all of whose past is here.
    ///
    /// - Parameter previous: the writer's own entry before it.
    mutating func add(_ stamp: EditStamp, previous: Entry?, parents: [Entry]) -> Entry {
        let known = (parents + [previous ?? Self.opening]).sorted { depths[$0] > depths[$1] }
        let lane = previous.flatMap { newest[lanes[$0]] == $0 ? lanes[$0] : nil } ?? addLane()
        let entry = append(stamp, depth: depths[known[0]] + 1, lane: lane)
        for parent in known { see(parent, from: entry) }
        return entry
    }

    private mutating func addLane() -> Lane {
        newest.append(-1)
        views.append([:])
        return newest.count - 1
    }

    @discardableResult
    private mutating func append(_ stamp: EditStamp, depth: Int, lane: Lane) -> Entry {
        let entry = count
        places.append(newest[lane] < 0 ? 0 : places[newest[lane]] + 1)
        stamps.append(stamp)
        numbers[stamp.id] = entry
        depths.append(depth)
        lanes.append(lane)
        newest[lane] = entry
        heads.insert(entry)
        return entry
    }

    /// Puts a parent and its past into the past of the newest entry. Parents come deepest first, so that most are there.
    private mutating func see(_ parent: Entry, from entry: Entry) {
        heads.remove(parent)
        guard seenCount(of: lanes[parent], by: entry) <= places[parent] else { return }
        for lane in views[lanes[parent]].keys {
            let seen = seenCount(of: lane, by: parent)
            if seen > 0 { raise(lane, to: seen - 1, at: entry) }
        }
        raise(lanes[parent], to: places[parent], at: entry)
    }

    private mutating func raise(_ lane: Lane, to place: Int, at entry: Entry) {
        let own = lanes[entry]
        guard own != lane else { return }
        let last = views[own][lane]?.last
        guard place > last?.newest ?? -1 else { return }
        if last?.place == places[entry] {
            views[own][lane]![views[own][lane]!.count - 1].newest = place
        } else {
            views[own][lane, default: []].append(Sighting(place: places[entry], newest: place))
        }
    }

    /// These entries and their past, in the order in which they came.
    func past(of entries: [Entry]) -> [Entry] {
        (0..<count).filter { one in entries.contains { $0 == one || isPast(one, of: $0) } }
    }
}
