/// How much an analysis of rules may cost; beyond that it says "not analysed", and never guesses.
///
/// Nothing that binds depends on them. `Docs/Specification/rules.md` has the same table.
public enum RuleAnalysisLimits {
    /// Parties that rules count, and parties with a record, together.
    public static let parties = 1_024
    /// Rules of one constitution.
    public static let rules = 1_024
    /// Classes of partial coalitions that are told apart for one rule.
    public static let statesPerRule = 1 << 18
    /// Pairs of such classes that one question about two rules looks at.
    public static let pairsPerQuestion = 1 << 24
    /// Steps of one analysis altogether: it ends within a second or two.
    public static let steps = 1 << 26
}

/// The limit that an analysis met.
public enum AnalysisExcess: String, Error, Hashable, Sendable, CaseIterable {
    case parties
    case rules
    case statesPerRule
    case pairsPerQuestion
    case steps
}

/// The steps that are left; the same questions in the same order always use up the same.
struct AnalysisBudget {
    private(set) var stepsLeft = RuleAnalysisLimits.steps

    mutating func spend(_ steps: Int) throws(AnalysisExcess) {
        guard steps <= stepsLeft else { throw .steps }
        stepsLeft -= steps
    }
}
