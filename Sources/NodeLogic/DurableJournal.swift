internal import Agreement
package import CanonicalEncoding
package import Cryptography
package import Exchange
package import Journal

/// What a conversation sees of this node: the journal as it stands on disk, and who may write.
package struct DurableJournal: JournalReading {
    package let journal: Journal
    let store: any StoreReading
    /// Not the whole copy: what holds one while a record is taken in makes that a copy of everything.
    let keys: KeyChains
    let allowances: Allowances
    let unsealed: UnsealedInstruments
    let today: DailyAllowance.Day
    let findings = Findings()

    /// What came up while a conversation read, which asks for values and is told no more.
    final class Findings {
        /// What went wrong first.
        private(set) var failure: StoreFailure?
        private(set) var postponements: [Postponement] = []

        fileprivate func note(_ found: StoreFailure) { failure = failure ?? found }
        fileprivate func note(_ postponement: Postponement) { postponements.append(postponement) }
    }

    package func batch(
        of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int
    ) -> ReceivedBatch? {
        do throws(StoreFailure) {
            let batches = try store.batches(of: writer, from: sequence, byteLimit: byteCount)
            return batches.first { isSound($0, of: writer, from: sequence, onBranchTo: tip) }
        } catch {
            // Passed over, and asked for again at the next input; the node says it.
            findings.note(error)
            return nil
        }
    }

    package func mayWrite(_ key: PublicKey) -> Bool { !keys.parties(ofNode: key.id).isEmpty }
    package var admittedKeyCount: Int { keys.nodeKeyCount }

    package func allowanceUsedUp(for batch: VerifiedBatch) -> Allowance? {
        let key = batch.key.id
        let allowance = allowances.usedUp(for: batch, unsealed: unsealed.count(by: key), today: today)
        if let allowance { findings.note(Postponement(key: key, allowance: allowance)) }
        return allowance
    }

    package func isOpen(_ allowance: Allowance, to key: PublicKey) -> Bool {
        allowances.isOpen(allowance, to: key.id, unsealed: unsealed.count(by: key.id), today: today)
    }

    package func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? {
        AgreementBody.refusal(kind, body)
    }

    /// True if the batch begins at `sequence` and stays on the branch to `tip`, by the journal that was checked when it
    /// was loaded: what a disk has spoilt since must not be sent.
    private func isSound(
        _ batch: ReceivedBatch, of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place
    ) -> Bool {
        let headers = batch.entries.compactMap { try? EntryHeader(encoded: $0.header) }
        guard headers.count == batch.entries.count, headers.first?.sequence == sequence else { return false }
        return zip(headers, sequence...).allSatisfy { header, place in
            guard header.sequence == place else { return false }
            if place == tip.sequence { return header.id == tip.id }
            // Beyond the tip stands its tail, which hangs on it.
            return place > tip.sequence || (journal[writer]?.entries(at: place) ?? []).contains(header.id)
        }
    }
}
