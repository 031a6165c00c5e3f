/// What two versions do not share; a version is some entries with their past. Kept from one question to the next, for
/// its arrays.
struct VersionDifference: Sendable {
    /// Descending.
    private(set) var onlyFirst: [EventGraph.Entry] = []
    private(set) var onlySecond: [EventGraph.Entry] = []
    /// Entries whose parents are still to be looked at, ascending, each four times, and in the lower bits who has it.
    private var open: [Int] = []
    private var unsharedCount = 0
    /// How many entries the last search looked at.
    private(set) var effort = 0

    /// Finds what is after `base`, of which everything here descends. False if it looked at `limit` entries and was not
    /// done.
    mutating func find(
        between first: EventGraph.Entry, and second: ArraySlice<EventGraph.Entry>, after base: EventGraph.Entry,
        in graph: EventGraph, limit: Int
    ) -> Bool {
        onlyFirst.removeAll(keepingCapacity: true)
        onlySecond.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        unsharedCount = 0
        effort = 0
        if first > base { push(first, 1) }
        for entry in second where entry > base { push(entry, 2) }
        // Children have higher numbers, so when the highest comes, all who have it have said so.
        while unsharedCount > 0, let highest = open.popLast() {
            guard effort < limit else { return false }
            effort += 1
            let owners = highest & 3
            if owners != 3 { unsharedCount -= 1 }
            if owners == 1 { onlyFirst.append(highest >> 2) }
            if owners == 2 { onlySecond.append(highest >> 2) }
            for parent in graph.parents(of: highest >> 2) where parent > base { push(parent, owners) }
        }
        return true
    }

    private mutating func push(_ entry: EventGraph.Entry, _ owners: Int) {
        let place = open.firstPlace { $0 >> 2 >= entry }
        if place < open.count, open[place] >> 2 == entry {
            let before = open[place] & 3
            open[place] |= owners
            if before != 3, before | owners == 3 { unsharedCount -= 1 }
        } else {
            open.insert(entry << 2 | owners, at: place)
            if owners != 3 { unsharedCount += 1 }
        }
    }
}
