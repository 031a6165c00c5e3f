internal import Agreement
internal import Cryptography
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic
internal import Storage

/// What a node has warned of, so that it says everything once.
struct EvidenceWarnings {
    /// Whether something came since it was last looked for.
    var isDue = true
    /// Of each sort so many: a liar could else fill the disk with lines about itself.
    static let limit = 1_000
    var contradictions: Set<Contradiction> = []
    var forks: Set<WriterID> = []
}

extension NodeCore {
    /// Says in the log, once each, who contradicts itself by the records held, and which writers told two stories; up to
    /// a number that a reader may want to see.
    ///
    /// Nothing is done about it here: the records are kept, and convict by themselves.
    func warnOfEvidence() {
        guard warnings.isDue else { return }
        warnings.isDue = false
        for found in takeNewContradictions() {
            guard warnings.contradictions.count < EvidenceWarnings.limit else { break }
            guard warnings.contradictions.insert(found).inserted else { continue }
            let records = "records \(found.records[0]) and \(found.records[1])"
            log.warning("proof of a lie of \(found.party): \(found.kind.rawValue), \(records)")
        }
        for writer in journal.writers where journal[writer]?.hasForked == true {
            guard warnings.forks.count < EvidenceWarnings.limit, warnings.forks.insert(writer).inserted else {
                continue
            }
            let parties = journal[writer].map { copy.ledger.parties(ofNode: $0.key.id) } ?? []
            let whose = parties.map(\.string).joined(separator: ", ")
            log.warning("two stories by one writer, with a key of \(whose)'s node: writer \(writer)")
        }
    }

    /// Both stories of each writer that told two, without what their entries say; ascending by writer.
    func forks() throws -> [ForkProof] {
        let store = try readableStore()
        do throws(StoreFailure) {
            var proofs: [ForkProof] = []
            for writer in journal.writers {
                if let proof = try store.forkProof(of: writer, in: journal) { proofs.append(proof.withoutBodies) }
            }
            return proofs
        } catch {
            throw HomeFailure(error, home: home)
        }
    }
}
