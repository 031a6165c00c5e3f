internal import Agreement
public import CanonicalEncoding
public import Cryptography
public import Journal
internal import Verification

/// What came of taking in a file of journals.
public struct JournalImport: Hashable, Sendable {
    /// Entries that were new here, and on disk when this is returned.
    public var newEntryCount = 0
    public var heldEntryCount = 0
    /// Records that no journal carried and that this node now does.
    public var newRecordCount = 0
    /// Records that this node does not journal, such as a statement that too few keys signed.
    public var leftOutCount = 0
    /// Writers whose entries begin in the file after the last one that is held here, or behind the parting of two
    /// stories of which this node holds the other one.
    public var writersWithGaps: Set<WriterID> = []
    /// Writers whose keys no record held here names.
    public var writersNotAdmitted: Set<WriterID> = []

    public init() {}
}

/// Why a file of journals is not taken in, or no further.
public enum JournalFileRefusal: Error, Hashable, Sendable {
    case anotherRoadmap(Digest)
    /// A batch that no honest node can have written; the place counts the file's records from 0 behind the header, and
    /// is nil for a batch that waited for a later one.
    case badBatch(EntryRefusal, place: Int?)
}

/// A bundle of scope `full` on its way into a node, each batch checked as if a peer had sent it.
///
/// Gives one input after the other to be handed to the node, and is told what it answered:
///
/// ```swift
/// var file = try JournalIntake(bytes, for: node.roadmap)
/// while let input = try file.next(for: node, reading: store) { file.note(ask(input), node) }
/// ```
///
/// A file that is cut short or malformed gives none. What was taken in before a batch that is refused stays: it was
/// good.
public struct JournalIntake {
    /// What came of it so far.
    public private(set) var taken = JournalImport()
    private var reader: JournalBundleReader
    private var isRead = false
    /// Batches that wait for an entry or a key record that may come later in the file.
    private var waiting: [ReceivedBatch] = []
    /// Those of the turn under way, newest first; and how many there were when it began.
    private var turn: [ReceivedBatch] = []
    private var countBefore = Int.max
    private var asked: Asked?

    private enum Asked {
        case record
        /// With the entries that the node held before, and those of the batch.
        case batch(heldBefore: Int, count: Int)
    }

    /// Reads the whole file once for its form.
    ///
    /// - Throws: `NotABundle`, `BundleRefusal`, or ``JournalFileRefusal/anotherRoadmap(_:)``.
    public init(_ bytes: [UInt8], for roadmap: Digest) throws {
        var form = try JournalBundleReader(bytes)
        guard form.roadmap == roadmap else { throw JournalFileRefusal.anotherRoadmap(form.roadmap) }
        while try form.next() != nil {}
        reader = try JournalBundleReader(bytes)
    }

    /// What to hand to the node next; nil when all was looked at.
    ///
    /// - Throws: ``JournalFileRefusal/badBatch(_:place:)``.
    public mutating func next(for node: Node, reading store: any StoreReading) throws -> Node.Input? {
        precondition(asked == nil, "what was answered is noted before the next")
        while !isRead {
            guard let item = try reader.next() else {
                isRead = true
                break
            }
            switch item {
            case .record(let kind, let bytes):
                if let record = try? PublishedRecord(kind, bytes) {
                    asked = .record
                    return .publish([record])
                }
                taken.leftOutCount += 1
            case .batch(let batch):
                if let input = try input(of: batch, place: reader.place, node, store) { return input }
            }
        }
        return try nextWaiting(node, store)
    }

    /// Tries again what waited for something that came later in the file, for as long as that helps.
    private mutating func nextWaiting(_ node: Node, _ store: any StoreReading) throws -> Node.Input? {
        while true {
            while let batch = turn.popLast() {
                if let input = try input(of: batch, place: nil, node, store) { return input }
            }
            guard !waiting.isEmpty, waiting.count < countBefore else { return nil }
            countBefore = waiting.count
            turn = waiting.reversed()
            waiting = []
            taken.writersWithGaps = []
            taken.writersNotAdmitted = []
        }
    }

    /// Nil if all of the batch is held, or it must wait for something that is not here.
    private mutating func input(
        of batch: ReceivedBatch, place: Int?, _ node: Node, _ store: any StoreReading
    ) throws -> Node.Input? {
        let verified: VerifiedBatch
        do throws(EntryRefusal) {
            verified = try node.journal.verify(
                batch, mayWrite: node.copy.mayWrite, bodyCheck: AgreementBody.refusal)
        } catch {
            switch error {
            case .unknownWriter: taken.writersNotAdmitted.insert(batch.writer)
            case .outOfOrder, .beyondFork: taken.writersWithGaps.insert(batch.writer)
            case .brokenLink(let sequence, _) where sequence > 0 && sequence == Self.firstSequence(of: batch):
                // Of a writer that told two stories the file has the other one, from somewhere behind the parting on.
                taken.writersWithGaps.insert(batch.writer)
            default: throw JournalFileRefusal.badBatch(error, place: place)
            }
            waiting.append(batch)
            return nil
        }
        guard verified.placement != .held else {
            taken.heldEntryCount += batch.entries.count
            return nil
        }
        asked = .batch(heldBefore: node.journal.entryCount, count: batch.entries.count)
        return .brought(verified)
    }

    private static func firstSequence(of batch: ReceivedBatch) -> UInt64? {
        batch.entries.first.flatMap { try? EntryHeader(encoded: $0.header) }?.sequence
    }

    /// Takes note of what the node answered; what failed is not counted.
    public mutating func note(_ answer: Node.Answer?, _ node: Node) {
        guard let asked else { preconditionFailure("nothing was asked") }
        self.asked = nil
        switch (asked, answer) {
        case (.record, .published(let count)?): taken.newRecordCount += count
        case (.record, _): taken.leftOutCount += 1
        case (.batch(let heldBefore, let count), .done?):
            let new = max(0, node.journal.entryCount - heldBefore)
            taken.newEntryCount += new
            taken.heldEntryCount += count - new
        case (.batch, _): break
        }
    }
}

extension PublishedRecord {
    /// Reads an agreement record as an entry or a file carries it.
    public init(_ kind: EntryKind, _ body: [UInt8]) throws(DecodingRefusal) {
        switch kind {
        case .instrument: self = .instrument(try Instrument(payload: body))
        case .seal: self = .seal(try SignedStatement(encoded: body, expecting: .seal))
        case .keyStatement: self = .keyStatement(try SignedStatement(encoded: body, expecting: .keys))
        case .withdrawal: self = .withdrawal(try SignedStatement(encoded: body, expecting: .withdrawal))
        case .stateCertificate: self = .certificate(try SignedStatement(encoded: body, expecting: .state))
        default: throw DecodingRefusal(.outOfRange, field: "kind")
        }
    }
}
