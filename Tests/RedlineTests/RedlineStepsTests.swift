import Testing

@testable import Redline

@Suite("The steps of many redlines")
struct RedlineStepsTests {
    @Test func `are no more together than one comparison may take`() {
        var generator = SeededGenerator(seed: 1)
        for count in [1, 40, 1_000] {
            let byteCounts = (0..<count).map { _ in generator.below(100_000) }
            let steps = RedlineSteps(forByteCount: byteCounts.reduce(0, +))
            let limits = byteCounts.map(steps.stepLimit)
            #expect(limits.reduce(0, +) <= RedlineLimits.stepsPerComparison)
            #expect(limits.allSatisfy { $0 <= RedlineLimits.stepsPerPass })
        }
    }

    @Test func `are as many for a few texts as for one`() {
        let steps = RedlineSteps(forByteCount: 8 * 5_000)
        #expect(steps.stepLimit(forByteCount: 5_000) == RedlineLimits.stepsPerPass)
        #expect(RedlineSteps(forByteCount: 0).stepLimit(forByteCount: 0) == 0)
        #expect(steps.redline("the old words", "the new words").segments.count == 4)
    }

    @Test func `are a share that still gives both texts back`() {
        let steps = RedlineSteps(forByteCount: 1 << 40)
        let redline = steps.redline("one two three four", "four three two one")
        #expect(redline.oldText == "one two three four" && redline.newText == "four three two one")
        #expect(redline.isCoarse)
    }
}
