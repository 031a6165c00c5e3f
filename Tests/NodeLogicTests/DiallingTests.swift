import Identity
import NodeLogic
import Testing

@Suite("Dialling")
struct DiallingTests {
    private let ada = Identifier("ADA")!
    private let bob = Identifier("BOB")!

    private func target(_ party: Identifier, _ endpoint: String = "one.example:7000") -> Dialling.Target {
        Dialling.Target(party: party, endpoint: endpoint)
    }

    @Test func `tries every endpoint of every party at once, in order, and none that is under way`() {
        var dialling = Dialling()
        let targets = [target(bob), target(ada, "two.example:7000"), target(ada), target(ada)]
        #expect(
            dialling.due(among: targets, at: 0)
                == [target(ada), target(ada, "two.example:7000"), target(bob)])
        #expect(dialling.due(among: targets, at: 1_000_000) == [])
    }

    /// Milliseconds until the target is tried again.
    private func pause(_ dialling: inout Dialling, after now: UInt64) -> UInt64 {
        for wait in UInt64(0)...Dialling.longestPause {
            if !dialling.due(among: [target(ada)], at: now + wait).isEmpty { return wait }
        }
        return .max
    }

    @Test(arguments: [0, 1, 99, 100, 7_777, UInt64.max])
    func `waits for growing pauses, each at least half and at most the whole`(jitter: UInt64) {
        var dialling = Dialling()
        var now: UInt64 = 0
        _ = dialling.due(among: [target(ada)], at: now)
        for whole: UInt64 in [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000, 15_000] {
            dialling.ended(target(ada), wasUp: false, at: now, jitter: jitter)
            let wait = pause(&dialling, after: now)
            #expect((whole / 2...whole).contains(wait), "\(wait) of \(whole)")
            now += wait
        }
        dialling.ended(target(ada), wasUp: true, at: now, jitter: jitter)
        #expect((100...200).contains(pause(&dialling, after: now)))
    }

    @Test func `spreads its attempts over the second half of a pause`() {
        var waits: Set<UInt64> = []
        for jitter in stride(from: UInt64(0), through: 100, by: 10) {
            var dialling = Dialling()
            _ = dialling.due(among: [target(ada)], at: 0)
            dialling.ended(target(ada), wasUp: false, at: 0, jitter: jitter)
            waits.insert(pause(&dialling, after: 0))
        }
        #expect(waits == Set(stride(from: 100, through: 200, by: 10)))
    }

    @Test func `keeps one endpoint's failures from another's`() {
        var dialling = Dialling()
        let other = target(ada, "two.example:7000")
        _ = dialling.due(among: [target(ada), other], at: 0)
        for _ in 0..<5 { dialling.ended(target(ada), wasUp: false, at: 0, jitter: 0) }
        dialling.ended(other, wasUp: false, at: 0, jitter: 0)
        #expect(dialling.due(among: [target(ada), other], at: 200) == [other])
    }
}
