/// Several writers who edit one text apart, meet, fork and lie, by chance: one seed, one story.
public struct RandomEditing {
    public private(set) var entries: [ReferenceText.Entry] = []
    public private(set) var reference = ReferenceText()
    private var random: SplitMix64
    private var branches: [Branch] = []
    private var letters = 0

    /// A copy of the text in the hands of one writer; of a forked writer there are several.
    private struct Branch {
        var writer: [UInt8]
        var sequence: UInt64 = 0
        /// Entries that it has, of which the others are the past.
        var heads: [[UInt8]] = []
    }

    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Tells `entryCount` more entries of `writerCount` writers.
    public mutating func run(writerCount: Int, entryCount: Int) {
        let base = branches.count
        for _ in 0..<writerCount { branches.append(Branch(writer: bytes(4))) }
        for _ in 0..<entryCount {
            // At times one writes for long and the others are away; at times all do.
            let branch = random.chance(60) ? base : base + random.below(branches.count - base)
            if random.chance(35) { meet(branch) }
            if random.chance(4) { branches.append(branches[branch]) }
            write(branch)
        }
    }

    /// The branch takes in what another one has, or some earlier entry.
    private mutating func meet(_ branch: Int) {
        let other = random.below(branches.count)
        var news = branches[other].heads
        if random.chance(15), let entry = random.pick(entries) { news = [entry.stamp.id] }
        for head in news where !branches[branch].heads.contains(head) { branches[branch].heads.append(head) }
    }

    private mutating func write(_ branch: Int) {
        var heads = branches[branch].heads
        // A liar forgets what it wrote before, or claims a place in its chain that it has had already.
        if random.chance(4), let entry = random.pick(entries) { heads = random.chance(30) ? [] : [entry.stamp.id] }
        if random.chance(3) { branches[branch].sequence = UInt64(random.below(3)) }
        let length = reference.text(asOf: heads).count
        let stamp = ReferenceText.Stamp(
            sequence: branches[branch].sequence, writer: branches[branch].writer, id: bytes(32))
        let entry = ReferenceText.Entry(stamp: stamp, parents: heads, edits: edits(of: length))
        reference.add(entry)
        entries.append(entry)
        branches[branch].sequence += 1
        branches[branch].heads = [stamp.id]
    }

    /// One to four habits of hand in a text of `start` scalars.
    private mutating func edits(of start: Int) -> [ReferenceText.Edit] {
        var edits: [ReferenceText.Edit] = []
        var length = start
        for _ in 0..<random.within(random.chance(5) ? 0...0 : 1...4) {
            // Where all meet: at the start, around one place, at the end.
            var position = random.pick([0, min(3, length), length / 2, length, random.within(0...length)])!
            if random.chance(4) { position = length + random.within(1...3) }
            let count = random.within(1...4)
            switch random.below(5) {
            case 0, 1: edits += (0..<count).map { .insert(letter(), at: position + $0) }
            case 2: edits += (0..<count).map { _ in .insert(letter(), at: position) }
            case 3: edits += (0..<count).map { _ in .delete(at: position) }
            default: edits += (0..<min(count, position + 1)).map { .delete(at: position - $0) }
            }
            length = Self.length(from: start, after: edits)
        }
        return edits
    }

    /// How long a text of `start` scalars is after `edits`, of which some may do nothing.
    private static func length(from start: Int, after edits: [ReferenceText.Edit]) -> Int {
        edits.reduce(start) { length, edit in
            switch edit {
            case .insert(_, let position): position <= length ? length + 1 : length
            case .delete(let position): position < length ? length - 1 : length
            }
        }
    }

    /// Each scalar another, so that texts are equal only if their scalars are the same ones; of one to four bytes.
    private mutating func letter() -> Unicode.Scalar {
        letters += 1
        let first = random.pick([0x61, 0x400, 0x4E00, 0x1F300])! as UInt32
        return Unicode.Scalar(first + UInt32(letters % (first == 0x61 ? 26 : 700)))!
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}

/// SplitMix64: small, seeded, the same everywhere.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of a hundred cases.
    public mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    public mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    public mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var shuffled = elements
        for position in stride(from: shuffled.count - 1, to: 0, by: -1) {
            shuffled.swapAt(position, below(position + 1))
        }
        return shuffled
    }
}
