public import CanonicalEncoding
public import Cryptography
internal import Drafting
public import Journal

/// Why a node does not journal what it is offered as an entry of a draft.
public enum DraftEntryRefusal: Error, Hashable, Sendable {
    case malformed(DecodingRefusal)
    /// It speaks of a draft, or of entries before it, that are not here.
    case absent(Digest)
}

/// What a node does with entries of drafts that are made at home.
extension Node {
    /// Judges an entry of a draft, and journals it unless this node's writer has written on that draft since.
    mutating func publishDraft(_ body: [UInt8], after previous: Digest?, _ world: Circumstances) {
        do {
            let draft = try draft(of: body, in: world.store)
            if let draft, try ownDraftEntry(in: draft, world.store) != previous {
                return effects.append(.answer(.draftPublished(.overtaken)))
            }
            journalOwn([(.draftOperations, body)], for: .drafting(draft), world)
        } catch let refusal as DraftEntryRefusal {
            effects.append(.answer(.draftRefused(refusal)))
        } catch let failure as StoreFailure {
            note(failure)
            effects.append(.answer(.failed(failure)))
        } catch {
            preconditionFailure("reading a draft's entry throws nothing else: \(error)")
        }
    }

    /// An entry of a draft is durable.
    mutating func noteDrafted(_ draft: Digest?) {
        guard let writer, let head = journal[writer.id]?.heads.first else {
            preconditionFailure("what was journalled is there")
        }
        if ownDraftEntries?.writer == writer.id { ownDraftEntries?.newest[draft ?? head.id.digest] = head.id.digest }
        let stamp = EditStamp(sequence: head.sequence, writer: writer.id.digest, id: head.id.digest)
        effects.append(.answer(.draftPublished(.written(stamp))))
    }

    /// True for an entry that counts: its writer did not part before it.
    public func counts(_ header: EntryHeader) -> Bool {
        journal[header.writer]?.entries(at: header.sequence).contains(header.id) == true
    }

    /// The draft that a body edits; nil if it opens one.
    private func draft(of body: [UInt8], in store: any StoreReading) throws -> Digest? {
        let edits: DraftEdits
        do throws(DecodingRefusal) {
            guard case .edits(let found) = try DraftBody(body) else { return nil }
            edits = found
        } catch {
            throw DraftEntryRefusal.malformed(error)
        }
        for id in [edits.draft] + edits.parents where try !holdsDraftEntry(id, store) {
            throw DraftEntryRefusal.absent(id)
        }
        return edits.draft
    }

    private func holdsDraftEntry(_ id: Digest, _ store: any StoreReading) throws(StoreFailure) -> Bool {
        guard let entry = try store.entry(EntryID(id)), let header = try? EntryHeader(encoded: entry.header) else {
            return false
        }
        return header.kind == .draftOperations && counts(header)
    }

    /// The newest entry of this node's writer in a draft. The store is read for it once, and then kept up with.
    private mutating func ownDraftEntry(in draft: Digest, _ store: any StoreReading) throws(StoreFailure) -> Digest? {
        guard let writer else { return nil }
        if let known = ownDraftEntries, known.writer == writer.id { return known.newest[draft] }
        var (newest, number) = ([Digest: Digest](), UInt64(0))
        while case let page = try store.draftEntries(after: number, byteLimit: Self.draftReadingByteCount),
            let last = page.last
        {
            for entry in page where entry.header.writer == writer.id && counts(entry.header) {
                guard let body = entry.body.flatMap({ try? DraftBody($0) }) else { continue }
                switch body {
                case .opening: newest[entry.header.id.digest] = entry.header.id.digest
                case .edits(let edits): newest[edits.draft] = entry.header.id.digest
                }
            }
            number = last.number
        }
        ownDraftEntries = (writer.id, newest)
        return newest[draft]
    }

    /// Bytes of drafts' entries that are read from the store at once.
    private static let draftReadingByteCount = 16 << 20
}
