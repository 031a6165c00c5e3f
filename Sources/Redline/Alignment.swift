/// Which words of an old text are still there in a new one, and where.
///
/// The kept runs are in order in both texts and do not overlap; what lies between them has changed. Two passes:
///
/// 1. The shortest edit is sought over the whole (``ShortestEditSearch``).
/// 2. If that costs more steps than allowed, the texts are first tied together at *anchors*, passages of
///    ``RedlineLimits/anchorLength`` tokens that occur exactly once in each, as many as can be had in order. The
///    search then goes between them, each gap having its share of as many steps again; a gap that needs more is
///    replaced, wholly or in part. The alignment is then coarse, and no less true.
package struct Alignment {
    /// Equal stretches of both texts; positions and count are in tokens.
    package struct KeptRun: Hashable, Sendable {
        package let old: Int
        package let new: Int
        package internal(set) var count: Int
    }

    package let keptRuns: [KeptRun]
    package let isCoarse: Bool
    /// The steps both passes took; see ``RedlineLimits/stepsPerPass``.
    package let stepCount: Int

    /// Aligns two lists of numbers.
    ///
    /// `stepCount` exceeds twice `stepLimit` by at most a few steps for each token.
    package init(old: [Int32], new: [Int32], stepLimit: Int) {
        var search = ShortestEditSearch(old: old, new: new, allowance: stepLimit)
        if search.align(old.indices, new.indices) {
            self.init(keptRuns: search.keptRuns, isCoarse: false, stepCount: search.stepCount)
            return
        }
        let firstPassSteps = search.stepCount
        let tokenCount = old.count + new.count
        search = ShortestEditSearch(old: old, new: new, allowance: 0)
        var oldEnd = 0
        var newEnd = 0
        func searchGap(to oldStart: Int, _ newStart: Int) {
            let share = (oldStart - oldEnd) + (newStart - newEnd)
            search.allowance += Int(Double(stepLimit) * Double(share) / Double(tokenCount))
            _ = search.align(oldEnd..<oldStart, newEnd..<newStart)
        }
        for anchor in Self.anchors(old: old, new: new) {
            // Two anchors may overlap; the later one then gives up what the earlier one holds.
            let overlap = max(0, oldEnd - anchor.old, newEnd - anchor.new)
            guard overlap < anchor.count else { continue }
            let start = (old: anchor.old + overlap, new: anchor.new + overlap)
            searchGap(to: start.old, start.new)
            search.keep(old: start.old, new: start.new, count: anchor.count - overlap)
            oldEnd = anchor.old + anchor.count
            newEnd = anchor.new + anchor.count
        }
        searchGap(to: old.count, new.count)
        self.init(keptRuns: search.keptRuns, isCoarse: true, stepCount: firstPassSteps + search.stepCount)
    }

    private init(keptRuns: [KeptRun], isCoarse: Bool, stepCount: Int) {
        self.keptRuns = keptRuns
        self.isCoarse = isCoarse
        self.stepCount = stepCount
    }

    /// The longest ordered list of passages that occur exactly once in each text.
    ///
    /// Passages are found by a 64-bit mix of their tokens and then compared, so that a forged collision can hide an
    /// anchor but not make a false one. After Bram Cohen's "patience diff", with passages in place of lines.
    private static func anchors(old: [Int32], new: [Int32]) -> [KeptRun] {
        let length = RedlineLimits.anchorLength
        let absent = -1
        let repeated = -2
        func note(_ start: Int, in sighting: inout Int) { sighting = sighting == absent ? start : repeated }
        func mix(_ tokens: [Int32], _ start: Int) -> UInt64 {
            var mixed: UInt64 = 0
            for index in start..<start + length {
                mixed = (mixed ^ UInt64(UInt32(bitPattern: tokens[index]))) &* 0x9E37_79B9_7F4A_7C15
                mixed ^= mixed >> 29
            }
            return mixed
        }
        guard old.count >= length, new.count >= length else { return [] }
        var sightings: [UInt64: (old: Int, new: Int)] = [:]
        sightings.reserveCapacity(old.count)
        for start in 0...old.count - length {
            note(start, in: &sightings[mix(old, start), default: (absent, absent)].old)
        }
        for start in 0...new.count - length {
            guard let place = sightings.index(forKey: mix(new, start)) else { continue }
            note(start, in: &sightings.values[place].new)
        }
        let pairs = sightings.values
            .filter { pair in
                pair.old >= 0 && pair.new >= 0
                    && (0..<length).allSatisfy { old[pair.old + $0] == new[pair.new + $0] }
            }
            .sorted { $0.old < $1.old }
        return longestRising(pairs).map { KeptRun(old: $0.old, new: $0.new, count: length) }
    }

    /// The longest part of `pairs`, which rise in `old`, that rises in `new` as well; by patience sorting.
    private static func longestRising(_ pairs: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
        var piles: [Int] = []  // for each length, the pair that ends the lowest such list so far
        var predecessors: [Int] = []
        for (index, pair) in pairs.enumerated() {
            var low = 0
            var high = piles.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[piles[middle]].new < pair.new { low = middle + 1 } else { high = middle }
            }
            predecessors.append(low == 0 ? -1 : piles[low - 1])
            if low == piles.count { piles.append(index) } else { piles[low] = index }
        }
        var rising: [(old: Int, new: Int)] = []
        var index = piles.last ?? -1
        while index >= 0 {
            rising.append(pairs[index])
            index = predecessors[index]
        }
        return rising.reversed()
    }
}
