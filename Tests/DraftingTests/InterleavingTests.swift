import Cryptography
import Testing

@testable import Drafting

/// Two or more who type in one place, unseen by each other: each one's words stay together.
@Suite("Words typed apart at one place")
struct InterleavingTests {
    enum Habit: CaseIterable {
        case forwards, backwards
        /// Every letter an entry of its own.
        case forwardsSlowly, backwardsSlowly
    }

    @Test func `are not interleaved, however each was typed`() {
        for first in Habit.allCases {
            for second in Habit.allCases {
                for third in Habit.allCases {
                    let typed = [(first, "first"), (second, "second"), (third, "third")]
                    let text = Self.merged(typed, into: "[]", at: 1).string
                    for (_, word) in typed { #expect(text.contains(word), "\(text): \(first), \(second), \(third)") }
                    #expect(text.utf8.count == 2 + 5 + 6 + 5)
                }
            }
        }
    }

    /// The letters typed by each habit in a common text, merged in two orders.
    private static func merged(_ typed: [(habit: Habit, word: String)], into start: String, at place: Int) -> DraftText
    {
        var common = DraftText()
        common.insert(start, at: 0)
        let founding = stamp(99, 0)
        let foundingEdits = common.openEdits
        common.close(as: founding)
        var entries = [EditEntry(stamp: founding, parents: [], edits: foundingEdits)]
        for (writer, typing) in typed.enumerated() {
            entries += Self.entries(of: typing.habit, typing.word, in: common, at: place, writer: UInt8(writer))
        }
        var (one, other) = (DraftText(), DraftText())
        one.deliver(entries)
        other.deliver(entries.reversed())
        #expect(one.string == other.string)
        return one
    }

    private static func entries(
        of habit: Habit, _ word: String, in common: DraftText, at place: Int, writer: UInt8
    ) -> [EditEntry] {
        var text = common
        var entries: [EditEntry] = []
        func close() {
            let entry = EditEntry(
                stamp: stamp(writer, UInt64(entries.count)), parents: text.heads, edits: text.openEdits)
            text.close(as: entry.stamp)
            entries.append(entry)
        }
        let isBackwards = habit == .backwards || habit == .backwardsSlowly
        for (number, letter) in (isBackwards ? String(word.reversed()) : word).enumerated() {
            text.insert(String(letter), at: isBackwards ? place : place + number)
            if habit == .forwardsSlowly || habit == .backwardsSlowly { close() }
        }
        if text.hasOpenEdits { close() }
        return entries
    }

    private static func stamp(_ writer: UInt8, _ sequence: UInt64) -> EditStamp {
        EditStamp(
            sequence: sequence, writer: Digest(padding: [writer]), id: Digest(padding: [writer, UInt8(sequence), 1]))
    }
}
