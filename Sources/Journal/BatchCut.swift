/// Where to end a batch that is read back: collects entries until the last checkpoint that fits.
package struct BatchCut {
    package struct Row {
        let entry: ReceivedEntry
        let checkpoint: [UInt8]?

        package init(entry: ReceivedEntry, checkpoint: [UInt8]?) {
            self.entry = entry
            self.checkpoint = checkpoint
        }
    }

    private let byteLimit: Int
    private var rows: [Row] = []
    private var byteCount = 0
    private var lastCut: Int?

    package init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    /// Takes the next entry of the block.
    ///
    /// - Returns: false once no further entry can belong to the batch.
    package mutating func take(_ row: Row) -> Bool {
        byteCount += row.entry.header.count + (row.entry.body?.count ?? 0)
        if lastCut != nil, byteCount > byteLimit { return false }
        rows.append(row)
        guard row.checkpoint != nil else { return true }
        lastCut = rows.count
        // A large entry has a checkpoint of its own and must be the last of its batch.
        return (row.entry.body?.count ?? 0) <= JournalLimits.smallBodyByteCount && byteCount <= byteLimit
    }

    /// The batch up to the last checkpoint taken; nil if none was.
    package func batch(of writer: WriterID) -> ReceivedBatch? {
        guard let lastCut else { return nil }
        return ReceivedBatch(
            writer: writer, entries: rows[..<lastCut].map(\.entry), checkpoint: rows[lastCut - 1].checkpoint)
    }
}
