internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// One message of a conversation: a deterministic CBOR array that begins with the message's number.
///
/// ``encoded()`` and ``init(_:)`` are inverses. Source: `Docs/Specification/exchange.md`, section 3.
enum Message: Hashable {
    case hello(versions: [UInt64], limits: LinkLimits, roadmaps: [Digest])
    case summary(Digest)
    case heads(round: UInt64, [WriterHeads])
    case entries(ReceivedBatch)
    case acknowledged(WriterID, Place)
    case settled(Digest)
    case probe(WriterID, tip: Place, sequences: [UInt64])
    case ids(WriterID, tip: Place, [EntryID])
    case closing(code: UInt64)
    case ping
    case pong
    case declined(WriterID, Place, Declination)
    /// A piece of a message 4 that is longer than a frame, and how many bytes are still to come.
    case part(byteCountLeft: UInt64, [UInt8])
    /// From version 2 on, in place of a summary and of heads: of all that is held, how many writers, and the digest.
    case tally(round: UInt64, writerCount: Int, Digest)
    case ranges(round: UInt64, step: UInt64, [RangeSummary])
    case listing(round: UInt64, isLast: Bool, [WriterHeads])
    /// From version 2 on, in place of entries.
    case lean(LeanBatch)

    /// The numbers as they stand on the wire; 14 and 15 are those of ``KeyRound``.
    enum Number: UInt64, CaseIterable {
        case hello = 1
        case summary, heads, entries, acknowledged, settled, probe, ids, closing, ping, pong, declined, part
        case tally = 16
        case ranges, listing, lean

        /// The first version that has it.
        var version: UInt64 { rawValue < Number.tally.rawValue ? 1 : 2 }
    }

    var number: Number {
        switch self {
        case .hello: .hello
        case .summary: .summary
        case .heads: .heads
        case .entries: .entries
        case .acknowledged: .acknowledged
        case .settled: .settled
        case .probe: .probe
        case .ids: .ids
        case .closing: .closing
        case .ping: .ping
        case .pong: .pong
        case .declined: .declined
        case .part: .part
        case .tally: .tally
        case .ranges: .ranges
        case .listing: .listing
        case .lean: .lean
        }
    }
}

/// What one side is ready to take.
struct LinkLimits: Hashable, Sendable {
    let bytesInFlight: UInt64
    let batchesInFlight: UInt64
}

/// Why a batch was neither stored nor a lie.
enum Declination: UInt64, Sendable {
    case unknownWriter = 1
    case gap = 2
}

extension Message {
    /// - Parameter version: the one that is spoken.
    func encoded(in version: UInt64 = 2) -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: 128)
        encoder.array(count: Self.announcedCount(number, in: version))
        encoder.unsigned(number.rawValue)
        switch self {
        case .hello(let versions, let limits, let roadmaps):
            encoder.array(count: versions.count)
            for version in versions { encoder.unsigned(version) }
            encoder.array(count: 2)
            encoder.unsigned(limits.bytesInFlight)
            encoder.unsigned(limits.batchesInFlight)
            encoder.array(count: roadmaps.count)
            for roadmap in roadmaps { encoder.bytes(roadmap.bytes) }
        case .summary(let digest), .settled(let digest): encoder.bytes(digest.bytes)
        case .heads(let round, let writers):
            encoder.unsigned(round)
            encoder.array(count: writers.count)
            for writer in writers { encoder.writerHeads(writer) }
        case .entries(let batch): encoder.batch(batch)
        case .acknowledged(let writer, let place): encoder.place(writer, place)
        case .probe(let writer, let tip, let sequences):
            encoder.place(writer, tip)
            encoder.array(count: sequences.count)
            for sequence in sequences { encoder.unsigned(sequence) }
        case .ids(let writer, let tip, let ids):
            encoder.place(writer, tip)
            encoder.array(count: ids.count)
            for id in ids { encoder.bytes(id.digest.bytes) }
        case .closing(let code): encoder.unsigned(code)
        case .ping, .pong: break
        case .declined(let writer, let place, let reason):
            encoder.place(writer, place)
            encoder.unsigned(reason.rawValue)
        case .part(let left, let bytes):
            encoder.unsigned(left)
            encoder.bytes(bytes)
        case .tally(let round, let count, let digest):
            encoder.unsigned(round)
            encoder.unsigned(UInt64(count))
            encoder.bytes(digest.bytes)
        case .ranges(let round, let step, let ranges):
            encoder.unsigned(round)
            encoder.unsigned(step)
            encoder.array(count: ranges.count)
            for range in ranges { encoder.range(range) }
        case .listing(let round, let isLast, let writers):
            encoder.unsigned(round)
            encoder.bool(isLast)
            encoder.array(count: writers.count)
            for writer in writers { encoder.writerHeads(writer) }
        case .lean(let batch): encoder.lean(batch)
        }
        return encoder.bytes
    }

    /// What the head of the message announces.
    ///
    /// Before version 3 the head of those with a place in them announced one item more than there is. These bytes have
    /// landed: in versions 1 and 2 they stay what they are.
    private static func announcedCount(_ number: Number, in version: UInt64) -> Int {
        switch number {
        case .ping, .pong: 1
        case .summary, .settled, .closing: 2
        case .heads, .part: 3
        case .hello, .entries, .tally, .ranges, .listing: 4
        case .acknowledged: version < 3 ? 4 : 3
        case .probe, .ids, .declined: version < 3 ? 5 : 4
        case .lean: 6
        }
    }

    /// Reads one whole message.
    ///
    /// - Parameters:
    ///   - limit: bytes; a message put together from parts may be longer than one that came whole.
    ///   - version: the one that is spoken.
    /// - Throws: `messageTooLong`, `unknownMessage`, or `badMessage` with the first fault met.
    init(
        _ bytes: [UInt8], limit: Int = ExchangeLimits.messageByteCount, in version: UInt64 = 2
    ) throws(ExchangeRefusal) {
        guard bytes.count <= limit else { throw .messageTooLong(byteCount: bytes.count) }
        var decoder = CanonicalDecoder(bytes)
        let number: UInt64
        let count: Int
        do throws(DecodingRefusal) {
            count = try decoder.arrayCount()
            number = try decoder.unsigned()
        } catch { throw .badMessage(error) }
        guard let known = Number(rawValue: number) else { throw .unknownMessage(number: number) }
        do throws(DecodingRefusal) {
            guard count == Self.announcedCount(known, in: version) else {
                throw DecodingRefusal(.badLength, field: "message")
            }
            self = try Self.read(known, from: &decoder)
            try decoder.finish()
        } catch { throw .badMessage(error) }
    }

    private static func read(
        _ number: Number, from decoder: inout CanonicalDecoder
    ) throws(DecodingRefusal) -> Message {
        switch number {
        case .hello: return try hello(from: &decoder)
        case .summary: return .summary(try decoder.digest())
        case .heads:
            let round = try decoder.unsigned()
            return .heads(round: round, try decoder.heads())
        case .entries: return .entries(try decoder.batch())
        case .acknowledged:
            let (writer, place) = try decoder.place()
            return .acknowledged(writer, place)
        case .settled: return .settled(try decoder.digest())
        case .probe:
            let (writer, tip) = try decoder.place()
            return .probe(writer, tip: tip, sequences: try decoder.sequences(below: tip.sequence))
        case .ids:
            let (writer, tip) = try decoder.place()
            return .ids(writer, tip: tip, try decoder.digests(limit: ExchangeLimits.idsPerProbe).map { EntryID($0) })
        case .closing: return .closing(code: try decoder.unsigned())
        case .ping: return .ping
        case .pong: return .pong
        case .declined:
            let (writer, place) = try decoder.place()
            guard let reason = Declination(rawValue: try decoder.unsigned()) else {
                throw DecodingRefusal(.outOfRange, offset: decoder.offset)
            }
            return .declined(writer, place, reason)
        case .part: return .part(byteCountLeft: try decoder.unsigned(), Array(try decoder.byteString()))
        case .tally:
            let round = try decoder.unsigned()
            return .tally(round: round, writerCount: try decoder.writerCount(), try decoder.digest())
        case .ranges:
            let round = try decoder.unsigned()
            return .ranges(round: round, step: try decoder.unsigned(), try decoder.ranges())
        case .listing:
            let round = try decoder.unsigned()
            return .listing(round: round, isLast: try decoder.bool(), try decoder.heads())
        case .lean: return .lean(try decoder.lean())
        }
    }

    private static func hello(from decoder: inout CanonicalDecoder) throws(DecodingRefusal) -> Message {
        var versions: [UInt64] = []
        for _ in 0..<(try decoder.arrayCount(limit: ExchangeLimits.versions)) {
            let version = try decoder.unsigned()
            if let last = versions.last, last >= version { throw DecodingRefusal(.notAscending, field: "versions") }
            versions.append(version)
        }
        guard try decoder.arrayCount() == 2 else { throw DecodingRefusal(.badLength, field: "limits") }
        let limits = LinkLimits(bytesInFlight: try decoder.unsigned(), batchesInFlight: try decoder.unsigned())
        let roadmaps = try decoder.digests(limit: ExchangeLimits.roadmapsOffered)
        return .hello(versions: versions, limits: limits, roadmaps: roadmaps)
    }
}

extension CanonicalEncoder {
    fileprivate mutating func place(_ writer: WriterID, _ place: Place) {
        bytes(writer.digest.bytes)
        array(count: 2)
        unsigned(place.sequence)
        bytes(place.id.digest.bytes)
    }

    mutating func writerHeads(_ writer: WriterHeads) {
        array(count: 2)
        bytes(writer.writer.digest.bytes)
        array(count: writer.heads.count)
        for head in writer.heads {
            array(count: 2)
            unsigned(head.sequence)
            bytes(head.id.digest.bytes)
        }
    }

    fileprivate mutating func batch(_ batch: ReceivedBatch) {
        bytes(batch.writer.digest.bytes)
        array(count: batch.entries.count)
        for entry in batch.entries {
            array(count: 2)
            bytes(entry.header)
            if let body = entry.body { bytes(body) } else { null() }
        }
        bytes(batch.checkpoint ?? [])
    }
}

extension CanonicalDecoder {
    mutating func arrayCount(limit: Int) throws(DecodingRefusal) -> Int {
        let before = offset
        let count = try arrayCount()
        guard count <= limit else { throw DecodingRefusal(.tooMany, offset: before) }
        return count
    }

    mutating func digest() throws(DecodingRefusal) -> Digest {
        let before = offset
        guard let digest = Digest(try byteString()) else { throw DecodingRefusal(.badLength, offset: before) }
        return digest
    }

    fileprivate mutating func digests(limit: Int) throws(DecodingRefusal) -> [Digest] {
        var digests: [Digest] = []
        for _ in 0..<(try arrayCount(limit: limit)) { digests.append(try digest()) }
        return digests
    }

    /// A writer, `[sequence, id]`.
    fileprivate mutating func place() throws(DecodingRefusal) -> (WriterID, Place) {
        let writer = WriterID(try digest())
        return (writer, try headPlace())
    }

    private mutating func headPlace() throws(DecodingRefusal) -> Place {
        guard try arrayCount() == 2 else { throw DecodingRefusal(.badLength, offset: offset) }
        return Place(sequence: try unsigned(), id: EntryID(try digest()))
    }

    /// Sequences to be asked for: at least one, ascending, all below the tip's.
    fileprivate mutating func sequences(below tip: UInt64) throws(DecodingRefusal) -> [UInt64] {
        var sequences: [UInt64] = []
        for _ in 0..<(try arrayCount(limit: ExchangeLimits.idsPerProbe)) {
            let sequence = try unsigned()
            if let last = sequences.last, last >= sequence { throw DecodingRefusal(.notAscending, offset: offset) }
            guard sequence < tip else { throw DecodingRefusal(.outOfRange, offset: offset) }
            sequences.append(sequence)
        }
        guard !sequences.isEmpty else { throw DecodingRefusal(.emptyList, offset: offset) }
        return sequences
    }

    /// Writers ascending, each with one head or more, ascending.
    fileprivate mutating func heads() throws(DecodingRefusal) -> [WriterHeads] {
        var writers: [WriterHeads] = []
        for _ in 0..<(try arrayCount(limit: ExchangeLimits.writers)) {
            guard try arrayCount() == 2 else { throw DecodingRefusal(.badLength, offset: offset) }
            let writer = WriterID(try digest())
            if let last = writers.last, last.writer >= writer { throw DecodingRefusal(.notAscending, offset: offset) }
            var heads: [Place] = []
            for _ in 0..<(try arrayCount(limit: ExchangeLimits.headsPerWriter)) {
                let head = try headPlace()
                if let last = heads.last, last >= head { throw DecodingRefusal(.notAscending, offset: offset) }
                heads.append(head)
            }
            guard !heads.isEmpty else { throw DecodingRefusal(.emptyList, offset: offset) }
            writers.append(WriterHeads(writer: writer, heads: heads))
        }
        return writers
    }

    fileprivate mutating func batch() throws(DecodingRefusal) -> ReceivedBatch {
        let writer = WriterID(try digest())
        let count = try arrayCount(limit: ExchangeLimits.entriesPerBatch)
        guard count > 0 else { throw DecodingRefusal(.emptyList, offset: offset) }
        var entries: [ReceivedEntry] = []
        for _ in 0..<count { entries.append(try entry()) }
        return ReceivedBatch(writer: writer, entries: entries, checkpoint: Array(try byteString()))
    }

    private mutating func entry() throws(DecodingRefusal) -> ReceivedEntry {
        guard try arrayCount() == 2 else { throw DecodingRefusal(.badLength, offset: offset) }
        let header = Array(try byteString())
        let before = offset
        switch try value() {
        case .bytes(let body): return ReceivedEntry(header: header, body: body)
        case .null: return ReceivedEntry(header: header, body: nil)
        default: throw DecodingRefusal(.wrongType, offset: before)
        }
    }
}
