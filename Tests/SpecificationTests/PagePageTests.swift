import TestSupport
import Testing

@Suite("The page on self-verifying pages")
struct PagePageTests {
    private let page = SpecificationPage("page.md")

    @Test func `has the limits of the code, and no other`() {
        let limits = SourceFile("Sources/Renditions/PageLimits.swift").numbers(of: "PageLimits")
        #expect(limits.count == 4)
        #expect(page.limits(under: "Limits") == limits)
        let script = Repository.text(at: "Sources/Renditions/Page/missing.js")
        let (silent, search) = (limits["silentParties"]!, limits["missingSearch"]!)
        #expect(script.contains("{ silentParties: \(silent), search: \(search) }"))
    }

    @Test func `has the words that the page's program says, and no other`() {
        let script = Repository.text(at: "Sources/Renditions/Page/page.js")
        let said = Set(script.matches(of: /verdict\.say\("(?<word>\w+)"/).map { String($0.word) })
        #expect(said == ["valid", "invalid", "unknown"])
        #expect(Set(page.table(under: "What it says").map { $0[0] }).isSuperset(of: said))
    }
}
