internal import Cryptography

/// One seed's night, played and judged.
///
/// ```swift
/// let outcome = Outcome(of: Scenario(seed: 7))
/// ```
public struct Outcome: Hashable, Sendable {
    public let seed: UInt64
    /// The first claim that did not hold; nil if all held.
    public let broken: Broken?
    /// Things that happened: frames, ticks, and what was planned.
    public let eventCount: Int
    /// How often each fault and lie, and each act, took effect.
    public let counts: [Happening: Int]

    /// Plays the scenario; the same one always comes out alike.
    public init(of scenario: Scenario) {
        let world = World(scenario)
        var broken: Broken?
        do throws(Broken) { try world.play() } catch { broken = error }
        seed = scenario.seed
        self.broken = broken
        eventCount = world.eventCount
        counts = world.tally
    }
}

extension Scenario {
    /// A night with as little planned as still breaks the same claim.
    ///
    /// Leaves out halves, then quarters, and so on down to single happenings, until nothing more can be left out; then
    /// second nodes, older nodes, observers and quiet hours, likewise.
    public func shrunk(breaking claim: Claim) -> Scenario {
        var smallest = self
        var size = max(plan.count / 2, 1)
        while true {
            var isSmaller = false
            var start = 0
            while start < smallest.plan.count {
                var less = smallest.plan
                less.removeSubrange(start..<min(start + size, less.count))
                let candidate = smallest.keeping(less)
                if Outcome(of: candidate).broken?.claim == claim {
                    smallest = candidate
                    isSmaller = true
                } else {
                    start += size
                }
            }
            if size == 1, !isSmaller { return smallest.madePlain(breaking: claim) }
            size = max(size / 2, 1)
        }
    }

    private func madePlain(breaking claim: Claim) -> Scenario {
        var night = self
        while let plainer = night.plainer.first(where: { Outcome(of: $0).broken?.claim == claim }) { night = plainer }
        return night
    }
}
