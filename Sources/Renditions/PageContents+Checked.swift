internal import Agreement
internal import Cryptography
internal import Verification
internal import Wording

// What the page's program does, what it cannot do, and what to do besides.

extension PageContents {
    var checked: PageSection {
        var terms = PageTerms()
        terms.add("Records", "\(findings.contents.recordCount)")
        terms.add("Signatures checked", "\(findings.contents.signatureCheckCount)")
        terms.add("State root", [h("code", [:], findings.roots.inForce.hex)])
        terms.add("Perfected root", [h("code", [:], findings.roots.perfected.hex)])
        terms.add("Page program", [h("code", [:], Digest(of: PageProgram.script.utf8).hex)])
        let paragraphs = Self.explanations.map { h("p", [:], $0) }
        let command = h("pre", [:], [h("code", [:], "syngraph verify FILE.syngraph --roadmap \(ledger.roadmap.hex)")])
        return PageSection(
            id: "checked", title: "What is checked, and what is not",
            children: paragraphs + [command, terms.list("facts")])
    }

    private static let explanations = [
        "The program in this page reads the bundle that stands in it, and derives anew the id of every record, every "
            + "signature and the keys it is checked by, what each instrument needed by the rules and rosters that it "
            + "was written under, what is perfected, what stands and what is in force, and the digest of the text in "
            + "force. From that it makes this page once more, and compares every word and its place. It loads nothing.",
        "A page cannot vouch for itself. Whoever changed its program could make it say anything. So compare the "
            + "fingerprint with the other parties aloud, take the bundle out, and let another verifier judge it: "
            + "syngraph, or the one that is written in Python. Records that were left out of the bundle, and what was signed since, are "
            + "not here.",
    ]
}
