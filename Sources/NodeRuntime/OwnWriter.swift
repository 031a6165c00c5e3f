internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import Storage

/// Under which writer this node journals, and what its newest entry said it had seen: kept in the store's settings, in
/// the same transaction as the entries.
struct OwnWriter {
    private(set) var id: WriterID
    /// The newest entry of every other writer that an entry of ours named.
    private var named: [WriterID: EntryID]

    private static let writerSetting = "writer"
    private static let namedSetting = "named"

    /// Nil if the store has none yet, or one that can no longer be written under.
    init?(from store: any JournalStore, in journal: Journal) throws(StoreFailure) {
        guard let bytes = try store.setting(Self.writerSetting), let digest = Digest(bytes),
            journal.composing(as: WriterID(digest)) != nil
        else { return nil }
        id = WriterID(digest)
        named = try store.setting(Self.namedSetting).flatMap(Self.decode) ?? [:]
    }

    init(id: WriterID) {
        self.id = id
        named = [:]
    }

    /// The newest entries of other writers that none of ours has named: at most as many as an entry may name.
    mutating func newlySeen(in journal: Journal) -> [EntryID] {
        var seen: [EntryID] = []
        for head in journal.heads where head.writer != id && named[head.writer] != head.id {
            guard seen.count < JournalLimits.seen else { break }
            named[head.writer] = head.id
            seen.append(head.id)
        }
        return seen
    }

    var settings: [String: [UInt8]] {
        let pairs = named.sorted { $0.key < $1.key }.map { writer, entry in
            CanonicalValue.array([writer.digest.value, entry.digest.value])
        }
        return [Self.writerSetting: id.digest.bytes, Self.namedSetting: CanonicalValue.array(pairs).encoded()]
    }

    private static func decode(_ bytes: [UInt8]) -> [WriterID: EntryID]? {
        guard case .array(let pairs)? = try? CanonicalDecoder.decode(bytes) else { return nil }
        var named: [WriterID: EntryID] = [:]
        for case .array(let pair) in pairs where pair.count == 2 {
            guard case .bytes(let writer) = pair[0], case .bytes(let entry) = pair[1],
                let writer = Digest(writer), let entry = Digest(entry)
            else { return nil }
            named[WriterID(writer)] = EntryID(entry)
        }
        return named
    }
}
