package import Agreement
package import Cryptography
package import Identity

// Who leaves, and which of a party's statements are not its word, in words.

extension Phrasebook {
    /// The signed withdrawals of a party that are not disputed, notices too, ascending by id.
    package func withdrawals(of party: Identifier) -> [Withdrawal] {
        (ledger.signedWithdrawals(among: EstablishedRoots(evaluation))[party] ?? []).filter { !$0.isDisputed }
            .map(\.withdrawal)
    }

    /// Who has said that it leaves and is on a roster in force all the same, by party, then by id; without notices that an
    /// effect has followed.
    package var leaving: [Withdrawal] {
        guard !ledger.withdrawals.isEmpty else { return [] }
        let signed = ledger.signedWithdrawals(among: EstablishedRoots(evaluation))
        return evaluation.partiesInForce.flatMap { party, standings -> [Withdrawal] in
            let said = (signed[party] ?? []).filter { !$0.isDisputed }.map(\.withdrawal)
                .filter { withdrawal in standings.contains { withdrawal.rosters[$0] != nil } }
            let effects = said.filter { $0.stage == .effect }
            return effects.isEmpty ? said : effects
        }
    }

    /// What a withdrawal says, as a clause about its party: `gave notice of leaving as bank`.
    package func act(of withdrawal: Withdrawal) -> String {
        let standings = Quoting.list(withdrawal.rosters.keys.sorted())
        return switch withdrawal.stage {
        case .notice: "gave notice of leaving as \(standings)"
        case .effect: "has left as \(standings)"
        }
    }

    /// The reason of a withdrawal in the reader's language, as a clause; empty without one.
    package func reason(of withdrawal: Withdrawal) -> String {
        withdrawal.reason.map { ": \(Quoting.quoted($0.text(in: language)))" } ?? ""
    }
}

extension Phrasebook {
    /// A disputed seal or withdrawal as a noun: `the seal 1a2b3c4d of KOR on “Hotline” (3fd2a1c0)`.
    package func disputed(_ id: Digest) -> String {
        if let seal = ledger.seals[id]?.seal {
            return "the seal \(Quoting.short(id)) of \(seal.party) on \(name(seal.instrument))"
        }
        if let withdrawal = ledger.withdrawals[id]?.withdrawal {
            return "the withdrawal \(Quoting.short(id)) of \(withdrawal.party)"
        }
        return "\(Quoting.short(id)) (not here)"
    }
}
