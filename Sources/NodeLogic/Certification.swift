public import Agreement
public import Cryptography
public import Identity
public import Journal

extension RoadmapCopy {
    /// The state certificate that a writer owes: nil while its newest one still says what is so.
    ///
    /// Nothing is owed before anything was perfected, for there is nothing to confirm; nor by a node that no record
    /// held names as one of its party's, for nobody could check its word.
    ///
    /// - Parameters:
    ///   - key: the writer's.
    ///   - party: for whom the writer's node speaks.
    ///   - heads: the newest entries that the node holds.
    ///   - time: seconds since 1970-01-01T00:00:00Z, claimed, deciding nothing.
    public mutating func certificateDue(
        by writer: WriterID, signing key: KeyID, of party: Identifier, heads: [Head], at time: UInt64
    ) -> StateCertificate? {
        let previous = certificates[CertificateChain(writer: writer.digest, signer: key)]?.certificate
        guard ledger.nodeKey(key, of: party) != nil, previous != nil || evaluation.isAnythingPerfected,
            previous?.sequence != .max
        else { return nil }
        let roots = self.roots
        let contested = evaluation.contestedIDs
        if let previous, previous.inForce == roots.inForce, previous.perfected == roots.perfected,
            previous.contested == contested
        {
            return nil
        }
        let known = heads.prefix(StateCertificate.knownLimit).map {
            StateCertificate.KnownHead(writer: $0.writer.digest, sequence: $0.sequence, entry: $0.id.digest)
        }
        do {
            return try StateCertificate(
                roadmap: roadmap, party: party, writer: writer.digest, sequence: previous.map { $0.sequence + 1 } ?? 0,
                previous: previous?.id, perfected: roots.perfected, inForce: roots.inForce, contested: contested,
                known: Array(known), at: time)
        } catch {
            preconditionFailure("a certificate of our own making is lawful: \(error)")
        }
    }
}
