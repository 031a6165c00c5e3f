internal import Agreement
internal import Cryptography
internal import Identity

/// A state certificate whose signature was found good.
typealias HeldCertificate = (certificate: StateCertificate, statement: SignedStatement)

extension [HeldCertificate] {
    /// Of each party its newest certificate.
    ///
    /// Of one writer's the one with the highest sequence is the newest. Between writers of one party (two nodes, or one
    /// that was restored and began anew at sequence 0) it is the one made with the most entries at hand: a node only
    /// ever comes to know more, and no clock is asked. Of equals the one with the lowest id. Anybody can name a node in
    /// another's record that nobody seals, so only nodes count that speak for the party.
    func newest(among nodes: SpeakingNodes) -> [Identifier: StateCertificate] {
        var newestOfWriter: [CertificateChain: StateCertificate] = [:]
        for (certificate, statement) in self
        where nodes.contains(statement.signer, of: certificate.party) {
            let chain = CertificateChain(
                party: certificate.party, writer: certificate.writer, signer: statement.signer)
            let isNewer = newestOfWriter[chain].map { (certificate.sequence, $0.id) > ($0.sequence, certificate.id) }
            if isNewer ?? true { newestOfWriter[chain] = certificate }
        }
        var newest: [Identifier: StateCertificate] = [:]
        for certificate in newestOfWriter.values {
            let isNewer = newest[certificate.party].map {
                (certificate.knownEntryCount, $0.id) > ($0.knownEntryCount, certificate.id)
            }
            if isNewer ?? true { newest[certificate.party] = certificate }
        }
        return newest
    }

    /// Two certificates of one chain that its node would not both have made: with one number, or the one right behind the
    /// other and naming another one as its previous. They convict the custody of the node's key, not the party's word.
    ///
    /// Of several with one number the lowest id is paired with each other one, and no more is said of that number. Of nodes
    /// only that speak for their party. Source: `Docs/Specification/agreement.md`,
    /// "Contradictions".
    func contradictions(among nodes: SpeakingNodes) -> [Contradiction] {
        var chains: [CertificateChain: [UInt64: [StateCertificate]]] = [:]
        for (certificate, statement) in self where nodes.contains(statement.signer, of: certificate.party) {
            let chain = CertificateChain(
                party: certificate.party, writer: certificate.writer, signer: statement.signer)
            chains[chain, default: [:]][certificate.sequence, default: []].append(certificate)
        }
        var found: Set<Contradiction> = []
        for (chain, numbered) in chains {
            for (sequence, certificates) in numbered {
                let ids = certificates.map(\.id).sorted()
                var pairs = ids.dropFirst().map { [ids[0], $0] }
                // Where two have one number, that says it all; else the next one must name this one.
                if ids.count == 1, let next = numbered[sequence + 1], next.count == 1, next[0].previous != ids[0] {
                    pairs.append([ids[0], next[0].id].sorted())
                }
                for pair in pairs { found.insert(Contradiction(party: chain.party, kind: .twoStates, records: pair)) }
            }
        }
        return found.sorted()
    }
}

/// Who signed matters too: a writer's id is only claimed, and nobody may pass another's certificates by.
private struct CertificateChain: Hashable {
    let party: Identifier
    let writer: Digest
    let signer: KeyID
}

extension StateCertificate {
    /// Entries that the certifying node had, by its own word.
    fileprivate var knownEntryCount: UInt64 {
        known.reduce(0) { sum, head in
            let (total, overflow) = sum.addingReportingOverflow(head.sequence)
            return overflow || total == .max ? .max : total + 1
        }
    }
}
