internal import Agreement
public import Cryptography
public import Exchange
public import Identity
internal import Journal

/// How nodes whose keys changed while they were apart come to know each other.
extension RoadmapCopy {
    /// The key statements that lead to the record in force of a party, each after the one that it follows; as many of the
    /// last ones as fit.
    ///
    /// - Parameter byteLimit: of the message that shows them.
    /// - Returns: none if that record does not name the node, or is what an instrument carries: no statement leads there.
    public mutating func introduction(
        of node: KeyID, for party: Identifier, byteLimit: Int = ExchangeLimits.shownByteCount
    ) -> [ShownChange] {
        guard let chain = ledger.chainInForce(of: party, by: evaluation),
            chain.newest.record.lastRecord.nodes.contains(where: { $0.key.id == node })
        else { return [] }
        var shown: [ShownChange] = []
        var lengths: [Int] = []
        var link = chain.newest
        while let statement = link.statement, let onRecord = ledger.keyChains.statements[statement.id],
            let previous = chain[statement.previous]
        {
            let change = ShownChange(onRecord.signatures.sorted { $0.key < $1.key }.map(\.value))
            lengths.append(change.byteCount)
            guard KeyRound.byteCount(ofShown: lengths) <= byteLimit else { break }
            shown.insert(change, at: 0)
            link = previous
        }
        return shown
    }

    /// What key statements of a stranger's come to.
    public struct Introduction: Hashable, Sendable {
        public let party: Identifier
        /// Those that were not held before.
        public let new: [SignedStatement]
    }

    /// Takes in key statements that a node with an unknown key shows, if they lead from a key record held here to one
    /// that is its party's now and names the key.
    ///
    /// Nothing is believed that is not signed as it must be; what can be seen without checking a signature is seen first,
    /// and the first signature that is not good ends it. This copy is unchanged when it throws.
    ///
    /// - Parameters:
    ///   - shown: each after the one that it follows.
    ///   - parties: whose node it may be; nil for anybody's.
    public mutating func introduce(
        _ node: PublicKey, by shown: [ShownChange], among parties: Set<Identifier>? = nil
    ) throws(KeyRoundFailure) -> Introduction {
        var changes: [(statement: KeyStatement, signed: [SignedStatement])] = []
        for change in shown {
            guard let statement = try? KeyStatement(payload: change.payload) else { throw .notStatements }
            changes.append((statement, change.signed))
        }
        guard let party = changes.first?.statement.party, parties?.contains(party) ?? true,
            changes.allSatisfy({ $0.statement.party == party && $0.statement.roadmap == roadmap }),
            zip(changes, changes.dropFirst()).allSatisfy({ $0.statement.id == $1.statement.previous }),
            let last = changes.last(where: { !$0.statement.isFreeze })?.statement.record,
            last.nodes.contains(where: { $0.key == node })
        else { throw .notStatements }
        var copy = self
        var new: [SignedStatement] = []
        for (statement, signed) in changes { new += try copy.takeShown(statement, signed) }
        guard copy.admission.party(ofNode: node) == party else { throw .notInForce }
        self = copy
        return Introduction(party: party, new: new)
    }

    /// - Returns: the signatures that were not held before.
    private mutating func takeShown(
        _ statement: KeyStatement, _ shown: [SignedStatement]
    ) throws(KeyRoundFailure) -> [SignedStatement] {
        guard let previous = ledger.keyRecord(of: statement.party, named: statement.previous) else {
            throw .leadsNowhere
        }
        let signers = statement.signersRequired(after: previous)
        guard signers.areSatisfied(by: Set(shown.map(\.signer))) else { throw .notGood }
        var new: [SignedStatement] = []
        // Authority first: who has none must not have this node check the keys that it made for itself.
        let byAuthority = shown.filter { signers.haveAuthority($0.signer) }
        for signed in byAuthority + shown.filter({ !signers.haveAuthority($0.signer) }) {
            switch takeKeyStatement(signed) {
            case .new: new.append(signed)
            case .held: break
            case .awaitingKeys, .refused: throw .notGood
            }
        }
        guard ledger.keyRecord(of: statement.party, named: statement.id) != nil else { throw .notGood }
        return new
    }
}

extension KeySigners {
    fileprivate func haveAuthority(_ signer: KeyID) -> Bool { seal?.key(signer) != nil || recovery?.key(signer) != nil }
}
