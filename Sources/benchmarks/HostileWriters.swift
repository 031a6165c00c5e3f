internal import Cryptography
internal import Drafting

/// Entries that nobody makes who means well, of the kinds that cost most to take in.
struct HostileWriters {
    /// A long honest draft, and another writer who never looks at it: each entry made on nothing but their own.
    let laggard: [EditEntry]
    /// Two writers, each of whom sees the other's entries only half the history later.
    let ladder: [EditEntry]
    /// Eight of them.
    let crowd: [EditEntry]
    /// Writers who each type one word backwards, letter by letter, in one place.
    let backwards: [EditEntry]

    init(entryCount: Int) {
        laggard = Self.laggard(entryCount)
        ladder = Self.ladder(entryCount, writerCount: 2)
        crowd = Self.ladder(entryCount, writerCount: 8)
        backwards = Self.backwards(entryCount)
    }

    /// One by one, as they would arrive.
    static func take(_ entries: [EditEntry]) {
        var text = DraftText()
        for entry in entries { precondition(text.merge([entry]).isEmpty, "an entry came before its parents") }
        _ = text.utf8
    }

    private static func laggard(_ count: Int) -> [EditEntry] {
        var entries: [EditEntry] = []
        var (honest, other) = (Writer(1), Writer(2))
        for number in 0..<count / 2 {
            entries.append(honest.write(number % 7, parents: entries.isEmpty ? [] : [entries.last!.stamp.id]))
            entries.append(other.write(0, parents: other.previous.map { [$0] } ?? []))
            // The honest one sees both.
            honest.length = 2 * (number + 1)
        }
        return entries
    }

    private static func ladder(_ count: Int, writerCount: Int) -> [EditEntry] {
        var entries: [EditEntry] = []
        var writers = (0..<writerCount).map(Writer.init)
        let steps = count / writerCount
        let lag = steps / 2
        var ids: [[Digest]] = writers.map { _ in [] }
        for step in 0..<steps {
            for writer in writers.indices {
                var parents = writers[writer].previous.map { [$0] } ?? []
                if step >= lag {
                    for other in writers.indices where other != writer { parents.append(ids[other][step - lag]) }
                }
                entries.append(writers[writer].write(0, parents: parents))
                ids[writer].append(entries.last!.stamp.id)
            }
        }
        return entries
    }

    private static func backwards(_ count: Int) -> [EditEntry] {
        let wordLength = 16
        return (0..<max(1, count / wordLength)).flatMap { number in
            var writer = Writer(number)
            return (0..<wordLength).map { _ in writer.write(0, parents: writer.previous.map { [$0] } ?? []) }
        }
    }

    /// One who inserts letters at a position that is good whatever they have seen.
    private struct Writer {
        let id: Digest
        var previous: Digest?
        var sequence: UInt64 = 0
        var length = 0

        init(_ number: Int) { id = Digest(of: Array("writer \(number)".utf8)) }

        mutating func write(_ position: Int, parents: [Digest]) -> EditEntry {
            var text = DraftText()
            // A text of the writer's own gives the bytes; its position is valid in the shared one.
            text.insert("x", at: 0)
            var edits = text.openEdits
            edits[2] = UInt8(2 * min(position, length))
            let entry = Digest(of: id.bytes + Array("\(sequence)".utf8))
            let made = EditEntry(
                stamp: EditStamp(sequence: sequence, writer: id, id: entry), parents: parents, edits: edits)
            previous = entry
            sequence += 1
            return made
        }
    }
}
