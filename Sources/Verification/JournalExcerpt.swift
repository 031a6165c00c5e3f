internal import Cryptography
public import Journal

/// Pieces of writers' chains, as a file of evidence holds them: headers, the bodies that prove whose chains they are, and
/// checkpoints, each judged as it comes.
///
/// Source: `Docs/Specification/evidence.md`, section "Pieces of a journal".
public struct JournalExcerpt: Sendable {
    public private(set) var headers: [EntryID: EntryHeader] = [:]
    /// By the writer whose id the key and the incarnation in the body hash to: the body of its entry 0.
    public private(set) var writers: [WriterID: WriterBody] = [:]
    /// Those whose signature was found good.
    private(set) var checkpoints: [Checkpoint] = []
    private(set) var signatureCheckCount = 0

    public init() {}

    /// Both stories of a forked writer.
    public init(of proof: ForkProof) {
        insert(WriterBody(key: proof.key, incarnation: proof.incarnation))
        for branch in proof.branches {
            for entry in branch.entries {
                if let header = try? EntryHeader(encoded: entry.header) { insert(header) }
            }
            if let checkpoint = branch.checkpoint.flatMap({ try? Checkpoint(encoded: $0) }) {
                checkpoints.append(checkpoint)
            }
        }
    }

    // MARK: Taking in

    mutating func insert(_ header: EntryHeader) { headers[header.id] = header }

    mutating func insert(_ body: WriterBody) { writers[body.writer] = body }

    /// Adds a checkpoint by a writer whose key is known.
    ///
    /// - Returns: false if the key is not known yet; nothing was checked then.
    /// - Throws: `unknown-key` for another signer than the writer's key; `bad-signature`.
    mutating func insert(_ checkpoint: Checkpoint, signedBy signer: KeyID) throws(BundleRefused) -> Bool {
        guard let key = writers[checkpoint.writer]?.key else { return false }
        guard signer == key.id else { throw BundleRefused(.unknownKey) }
        signatureCheckCount += 1
        guard checkpoint.isSigned(by: key) else { throw BundleRefused(.badSignature) }
        checkpoints.append(checkpoint)
        return true
    }

    // MARK: Answers

    /// The entries that a checkpoint here covers, or that lead to one through headers that are here.
    ///
    /// Walks back from each checkpoint, and each header once, so that no file costs more than its length.
    var vouchedFor: Set<EntryID> {
        var vouched: Set<EntryID> = []
        for checkpoint in checkpoints {
            guard var header = headers[checkpoint.entry], header.writer == checkpoint.writer,
                header.sequence == checkpoint.sequence
            else { continue }
            while vouched.insert(header.id).inserted {
                guard let before = headers[header.previous], before.writer == header.writer,
                    before.sequence + 1 == header.sequence
                else { break }
                header = before
            }
        }
        return vouched
    }
}
