/// The places among siblings: a list for each parent, which only grows, in the order of FugueMax.
///
/// Every place hangs before or behind another of its list, or its root. All lists stand in one long order of marks,
/// three for each place: where what hangs before it begins, itself, and where what hangs behind it ends. So both "which
/// comes first" and "does this hang on that" are two comparisons of marks, however deep a liar lets places hang.
///
/// Source: `Docs/Specification/drafting.md`, section 7.1.
struct PlaceLists: Sendable {
    typealias Place = Int

    /// What made a place: an operation of an entry; those of the base come before all.
    struct Maker: Hashable, Sendable {
        let entry: DraftGraph.Entry
        let operation: Int
    }

    private struct Marks {
        let begin: MarkOrder.Mark
        let own: MarkOrder.Mark
        let end: MarkOrder.Mark
    }

    private var order = MarkOrder()
    private var lastMark: MarkOrder.Mark
    private var marks: [Marks] = []
    private var makers: [Maker] = []
    private var rightNeighbours: [Place?] = []
    /// By place, the root of its list; a root is its own.
    private var roots: [Place] = []
    private var siblings = SiblingPlaces()
    /// By mark, the place whose own mark it is, or -1.
    private var placesByMark: [Place] = []

    init() { lastMark = order.first }

    /// A new empty list: its root, which stands before all its places.
    mutating func addList() -> Place {
        let begin = order.add(after: lastMark)
        let root = append(after: begin, begin: begin, Maker(entry: -1, operation: -1), right: nil, root: marks.count)
        lastMark = marks[root].end
        return root
    }

    func isPlace(_ place: Place, in root: Place) -> Bool { roots[place] == root && place != root }

    func maker(of place: Place) -> Maker { makers[place] }

    /// Whether `one` stands before `other`.
    func precedes(_ one: Place, _ other: Place) -> Bool { order.precedes(marks[one].own, marks[other].own) }

    /// The next place of the list, nobody's any more or not.
    func next(after place: Place) -> Place? {
        let last = marks[roots[place]].end
        var mark = marks[place].own
        while mark != last, let next = order.next(after: mark) {
            mark = next
            let found = placesByMark[Int(mark)]
            if found >= 0 { return found }
        }
        return nil
    }

    /// Makes a place in the list of `root`, between two of its places, or the root and none.
    mutating func insert(
        _ maker: Maker, left: Place, right: Place?, in root: Place, precedes: (Maker, Maker) -> Bool
    ) -> Place {
        if let right, right == left || hangs(right, on: left) {
            let spot = siblings.spot(under: SiblingPlaces.Parent(place: right, isBefore: true)) { sibling in
                precedes(makers[sibling], maker)
            }
            return hang(maker, at: spot, right: nil)
        }
        let spot = siblings.spot(under: SiblingPlaces.Parent(place: left, isBefore: false)) { sibling in
            comesFirst(sibling, right: right) ?? precedes(makers[sibling], maker)
        }
        return hang(maker, at: spot, right: right)
    }

    /// Whether a place behind the same one comes before what has this right neighbour; nil if both have the same.
    private func comesFirst(_ sibling: Place, right: Place?) -> Bool? {
        guard let other = rightNeighbours[sibling] else { return right == nil ? nil : true }
        guard let right else { return false }
        return other == right ? nil : precedes(right, other)
    }

    private func hangs(_ place: Place, on other: Place) -> Bool {
        order.precedes(marks[other].begin, marks[place].own) && order.precedes(marks[place].own, marks[other].end)
    }

    private mutating func hang(_ maker: Maker, at spot: SiblingPlaces.Spot, right: Place?) -> Place {
        let parent = spot.parent
        let before = parent.isBefore ? marks[parent.place].begin : marks[parent.place].own
        let begin = order.add(after: spot.before.map { marks[$0].end } ?? before)
        let place = append(after: begin, begin: begin, maker, right: right, root: roots[parent.place])
        siblings.insert(place, at: spot)
        return place
    }

    private mutating func append(
        after mark: MarkOrder.Mark, begin: MarkOrder.Mark, _ maker: Maker, right: Place?, root: Place
    ) -> Place {
        let place = marks.count
        let own = order.add(after: mark)
        marks.append(Marks(begin: begin, own: own, end: order.add(after: own)))
        makers.append(maker)
        rightNeighbours.append(right)
        roots.append(root)
        while placesByMark.count < order.count { placesByMark.append(-1) }
        if root != place { placesByMark[Int(own)] = place }
        return place
    }
}

/// The places that hang at one side of one place, in their order; found by halving, also where a crowd hangs there.
struct SiblingPlaces: Sendable {
    struct Parent: Hashable, Sendable {
        let place: PlaceLists.Place
        let isBefore: Bool
    }

    /// Where a new place comes to stand, and the one before it there.
    struct Spot {
        let parent: Parent
        fileprivate let index: Int
        let before: PlaceLists.Place?
    }

    /// Most have one.
    private var only: [Parent: PlaceLists.Place] = [:]
    private var crowds: [Parent: Crowd] = [:]

    private struct Crowd {
        var order = MarkOrder()
        /// By mark.
        var places: [PlaceLists.Place]

        init(_ place: PlaceLists.Place) {
            places = [place]
        }

        subscript(index: Int) -> PlaceLists.Place { places[Int(order[index])] }

        mutating func insert(_ place: PlaceLists.Place, at index: Int) {
            // Marks are only added behind others: a new first place takes the old one's.
            guard index > 0 else {
                insert(places[Int(order.first)], at: 1)
                places[Int(order.first)] = place
                return
            }
            _ = order.add(after: order[index - 1])
            places.append(place)
        }
    }

    func spot(under parent: Parent, comesFirst: (PlaceLists.Place) -> Bool) -> Spot {
        guard let single = only[parent] else { return Spot(parent: parent, index: 0, before: nil) }
        guard let crowd = crowds[parent] else {
            let isFirst = comesFirst(single)
            return Spot(parent: parent, index: isFirst ? 1 : 0, before: isFirst ? single : nil)
        }
        var (low, high) = (0, crowd.order.count)
        while low < high {
            let middle = (low + high) / 2
            if comesFirst(crowd[middle]) { low = middle + 1 } else { high = middle }
        }
        return Spot(parent: parent, index: low, before: low == 0 ? nil : crowd[low - 1])
    }

    mutating func insert(_ place: PlaceLists.Place, at spot: Spot) {
        guard let single = only[spot.parent] else {
            only[spot.parent] = place
            return
        }
        crowds[spot.parent, default: Crowd(single)].insert(place, at: spot.index)
    }
}
