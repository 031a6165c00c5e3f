public import Identity

/// Whom a node dials, and when: every party's endpoints that it is to dial and has no connection to, again and again
/// with growing pauses.
public struct Dialling: Sendable {
    /// The first pause after a failure, and the longest, in milliseconds.
    public static let firstPause: UInt64 = 200
    public static let longestPause: UInt64 = 15_000

    /// Where a party's node may be dialled.
    public struct Target: Hashable, Comparable, Sendable {
        public let party: Identifier
        public let endpoint: String

        public init(party: Identifier, endpoint: String) {
            self.party = party
            self.endpoint = endpoint
        }

        public static func < (one: Target, other: Target) -> Bool {
            (one.party, one.endpoint) < (other.party, other.endpoint)
        }
    }

    private struct Attempt: Sendable {
        var isUnderWay = false
        var failureCount = 0
        var notBefore: UInt64 = 0
    }

    private var attempts: [Target: Attempt] = [:]

    public init() {}

    /// The targets to dial now; each counts as being dialled until its end is reported.
    ///
    /// Which nodes a connection leads to already is for ``Node/dialTargets`` to say: a party may have several.
    ///
    /// - Parameter now: milliseconds since the program started.
    public mutating func due(among targets: [Target], at now: UInt64) -> [Target] {
        var due: [Target] = []
        for target in targets.sorted() {
            let attempt = attempts[target] ?? Attempt()
            guard !attempt.isUnderWay, attempt.notBefore <= now else { continue }
            attempts[target, default: Attempt()].isUnderWay = true
            due.append(target)
        }
        return due
    }

    /// Notes that a connection, or the attempt at one, is over: the target rests for half the pause and a part of the
    /// other half.
    ///
    /// - Parameters:
    ///   - wasUp: the peer was heard; the pauses begin anew.
    ///   - jitter: randomness that keeps two nodes from dialling each other in step.
    public mutating func ended(_ target: Target, wasUp: Bool, at now: UInt64, jitter: UInt64) {
        var attempt = attempts[target] ?? Attempt()
        attempt.isUnderWay = false
        attempt.failureCount = wasUp ? 0 : attempt.failureCount + 1
        let doublings = min(max(attempt.failureCount, 1) - 1, 7)
        let pause = min(Self.longestPause, Self.firstPause << UInt64(doublings))
        attempt.notBefore = now + pause / 2 + jitter % (pause / 2 + 1)
        attempts[target] = attempt
    }
}
