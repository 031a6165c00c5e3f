import TestSupport
import Testing

@Suite("The page on drafting, of one text")
struct DraftingPageTests {
    private let page = SpecificationPage("drafting.md")

    @Test func `has the limits of the code, and no other`() {
        let limits = SourceFile("Sources/Drafting/DraftingLimits.swift").numbers(of: "DraftingLimits")
        #expect(page.limits(under: "3.1 Limits") == limits)
        #expect(limits.count == 2)
    }

    @Test func `has a row for every refusal of the bytes of edits, and no other`() {
        let refusals = SourceFile("Sources/Drafting/EditCoding.swift").cases(of: "EditRefusal").map(\.name)
        #expect(page.table(under: "3.2 Refusals").map { $0[0] } == refusals)
        #expect(refusals.count == 6)
    }

    @Test func `has the kinds of runs by their numbers`() {
        let kinds = SourceFile("Sources/Drafting/EditRun.swift").cases(of: "Kind")
        #expect(page.table(under: "3. Edits as bytes").map { $0[0] } == kinds.indices.map(String.init))
    }
}
