public import Agreement
public import Identity
public import Journal

extension RoadmapCopy {
    /// The state certificate that a writer owes: nil while its newest one still says what is so.
    ///
    /// - Parameters:
    ///   - party: for whom the writer's node speaks.
    ///   - heads: the newest entries that the node holds.
    ///   - time: seconds since 1970-01-01T00:00:00Z, claimed, deciding nothing.
    public mutating func certificateDue(
        by writer: WriterID, of party: Identifier, heads: [Head], at time: UInt64
    ) -> StateCertificate? {
        let roots = self.roots
        let contested = evaluation.contestedIDs
        let previous = certificates[writer.digest]?.certificate
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
