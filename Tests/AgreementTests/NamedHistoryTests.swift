import AgreementBridge
import AgreementReference
import Testing

/// The histories by which earlier wordings of the design failed, played by the product in real records, under several
/// assignments of ids, which must make no difference.
@Suite("In the agreement room")
struct NamedHistoryTests {
    @Test(arguments: UInt64(1)...3)
    func `every named history comes as it claims`(seed: UInt64) {
        Self.play(seed: seed) { claim, comparison in
            let unmet = comparison.unmetClaims()
            #expect(unmet.isEmpty, "\(claim): \(unmet)")
        }
    }

    @Test(arguments: UInt64(1)...2)
    func `the reference says the same of every one, in every order of arrival`(seed: UInt64) {
        Self.play(seed: seed) { claim, comparison in
            for finding in comparison.findings(orders: 2) { Issue.record("\(claim): \(finding)") }
        }
    }

    @Test func `the reference says the same of every copy that lacks one record`() {
        Self.play(seed: 1) { claim, comparison in
            for finding in comparison.findingsLackingOne() { Issue.record("\(claim): \(finding)") }
        }
    }

    @Test func `no two claims are one`() {
        let claims = NamedHistory.all().map(\.claim)
        #expect(claims.count > 30 && Set(claims).count == claims.count)
    }

    private static func play(seed: UInt64, _ hold: (String, inout NamedComparison) -> Void) {
        let scribe = Scribe(seed: seed)
        for named in NamedHistory.all(names: scribe.names) {
            var comparison = NamedComparison(named, scribe, seed: seed)
            hold(named.claim, &comparison)
        }
    }
}
