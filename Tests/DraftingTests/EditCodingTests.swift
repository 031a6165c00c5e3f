import DraftingReference
import Testing

@testable import Drafting

@Suite("The bytes of an entry's edits")
struct EditCodingTests {
    @Test func `say what was typed, in its bytes and a few more`() throws {
        var text = DraftText()
        let sentence = "The parties shall exchange liaison offices within 60 days."
        for (place, letter) in sentence.enumerated() { text.insert(String(letter), at: place) }
        #expect(text.openEdits.count == sentence.utf8.count + 4)
        #expect(try EditLog(encoded: text.openEdits).runs.count == 1)
    }

    @Test func `come back as they were`() throws {
        for seed in UInt64(1)...50 {
            var editing = RandomEditing(seed: seed)
            editing.run(writerCount: 2, entryCount: 5)
            for entry in editing.entries {
                let log = EditLog(entry.edits)
                let again = try EditLog(encoded: log.encoded)
                #expect(again.runs == log.runs)
                #expect(again.content == log.content)
            }
        }
    }

    @Test(
        arguments: [
            ([], EditRefusal.wrongLength), ([1], .wrongLength), ([2, 4, 4, 0], .wrongLength), ([0x80, 0], .badNumber),
            ([1, 4, 0x80], .wrongLength), ([1, 0, 0], .badRun), ([1, 7, 0], .badRun), ([1, 6, 0, 0x61], .badText),
            ([1, 4, 1, 0x61], .badPosition), ([1, 10, 0], .badPosition),
            ([1, 5, 0x82, 0x80, 0x80, 0x80, 0x08], .badPosition),
            ([1, 0x85, 0x80, 0x80, 0x20, 0], .tooManyEdits), ([1, 4, 0], .badText), ([1, 4, 0, 0x61, 0x61], .badText),
            ([1, 4, 0, 0xFF], .badText), ([1, 8, 0, 0xC3, 0xA4], .badText),
        ] as [([UInt8], EditRefusal)])
    func `are refused for one fault each`(_ bytes: [UInt8], _ refusal: EditRefusal) {
        #expect(throws: refusal) { try EditLog(encoded: bytes) }
    }

    @Test func `that are none make an entry without edits, for everyone`() {
        let stamps = (0..<3).map {
            EditStamp(sequence: UInt64($0), writer: .init(padding: [1]), id: .init(padding: [UInt8($0 + 1)]))
        }
        var typed = EditLog()
        Array("ab".utf8).withUnsafeBufferPointer { typed.insert($0, scalarCount: 2, at: 0) }
        let entries = [
            EditEntry(stamp: stamps[0], parents: [], log: typed),
            EditEntry(stamp: stamps[1], parents: [stamps[0].id], edits: [1, 4, 0, 0xFF]),
            EditEntry(stamp: stamps[2], parents: [stamps[1].id], edits: [1, 5, 0]),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            var text = DraftText()
            text.deliver(order.map { entries[$0] })
            #expect(text.string == "b")
            #expect(text.heads == [stamps[2].id])
        }
    }
}
