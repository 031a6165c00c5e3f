internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

// Who the parties are, by which keys they speak, what they confirm; and who is proved to have lied.

extension PageContents {
    var parties: PageSection {
        PageSection(id: "parties", title: "The parties", children: findings.parties.map(party))
    }

    private func party(_ party: VerificationReport.PartyFinding) -> PageNode {
        let record = evaluation.recordInForce(of: party.id)
        var title: [PageNode] = [h("span", ["class": "number"], party.id.string)]
        if let record { title.append(inline(record.names)) }
        var terms = PageTerms()
        terms.add("Standings", party.standings.isEmpty ? "none" : party.standings.map(\.string).joined(separator: ", "))
        terms.add("Confirms", confirmation(by: party))
        if let keys = party.keys { terms.add(keys) }
        if !party.disputedSeals.isEmpty { terms.add("Disputed seals", disputes(of: party)) }
        for withdrawal in party.withdrawals { terms.add("Leaves", departure(withdrawal)) }
        return h("article", ["class": "party"], [h("h3", [:], title), terms.list("facts")])
    }

    private func confirmation(by party: VerificationReport.PartyFinding) -> String {
        guard let state = party.state else { return "no state" }
        let which = state.inForce == findings.roots.inForce ? "the state shown here" : "another state"
        return "\(which), at \(Timestamp.text(state.at)) by its own clock"
    }

    private func disputes(of party: VerificationReport.PartyFinding) -> [PageNode] {
        let voids = Set(evaluation.voidSeals)
        return [
            h(
                "ul", ["class": "names"],
                party.disputedSeals.map { id in
                    let void = voids.contains(id) ? " (void)" : ""
                    return h("li", [:], [h("code", [:], Quoting.short(id)), .text(void)])
                })
        ]
    }

    private func departure(_ found: VerificationReport.WithdrawalFinding) -> [PageNode] {
        let withdrawal = found.withdrawal
        let standings = withdrawal.rosters.keys.sorted().map(\.string).joined(separator: ", ")
        let act = withdrawal.stage == .notice ? "gave notice of leaving as" : "has left as"
        let isVoid = evaluation.voidWithdrawals.contains(withdrawal.id)
        let doubt = found.isDisputed ? isVoid ? "; disputed and void" : "; disputed" : ""
        let words = "\(act) \(standings), at \(Timestamp.text(withdrawal.at)) by its own clock\(doubt)"
        return [.text(words)] + (withdrawal.reason.map { [block($0)] } ?? [])
    }

    // MARK: Lies, and what is not there

    /// Nil where nobody is proved to have lied.
    var lies: PageSection? {
        guard !findings.evidence.isEmpty else { return nil }
        let rows = findings.evidence.map { found in
            let records = found.records.map(Quoting.short).joined(separator: " and ")
            return h("li", [:], "\(found.party): \(found.kind.words); records \(records)")
        }
        let explanation = "Records of one party that its honest software would not both have made."
        var children = [h("p", [:], explanation), h("ul", ["class": "lies"], rows)]
        if findings.evidence.contains(where: { $0.kind == .twoStates }) {
            children.append(h("p", [:], "Two states convict the custody of a node's key, not the party's word."))
        }
        return PageSection(id: "lies", title: "Proof of a lie", children: children)
    }

    /// Nil but for a file of evidence.
    var accusations: PageSection? {
        guard !findings.judgements.isEmpty else { return nil }
        let rows = findings.judgements.map { judgement in
            let accusation = judgement.accusation
            let verdict = "\(judgement.verdict.words) (\(judgement.reason.rawValue))"
            return h("li", [:], "\(accusation.party), of \(accusation.kind.words): \(verdict)")
        }
        return PageSection(id: "accusations", title: "Accusations", children: [h("ul", ["class": "lies"], rows)])
    }

    /// Nil where everything that is named is there.
    var lacking: PageSection? {
        guard !findings.lacking.isEmpty else { return nil }
        let explanation = "Records that others name, and that are not in the bundle:"
        return PageSection(
            id: "lacking", title: "What is lacking",
            children: [h("p", [:], explanation), codes(findings.lacking)])
    }
}

extension Contradiction.Kind {
    fileprivate var words: String {
        switch self {
        case .twoVerdicts: "two verdicts on one instrument"
        case .incoherentSeals: "two commitments of which neither may follow the other"
        case .forkedKeys: "two changes of the same keys"
        case .twoStates: "two states confirmed by one node, not both in their order"
        }
    }
}
