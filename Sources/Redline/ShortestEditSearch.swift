/// The search for the fewest deletions and insertions that turn one list of tokens into another.
///
/// Source: Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), section 4b,
/// the variation in linear space: find the run of equal tokens in the middle of a shortest path by walking from both
/// ends at once, then do the same on either side of it. The names `d` (differences so far), `k` (diagonal) and
/// "furthest" follow the paper.
///
/// Every step draws on an allowance. Once it is spent, what is not yet aligned stays unaligned, but for the equal
/// tokens at its ends.
struct ShortestEditSearch {
    private let old: [Int32]
    private let new: [Int32]
    /// The steps left. It may end a little below zero: walks are finished before it is looked at again.
    var allowance: Int
    private(set) var stepCount = 0
    private(set) var keptRuns: [Alignment.KeptRun] = []
    // Furthest positions by diagonal, forward and backward; diagonal k is at index k + `center`. They grow with d,
    // hence with the square root of the allowance, and never beyond the texts.
    private var forward = [0, 0, 0]
    private var backward = [0, 0, 0]
    private var center = 1

    init(old: [Int32], new: [Int32], allowance: Int) {
        self.old = old
        self.new = new
        self.allowance = allowance
    }

    /// Adds a kept run after all others.
    mutating func keep(old oldStart: Int, new newStart: Int, count: Int) {
        guard count > 0 else { return }
        if let last = keptRuns.last, last.old + last.count == oldStart, last.new + last.count == newStart {
            keptRuns[keptRuns.count - 1].count += count
        } else {
            keptRuns.append(Alignment.KeptRun(old: oldStart, new: newStart, count: count))
        }
    }

    /// Aligns one stretch of the old list with one of the new, both after all that is aligned so far.
    ///
    /// - Returns: Whether the alignment is a shortest one. If not, the allowance ran out.
    mutating func align(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> Bool {
        var (oldStart, newStart) = (oldRange.lowerBound, newRange.lowerBound)
        var (oldEnd, newEnd) = (oldRange.upperBound, newRange.upperBound)
        while oldStart < oldEnd, newStart < newEnd, old[oldStart] == new[newStart] {
            oldStart += 1
            newStart += 1
        }
        while oldStart < oldEnd, newStart < newEnd, old[oldEnd - 1] == new[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        keep(old: oldRange.lowerBound, new: newRange.lowerBound, count: oldStart - oldRange.lowerBound)
        spend((oldStart - oldRange.lowerBound) + (oldRange.upperBound - oldEnd) + 1)
        var isShortest = true
        // Where one side is empty the other has come or gone. Otherwise at least two tokens differ, so that each
        // half of the path is shorter than the whole, and the depth of the recursion is the logarithm of d.
        if oldStart < oldEnd && newStart < newEnd {
            if let middle = middleRun(oldStart..<oldEnd, newStart..<newEnd) {
                let before = align(oldStart..<middle.old, newStart..<middle.new)
                keep(old: middle.old, new: middle.new, count: middle.count)
                let after = align(middle.old + middle.count..<oldEnd, middle.new + middle.count..<newEnd)
                isShortest = before && after
            } else {
                isShortest = false
            }
        }
        keep(old: oldEnd, new: newEnd, count: oldRange.upperBound - oldEnd)
        return isShortest
    }

    private mutating func spend(_ steps: Int) {
        stepCount += steps
        allowance -= steps
    }

    /// The run of equal tokens, perhaps of none, in the middle of a shortest path; nil when the allowance is spent.
    private mutating func middleRun(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> Alignment.KeptRun? {
        let (oldCount, newCount) = (oldRange.count, newRange.count)
        let delta = oldCount - newCount
        let deltaIsOdd = delta % 2 != 0
        forward[center + 1] = 0
        backward[center + 1] = 0
        for d in 0...(oldCount + newCount + 1) / 2 {
            growFurthest(to: d + 1)
            // Diagonals that have left the box are not walked.
            let lowest = -(d - 2 * max(0, d - newCount))
            let highest = d - 2 * max(0, d - oldCount)
            for k in stride(from: lowest, through: highest, by: 2) {
                let start = Self.start(of: k, after: d, in: forward, center: center)
                var (x, y) = (start, start - k)
                while x < oldCount, y < newCount,
                    old[oldRange.lowerBound + x] == new[newRange.lowerBound + y]
                {
                    x += 1
                    y += 1
                }
                forward[center + k] = x
                spend(x - start + 1)
                let opposite = delta - k
                if deltaIsOdd, abs(opposite) < d, x + backward[center + opposite] >= oldCount {
                    return Alignment.KeptRun(
                        old: oldRange.lowerBound + start, new: newRange.lowerBound + start - k, count: x - start)
                }
                if allowance < 0 { return nil }
            }
            for k in stride(from: lowest, through: highest, by: 2) {
                let start = Self.start(of: k, after: d, in: backward, center: center)
                var (x, y) = (start, start - k)
                while x < oldCount, y < newCount,
                    old[oldRange.upperBound - 1 - x] == new[newRange.upperBound - 1 - y]
                {
                    x += 1
                    y += 1
                }
                backward[center + k] = x
                spend(x - start + 1)
                let opposite = delta - k
                if !deltaIsOdd, abs(opposite) <= d, x + forward[center + opposite] >= oldCount {
                    return Alignment.KeptRun(
                        old: oldRange.upperBound - x, new: newRange.upperBound - (x - k), count: x - start)
                }
                if allowance < 0 { return nil }
            }
        }
        preconditionFailure("two walks that cover the whole box meet")
    }

    /// Where the walk on diagonal `k` begins in round `d`: one step from the better of its two neighbours.
    private static func start(of k: Int, after d: Int, in furthest: [Int], center: Int) -> Int {
        let below = furthest[center + k + 1]
        if k == -d { return below }
        let beside = furthest[center + k - 1]
        return k != d && beside < below ? below : beside + 1
    }

    /// Makes room for the diagonals from `-d` to `d`.
    private mutating func growFurthest(to d: Int) {
        guard d > center else { return }
        let added = max(d - center, center)
        let margin = [Int](repeating: 0, count: added)
        forward = margin + forward + margin
        backward = margin + backward + margin
        center += added
    }
}
