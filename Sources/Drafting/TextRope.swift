/// A text that is edited anywhere at little cost; positions count Unicode scalars.
///
/// UTF-8 in leaves of ``leafCapacity`` bytes, ordered by a tree. Every leaf keeps its free bytes as a gap where it was
/// last edited, so that typing writes one byte and moves none, in any script. The leaf in use is remembered, and the
/// tree learns of its growth only when another leaf is wanted: a run of typing asks the tree once.
///
/// Why UTF-8 and scalars: UTF-8 is how text comes, goes and is hashed, at a byte a letter in most treaties; and a scalar
/// is the smallest unit that no edit can cut into something that is not text. Grapheme clusters would depend on tables
/// that differ between systems.
struct TextRope: Sendable {
    static let leafCapacity = 1024
    /// Bytes that fit any leaf that was halved: halves differ by less than a scalar.
    private static let pieceLimit = leafCapacity / 2 - 4

    private(set) var scalarCount = 0
    private(set) var byteCount = 0
    private var counts: LeafCounts
    private var order: LeafOrder
    /// By leaf, ``leafCapacity`` bytes each.
    private var bytes = [UInt8](repeating: 0, count: Self.leafCapacity)
    private var leaves = [Leaf()]

    /// The leaf in use, the position it begins at, and the scalars by which it grew since the tree was told.
    private var current: Int32 = 0
    private var currentStart = 0
    private var untoldGrowth = 0

    /// What a leaf holds: bytes up to `gapStart`, and from `gapEnd`.
    private struct Leaf: Sendable {
        var gapStart: UInt16 = 0
        var gapEnd = UInt16(TextRope.leafCapacity)
        var scalarsBefore: UInt16 = 0
        var scalarsAfter: UInt16 = 0

        var scalarCount: Int { Int(scalarsBefore) + Int(scalarsAfter) }
        var freeCount: Int { Int(gapEnd) - Int(gapStart) }
        var byteCount: Int { TextRope.leafCapacity - freeCount }
        var isASCII: Bool { byteCount == scalarCount }
    }

    init() {
        var counts = LeafCounts()
        order = LeafOrder(&counts)
        self.counts = counts
    }

    // MARK: Reading

    /// Calls `body` with the stretches of the text's UTF-8, in order.
    func forEachStretch(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            var next: Int32? = order.firstLeaf
            while let leaf = next {
                let first = Int(leaf) * Self.leafCapacity
                let gap = leaves[Int(leaf)]
                body(UnsafeBufferPointer(rebasing: all[first..<first + Int(gap.gapStart)]))
                body(UnsafeBufferPointer(rebasing: all[first + Int(gap.gapEnd)..<first + Self.leafCapacity]))
                next = order.successor(of: leaf)
            }
        }
    }

    /// The whole text as UTF-8.
    var utf8: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            forEachStretch { stretch in
                guard let source = stretch.baseAddress else { return }
                (output.baseAddress! + count).update(from: source, count: stretch.count)
                count += stretch.count
            }
        }
    }

    /// The whole text.
    var string: String {
        String(unsafeUninitializedCapacity: byteCount) { output in
            var count = 0
            forEachStretch { stretch in
                guard let source = stretch.baseAddress else { return }
                (output.baseAddress! + count).update(from: source, count: stretch.count)
                count += stretch.count
            }
            return count
        }
    }

    // MARK: Editing

    /// Puts `utf8`, which is `scalarCount` whole scalars, before the scalar at `position`, at most the text's count.
    mutating func insert(_ utf8: UnsafeBufferPointer<UInt8>, scalarCount count: Int, at position: Int) {
        guard count > 0 else { return }
        scalarCount += count
        byteCount += utf8.count
        // Typing goes on where the gap is.
        if position - currentStart == Int(leaves[Int(current)].scalarsBefore),
            utf8.count <= leaves[Int(current)].freeCount
        {
            fill(utf8, scalarCount: count)
            return
        }
        goTo(position, forInsertion: true)
        if utf8.count <= leaves[Int(current)].freeCount {
            moveGap(to: position - currentStart)
            fill(utf8, scalarCount: count)
        } else {
            insertInPieces(utf8, at: position)
        }
    }

    /// Takes out `count` scalars from `position` on; the text has them.
    mutating func remove(_ count: Int, at position: Int) {
        scalarCount -= count
        var rest = count
        while rest > 0 {
            goTo(position, forInsertion: false)
            rest -= cut(rest, at: position - currentStart)
            if leaves[Int(current)].scalarCount == 0 { dropCurrent() }
        }
    }

    // MARK: The leaf in use

    /// Makes the leaf in use the one that holds `position`: the scalar there, or for an insertion the place before it.
    @inline(__always)
    private mutating func goTo(_ position: Int, forInsertion: Bool) {
        let offset = position - currentStart
        let size = leaves[Int(current)].scalarCount
        if offset >= 0, offset < size || (offset == size && forInsertion) { return }
        seek(position)
    }

    private mutating func seek(_ position: Int) {
        tellGrowth()
        if position == counts.total {
            let (leaf, rank) = position == 0 ? (order.firstLeaf, 0) : counts.find(position - 1, order)
            current = leaf
            currentStart = position == 0 ? 0 : position - 1 - rank
        } else {
            let (leaf, rank) = counts.find(position, order)
            current = leaf
            currentStart = position - rank
        }
    }

    private mutating func tellGrowth() {
        guard untoldGrowth != 0 else { return }
        counts.add(untoldGrowth, to: current, order)
        untoldGrowth = 0
    }

    /// Moves the gap of the leaf in use so that `target` scalars stand before it.
    @inline(__always)
    private mutating func moveGap(to target: Int) {
        if target != Int(leaves[Int(current)].scalarsBefore) { shiftGap(to: target) }
    }

    private mutating func shiftGap(to target: Int) {
        var leaf = leaves[Int(current)]
        let first = Int(current) * Self.leafCapacity
        let isASCII = leaf.isASCII
        bytes.withUnsafeMutableBufferPointer { all in
            let base = all.baseAddress! + first
            if target < leaf.scalarsBefore {
                let count = Int(leaf.scalarsBefore) - target
                let size = isASCII ? count : Self.byteCount(ofLast: count, before: base + Int(leaf.gapStart))
                leaf.gapStart -= UInt16(size)
                leaf.gapEnd -= UInt16(size)
                (base + Int(leaf.gapEnd)).update(from: base + Int(leaf.gapStart), count: size)
                leaf.scalarsBefore -= UInt16(count)
                leaf.scalarsAfter += UInt16(count)
            } else {
                let count = target - Int(leaf.scalarsBefore)
                let size = isASCII ? count : Self.byteCount(ofFirst: count, from: base + Int(leaf.gapEnd))
                (base + Int(leaf.gapStart)).update(from: base + Int(leaf.gapEnd), count: size)
                leaf.gapStart += UInt16(size)
                leaf.gapEnd += UInt16(size)
                leaf.scalarsBefore += UInt16(count)
                leaf.scalarsAfter -= UInt16(count)
            }
        }
        leaves[Int(current)] = leaf
    }

    /// Writes into the gap of the leaf in use, which has room.
    @inline(__always)
    private mutating func fill(_ utf8: UnsafeBufferPointer<UInt8>, scalarCount count: Int) {
        var leaf = leaves[Int(current)]
        let start = Int(current) * Self.leafCapacity + Int(leaf.gapStart)
        if utf8.count == 1 {
            bytes[start] = utf8[0]
        } else {
            bytes.withUnsafeMutableBufferPointer {
                ($0.baseAddress! + start).update(from: utf8.baseAddress!, count: utf8.count)
            }
        }
        leaf.gapStart += UInt16(truncatingIfNeeded: utf8.count)
        leaf.scalarsBefore += UInt16(truncatingIfNeeded: count)
        leaves[Int(current)] = leaf
        untoldGrowth += count
    }

    /// Takes up to `count` scalars from `offset` on out of the leaf in use; answers how many there were.
    private mutating func cut(_ count: Int, at offset: Int) -> Int {
        let cut = min(count, leaves[Int(current)].scalarCount - offset)
        let first = Int(current) * Self.leafCapacity
        // Backspacing takes what stands before the gap; everything else, what stands behind it.
        let isBehind = offset + cut != Int(leaves[Int(current)].scalarsBefore)
        if isBehind { moveGap(to: offset) }
        var leaf = leaves[Int(current)]
        let isASCII = leaf.isASCII
        let size = bytes.withUnsafeBufferPointer { all in
            let base = all.baseAddress! + first
            if isASCII { return cut }
            return isBehind
                ? Self.byteCount(ofFirst: cut, from: base + Int(leaf.gapEnd))
                : Self.byteCount(ofLast: cut, before: base + Int(leaf.gapStart))
        }
        if isBehind {
            leaf.gapEnd += UInt16(size)
            leaf.scalarsAfter -= UInt16(cut)
        } else {
            leaf.gapStart -= UInt16(size)
            leaf.scalarsBefore -= UInt16(cut)
        }
        leaves[Int(current)] = leaf
        byteCount -= size
        untoldGrowth -= cut
        return cut
    }

    // MARK: Leaves that come and go

    private mutating func insertInPieces(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) {
        if utf8.count > Self.pieceLimit {
            insertLeaves(utf8, at: position)
        } else {
            makeRoom(utf8.count, at: position)
            moveGap(to: position - currentStart)
            fill(utf8, scalarCount: Self.scalarCount(of: utf8))
        }
    }

    /// Inserts more than half a leaf: what follows goes to a leaf of its own, and between come as many as are needed.
    private mutating func insertLeaves(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) {
        tellGrowth()
        moveGap(to: position - currentStart)
        if leaves[Int(current)].scalarsAfter > 0 { moveTail(to: addLeaf(after: current)) }
        var rest = utf8[...]
        while true {
            // Cut between scalars: a continuation byte never begins a piece.
            var end = min(rest.count, leaves[Int(current)].freeCount) + rest.startIndex
            while end < rest.endIndex, rest[end] & 0xC0 == 0x80 { end -= 1 }
            let piece = UnsafeBufferPointer(rebasing: rest[rest.startIndex..<end])
            if !piece.isEmpty { fill(piece, scalarCount: Self.scalarCount(of: piece)) }
            rest = rest[end...]
            if rest.isEmpty { break }
            tellGrowth()
            currentStart += leaves[Int(current)].scalarCount
            current = addLeaf(after: current)
        }
    }

    /// Makes the leaf in use one that has `size` bytes free, at most ``pieceLimit``, and holds the place at `position`.
    ///
    /// A leaf that is full where text is appended is left full, if what follows it has no room either; else it is
    /// halved. So a leaf is new only when half a leaf of text came, wherever it came.
    private mutating func makeRoom(_ size: Int, at position: Int) {
        guard leaves[Int(current)].freeCount < size else { return }
        tellGrowth()
        let end = currentStart + leaves[Int(current)].scalarCount
        if position == end {
            if let next = order.successor(of: current), leaves[Int(next)].freeCount >= size {
                current = next
            } else {
                current = addLeaf(after: current)
            }
            currentStart = end
        } else {
            let half = addLeaf(after: current)
            moveUpperHalf(to: half)
            if position > currentStart + leaves[Int(current)].scalarCount {
                currentStart += leaves[Int(current)].scalarCount
                current = half
            }
        }
    }

    private mutating func addLeaf(after leaf: Int32) -> Int32 {
        let added = order.addLeaf(after: leaf, &counts)
        if Int(added) == leaves.count {
            leaves.append(Leaf())
            bytes.append(contentsOf: repeatElement(0, count: Self.leafCapacity))
        } else {
            leaves[Int(added)] = Leaf()
        }
        return added
    }

    /// Moves half the bytes of the leaf in use, give or take a scalar, to an empty leaf.
    private mutating func moveUpperHalf(to half: Int32) {
        moveGap(to: leaves[Int(current)].scalarCount)
        let first = Int(current) * Self.leafCapacity
        var cut = Int(leaves[Int(current)].gapStart) / 2
        while bytes[first + cut] & 0xC0 == 0x80 { cut -= 1 }
        let count = bytes.withUnsafeBufferPointer {
            Self.scalarCount(of: UnsafeBufferPointer(rebasing: $0[first..<first + cut]))
        }
        moveGap(to: count)
        moveTail(to: half)
    }

    /// Moves what stands behind the gap of the leaf in use to an empty leaf right after it.
    private mutating func moveTail(to tail: Int32) {
        let leaf = leaves[Int(current)]
        let size = Self.leafCapacity - Int(leaf.gapEnd)
        bytes.withUnsafeMutableBufferPointer { all in
            let source = all.baseAddress! + Int(current) * Self.leafCapacity + Int(leaf.gapEnd)
            (all.baseAddress! + Int(tail) * Self.leafCapacity).update(from: source, count: size)
        }
        leaves[Int(tail)].gapStart = UInt16(size)
        leaves[Int(tail)].scalarsBefore = leaf.scalarsAfter
        leaves[Int(current)].gapEnd = UInt16(Self.leafCapacity)
        leaves[Int(current)].scalarsAfter = 0
        counts.add(-Int(leaf.scalarsAfter), to: current, order)
        counts.add(Int(leaf.scalarsAfter), to: tail, order)
    }

    /// Takes the leaf in use, which is empty, out of the order, unless it is the only one.
    private mutating func dropCurrent() {
        tellGrowth()
        guard let other = order.successor(of: current) ?? order.predecessor(of: current) else { return }
        order.remove(current, &counts)
        current = other
        currentStart = counts.count(before: other, order)
    }

    // MARK: UTF-8

    private static func byteCount(ofFirst count: Int, from start: UnsafePointer<UInt8>) -> Int {
        var end = start
        for _ in 0..<count { end += width(of: end.pointee) }
        return end - start
    }

    private static func byteCount(ofLast count: Int, before end: UnsafePointer<UInt8>) -> Int {
        var start = end
        for _ in 0..<count {
            start -= 1
            while start.pointee & 0xC0 == 0x80 { start -= 1 }
        }
        return end - start
    }

    /// Bytes of the scalar that begins with `lead`.
    static func width(of lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// Eight bytes at a time: a byte continues a scalar if its highest bit is set and the next is not.
    static func scalarCount(of utf8: UnsafeBufferPointer<UInt8>) -> Int {
        guard utf8.count > 1, let base = utf8.baseAddress else { return utf8.count }
        var continuationCount = 0
        var place = 0
        while place + 8 <= utf8.count {
            // Each byte of the sums counts what stood in its place, so they are added up before one could overflow.
            let end = min(place + 255 * 8, utf8.count & ~7)
            var sums: UInt64 = 0
            while place < end {
                let word = UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
                sums &+= word >> 7 & ~(word >> 6) & 0x0101_0101_0101_0101
                place += 8
            }
            let pairs = (sums & 0x00FF_00FF_00FF_00FF) &+ (sums >> 8 & 0x00FF_00FF_00FF_00FF)
            continuationCount += Int((pairs &* 0x0001_0001_0001_0001) >> 48)
        }
        while place < utf8.count {
            continuationCount += base[place] & 0xC0 == 0x80 ? 1 : 0
            place += 1
        }
        return utf8.count - continuationCount
    }
}
