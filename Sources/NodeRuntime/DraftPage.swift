internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeLogic

/// Some entries of drafts in the order of their storing, and where the next ones begin.
struct DraftPage: Hashable {
    let entries: [JournalledDraftEntry]
    /// What to ask for next; nil behind the last.
    let next: UInt64?

    init(entries: [JournalledDraftEntry], next: UInt64?) {
        self.entries = entries
        self.next = next
    }

    var value: CanonicalValue {
        .array([
            next.map { .unsigned($0) } ?? .null,
            .array(
                entries.map { entry in
                    .array([
                        entry.key.digest.value, .bytes(entry.header.bytes), entry.body.map { .bytes($0) } ?? .null,
                    ])
                }),
        ])
    }

    init(_ field: Field) throws(DecodingRefusal) {
        let parts = try field.list(limit: 2)
        guard parts.count == 2 else { throw field.refusal(.badLength) }
        next = parts[0].isNull ? nil : try parts[0].unsigned()
        var entries: [JournalledDraftEntry] = []
        for item in try parts[1].list(limit: ControlLimits.draftEntriesPerPage) {
            let told = try item.list(limit: 3)
            guard told.count == 3 else { throw item.refusal(.badLength) }
            let header = try EntryHeader(encoded: told[1].bytes())
            let body = told[2].isNull ? nil : try told[2].bytes()
            guard body.map(header.isOf) != false else { throw told[2].refusal(.contradiction) }
            entries.append(JournalledDraftEntry(header: header, key: KeyID(try told[0].digest()), body: body))
        }
        self.entries = entries
    }
}
