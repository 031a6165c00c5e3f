internal import Cryptography
internal import Drafting

/// Entries that nobody makes who means well, of the kinds that cost most to take in.
struct HostileWriters {
    /// A long honest draft, and another writer who never looks at it: each entry made on nothing but their own.
    let laggard: [EditEntry]
    /// Writers, each of whom sees the others' entries late.
    let crowd: [EditEntry]
    /// As many who never see each other's.
    let camps: [EditEntry]
    /// As many branches of one writer's chain, who forks.
    let branches: [EditEntry]
    /// As many, of whom each at every entry has seen a newest entry of somebody else's, now this one's, now that one's.
    let turncoats: [EditEntry]
    /// Many writers who each type one word backwards, letter by letter, in one place.
    let backwards: [EditEntry]

    /// - Parameter lag: how many entries of another's a writer of the crowd has not seen.
    init(entryCount: Int, writerCount: Int, lag: Int) {
        laggard = Self.laggard(entryCount)
        let steps = entryCount / writerCount
        crowd = Self.entries(steps, of: Self.writers(writerCount)) { step, writer in
            step < lag ? [] : (0..<writerCount).filter { $0 != writer }.map { ($0, step - lag) }
        }
        camps = Self.entries(steps, of: Self.writers(writerCount)) { _, _ in [] }
        let forked = (0..<writerCount).map { Writer(0, branch: $0) }
        branches = Self.entries(steps, of: forked) { _, _ in [] }
        turncoats = Self.entries(steps, of: Self.writers(writerCount)) { step, writer in
            let other = (writer + 1 + step % max(1, writerCount - 1)) % writerCount
            return step == 0 || other == writer ? [] : [(other, step - 1)]
        }
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
            entries.append(honest.write(number % 7, parents: honest.own + other.own))
            entries.append(other.write(0, parents: other.own))
            // The honest one sees both.
            honest.length = 2 * (number + 1)
        }
        return entries
    }

    private static func writers(_ count: Int) -> [Writer] { (0..<count).map { Writer($0) } }

    /// Writers take turns; each has seen their own entries and those told of others: a writer and a step.
    private static func entries(
        _ stepCount: Int, of writers: [Writer], seen: (_ step: Int, _ writer: Int) -> [(Int, Int)]
    ) -> [EditEntry] {
        var writers = writers
        var ids: [[Digest]] = writers.map { _ in [] }
        var entries: [EditEntry] = []
        for step in 0..<stepCount {
            for writer in writers.indices {
                let parents = writers[writer].own + seen(step, writer).map { ids[$0.0][$0.1] }
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
            return (0..<wordLength).map { _ in writer.write(0, parents: writer.own) }
        }
    }

    /// One who inserts letters at a position that is good whatever they have seen.
    private struct Writer {
        let id: Digest
        private let branch: Int
        /// The entry written last, if any.
        private(set) var own: [Digest] = []
        private var sequence: UInt64 = 0
        var length = 0

        init(_ number: Int, branch: Int = 0) {
            id = Digest(of: Array("writer \(number)".utf8))
            self.branch = branch
        }

        mutating func write(_ position: Int, parents: [Digest]) -> EditEntry {
            var text = DraftText()
            // A text of the writer's own gives the bytes; its position is valid in the shared one.
            text.insert("x", at: 0)
            var edits = text.openEdits
            edits[2] = UInt8(2 * min(position, length))
            let entry = Digest(of: id.bytes + Array("\(branch) \(sequence)".utf8))
            let made = EditEntry(
                stamp: EditStamp(sequence: sequence, writer: id, id: entry), parents: parents, edits: edits)
            own = [entry]
            sequence += 1
            return made
        }
    }
}
