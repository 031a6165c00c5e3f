internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// What a page shows of the proof of one provision: the provision, who sealed its version, who certifies the text that
/// it stands in, and what all this does not say.
///
/// Nobody has told the page whose keys these are, so none is taken for known. `Page/proof-document.js` makes the same
/// tree: whoever changes one of them changes the other.
struct ProofPageContents: PageTree {
    let findings: ProofFindings
    let languages: [Identifier]

    init(_ findings: ProofFindings) {
        self.findings = findings
        let content = findings.subject.content
        languages = content.text?.languages ?? content.heading?.languages ?? []
    }

    private var proof: ProvisionProof { findings.contents.proof }
    private var subject: StateLeaf { findings.subject }
    private var content: Content { subject.content }
    private var isCertified: Bool { !findings.certifying.isEmpty }

    // MARK: The head of the page

    let kind = "One provision of a roadmap, who says that it is in force, and a verifier for that"

    var windowTitle: String {
        let number = content.number.map { terminalSafe($0.string) }
        let heading = content.heading.map { terminalSafe($0.text(in: languages.first).string) }
        let parts = [number, heading].compactMap { $0 }
        let title = parts.isEmpty ? subject.provision.string : parts.joined(separator: " ")
        return "\(title) · \(Quoting.short(findings.contents.roadmap))"
    }

    var title: [PageNode] { label(subject.provision, content) }

    var identity: [(term: String, description: PageNode)] {
        // No fingerprint: that a proof calls itself one of a roadmap shows nothing, and is not to be compared.
        [
            ("Calls itself of", h("code", [:], findings.contents.roadmap.hex)),
            ("Provision", h("code", [:], subject.provision.string)), ("Version", h("code", [:], subject.version.hex)),
        ]
    }

    var sections: [PageSection] { [text, shown, word, seals, rules, parties, checked].compactMap { $0 } }

    // MARK: The provision, and what is said of it

    private var text: PageSection {
        let names = Quoting.list(findings.certifying.map(\.id))
        let force =
            isCertified
            ? "In force on the word of some who call themselves \(names). What was signed since is not in this file."
            : ProofFindings.nobodysWord
        var children: [PageNode] = []
        if let words = content.text { children.append(block(words)) }
        if let reserved = content.reserved {
            children.append(h("ul", ["class": "facts"], reserved.lines.map { h("li", [:], $0) }))
        } else if !content.attributes.isEmpty {
            children.append(attributes(content))
        }
        let parent = content.parent.map { ", part of \($0)" } ?? ""
        children.append(
            h(
                "p", ["class": "since"],
                [
                    h("code", [:], subject.provision.string),
                    .text(", class \(content.provisionClass)\(parent), as written by "),
                    h("code", [:], Quoting.short(subject.version)),
                ]))
        return PageSection(
            id: "text", title: "The provision",
            children: [
                h("p", ["class": "force"], force),
                h("article", ["class": "provision d0", "id": "p-\(subject.provision)"], children),
            ])
    }

    private var shown: PageSection {
        let rule = proof.rule.flatMap { findings.sentence(ofRule: $0.words) }
        let sentences = [findings.placed] + findings.confirmations + [rule].compactMap { $0 }
        return PageSection(
            id: "shown", title: "What the file shows",
            children: [
                h("p", [:], "By computing alone, whoever they are that signed:"),
                h("ul", [:], sentences.map { h("li", [:], $0) }),
            ])
    }

    private var word: PageSection {
        let keys =
            "Nothing on this page shows that the keys are those of \(Quoting.list(findings.certifying.map(\.id))). Compare "
            + "the key records below with what each party says of its own, or have the file verified together with the "
            + "founding, or any bundle of the roadmap."
        let sentences =
            isCertified ? [findings.judgedElsewhere, keys, ProofFindings.notInTheFile] : [ProofFindings.nobodysWord]
        return PageSection(
            id: "word", title: "On whose word the rest stands", children: sentences.map { h("p", [:], $0) })
    }

    private var seals: PageSection {
        let rows = findings.parties.flatMap { party in
            party.seals.map { seal in
                let isDisputed = party.disputed.contains(seal.id)
                let remarks = isDisputed ? ["disputed: its keys were given up, and it is not acknowledged"] : []
                return row(of: seal, remarks: remarks, conditions: { codes($0) })
            }
        }
        let table = sealTable(rows, without: "The file holds no seal on it.")
        return PageSection(id: "seals", title: "Who sealed this version", children: [table])
    }

    /// What is laid open of who decides; nil if nothing is.
    private var rules: PageSection? {
        var rosters: [(standing: String, roster: Roster)] = []
        var rules: [(name: String, rule: Rule)] = []
        for (_, leaf) in proof.shown {
            switch (ReservedProvision(leaf.provision), leaf.content.reserved) {
            case (.roster(let standing)?, .roster(let roster)?): rosters.append((standing.string, roster))
            case (.rule(let name)?, .rule(let rule)?): rules.append((name.string, rule))
            default: break
            }
        }
        guard !rosters.isEmpty || !rules.isEmpty else { return nil }
        return PageSection(
            id: "rules", title: "Who decides", children: constitution(rosters: rosters, rules: rules))
    }

    // MARK: The parties

    private var parties: PageSection? {
        guard !findings.parties.isEmpty else { return nil }
        return PageSection(id: "parties", title: "The parties", children: findings.parties.map(party))
    }

    private func party(_ party: ProofFindings.PartyWord) -> PageNode {
        let record = proof.records.first { $0.party == party.id }!.record
        var terms = PageTerms()
        let confirmation = party.state.map { "this state, at \(Timestamp.text($0.at)) by its own clock" }
        terms.add("Confirms", confirmation ?? "no state")
        terms.add(party.keys)
        terms.add("Key record", [h("code", [:], party.keys.root.hex)])
        let newest = party.keys.newest.record.id
        if newest != party.keys.root { terms.add("Newest key record", [h("code", [:], newest.hex)]) }
        let title = [h("span", ["class": "number"], party.id.string), inline(record.names)]
        return h("article", ["class": "party"], [h("h3", [:], title), terms.list("facts")])
    }

    // MARK: What is checked

    private var checked: PageSection {
        var terms = PageTerms()
        terms.add("Records", "\(findings.contents.recordCount)")
        terms.add("Signatures checked", "\(findings.contents.signatureCheckCount)")
        terms.add("Leaf", [h("code", [:], Hexadecimal.text(of: subject.encoded))])
        terms.add("Place", "\(proof.subject.place), counted from 0, of \(proof.count)")
        terms.add("Path", proof.path.isEmpty ? [.text("none")] : [codes(proof.path)])
        terms.add("State root", [h("code", [:], proof.root.hex)])
        terms.add("Page program", [h("code", [:], Digest(of: PageProgram.script.utf8).hex)])
        let command = "syngraph verify FILE.syngraph FOUNDING.syngraph --roadmap \(findings.contents.roadmap.hex)"
        return PageSection(
            id: "checked", title: "What is checked, and what is not",
            children: Self.explanations.map { h("p", [:], $0) } + [
                h("pre", [:], [h("code", [:], command)]), terms.list("facts"),
            ])
    }

    private static let explanations = [
        "The program in this page reads the bundle that stands in it, and derives anew the leaf of the provision, the tree "
            + "that leads from this and from all else that is laid open to the state root, every signature and the keys "
            + "it is checked by, and whether the seals shown meet the rule shown. From that it makes this page once more, "
            + "and compares every word and its place. It loads nothing.",
        "A page cannot vouch for itself. Whoever changed its program could make it say anything. Nor can a proof lead to "
            + "the roadmap's id, which is the digest of a founding that is not in it: anybody can make a tree, and keys "
            + "that certify it. So compare the key records with the parties, take the bundle out, and let another "
            + "verifier judge it beside the founding: syngraph, or the one that is written in Python.",
    ]
}
