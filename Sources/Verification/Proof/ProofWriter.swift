internal import Agreement
internal import Cryptography
public import Identity

/// Makes of what one copy holds the file that shows one provision, and of the others nothing.
///
/// Source: `Docs/Specification/proof.md`, section "What our writer puts in".
public struct ProofWriter {
    private let ledger: Ledger
    private let evaluation: Evaluation
    private let certificates: [(certificate: StateCertificate, statement: SignedStatement)]

    public init(_ findings: VerificationReport.Findings) {
        ledger = findings.contents.ledger
        evaluation = findings.evaluation
        certificates = findings.contents.certificates
    }

    /// The file; nil if no such provision is in force.
    ///
    /// - Parameter witnesses: whose word is put in; nil for everybody's. A certificate names the newest entry of every
    ///   writer, so that everybody's are as many as the parties, and each as long.
    public func proof(of provision: Identifier, by witnesses: Set<Identifier>? = nil) -> [UInt8]? {
        let text = evaluation.textInForce
        guard let subject = text.first(where: { $0.id == provision }) else { return nil }
        let leaves = text.map { StateLeaf($0).encoded }
        let certified = newestCertificates(naming: MerkleTree.root(of: leaves))
            .filter { witnesses?.contains($0.key) ?? true }
        let parties = text.compactMap { provision -> (party: Identifier, root: Digest)? in
            guard case .party(let party)? = ReservedProvision(provision.id),
                case .party(let record)? = provision.content.reserved, witnesses?.contains(party) ?? true
            else { return nil }
            return (party, record.id)
        }
        let seals = parties.flatMap { self.seals(on: subject.version.id, by: $0.party, root: $0.root) }
        let speaking = Set(certified.keys).union(seals.map(\.seal.party))
        let chains = parties.filter { speaking.contains($0.party) }
        let names = self.names(for: subject, showing: speaking)
        let places = text.indices.filter { names.contains(text[$0].id) }
        let proof = try? ProvisionProof(
            roadmap: ledger.roadmap, provision: provision, count: UInt64(text.count),
            shown: places.map { (UInt64($0), StateLeaf(text[$0])) },
            nodes: PartialTree.nodes(beside: places, of: leaves))
        guard let proof else { return nil }
        var records: [(kind: BundleRecordKind, content: [UInt8])] = [(.proof, proof.payload)]
        for chain in chains { records += keyStatements(of: chain.party, root: chain.root).map { (.keyStatement, $0) } }
        records += seals.flatMap { inOrder($0.signatures) }.map { (.seal, $0.encoded()) }
        records += certified.keys.sorted().map { (.stateCertificate, certified[$0]!.encoded()) }
        return file(records)
    }

    /// The provision, the rule of its class with the rosters that this speaks of, and the records of those who say something.
    private func names(for subject: ProvisionInForce, showing parties: Set<Identifier>) -> Set<Identifier> {
        var names: Set<Identifier> = [subject.id]
        names.formUnion(parties.compactMap(ReservedProvision.record))
        guard let rule = ReservedProvision.rule(for: subject.content.provisionClass),
            case .rule(let expression)? = evaluation.provisionInForce(rule)?.content.reserved
        else { return names }
        names.insert(rule)
        names.formUnion(expression.standings.compactMap(ReservedProvision.roster))
        return names
    }

    /// Of each party its newest certificate, where that names the root.
    private func newestCertificates(naming root: Digest) -> [Identifier: SignedStatement] {
        let nodes = SpeakingNodes(of: ledger, among: EstablishedRoots(evaluation))
        let newest = certificates.newest(among: nodes).filter { $0.value.inForce == root }
        return certificates.reduce(into: [:]) { statements, item in
            let (certificate, statement) = item
            // By a key of the chain in force: any other could not be checked by what is shown.
            guard newest[certificate.party] == certificate,
                nodes.contains(statement.signer, of: certificate.party),
                let chain = ledger.chainInForce(of: certificate.party, by: evaluation),
                chain.links.contains(where: { link in
                    !link.isSuperseded && link.record.record?.nodes.contains { $0.key.id == statement.signer } == true
                })
            else { return }
            statements[certificate.party] = statement
        }
    }

    /// A party's signed seals on the version, made under the chain of its record in force.
    private func seals(on version: InstrumentID, by party: Identifier, root: Digest) -> [SealOnRecord] {
        ledger.seals.values.filter { onRecord in
            let seal = onRecord.seal
            return seal.instrument == version && seal.party == party && onRecord.isSigned
                && ledger.keyRecord(of: party, named: seal.keys)?.root == root
        }.sorted { $0.seal.id < $1.seal.id }
    }

    /// The statements that made the records of the chain, those first that others stand on.
    private func keyStatements(of party: Identifier, root: Digest) -> [[UInt8]] {
        guard let chain = ledger.keyChains.chain(of: party, root: root) else { return [] }
        return chain.links.compactMap { $0.statement.flatMap { ledger.keyChains.statements[$0.id] } }
            .flatMap { inOrder($0.signatures) }.map { $0.encoded() }
    }

    private func inOrder(_ signatures: [KeyID: SignedStatement]) -> [SignedStatement] {
        signatures.sorted { $0.key < $1.key }.map(\.value)
    }

    private func file(_ records: [(kind: BundleRecordKind, content: [UInt8])]) -> [UInt8] {
        var bytes = BundleFormat.header(ledger.roadmap, .provision)
        for record in records { bytes += BundleFormat.record(record.kind, record.content) }
        return bytes + BundleFormat.footer(count: records.count, digest: Digest(of: bytes))
    }
}
