import Agreement
import Cryptography
import Glibc
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

    /// Seconds that this thread was busy: what others do with the machine meanwhile does not count.
    private func time(_ bytes: [UInt8]) throws -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        #expect(try VerificationReport(verifying: bytes, expecting: nil).verdict == .valid)
        return now() - start
    }

    /// Eight times the seals must not take more than twenty times as long: a quadratic step would take sixty-four.
    @Test(.timeLimit(.minutes(2))) func `grows with the number of seals and not with its square`() throws {
        let (few, many) = (try bundle(sealCount: 250), try bundle(sealCount: 2_000))
        _ = try time(few)
        let (short, long) = (try time(few), try time(many))
        #expect(long < short * 20, "250 seals took \(short) s, 2,000 took \(long) s")
    }
}
