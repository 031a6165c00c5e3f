public import Agreement
internal import CanonicalEncoding
public import Cryptography
public import Identity
public import Journal

/// A record that somebody asks a node to journal: the party itself from its command line, or a file's.
public enum PublishedRecord: Hashable, Sendable {
    case instrument(Instrument)
    case seal(SignedStatement)
    case certificate(SignedStatement)

    public var kind: EntryKind {
        switch self {
        case .instrument: .instrument
        case .seal: .seal
        case .certificate: .stateCertificate
        }
    }

    public var body: [UInt8] {
        switch self {
        case .instrument(let instrument): instrument.payload
        case .seal(let statement), .certificate(let statement): statement.encoded()
        }
    }
}

/// Why a node does not journal what it is offered.
public enum PublicationRefusal: Error, Hashable, Sendable {
    case refused(LedgerRefusal, record: Digest)
    /// Nothing held carries the key record that the seal names.
    case unknownKeys(seal: Digest, party: Identifier)
    case belowThreshold(seal: Digest, party: Identifier, signatures: Int, threshold: Int)
    /// The party's own software lets it give no such verdict.
    case dishonest(seal: Digest, [Objection])
}

extension RoadmapCopy {
    /// Judges records that are offered, in their order, and takes them in.
    ///
    /// All or none: this copy is unchanged when it throws. A seal by `own`, the party that this node serves, must pass
    /// the honest check with what the node has; other parties' seals are taken as they are, for a lie is evidence.
    ///
    /// - Returns: those that were not held before, to be journalled.
    public mutating func accept(
        _ offered: [PublishedRecord], for own: Identifier
    ) throws(PublicationRefusal) -> [PublishedRecord] {
        var copy = self
        var new: [PublishedRecord] = []
        for record in offered {
            guard record.body.count <= JournalLimits.bodyByteCount else {
                throw .refused(.malformed(DecodingRefusal(.tooLong)), record: Digest(of: record.body))
            }
            let outcome =
                switch record {
                case .instrument(let instrument): copy.take(instrument)
                case .seal(let statement): try copy.acceptSeal(statement, for: own)
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
        self = copy
        return new
    }

    private mutating func acceptSeal(
        _ statement: SignedStatement, for own: Identifier
    ) throws(PublicationRefusal) -> RecordOutcome {
        guard let seal = try? Seal(payload: statement.payload), seal.party == own, ledger.seals[seal.id] == nil else {
            return takeSeal(statement)
        }
        let evaluation = evaluation
        let objections = evaluation.objections(
            to: seal.verdict, on: seal.instrument, by: own, provided: seal.provided,
            under: evaluation.root(sealingUnder: seal.keys, for: own, on: seal.instrument)
        ).filter { !$0.maySetAside }
        guard objections.isEmpty else { throw .dishonest(seal: seal.id, objections) }
        return takeSeal(statement)
    }

    private static func refuseUnknownKeys(_ record: PublishedRecord) throws(PublicationRefusal) {
        guard case .seal(let statement) = record, let seal = try? Seal(payload: statement.payload) else {
            throw .refused(.keyNotInRecord, record: Digest(of: record.body))
        }
        throw .unknownKeys(seal: seal.id, party: seal.party)
    }

    private func checkThresholds(of new: [PublishedRecord]) throws(PublicationRefusal) {
        for case .seal(let statement) in new {
            guard let onRecord = ledger.seals[Digest(of: statement.payload)], !onRecord.isSigned else { continue }
            throw .belowThreshold(
                seal: onRecord.seal.id, party: onRecord.seal.party, signatures: onRecord.signatures.count,
                threshold: onRecord.threshold)
        }
    }
}
