internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Journal
internal import NodeLogic
internal import Storage

/// What a conversation sees of this node: the journal as it stands on disk, and who may write.
struct DurableJournal: JournalReading {
    let journal: Journal
    let store: any JournalStore
    let copy: RoadmapCopy

    func batch(
        of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int
    ) -> ReceivedBatch? {
        // What cannot be read now is passed over, and asked for again at the next input.
        guard let batches = try? store.batches(of: writer, from: sequence, byteLimit: byteCount) else { return nil }
        return batches.first { leads($0, to: tip) }
    }

    func mayWrite(_ key: PublicKey) -> Bool { copy.mayWrite(key) }

    func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? { AgreementBody.refusal(kind, body) }

    /// True unless the batch runs past the tip's sequence by another branch.
    private func leads(_ batch: ReceivedBatch, to tip: Place) -> Bool {
        let headers = batch.entries.compactMap { try? EntryHeader(encoded: $0.header) }
        guard let atTip = headers.first(where: { $0.sequence == tip.sequence }) else { return true }
        return atTip.id == tip.id
    }
}
