/// The versions that a walk keeps prepared: which entries each view shows, and who goes by which.
///
/// All writers share one view, ``common``, which is brought to what each of them had seen: forward, and back where they
/// had not seen all that it shows. Going back is allowed as long as it costs little beside what was walked. A lane for
/// which it would cost more gets a view of its own, for good. That one never goes back, for what a lane has in its past
/// only grows. So the common view costs a fixed multiple of what is walked, and each lane's at most once all of it.
struct Versions: Sendable {
    static let common: View = 0

    private let patience: Patience
    private let base: EventGraph.Entry
    private var views: [Prepared]
    /// The views that have an owner.
    private var own: [Lane: View] = [:]
    private var effort = 0
    private var difference = VersionDifference()

    private struct Prepared: Sendable {
        /// The entry that, with its past, is what the view shows.
        var tip: EventGraph.Entry
        var entries = EntrySet()
    }

    /// How a view is brought to the past of an entry; afterwards it may lack some of it.
    enum Route {
        case goOn(View)
        /// The common view, which first loses the ``excess``.
        case goBack
        /// A new view that begins as the common one, and first loses the ``excess``.
        case branchOff
        /// A new view that begins with nothing.
        case beginAnew
    }

    /// What the common view shows that is not in the past of the entry last asked about; descending.
    var excess: [EventGraph.Entry] { difference.onlyFirst }

    init(after base: EventGraph.Entry, _ patience: Patience) {
        self.base = base
        self.patience = patience
        views = [Prepared(tip: base)]
    }

    func has(_ entry: EventGraph.Entry, in view: View) -> Bool { views[view].entries.contains(entry - base - 1) }

    mutating func remove(_ entry: EventGraph.Entry, from view: View) { views[view].entries.remove(entry - base - 1) }

    /// Adds an entry of which the view shows the past.
    mutating func add(_ entry: EventGraph.Entry, to view: View) {
        views[view].entries.insert(entry - base - 1)
        views[view].tip = entry
    }

    /// Finds the view for an entry, in a walk that has so many runs behind it.
    mutating func route(to entry: EventGraph.Entry, _ graph: EventGraph, walkedRunCount: Int) -> Route {
        let lane = graph.lane(of: entry)
        if let view = own[lane] { return .goOn(view) }
        let parents = graph.parents(of: entry)
        let tip = views[Self.common].tip
        if tip == base || parents.contains(tip) { return .goOn(Self.common) }
        let allowance = max(0, patience.perRun * walkedRunCount + patience.atFirst - effort)
        let isFound = difference.find(between: tip, and: parents, after: base, in: graph, limit: allowance)
        effort += difference.effort
        if isFound {
            if excess.isEmpty { return .goOn(Self.common) }
            let cost = excess.reduce(0) { $0 + graph.runs(of: $1).count }
            if cost <= allowance {
                effort += cost
                return .goBack
            }
        }
        own[lane] = views.count
        views.append(isFound ? views[Self.common] : Prepared(tip: base))
        return isFound ? .branchOff : .beginAnew
    }

    /// What a view lacks of entries and their past, ascending; from now on it has it.
    mutating func lack(
        of entries: ArraySlice<EventGraph.Entry>, in view: View, _ graph: EventGraph
    ) -> [EventGraph.Entry] {
        var lack: [EventGraph.Entry] = []
        var open = Array(entries)
        while let entry = open.popLast() {
            guard entry > base, views[view].entries.insert(entry - base - 1) else { continue }
            lack.append(entry)
            open += graph.parents(of: entry)
        }
        return lack.sorted()
    }
}

/// How much a walk may go back in the view that all share: so many runs taken back, or entries looked at, for each run
/// walked, and so many for a walk that has just begun.
struct Patience: Sendable {
    var perRun: Int
    var atFirst: Int

    static let usual = Patience(perRun: 2, atFirst: 64)
}

/// A set of small numbers, a bit for each.
struct EntrySet: Sendable {
    private var words: [UInt64] = []

    func contains(_ number: Int) -> Bool {
        number >> 6 < words.count && words[number >> 6] & (1 << UInt64(number & 63)) != 0
    }

    /// False if it was there.
    @discardableResult
    mutating func insert(_ number: Int) -> Bool {
        if contains(number) { return false }
        while words.count <= number >> 6 { words.append(0) }
        words[number >> 6] |= 1 << UInt64(number & 63)
        return true
    }

    mutating func remove(_ number: Int) {
        if contains(number) { words[number >> 6] &= ~(1 << UInt64(number & 63)) }
    }
}

/// Which entries deleted each piece of a walk: chains that never change, so that both parts of a piece that is cut can
/// have the one that the whole had.
struct Deleters: Sendable {
    static let none: Int32 = -1
    private var links: [(entry: Int32, earlier: Int32)] = []

    /// Adds a deletion to a chain, and answers the longer chain.
    mutating func add(_ entry: EventGraph.Entry, after chain: Int32) -> Int32 {
        links.append((Int32(entry), chain))
        return Int32(links.count - 1)
    }

    /// The latest first.
    func entries(of chain: Int32) -> [EventGraph.Entry] {
        sequence(first: chain) { links[Int($0)].earlier == Self.none ? nil : links[Int($0)].earlier }
            .prefix { $0 != Self.none }.map { Int(links[Int($0)].entry) }
    }

    /// Whether some entry of a chain is as asked.
    func contains(_ chain: Int32, where isWanted: (EventGraph.Entry) -> Bool) -> Bool {
        var link = chain
        while link != Self.none {
            if isWanted(Int(links[Int(link)].entry)) { return true }
            link = links[Int(link)].earlier
        }
        return false
    }
}
