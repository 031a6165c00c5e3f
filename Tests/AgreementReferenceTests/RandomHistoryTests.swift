import AgreementReference
import Testing

/// Laws that hold of every history, over many seeds. A failure names its seed.
@Suite("Random histories")
struct RandomHistoryTests {
    static let seeds = Array<UInt64>(1...20)

    @Test func `cover everything, with at least ten perfected instruments each`() {
        var sum = HistoryCoverage()
        let clock = ContinuousClock()
        var spent = Duration.zero
        for seed in Self.seeds {
            var history: ReferenceHistory?
            spent += clock.measure {
                var generator = HistoryGenerator(seed: seed)
                history = generator.history()
            }
            if let history { sum = sum + HistoryCoverage(of: history) }
        }
        print("generation", spent, sum)
        #expect(sum.perfected >= 10 * Self.seeds.count)
    }
}
