package import Agreement
internal import Cryptography
internal import Identity

/// What a party is told before it withdraws: what it leaves, what is not waited for any more, what binds it all the same.
///
/// Found by supposing that the withdrawal was signed. Source: `Docs/Specification/agreement.md`, section "Who is excused".
package struct WithdrawalPreview: Sendable {
    /// What is open and would not wait for the party any more, in the order of instruments.
    package let excusedFrom: [InstrumentID]
    /// What is open and asks for the party all the same, in the same order.
    package let askedStill: [InstrumentID]
    /// What would come into force by it, ascending.
    package let intoForce: [InstrumentID]
    private let withdrawal: Withdrawal
    private let book: Phrasebook

    package init(of withdrawal: Withdrawal, in book: Phrasebook) {
        self.withdrawal = withdrawal
        self.book = book
        let (before, party) = (book.evaluation, withdrawal.party)
        let after = Evaluation(of: book.ledger, supposing: withdrawal)
        let unanswered = before.openAsking(party).filter { id in
            before.state(of: id) != .stale && before.end(of: id) == nil
                && !book.seals(on: id).contains { $0.party == party && $0.verdict.isCommitment }
        }
        let excused = Set(unanswered.filter { after.excused(from: $0).contains(party) })
        excusedFrom = unanswered.filter(excused.contains)
        askedStill = unanswered.filter { !excused.contains($0) }
        intoForce = ForceShift(from: before, to: after).intoForce
    }

    /// All of it as a person reads it before the question is asked.
    package func terminal(columns: Int) -> String {
        let act = withdrawal.stage == .notice ? "gives notice of leaving as" : "leaves as"
        let heading = paragraph("\(withdrawal.party) \(act) \(standings)", columns: columns)
        let lists = [
            listed("this will", willDo, columns), listed("it will not", willNotDo, columns),
            listed("\(withdrawal.party) will refuse", willRefuse, columns), listed("beware", warnings, columns),
        ]
        return ([heading] + lists).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var party: Identifier { withdrawal.party }
    private var isEffect: Bool { withdrawal.stage == .effect }
    private var standings: String { Quoting.list(withdrawal.rosters.keys.sorted()) }

    private var willDo: [String] {
        guard isEffect else {
            return ["tell everybody that \(party) means to leave; how long that takes, the roadmap's text says"]
        }
        var clauses = [
            "excuse \(party) where a rule asks for all \(standings) holders and nothing that it consented to speaks "
                + "against: then nobody waits for it"
        ]
        if !excusedFrom.isEmpty {
            let ask = excusedFrom.count == 1 ? "which asks" : "which ask"
            clauses.append("excuse it from \(book.names(excusedFrom)), \(ask) for it now")
        }
        if !intoForce.isEmpty { clauses.append("bring into force \(book.names(intoForce))") }
        return clauses
    }

    private var willNotDo: [String] {
        guard isEffect else {
            return [
                "count for anything: every rule asks for \(party) as before",
                "become its leave by itself: `syngraph withdraw --effect` says that, when the time has come",
            ]
        }
        var clauses = ["take back anything: what \(party) consented to binds it as before"]
        let open = book.evaluation.bonds(of: party).open.map(\.instrument)
        if !open.isEmpty { clauses.append("free it of \(book.names(open)), should that ever complete") }
        clauses.append(
            "change a number or a share: there \(party) counts as one that is silent, until a roster without it is in force"
        )
        if !askedStill.isEmpty {
            let asks = askedStill.count == 1 ? "asks" : "ask"
            clauses.append(
                "excuse it from \(book.names(askedStill)), which \(asks) for it by number, share or name, or which its "
                    + "word speaks against")
        }
        return clauses
    }

    private var willRefuse: [String] {
        isEffect
            ? [
                "to seal anything that is decided under the rosters that it leaves, until one names it anew, by its leave"
            ]
            : []
    }

    private var warnings: [String] {
        let hasGivenNotice = book.withdrawals(of: party).contains { $0.stage == .notice }
        return isEffect && !hasGivenNotice
            ? ["no notice of it is on record: see whether the roadmap's text asks for one, and for how long"] : []
    }
}
