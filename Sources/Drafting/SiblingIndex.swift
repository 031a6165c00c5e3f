/// The runs that were inserted at one side of one scalar, concurrently, in their order.
///
/// Most scalars have none or one; these cost an entry of the table and nothing more.
struct SiblingIndex: Sendable {
    /// A scalar and the side on which children hang.
    struct Parent: Hashable, Sendable {
        let item: Item
        let isBefore: Bool
    }

    /// A run; or, if negative, the complement of an index into `lists`.
    private var only: [Parent: Int] = [:]
    private var lists: [[Int]] = []

    func first(of parent: Parent) -> Int? {
        guard let found = only[parent] else { return nil }
        return found >= 0 ? found : lists[~found].first
    }

    func last(of parent: Parent) -> Int? {
        guard let found = only[parent] else { return nil }
        return found >= 0 ? found : lists[~found].last
    }

    /// Where a new child would stand among those of a parent.
    struct Place {
        let parent: Parent
        fileprivate let index: Int
        /// Its neighbours.
        let before: Int?
        let after: Int?
    }

    /// The place behind all children of which `comesFirst` is true; they precede those of which it is not.
    func place(under parent: Parent, comesFirst: (Int) -> Bool) -> Place {
        guard let found = only[parent] else { return Place(parent: parent, index: 0, before: nil, after: nil) }
        guard found < 0 else {
            return comesFirst(found)
                ? Place(parent: parent, index: 1, before: found, after: nil)
                : Place(parent: parent, index: 0, before: nil, after: found)
        }
        let list = lists[~found]
        let index = Self.index(in: list, comesFirst)
        let before = index > 0 ? list[index - 1] : nil
        return Place(parent: parent, index: index, before: before, after: index < list.count ? list[index] : nil)
    }

    mutating func insert(_ run: Int, at place: Place) {
        guard let found = only[place.parent] else {
            only[place.parent] = run
            return
        }
        if found >= 0 {
            only[place.parent] = ~lists.count
            lists.append(place.index == 0 ? [run, found] : [found, run])
        } else {
            lists[~found].insert(run, at: place.index)
        }
    }

    private static func index(in list: [Int], _ comesFirst: (Int) -> Bool) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if comesFirst(list[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
