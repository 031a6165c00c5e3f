internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeLogic

/// How files of journals are spoken of through the control socket.
extension ExportStart {
    var value: CanonicalValue {
        switch self {
        case .everything: .null
        case .entry(let id): .bytes(id.digest.bytes)
        case .time(let time): .unsigned(time)
        case .file(let newest):
            .array(
                newest.sorted { $0.key < $1.key }.map { .array([.bytes($0.key.digest.bytes), .unsigned($0.value)]) })
        }
    }

    init(_ field: Field) throws(DecodingRefusal) {
        switch field.value {
        case .null: self = .everything
        case .bytes: self = .entry(EntryID(try field.digest()))
        case .unsigned(let time): self = .time(time)
        default:
            var newest: [WriterID: UInt64] = [:]
            for item in try field.list(limit: ControlLimits.writersOfAFile) {
                let parts = try item.list(limit: 2)
                guard parts.count == 2 else { throw item.refusal(.badLength) }
                let sequence = try parts[1].unsigned()
                guard sequence < JournalLimits.highestSequence else { throw parts[1].refusal(.outOfRange) }
                newest[WriterID(try parts[0].digest())] = sequence
            }
            self = .file(newest)
        }
    }
}

extension JournalImport {
    var value: CanonicalValue {
        func ids(_ writers: Set<WriterID>) -> CanonicalValue {
            .array(writers.sorted().map { .bytes($0.digest.bytes) })
        }
        return .array([
            .unsigned(UInt64(newEntryCount)), .unsigned(UInt64(heldEntryCount)), .unsigned(UInt64(newRecordCount)),
            .unsigned(UInt64(leftOutCount)), ids(writersWithGaps), ids(writersNotAdmitted),
        ])
    }

    init(_ field: Field) throws(DecodingRefusal) {
        func writers(_ field: Field) throws(DecodingRefusal) -> Set<WriterID> {
            var writers: Set<WriterID> = []
            for item in try field.list(limit: ControlLimits.writersOfAFile) {
                writers.insert(WriterID(try item.digest()))
            }
            return writers
        }
        func count(_ field: Field) throws(DecodingRefusal) -> Int {
            guard let count = Int(exactly: try field.unsigned()) else { throw field.refusal(.outOfRange) }
            return count
        }
        let parts = try field.list(limit: 6)
        guard parts.count == 6 else { throw field.refusal(.badLength) }
        self.init()
        newEntryCount = try count(parts[0])
        heldEntryCount = try count(parts[1])
        newRecordCount = try count(parts[2])
        leftOutCount = try count(parts[3])
        writersWithGaps = try writers(parts[4])
        writersNotAdmitted = try writers(parts[5])
    }
}
