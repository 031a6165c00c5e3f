import Simulation
import Testing

@Suite("A simulated night")
struct SimulationTests {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `breaks no claim`(seed: UInt64) {
        let outcome = Outcome(of: Scenario(seed: seed))
        #expect(outcome.broken == nil, "simulate --seeds \(seed)..\(seed) --shrink")
    }

    @Test func `comes out alike whenever it is played`() {
        for seed in [3, 17, 29] as [UInt64] {
            #expect(Outcome(of: Scenario(seed: seed)) == Outcome(of: Scenario(seed: seed)))
        }
    }
}
