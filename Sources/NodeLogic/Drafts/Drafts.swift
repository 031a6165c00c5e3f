public import CanonicalEncoding
public import Cryptography
public import Drafting
public import Identity
internal import Journal

/// All drafts that a journal holds, and what of it is no entry of any.
///
/// A function of the entries that count: in whatever order they came, the same drafts, in the same order.
///
/// Source: `Docs/Specification/drafting.md`, sections 5 and 6.
public struct Drafts: Sendable {
    /// In the order of their openings' stamps.
    public private(set) var all: [DraftOnRecord] = []
    /// In the order of their stamps.
    public private(set) var unread: [UnreadDraftEntry] = []
    /// Of drafts whose opening is not here, by draft: how many entries are.
    public private(set) var unopened: [Digest: Int] = [:]

    /// - Parameter party: the party whose record certifies a writer's key; nil if there is none, and then its entries
    ///   are no entries of any draft.
    public init(_ entries: [JournalledDraftEntry], party: (KeyID) -> Identifier?) {
        let chains = Dictionary(grouping: entries) { $0.header.writer }.sorted { $0.key < $1.key }
        var edits: [Digest: [(entry: DraftEntry, time: UInt64)]] = [:]
        for (_, chain) in chains {
            guard let party = party(chain[0].key) else {
                unread += chain.map { UnreadDraftEntry(stamp: $0.stamp, party: nil, reason: .ofNoParty) }
                continue
            }
            var reading = ChainReading(of: party)
            reading.read(chain)
            all += reading.openings
            unread += reading.unread
            for (draft, found) in reading.edits { edits[draft, default: []] += found }
        }
        for index in all.indices { all[index].take(edits.removeValue(forKey: all[index].id) ?? []) }
        unopened = edits.mapValues(\.count)
        all.sort { $0.stamp < $1.stamp }
        unread.sort { $0.stamp < $1.stamp }
    }

    public subscript(id: Digest) -> DraftOnRecord? { all.first { $0.id == id } }
}

/// One draft as the journal has it: what opened it, and all entries that edit it.
public struct DraftOnRecord: Sendable {
    public let opening: DraftOpening
    /// Of the entry that opens it.
    public let stamp: EditStamp
    /// The party that opened it.
    public let party: Identifier
    /// When it was opened, by its writer's clock: seconds since 1970-01-01T00:00:00Z.
    public let openedAt: UInt64
    /// In the order of their stamps; those that wait for others too.
    public private(set) var edits: [DraftEntry] = []
    /// By entry, the opening among them: when it was written, by its writer's clock.
    public private(set) var times: [Digest: UInt64]

    init(_ opening: DraftOpening, stamp: EditStamp, party: Identifier, openedAt: UInt64) {
        self.opening = opening
        self.stamp = stamp
        self.party = party
        self.openedAt = openedAt
        times = [stamp.id: openedAt]
    }

    public var id: Digest { stamp.id }

    fileprivate mutating func take(_ found: [(entry: DraftEntry, time: UInt64)]) {
        edits = found.map(\.entry).sorted { $0.stamp < $1.stamp }
        for (entry, time) in found { times[entry.stamp.id] = time }
    }

    /// The newest entry of a writer that belongs to this draft: the one before the next that it writes here.
    public func newest(of writer: Digest) -> Digest? {
        edits.last { $0.stamp.writer == writer }?.stamp.id ?? (stamp.writer == writer ? id : nil)
    }

    /// The draft itself, on the text that its opening names. Costs what merging its entries costs.
    public func draft(on base: DraftBase) -> Draft {
        var draft = Draft(opening, stamp: stamp, party: party, base: base)
        draft.merge(edits)
        return draft
    }
}

/// An entry of the kind draft operations that is no entry of any draft.
public struct UnreadDraftEntry: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Its body is not here.
        case pruned
        case malformed(DecodingRefusal)
        /// No record at hand certifies its writer's key.
        case ofNoParty
    }

    public let stamp: EditStamp
    public let party: Identifier?
    public let reason: Reason
}

/// One writer's entries, in the order of its chain: finds for each the writer's own one before it.
private struct ChainReading {
    let party: Identifier
    private(set) var openings: [DraftOnRecord] = []
    private(set) var edits: [Digest: [(entry: DraftEntry, time: UInt64)]] = [:]
    private(set) var unread: [UnreadDraftEntry] = []
    /// By draft, the newest own entry below the sequence that is being read.
    private var newest: [Digest: (id: Digest, sequence: UInt64)] = [:]
    /// The newest entry whose body is not here: of which draft it is nobody can say.
    private var pruned: (id: Digest, sequence: UInt64)?

    init(of party: Identifier) { self.party = party }

    mutating func read(_ chain: [JournalledDraftEntry]) {
        // Where the writer told two stories, both entries have the same one before them.
        let places = Dictionary(grouping: chain) { $0.header.sequence }.sorted { $0.key < $1.key }
        for (sequence, entries) in places {
            var found: [(draft: Digest, id: Digest)] = []
            for entry in entries.sorted(by: { $0.stamp < $1.stamp }) {
                if let draft = read(entry) { found.append((draft, entry.stamp.id)) }
            }
            for (draft, id) in found { newest[draft] = (id, sequence) }
            if let missing = entries.first(where: { $0.body == nil }) { pruned = (missing.stamp.id, sequence) }
        }
    }

    /// Answers the draft that it belongs to.
    private mutating func read(_ entry: JournalledDraftEntry) -> Digest? {
        guard let bytes = entry.body else {
            unread.append(UnreadDraftEntry(stamp: entry.stamp, party: party, reason: .pruned))
            return nil
        }
        do throws(DecodingRefusal) {
            switch try DraftBody(bytes) {
            case .opening(let opening):
                openings.append(
                    DraftOnRecord(opening, stamp: entry.stamp, party: party, openedAt: entry.header.time))
                return entry.stamp.id
            case .edits(let body):
                let edited = DraftEntry(
                    stamp: entry.stamp, party: party, previous: previous(in: body.draft), edits: body)
                edits[body.draft, default: []].append((edited, entry.header.time))
                return body.draft
            }
        } catch {
            unread.append(UnreadDraftEntry(stamp: entry.stamp, party: party, reason: .malformed(error)))
            return nil
        }
    }

    /// The writer's own entry before. One without a body may be of this draft: then the next one waits for it, or its
    /// edits would be taken for those of another text.
    private func previous(in draft: Digest) -> Digest? {
        guard let pruned else { return newest[draft]?.id }
        return newest[draft].map { $0.sequence > pruned.sequence ? $0.id : pruned.id } ?? pruned.id
    }
}
