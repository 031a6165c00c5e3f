public import Agreement
internal import CanonicalEncoding
public import Cryptography
public import Identity
public import Journal

/// A record that somebody asks a node to journal: the party itself from its command line, or a file's.
public enum PublishedRecord: Hashable, Sendable {
    case instrument(Instrument)
    case seal(SignedStatement)
    case keyStatement(SignedStatement)
    case withdrawal(SignedStatement)
    case certificate(SignedStatement)

    public var kind: EntryKind {
        switch self {
        case .instrument: .instrument
        case .seal: .seal
        case .keyStatement: .keyStatement
        case .withdrawal: .withdrawal
        case .certificate: .stateCertificate
        }
    }

    public var body: [UInt8] {
        switch self {
        case .instrument(let instrument): instrument.payload
        case .seal(let statement), .keyStatement(let statement), .withdrawal(let statement),
            .certificate(let statement):
            statement.encoded()
        }
    }
}

/// Why a node does not journal what it is offered.
public enum PublicationRefusal: Error, Hashable, Sendable {
    case refused(LedgerRefusal, record: Digest)
    /// Nothing held carries or makes the key record that the statement names.
    case unknownKeys(StatementKind, id: Digest, party: Identifier)
    case belowThreshold(StatementKind, id: Digest, party: Identifier, signatures: Int, threshold: Int)
    /// Neither the seal keys nor the recovery keys of the record before have signed the change of keys.
    case noAuthority(statement: Digest, party: Identifier)
    /// New keys of the change have not signed it, by key id.
    case unproven(statement: Digest, party: Identifier, keys: [KeyID])
    /// The party has made another statement on the same record, by the same authority.
    case wouldFork(statement: Digest, other: Digest)
    /// The party's own software lets it give no such verdict.
    case dishonest(seal: Digest, [Objection])
}

extension RoadmapCopy {
    /// Judges records that are offered, in their order, and takes them in.
    ///
    /// All or none: this copy is unchanged when it throws. A seal by `own`, the party that this node serves, must pass
    /// the honest check with what the node has, its own seals on what has not come yet among it, and no change of its
    /// keys may stand beside another; other parties' seals are taken as they are, for a lie is evidence.
    ///
    /// - Parameter carrier: the key of the node that will journal them, if one does.
    /// - Returns: those that were not held before, to be journalled.
    public mutating func accept(
        _ offered: [PublishedRecord], for own: Identifier, carriedBy carrier: KeyID? = nil
    ) throws(PublicationRefusal) -> [PublishedRecord] {
        var copy = self
        var new: [PublishedRecord] = []
        for record in offered {
            guard record.body.count <= JournalLimits.bodyByteCount else {
                throw .refused(.malformed(DecodingRefusal(.tooLong)), record: Digest(of: record.body))
            }
            let outcome =
                switch record {
                case .instrument(let instrument): copy.take(instrument, from: carrier)
                case .seal(let statement): try copy.acceptSeal(statement, for: own)
                case .keyStatement(let statement): copy.takeKeyStatement(statement)
                case .withdrawal(let statement): copy.takeWithdrawal(statement)
                case .certificate(let statement): copy.takeCertificate(statement)
                }
            switch outcome {
            case .new: new.append(record)
            case .held: break
            case .awaitingKeys: try Self.refuseUnknownKeys(record)
            case .refused(let refusal): throw .refused(refusal, record: Digest(of: record.body))
            }
        }
        try copy.checkThresholds(of: new)
        try copy.checkChanges(of: new, by: own, after: self)
        self = copy
        return new
    }

    private mutating func acceptSeal(
        _ statement: SignedStatement, for own: Identifier
    ) throws(PublicationRefusal) -> RecordOutcome {
        guard let seal = try? Seal(payload: statement.payload), seal.party == own, ledger.seals[seal.id] == nil else {
            return takeSeal(statement)
        }
        let chain = ledger.keyRecord(of: own, named: seal.keys)?.root ?? seal.keys
        let objections = evaluation.objections(
            to: seal.verdict, on: seal.instrument, by: own, provided: seal.provided,
            remembered: evaluation.verdictsOnUnknown(by: own, under: chain), under: chain
        ).filter { !$0.maySetAside }
        guard objections.isEmpty else { throw .dishonest(seal: seal.id, objections) }
        return takeSeal(statement)
    }

    private static func refuseUnknownKeys(_ record: PublishedRecord) throws(PublicationRefusal) {
        switch record {
        case .seal(let signed):
            guard let seal = try? Seal(payload: signed.payload) else { break }
            throw .unknownKeys(.seal, id: seal.id, party: seal.party)
        case .keyStatement(let signed):
            guard let statement = try? KeyStatement(payload: signed.payload) else { break }
            throw .unknownKeys(.keys, id: statement.id, party: statement.party)
        case .withdrawal(let signed):
            guard let withdrawal = try? Withdrawal(payload: signed.payload) else { break }
            throw .unknownKeys(.withdrawal, id: withdrawal.id, party: withdrawal.party)
        case .instrument, .certificate: break
        }
        throw .refused(.keyNotInRecord, record: Digest(of: record.body))
    }

    private func checkThresholds(of new: [PublishedRecord]) throws(PublicationRefusal) {
        for record in new {
            switch record {
            case .seal(let signed):
                guard let onRecord = ledger.seals[Digest(of: signed.payload)], !onRecord.isSigned else { continue }
                throw .belowThreshold(
                    .seal, id: onRecord.seal.id, party: onRecord.seal.party, signatures: onRecord.signatures.count,
                    threshold: onRecord.threshold)
            case .withdrawal(let signed):
                guard let onRecord = ledger.withdrawals[Digest(of: signed.payload)], !onRecord.isSigned else {
                    continue
                }
                throw .belowThreshold(
                    .withdrawal, id: onRecord.withdrawal.id, party: onRecord.withdrawal.party,
                    signatures: onRecord.signatures.count, threshold: onRecord.threshold)
            case .instrument, .keyStatement, .certificate: continue
            }
        }
    }

    /// Every change of keys is good; and none of the party's own is a second one beside what was there `before`.
    private func checkChanges(
        of new: [PublishedRecord], by own: Identifier, after before: RoadmapCopy
    ) throws(PublicationRefusal) {
        for case .keyStatement(let signed) in new {
            guard let onRecord = ledger.keyChains.statements[Digest(of: signed.payload)] else { continue }
            let statement = onRecord.statement
            guard onRecord.authority != nil else {
                throw .noAuthority(statement: statement.id, party: statement.party)
            }
            guard onRecord.unproven.isEmpty else {
                throw .unproven(statement: statement.id, party: statement.party, keys: onRecord.unproven.map(\.id))
            }
            guard statement.party == own, before.ledger.keyRecord(of: own, named: statement.id) == nil else { continue }
            let chain = ledger.keyChains.chain(of: own, root: onRecord.previous.root)
            guard let fork = chain?.forks.first(where: { $0.contains(statement.id) }) else { continue }
            throw .wouldFork(statement: statement.id, other: fork.first { $0 != statement.id }!)
        }
    }
}
