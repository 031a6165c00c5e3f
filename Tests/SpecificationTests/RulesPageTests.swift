import Agreement
import TestSupport
import Testing

@Suite("The page on the analysis of rules")
struct RulesPageTests {
    private let page = SpecificationPage("rules.md")

    @Test func `has the limits of the code, and no other`() {
        let limits = SourceFile("Sources/Agreement/RuleAnalysis/RuleAnalysisLimits.swift")
            .numbers(of: "RuleAnalysisLimits")
        #expect(limits["steps"] == RuleAnalysisLimits.steps)
        #expect(page.limits(under: "Limits") == limits)
        #expect(AnalysisExcess.allCases.map(\.rawValue).sorted() == limits.keys.sorted())
    }

    @Test func `has a row for every figure that is printed`() {
        let source = Repository.text(at: "Sources/Commands/Rules.swift")
        let printed = Set(source.matches(of: /\(\s*"(?<field>\w+)",/).map { String($0.field) })
        let figures = page.table(under: "The figures of a class").map { $0[0] }
        let inSteps = page.table(under: "In steps").map { $0[0] }
        let ofTheVerb: Set = ["charter", "roadmap", "classes", "warnings", "class", "worst", "best"]
        #expect(printed == ofTheVerb.union(figures).union(inSteps))
    }
}
