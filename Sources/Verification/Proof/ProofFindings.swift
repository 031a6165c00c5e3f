public import Agreement
public import Cryptography
public import Identity

/// What one proof shows, and on whose word the rest stands.
///
/// By computing alone: that this content stands under this state root, and that these keys signed what they signed. On the
/// word of the parties whose certificates it holds: that the root is that of a text in force, and so that the provision
/// has this version, and that this version had all the consent that it needed. And on the word of whoever told the
/// verifier so: that the keys are those parties'. Source: `Docs/Specification/proof.md`, section "What it shows".
public struct ProofFindings: Sendable {
    public let contents: ProofContents
    /// Ascending by party.
    public let parties: [PartyWord]
    /// The rule of the provision's class by the same text; nil if it is not shown.
    public let rule: RuleReading?
    /// Whether the seals shown meet that rule; nil if it is not shown. The rule by which the version was perfected may have
    /// been another.
    public let isRuleMet: Bool?

    /// What one party whose record is shown has said.
    public struct PartyWord: Hashable, Sendable {
        public let id: Identifier
        public let keys: KeyChain
        /// True if the verifier was told, by other means than this file, that the chain is this party's.
        public let isKnown: Bool
        /// Its newest certificate of the state, by a node that its chain names and has not superseded.
        public let state: StateCertificate?
        /// Its signed seals on the version, ascending by id.
        public let seals: [Seal]
        /// Those of them that are disputed.
        public let disputed: [Digest]
    }

    /// - Parameter isKnown: whether a key record, by its id, is known to be a party's.
    init(_ contents: ProofContents, isKnown: (Identifier, Digest) -> Bool) {
        let proof = contents.proof
        let ledger = contents.ledger
        let nodes = SpeakingNodes(of: ledger, among: EstablishedRoots(allOf: ledger))
        let newest = contents.certificates.newest(among: nodes)
        let seals = ledger.seals.values.filter(\.isSigned).map(\.seal).sorted { $0.id < $1.id }
        self.contents = contents
        parties = proof.records.map { party, record in
            let chain = ledger.keyChains.chain(of: party, root: record.id)!
            let own = seals.filter { $0.party == party }
            return PartyWord(
                id: party, keys: chain, isKnown: chain.links.contains { isKnown(party, $0.record.id) },
                state: newest[party], seals: own,
                // A seal on the founding is never disputed.
                disputed: own.filter { $0.instrument != proof.roadmap && chain.isDisputed($0.id, under: $0.keys) }
                    .map(\.id))
        }
        let content = proof.subject.leaf.content
        rule = proof.rule.map {
            RuleReading($0, of: content.provisionClass, rosters: proof.rosters, content: content)
        }
        isRuleMet = rule.map { $0.isMet(by: seals) }
    }

    /// Those who certify the state that the proof leads to.
    public var certifying: [PartyWord] { parties.filter { $0.state != nil } }

    /// True if somebody certifies the state, and everybody who does is known by its keys.
    public var areKeysChecked: Bool { !certifying.isEmpty && certifying.allSatisfy(\.isKnown) }

    var verdict: VerificationReport.Verdict { certifying.isEmpty ? .incomplete : .valid }
}
