internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// What a file of evidence holds beside the records of the agreement: accusations, and pieces of journals.
///
/// Source: `Docs/Specification/evidence.md`.
public struct EvidenceRecords: Sendable {
    public private(set) var accusations: [Accusation] = []
    public private(set) var journal = JournalExcerpt()

    private var seen: Set<RecordName> = []
    /// What a record named before it was there, with the first record that did.
    private var namedEarly: [Digest: BundlePlace] = [:]
    /// Entries that checkpoints cover, and writers that they are said to be by.
    private var awaited: Set<Digest> = []
    private var firstAccusation: BundlePlace?
    private var countInThisFile = 0

    var accusesInThisFile: Bool { firstAccusation != nil }

    /// What one file says of order and repeats goes for that file.
    mutating func beginFile() {
        seen = []
        namedEarly = [:]
        firstAccusation = nil
        countInThisFile = 0
    }

    private struct RecordName: Hashable {
        let kind: BundleRecordKind
        let id: Digest
        var signer: KeyID?
    }

    /// Ids of entries under a checkpoint that are absent, and of writers whose key nothing in the file shows.
    var lacking: Set<Digest> {
        awaited.filter { journal.headers[EntryID($0)] == nil && journal.writers[WriterID($0)] == nil }
    }

    /// Refuses whatever comes behind an accusation and is none: what it is about comes before it.
    func checkPlace(of kind: BundleRecordKind) throws(BundleRefused) {
        guard kind != .accusation, let firstAccusation else { return }
        throw BundleRefused(.tooEarly, culprit: firstAccusation)
    }

    // MARK: Each kind

    mutating func admitHeader(_ content: [UInt8], _ place: BundlePlace, in roadmap: Digest) throws(BundleRefused) {
        let header: EntryHeader
        do { header = try EntryHeader(encoded: content) } catch { throw BundleRefused(.malformed(error)) }
        guard header.roadmap == roadmap else { throw BundleRefused(.otherRoadmap) }
        try noteNew(RecordName(kind: .header, id: header.id.digest))
        if let early = namedEarly[header.id.digest] { throw BundleRefused(.tooEarly, culprit: early) }
        journal.insert(header)
        // What stands before it need not come at all: a fork is shown from its parting on.
        if header.sequence > 0, journal.headers[header.previous] == nil { name(header.previous.digest, place) }
    }

    mutating func admitBody(_ content: [UInt8]) throws(BundleRefused) {
        let body: WriterBody
        do { body = try WriterBody(encoded: content) } catch { throw BundleRefused(.malformed(error)) }
        try noteNew(RecordName(kind: .body, id: Digest(of: content)))
        if let early = namedEarly[body.writer.digest] { throw BundleRefused(.tooEarly, culprit: early) }
        journal.insert(body)
    }

    mutating func admitCheckpoint(_ content: [UInt8], _ place: BundlePlace, in roadmap: Digest) throws(BundleRefused) {
        let checkpoint: Checkpoint
        let statement: SignedStatement
        do {
            checkpoint = try Checkpoint(encoded: content)
            statement = try SignedStatement(encoded: content, expecting: .checkpoint)
        } catch { throw BundleRefused(.malformed(error)) }
        guard checkpoint.roadmap == roadmap else { throw BundleRefused(.otherRoadmap) }
        try noteNew(
            RecordName(kind: .checkpoint, id: Digest(of: statement.payload), signer: statement.signer))
        awaited.formUnion([checkpoint.entry.digest, checkpoint.writer.digest])
        if journal.headers[checkpoint.entry] == nil { name(checkpoint.entry.digest, place) }
        let isChecked = try journal.insert(checkpoint, signedBy: statement.signer)
        if !isChecked { name(checkpoint.writer.digest, place) }
    }

    mutating func admitAccusation(_ content: [UInt8], _ place: BundlePlace, in roadmap: Digest) throws(BundleRefused) {
        let accusation: Accusation
        do { accusation = try Accusation(payload: content) } catch { throw BundleRefused(.malformed(error)) }
        guard accusation.roadmap == roadmap else { throw BundleRefused(.otherRoadmap) }
        try noteNew(RecordName(kind: .accusation, id: accusation.id))
        guard countInThisFile < BundleLimits.accusationCount else {
            throw BundleRefused(.malformed(DecodingRefusal(.tooMany, field: "accusation")))
        }
        countInThisFile += 1
        firstAccusation = firstAccusation ?? place
        if !accusations.contains(accusation) { accusations.append(accusation) }
    }

    private mutating func noteNew(_ name: RecordName) throws(BundleRefused) {
        guard seen.insert(name).inserted else { throw BundleRefused(.duplicate) }
    }

    private mutating func name(_ id: Digest, _ place: BundlePlace) {
        if namedEarly[id] == nil { namedEarly[id] = place }
    }
}
