internal import Cryptography
internal import Journal

/// One writer's entries as a disk gives them back that has spoilt something of them.
struct SpoiltChain {
    let roadmap: Digest
    let writer: WriterID
    private(set) var rows: [Row] = []

    struct Row {
        var header: [UInt8]
        var body: [UInt8]?
        var checkpoint: [UInt8]?
    }

    /// Nil where the writer told two stories, or has too few entries to be spoilt in every way.
    init?(of writer: WriterID, from store: StoreContents, _ dice: inout Dice) {
        roadmap = store.roadmap
        self.writer = writer
        while let batches = try? store.batches(of: writer, from: UInt64(rows.count), byteLimit: 4_096),
            let batch = batches.first
        {
            guard batches.count == 1 else { return nil }
            rows += batch.entries.map { Row(header: $0.header, body: $0.body) }
            rows[rows.count - 1].checkpoint = batch.checkpoint
        }
        guard rows.count > 2 else { return nil }
        spoil(&dice)
    }

    private mutating func spoil(_ dice: inout Dice) {
        let place = dice.within(1...rows.count - 2)
        switch dice.within(0...6) {
        case 0: rows[place].header[dice.within(0...rows[place].header.count - 1)] ^= 1 << dice.within(0...7)
        case 1: rows.remove(at: place)
        case 2: rows.swapAt(place, place - 1)
        case 3: rows[place].header = rows[place - 1].header
        case 4:
            let count = rows[rows.count - 1].checkpoint!.count
            rows[rows.count - 1].checkpoint![dice.within(0...count - 1)] ^= 1 << dice.within(0...7)
        case 5: rows[0].body = nil
        default: rows[rows.count - 1].checkpoint = nil
        }
    }

    /// As a store is read when a node starts.
    func opened() throws(EntryRefusal) -> WriterHistory {
        var check = HistoryCheck(roadmap: roadmap, writer: writer)
        for (place, row) in rows.enumerated() {
            try check.take(header: row.header, body: place == 0 ? row.body : nil)
            if row.checkpoint != nil { check.noteCheckpoint(at: UInt64(place)) }
        }
        return try check.finish(checkpoint: rows.last?.checkpoint)
    }

    /// As a file of journals is read by who has neither node nor store.
    func streamed() throws(EntryRefusal) {
        var chains = ChainStream(roadmap: roadmap)
        for row in rows {
            try chains.take(header: row.header[...])
            if let body = row.body { try chains.take(body: body[...]) }
            if let checkpoint = row.checkpoint { try chains.take(checkpoint: checkpoint[...]) }
        }
        try chains.finish()
    }

    /// As a peer would be sent it, up to the first 256 entries, into a journal that has nothing of the writer.
    func received() throws(EntryRefusal) {
        let entries = rows.prefix(Int(JournalLimits.entriesPerBlock))
        let batch = ReceivedBatch(
            writer: writer, entries: entries.map { ReceivedEntry(header: $0.header, body: $0.body) },
            checkpoint: entries.last?.checkpoint)
        _ = try Journal(roadmap: roadmap).verify(batch, mayWrite: { _ in true }, bodyCheck: { _, _ in nil })
    }
}
