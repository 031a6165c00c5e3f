internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal

/// Under which writer this node journals, and what its newest entry said it had seen: kept in the store's settings, in
/// the same transaction as the entries, with the place of the store that they were written into.
struct OwnWriter: Sendable {
    private(set) var id: WriterID
    /// The newest entry of every other writer that an entry of ours named; of a forked one both.
    private var named: [WriterID: Set<EntryID>]

    private static let writerSetting = "writer"
    private static let namedSetting = "named"
    private static let placeSetting = "place"

    /// Nil if the store has none yet, or one that can no longer be written under: it has forked, the node's key is
    /// another one now, or the store is not where it was.
    init?(
        from store: any StoreReading, in journal: Journal, signing key: PublicKey, at place: [UInt8]
    ) throws(StoreFailure) {
        guard let bytes = try store.setting(Self.writerSetting), let digest = Digest(bytes),
            journal.composing(as: WriterID(digest)) != nil, journal[WriterID(digest)]?.key == key
        else { return nil }
        // A store of before places were kept knows none.
        if let known = try store.setting(Self.placeSetting), known != place { return nil }
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
        for writer in journal.writers where writer != id {
            let heads = Set((journal[writer]?.heads ?? []).map(\.id))
            let new = heads.subtracting(named[writer] ?? [])
            guard seen.count + new.count <= JournalLimits.seen else { break }
            named[writer] = heads
            seen += new.sorted()
        }
        return seen
    }

    func settings(at place: [UInt8]) -> [String: [UInt8]] {
        let pairs = named.sorted { $0.key < $1.key }.flatMap { writer, entries in
            entries.sorted().map { CanonicalValue.array([writer.digest.value, $0.digest.value]) }
        }
        return [
            Self.writerSetting: id.digest.bytes, Self.namedSetting: CanonicalValue.array(pairs).encoded(),
            Self.placeSetting: place,
        ]
    }

    private static func decode(_ bytes: [UInt8]) -> [WriterID: Set<EntryID>]? {
        guard case .array(let pairs)? = try? CanonicalDecoder.decode(bytes) else { return nil }
        var named: [WriterID: Set<EntryID>] = [:]
        for case .array(let pair) in pairs where pair.count == 2 {
            guard case .bytes(let writer) = pair[0], case .bytes(let entry) = pair[1],
                let writer = Digest(writer), let entry = Digest(entry)
            else { return nil }
            named[WriterID(writer), default: []].insert(EntryID(entry))
        }
        return named
    }
}
