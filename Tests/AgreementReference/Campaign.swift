/// Plays the history of one seed, holds it against the laws, and asks whoever compares a product with the reference.
///
/// ```swift
/// let outcome = Campaign.play(seed: 7)
/// outcome.broken  // nothing, or the laws of which this history is a counterexample
/// ```
public enum Campaign {
    /// What came of one seed.
    public struct Outcome: Sendable {
        public let seed: UInt64
        public let coverage: HistoryCoverage
        public let broken: [BrokenLaw]
        /// What the comparison found to differ.
        public let differences: [String]
    }

    /// - Parameters:
    ///   - names: Assigns the ids; `nil`: made up from the seed.
    ///   - meaning: Which clauses hold.
    ///   - comparing: Asked once the history is whole; what it returns differs from the reference.
    public static func play(
        seed: UInt64, names: HistoryNames? = nil, meaning: ReferenceMeaning = .agreed,
        length: ClosedRange<Int> = 6...12, comparing: ((ReferenceHistory) -> [String])? = nil
    ) -> Outcome {
        var generator = HistoryGenerator(
            seed: seed, names: names ?? .madeUp(seed: seed), meaning: meaning, length: length)
        let history = generator.history()
        var laws = LawBook(history, seed: seed)
        let whole = laws.check()
        return Outcome(
            seed: seed, coverage: HistoryCoverage(of: history, whole: whole), broken: laws.broken,
            differences: comparing?(history) ?? [])
    }

    /// The history of a seed by itself.
    public static func history(seed: UInt64, names: HistoryNames? = nil) -> ReferenceHistory {
        var generator = HistoryGenerator(
            seed: seed, names: names ?? .madeUp(seed: seed), meaning: .agreed, length: 6...12)
        return generator.history()
    }

    /// Sums over many outcomes.
    public struct Tally: Sendable {
        public private(set) var histories = 0
        public private(set) var coverage = HistoryCoverage()
        /// In how many histories each was reached.
        public private(set) var reached: [HistoryFeature: Int] = [:]
        /// By law, how many histories broke it, and the first that did.
        public private(set) var broken: [ReferenceLaw: Int] = [:]
        public private(set) var firstBroken: [ReferenceLaw: UInt64] = [:]
        /// The seeds that broke any law or showed a difference, as they came.
        public private(set) var found: [UInt64] = []
        /// The lowest seed that broke any, with what it broke.
        public private(set) var first: (seed: UInt64, broken: [BrokenLaw])?
        public private(set) var differing = 0

        public init() {}

        public mutating func add(_ outcome: Outcome) {
            histories += 1
            coverage = coverage + outcome.coverage
            for feature in HistoryFeature.allCases where feature.count(in: outcome.coverage) > 0 {
                reached[feature, default: 0] += 1
            }
            for law in Set(outcome.broken.map(\.law)) {
                broken[law, default: 0] += 1
                firstBroken[law] = min(firstBroken[law] ?? .max, outcome.seed)
            }
            if !outcome.broken.isEmpty, outcome.seed < first?.seed ?? .max { first = (outcome.seed, outcome.broken) }
            if !outcome.differences.isEmpty { differing += 1 }
            if !(outcome.broken.isEmpty && outcome.differences.isEmpty) { found.append(outcome.seed) }
        }
    }
}
