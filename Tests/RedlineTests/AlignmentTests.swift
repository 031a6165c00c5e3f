import Testing

@testable import Redline

@Suite("An alignment")
struct AlignmentTests {
    /// The length of the longest common subsequence, by the table every textbook has.
    private func longestCommon(_ old: [Int32], _ new: [Int32]) -> Int {
        var row = [Int](repeating: 0, count: new.count + 1)
        for token in old {
            var diagonal = 0
            for (index, other) in new.enumerated() {
                let above = row[index + 1]
                row[index + 1] = token == other ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[new.count]
    }

    private func tokens(_ count: Int, of alphabet: Int, _ generator: inout SeededGenerator) -> [Int32] {
        (0..<count).map { _ in Int32(generator.below(alphabet)) }
    }

    /// Whether the runs are equal stretches, in order and apart.
    private func isTrue(_ alignment: Alignment, _ old: [Int32], _ new: [Int32]) -> Bool {
        var (oldEnd, newEnd) = (0, 0)
        for run in alignment.keptRuns {
            guard run.count > 0, run.old >= oldEnd, run.new >= newEnd else { return false }
            guard run.old + run.count <= old.count, run.new + run.count <= new.count else { return false }
            guard old[run.old..<run.old + run.count] == new[run.new..<run.new + run.count] else { return false }
            (oldEnd, newEnd) = (run.old + run.count, run.new + run.count)
        }
        return true
    }

    @Test func `keeps as much as can be kept, as the plain slow table has it`() {
        for seed in UInt64(1)...600 {
            var generator = SeededGenerator(seed: seed)
            let alphabet = 1 + generator.below(6)
            let old = tokens(generator.below(40), of: alphabet, &generator)
            let new = tokens(generator.below(40), of: alphabet, &generator)
            let alignment = Alignment(old: old, new: new, stepLimit: 1 << 20)
            #expect(isTrue(alignment, old, new), "seed \(seed)")
            #expect(!alignment.isCoarse)
            #expect(
                alignment.keptRuns.reduce(0) { $0 + $1.count } == longestCommon(old, new), "seed \(seed)")
        }
    }

    @Test func `stays true when its steps run out, and takes hardly more than it is allowed`() {
        for seed in UInt64(1)...300 {
            var generator = SeededGenerator(seed: seed)
            let alphabet = [2, 10, 1000][generator.below(3)]
            let old = tokens(generator.below(400), of: alphabet, &generator)
            let new = tokens(generator.below(400), of: alphabet, &generator)
            let stepLimit = generator.below(2000)
            let alignment = Alignment(old: old, new: new, stepLimit: stepLimit)
            #expect(isTrue(alignment, old, new), "seed \(seed)")
            #expect(alignment.stepCount <= 2 * stepLimit + 4 * (old.count + new.count) + 4, "seed \(seed)")
        }
    }

    @Test func `gives up the shortest way through hostile texts, within its limit, and says so`() {
        let count = 60_000
        var generator = SeededGenerator(seed: 7)
        let hostile: [(String, [Int32], [Int32])] = [
            ("nothing in common", (0..<Int32(count)).map { $0 }, (0..<Int32(count)).map { -1 - $0 }),
            ("two words", tokens(count, of: 2, &generator), tokens(count, of: 2, &generator)),
            ("backwards", (0..<Int32(count)).map { $0 }, (0..<Int32(count)).reversed()),
            ("out of step", (0..<Int32(count)).map { $0 % 7 }, (0..<Int32(count)).map { $0 % 11 }),
        ]
        let stepLimit = 1 << 18
        for (name, old, new) in hostile {
            let alignment = Alignment(old: old, new: new, stepLimit: stepLimit)
            #expect(alignment.isCoarse, "\(name)")
            #expect(isTrue(alignment, old, new), "\(name)")
            #expect(alignment.stepCount <= 2 * stepLimit + 4 * (old.count + new.count), "\(name)")
        }
    }

    @Test func `ties a text too much edited together at the passages it still has`() {
        var generator = SeededGenerator(seed: 11)
        let old = tokens(30_000, of: 4000, &generator)
        let new = old.map { generator.below(20) == 0 ? -1 : $0 }
        let kept = zip(old, new).filter { $0 == $1 }.count
        let alignment = Alignment(old: old, new: new, stepLimit: 1 << 17)
        #expect(alignment.isCoarse)
        #expect(isTrue(alignment, old, new))
        #expect(alignment.keptRuns.reduce(0) { $0 + $1.count } >= kept * 95 / 100)
    }

    @Test func `spends next to nothing on equal texts`() {
        let old = (0..<Int32(10_000)).map { $0 % 3 }
        let alignment = Alignment(old: old, new: old, stepLimit: 0)
        #expect(alignment.keptRuns == [Alignment.KeptRun(old: 0, new: 0, count: 10_000)])
        #expect(!alignment.isCoarse)
        #expect(alignment.stepCount <= 10_001)
    }
}
