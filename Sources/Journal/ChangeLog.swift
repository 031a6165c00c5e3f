/// Which writers changed when, so that whoever looks at a journal again and again need not look at all of it.
///
/// At most twice as many notes as writers, and some: older ones of a writer give way to its newest.
struct ChangeLog: Sendable {
    private struct Note {
        let number: UInt64
        let writer: WriterID
    }

    private var notes: [Note] = []
    private var newest: [WriterID: UInt64] = [:]
    private(set) var count: UInt64 = 0

    /// So many notes are kept beyond two for each writer.
    private static let slack = 1_024

    mutating func note(_ writer: WriterID) {
        count += 1
        newest[writer] = count
        notes.append(Note(number: count, writer: writer))
        guard notes.count > 2 * newest.count + Self.slack else { return }
        notes.removeAll { newest[$0.writer] != $0.number }
    }

    /// The writers noted after the first `count` notes, each at its newest one.
    func writers(since count: UInt64) -> [WriterID] {
        var low = 0
        var high = notes.count
        while low < high {
            let middle = (low + high) / 2
            if notes[middle].number <= count { low = middle + 1 } else { high = middle }
        }
        return notes[low...].filter { newest[$0.writer] == $0.number }.map(\.writer)
    }
}
