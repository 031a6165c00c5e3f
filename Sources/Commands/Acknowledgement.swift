internal import Agreement
internal import Cryptography
internal import Identity
internal import Redline
internal import Wording

/// What a change of keys says of what its party has signed before: which of it stays the party's word.
struct Acknowledgement {
    /// Confirmed; and not: by the next statement, ascending.
    let acknowledged: [Digest]
    let disputed: [Digest]

    /// A signed seal or withdrawal that would be disputed unless the change acknowledges it.
    private struct Candidate {
        let id: Digest
        /// The keys are retired already, and nothing that stays acknowledges it.
        let isDisputed: Bool
        /// A seal on the founding is never disputed.
        let isOnFounding: Bool
    }

    /// - Parameters:
    ///   - previous: the key record that the change follows, in `chain`.
    ///   - overruled: the changes that it takes the place of; what they acknowledge goes with them.
    ///   - known: what is confirmed unless the person says otherwise; nil for all that is not disputed yet.
    /// - Throws: a ``Complaint`` about ids that are none of these.
    init(
        after previous: KeyRecord, in chain: KeyChain, of ledger: Ledger, overruling overruled: [KeyChain.Link],
        _ options: KeyChangeOptions, known: Set<Digest>?
    ) throws {
        let candidates = Self.candidates(after: previous, in: chain, of: ledger, overruling: overruled)
        let ids = candidates.map(\.id)
        func named(_ typed: [String]) throws -> Set<Digest> {
            Set(
                try typed.map {
                    try IDPrefix($0).resolve(
                        among: ids, noun: "seal or withdrawal", place: "that this change could confirm or dispute")
                })
        }
        let (asked, denied) = (try named(options.acknowledge), try named(options.dispute))
        if let both = asked.intersection(denied).sorted().first {
            throw Complaint.usage("\(Quoting.short(both)) cannot be confirmed and disputed at once")
        }
        if let founding = candidates.first(where: { $0.isOnFounding && denied.contains($0.id) }) {
            throw Complaint.usage(
                "\(Quoting.short(founding.id)) is a seal on the founding, which is never disputed",
                hint: "everything is built on the founding")
        }
        let confirmed = candidates.filter { candidate in
            if asked.contains(candidate.id) || candidate.isOnFounding { return true }
            guard !denied.contains(candidate.id), !candidate.isDisputed else { return false }
            return options.acknowledgeAll || known?.contains(candidate.id) ?? true
        }.map(\.id)
        acknowledged = confirmed
        disputed = ids.filter { !confirmed.contains($0) }
    }

    /// What a statement that is there already says.
    init(of statement: KeyStatement, after previous: KeyRecord, in chain: KeyChain, of ledger: Ledger) {
        let overruled = chain.overruled(byRecoveryUpon: previous.id)
        let candidates = Self.candidates(after: previous, in: chain, of: ledger, overruling: overruled)
        acknowledged = statement.acknowledges
        disputed = candidates.filter { !$0.isOnFounding }.map(\.id).filter { !statement.acknowledges.contains($0) }
    }

    private static func candidates(
        after previous: KeyRecord, in chain: KeyChain, of ledger: Ledger, overruling overruled: [KeyChain.Link]
    ) -> [Candidate] {
        let acknowledged = chain.acknowledged(without: overruled)
        let retired = Set(
            chain.links.filter(\.isRetired).map(\.record.id) + overruled.map(\.record.id) + [previous.id])
        let seals = ledger.seals.values.filter { $0.isSigned && $0.seal.party == chain.party }
            .map { (id: $0.seal.id, keys: $0.seal.keys, isOnFounding: $0.seal.instrument == ledger.roadmap) }
        let withdrawals = ledger.withdrawals.values.filter { $0.isSigned && $0.withdrawal.party == chain.party }
            .map { (id: $0.withdrawal.id, keys: $0.withdrawal.keys, isOnFounding: false) }
        return (seals + withdrawals).filter { retired.contains($0.keys) && !acknowledged.contains($0.id) }
            .map {
                Candidate(
                    id: $0.id, isDisputed: chain.isDisputed($0.id, under: $0.keys), isOnFounding: $0.isOnFounding)
            }.sorted { $0.id < $1.id }
    }
}

extension Phrasebook {
    /// A seal or a withdrawal in a line of a list: what it says, when, and its id.
    func line(forWord id: Digest) -> String {
        if let seal = ledger.seals[id]?.seal {
            let conditions = seal.provided.isEmpty ? "" : ", provided \(names(seal.provided))"
            return
                "\(seal.verdict.pastTense) \(name(seal.instrument))\(conditions), at \(Timestamp.text(seal.at)): seal "
                + Quoting.short(id)
        }
        if let withdrawal = ledger.withdrawals[id]?.withdrawal {
            return "\(act(of: withdrawal))\(reason(of: withdrawal)), at \(Timestamp.text(withdrawal.at)): withdrawal "
                + Quoting.short(id)
        }
        return "\(Quoting.short(id)), which is not in this copy"
    }
}
