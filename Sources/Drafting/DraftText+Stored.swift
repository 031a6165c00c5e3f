public import Cryptography

/// A text kept in a file with its history, and opened again without walking over it.
extension DraftText {
    /// Opens what ``stored(includingIDs:)`` made. The text can be read and edited at once; ``readHistory(identify:)`` is
    /// due before entries come or go.
    public init(stored bytes: [UInt8]) throws(StoredTextRefusal) {
        self.init()
        let stored = try StoredText(bytes)
        let utf8 = try stored.text()
        utf8.withUnsafeBufferPointer { text.insert($0, scalarCount: stored.scalarCount, at: 0) }
        archive = Archive(stored: stored)
    }

    /// Whether entries can come and go.
    public var isHistoryRead: Bool { archive.map { $0.isHistoryRead } ?? true }

    /// Reads the entries and runs of a text that was opened; does nothing the second time.
    ///
    /// `identify` names entries by their writer and sequence, where the file does not: the one in the past of what the
    /// node's journal had when the text was stored.
    public mutating func readHistory(
        identify: (_ writer: Digest, _ sequence: UInt64) -> Digest? = { _, _ in nil }
    ) throws(StoredTextRefusal) {
        guard var archive, !archive.isHistoryRead else { return }
        var reader = try HistoryReader(archive.stored.history)
        var graph = EventGraph()
        var log = EditLog()
        try reader.readEntries(into: &graph, &log, identify)
        graph.restore(criticals: try reader.readCriticals(entryCount: graph.count))
        archive.isHistoryRead = true
        archive.runCount = log.runs.count
        archive.entryCount = graph.count
        self.archive = archive
        self.graph = graph
        self.log = log
    }

    /// This text and its history as a file. There are no open edits, and the history is read.
    ///
    /// With ids the file can be read by itself. Without, a journal has to name the entries again: it has their ids
    /// anyway, and 32 bytes an entry are more than all the rest. Where two entries of one writer have one sequence, their
    /// ids are kept.
    public mutating func stored(includingIDs: Bool) throws(StoredTextRefusal) -> [UInt8] {
        precondition(!hasOpenEdits, "open edits become an entry before the text is stored")
        try readContent()
        let history = HistoryWriter.history(of: graph, log, includingIDs: includingIDs)
        let deleted = Provenance(of: graph.count, graph, log).deletedText(log)
        return StoredText(text: text, history: history, deleted: deleted).bytes
    }

    /// Gives every run that came from the archive its text.
    mutating func readContent() throws(StoredTextRefusal) {
        precondition(isHistoryRead, "the history is read before it is used")
        guard let archive else { return }
        let text = try archive.stored.text()
        let deleted = try archive.stored.deletedText(after: text)
        let provenance = Provenance(of: archive.entryCount, graph, log)
        let isComplete = log.prepend(provenance, text: text, deleted: deleted, runCount: archive.runCount)
        guard isComplete else { throw .inconsistent }
        self.archive = nil
    }
}

/// A stored text that was opened, of which something is not read yet.
struct Archive: Sendable {
    let stored: StoredText
    var isHistoryRead = false
    /// Of the history, once it is read.
    var entryCount = 0
    var runCount = 0
}

extension EditLog {
    /// Gives the first `runCount` runs, which have no text yet, theirs. False if there is not as much as they need.
    mutating func prepend(_ provenance: Provenance, text: [UInt8], deleted: [UInt8], runCount: Int) -> Bool {
        var sources: [(piece: Piece, start: Int)] = []
        sources.reserveCapacity(provenance.pieces.count)
        var place = 0
        let isASCII = text.withUnsafeBufferPointer { $0.allSatisfy { $0 < 0x80 } }
        text.withUnsafeBufferPointer { text in
            for piece in provenance.pieces {
                sources.append((piece, place))
                if !piece.isGone { place += Provenance.byteCount(of: Int(piece.count), text, place, isASCII) }
            }
        }
        guard place == text.count else { return false }
        sources.sort { Provenance.isEarlier($0.piece, $1.piece) }
        var content: [UInt8] = []
        content.reserveCapacity(text.count + deleted.count)
        var deletedPlace = 0
        var run = 0
        for source in sources {
            while run <= source.piece.run {
                runs[run].contentStart = content.count
                run += 1
            }
            let isGone = source.piece.isGone
            (isGone ? deleted : text).withUnsafeBufferPointer { utf8 in
                let start = isGone ? deletedPlace : source.start
                let size = Provenance.byteCount(of: Int(source.piece.count), utf8, start, false)
                content.append(contentsOf: utf8[start..<start + size])
                if isGone { deletedPlace += size }
            }
        }
        for rest in run..<max(run, runCount) { runs[rest].contentStart = content.count }
        for later in runCount..<runs.count { runs[later].contentStart += content.count }
        self.content.insert(contentsOf: content, at: 0)
        return deletedPlace == deleted.count
    }
}
