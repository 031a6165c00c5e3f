import AgreementReference
import Testing

@Test func `a seed`() { #expect(ReferenceVerdict.accept.commits) }
