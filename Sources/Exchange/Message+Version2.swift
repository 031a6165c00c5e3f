internal import CanonicalEncoding
internal import Cryptography
internal import Journal

/// How the messages that came with version 2 are spelled.
extension CanonicalEncoder {
    mutating func range(_ range: RangeSummary) {
        guard range.writerCount > 0 else { return unsigned(0) }
        array(count: 2)
        unsigned(UInt64(range.writerCount))
        bytes((0..<8).map { UInt8(truncatingIfNeeded: range.fingerprint >> UInt64(56 - 8 * $0)) })
    }

    mutating func lean(_ batch: LeanBatch) {
        bytes(batch.writer.digest.bytes)
        unsigned(batch.first)
        if let previous = batch.previous { bytes(previous.digest.bytes) } else { null() }
        array(count: batch.entries.count)
        for entry in batch.entries {
            var itemCount = 4
            if case .absent = entry.body { itemCount = 5 }
            array(count: itemCount)
            unsigned(entry.kind.code)
            unsigned(entry.time)
            array(count: entry.seen.count)
            for id in entry.seen { bytes(id.digest.bytes) }
            switch entry.body {
            case .whole(let body): bytes(body)
            case .absent(let hash, let byteCount):
                bytes(hash.bytes)
                unsigned(UInt64(byteCount))
            }
        }
        bytes(batch.signature)
    }
}

extension CanonicalDecoder {
    mutating func bool() throws(DecodingRefusal) -> Bool {
        let before = offset
        guard case .bool(let value) = try value() else { throw DecodingRefusal(.wrongType, offset: before) }
        return value
    }

    /// At most 2^32 - 1: so many writers nobody has.
    mutating func writerCount() throws(DecodingRefusal) -> Int {
        let before = offset
        guard let count = UInt32(exactly: try unsigned()) else { throw DecodingRefusal(.outOfRange, offset: before) }
        return Int(count)
    }

    mutating func ranges() throws(DecodingRefusal) -> [RangeSummary] {
        var ranges: [RangeSummary] = []
        for _ in 0..<(try arrayCount(limit: 256 * ExchangeLimits.rangesPerStep)) { ranges.append(try range()) }
        return ranges
    }

    private mutating func range() throws(DecodingRefusal) -> RangeSummary {
        let before = offset
        switch try value() {
        case .unsigned(0): return RangeSummary(writerCount: 0, fingerprint: 0)
        case .array(let parts):
            guard parts.count == 2, case .unsigned(let number) = parts[0], case .bytes(let bytes) = parts[1] else {
                throw DecodingRefusal(.wrongType, offset: before)
            }
            guard bytes.count == 8 else { throw DecodingRefusal(.badLength, offset: before) }
            guard number > 0, let count = UInt32(exactly: number) else {
                throw DecodingRefusal(.outOfRange, offset: before)
            }
            return RangeSummary(writerCount: Int(count), fingerprint: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        default: throw DecodingRefusal(.wrongType, offset: before)
        }
    }

    mutating func lean() throws(DecodingRefusal) -> LeanBatch {
        let writer = WriterID(try digest())
        let before = offset
        let first = try unsigned()
        guard first <= JournalLimits.highestSequence else { throw DecodingRefusal(.outOfRange, offset: before) }
        let previous = try previous(of: first)
        let count = try arrayCount(limit: ExchangeLimits.entriesPerBatch)
        guard count > 0 else { throw DecodingRefusal(.emptyList, offset: offset) }
        var entries: [LeanBatch.Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count { entries.append(try leanEntry()) }
        let signature = Array(try byteString())
        guard SignatureAlgorithm.allCases.contains(where: { $0.signatureByteCount == signature.count }) else {
            throw DecodingRefusal(.badLength, field: "signature")
        }
        return LeanBatch(writer: writer, first: first, previous: previous, entries: entries, signature: signature)
    }

    /// The entry before the first one: none before entry 0, one before every other.
    private mutating func previous(of first: UInt64) throws(DecodingRefusal) -> EntryID? {
        let before = offset
        switch (first, try value()) {
        case (0, .null): return nil
        case (1..., .bytes(let bytes)):
            guard let digest = Digest(bytes) else { throw DecodingRefusal(.badLength, offset: before) }
            return EntryID(digest)
        default: throw DecodingRefusal(.wrongType, offset: before)
        }
    }

    private mutating func leanEntry() throws(DecodingRefusal) -> LeanBatch.Entry {
        let itemCount = try arrayCount()
        guard itemCount == 4 || itemCount == 5 else { throw DecodingRefusal(.badLength, offset: offset) }
        let kind = EntryKind(code: try unsigned())
        let time = try unsigned()
        var seen: [EntryID] = []
        for _ in 0..<(try arrayCount(limit: JournalLimits.seen)) {
            let id = EntryID(try digest())
            if let last = seen.last, last >= id { throw DecodingRefusal(.notAscending, offset: offset) }
            seen.append(id)
        }
        guard itemCount == 5 else {
            return LeanBatch.Entry(kind: kind, time: time, seen: seen, body: .whole(Array(try byteString())))
        }
        let hash = try digest()
        let before = offset
        let byteCount = try unsigned()
        guard byteCount <= UInt64(JournalLimits.bodyByteCount) else {
            throw DecodingRefusal(.tooLong, offset: before)
        }
        return LeanBatch.Entry(
            kind: kind, time: time, seen: seen, body: .absent(hash: hash, byteCount: Int(byteCount)))
    }
}
