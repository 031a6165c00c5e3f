/// Which spans cross, and how what they make stands within each other.
///
/// Spans that cross, directly or through others, are one group. Of two groups one holds the other, or they have nothing
/// in common but ends. Takes k log² k steps for k spans.
///
/// Source: `Docs/Specification/drafting.md`, section 9.1.
struct ContestedSpans {
    struct Group {
        /// Indices of its spans: by beginning, then the longer first, then as they came.
        let members: [Int]
        /// From the first beginning to the last end.
        let range: Range<Int>
        /// How many groups hold it.
        let level: Int
    }

    /// Outer ones before those they hold; else by beginning, empty ones first.
    private(set) var groups: [Group] = []

    init(_ spans: [Range<Int>]) {
        let order = spans.indices.sorted { one, other in
            let (a, b) = (spans[one], spans[other])
            if a.lowerBound != b.lowerBound { return a.lowerBound < b.lowerBound }
            return a.upperBound == b.upperBound ? one < other : a.upperBound > b.upperBound
        }
        var parts = Partition(count: spans.count)
        Self.join(spans, order, &parts)
        nest(Self.collect(spans, order, &parts))
    }

    /// Spans that are one group as far as they were looked at, with the ends of those that may still be crossed.
    private struct Block {
        let member: Int
        var ends: MinimumHeap
    }

    /// Takes spans by their beginnings. Those not ended yet lie in a stack of blocks, and none of a block ends before
    /// those of the blocks above it: else they would have crossed.
    private static func join(_ spans: [Range<Int>], _ order: [Int], _ parts: inout Partition) {
        var open: [Block] = []
        var last: Int?
        for index in order {
            let span = spans[index]
            if let last, spans[last] == span { parts.join(last, index) }
            last = index
            var block = Block(member: index, ends: MinimumHeap(span.upperBound))
            while var top = open.popLast() {
                top.ends.dropAll(upTo: span.lowerBound)
                guard let end = top.ends.first else { continue }
                guard end < span.upperBound else {
                    open.append(top)
                    break
                }
                parts.join(top.member, index)
                block.ends.formUnion(top.ends)
            }
            open.append(block)
        }
    }

    private static func collect(
        _ spans: [Range<Int>], _ order: [Int], _ parts: inout Partition
    ) -> [(members: [Int], range: Range<Int>)] {
        var found: [(members: [Int], range: Range<Int>)] = []
        var places: [Int: Int] = [:]
        for index in order {
            let part = parts.root(of: index)
            if let place = places[part] {
                let range = found[place].range
                found[place].members.append(index)
                found[place].range = range.lowerBound..<max(range.upperBound, spans[index].upperBound)
            } else {
                places[part] = found.count
                found.append(([index], spans[index]))
            }
        }
        return found
    }

    /// Sorts groups and counts what holds each. Of two of one range that one is outer whose spans are this range. An empty
    /// one stands beside what begins where it is, and before it: so what follows a group and has a higher level is held
    /// by it.
    private mutating func nest(_ found: [(members: [Int], range: Range<Int>)]) {
        let sorted = found.enumerated().sorted { one, other in
            let (a, b) = (one.element.range, other.element.range)
            if a.lowerBound != b.lowerBound { return a.lowerBound < b.lowerBound }
            if a.isEmpty != b.isEmpty { return a.isEmpty }
            return a.upperBound == b.upperBound ? one.offset < other.offset : a.upperBound > b.upperBound
        }
        var open: [Range<Int>] = []
        for (_, group) in sorted {
            while let outer = open.last,
                outer.upperBound < group.range.upperBound || outer.upperBound <= group.range.lowerBound
            {
                open.removeLast()
            }
            groups.append(Group(members: group.members, range: group.range, level: open.count))
            open.append(group.range)
        }
    }
}

/// Numbers in parts, joined two at a time.
private struct Partition {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(of number: Int) -> Int {
        var number = number
        while parents[number] != number {
            parents[number] = parents[parents[number]]
            number = parents[number]
        }
        return number
    }

    mutating func join(_ one: Int, _ other: Int) { parents[root(of: one)] = root(of: other) }
}

/// Numbers of which the lowest is at hand.
private struct MinimumHeap {
    private var numbers: [Int]

    init(_ number: Int) { numbers = [number] }

    var first: Int? { numbers.first }

    mutating func dropAll(upTo limit: Int) {
        while let first = numbers.first, first <= limit {
            let last = numbers.removeLast()
            if numbers.isEmpty { return }
            numbers[0] = last
            sink()
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            let children = (2 * place + 1..<2 * place + 3).filter { $0 < numbers.count }
            guard let least = children.min(by: { numbers[$0] < numbers[$1] }), numbers[least] < numbers[place] else {
                return
            }
            numbers.swapAt(place, least)
            place = least
        }
    }

    /// Takes the smaller one's numbers into the larger one.
    mutating func formUnion(_ other: MinimumHeap) {
        var (smaller, larger) = numbers.count < other.numbers.count ? (self, other) : (other, self)
        for number in smaller.numbers { larger.push(number) }
        smaller.numbers = []
        self = larger
    }

    private mutating func push(_ number: Int) {
        var place = numbers.count
        numbers.append(number)
        while place > 0, numbers[(place - 1) / 2] > number {
            numbers.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }
}
