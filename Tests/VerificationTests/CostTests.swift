import Agreement
import Cryptography
import RoadmapFixtures
import Testing
import Verification

@Suite("The cost of a verification")
struct CostTests {
    /// A bundle of `count` seals by one party, each on the founding with a date of its own.
    private func bundle(sealCount count: Int) throws -> [UInt8] {
        var ledger = Sample.pact.ledger
        for second in 0..<UInt64(count) {
            let seal = Sample.ada.seal(Sample.pact.id, of: Sample.pact.id, at: second)
            try ledger.insertSeal(Sample.ada.signed(seal)[0])
        }
        return BundleWriter(ledger).encoded()
    }

    private func time(_ bytes: [UInt8]) throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try VerificationReport(verifying: bytes, expecting: nil).verdict == .valid)
        return clock.now - start
    }

    /// Four times the seals must not take more than eight times as long: a quadratic step would take sixteen.
    @Test(.timeLimit(.minutes(2))) func `grows with the number of seals and not with its square`() throws {
        let (few, many) = (try bundle(sealCount: 500), try bundle(sealCount: 2_000))
        _ = try time(few)
        let shortest = try min(time(few), time(few))
        let longest = try time(many)
        #expect(longest < shortest * 8, "500 seals took \(shortest), 2,000 took \(longest)")
    }
}
