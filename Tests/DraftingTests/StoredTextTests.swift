import Cryptography
import DraftingReference
import Testing

@testable import Drafting

@Suite("A stored text")
struct StoredTextTests {
    static let seeds = CampaignSeeds.range(default: 1...80)

    @Test func `opens as it was, and goes on as if it had never been closed`() throws {
        for seed in Self.seeds {
            var editing = RandomEditing(seed: seed)
            var random = SplitMix64(seed: ~seed)
            editing.run(writerCount: random.within(1...4), entryCount: random.within(1...25))
            let entries = editing.entries.map(EditEntry.init)
            let cut = random.within(0...entries.count)
            var text = DraftText()
            text.deliver(Array(entries[..<cut]))
            var opened = try DraftText(stored: text.stored(includingIDs: random.chance(50)))
            #expect(opened.string == text.string, "seed \(seed)")
            try opened.readHistory(identify: Self.journal(of: entries))
            #expect(opened.heads == text.heads)
            opened.deliver(Array(entries[cut...]))
            #expect(opened.scalars == editing.reference.text, "seed \(seed)")
            let again = try opened.stored(includingIDs: true)
            text.deliver(Array(entries[cut...]))
            #expect(try DraftText(stored: again).string == text.string)
        }
    }

    /// What a journal would answer: of a forked writer's two entries it need not know which is meant.
    static func journal(of entries: [EditEntry]) -> (Digest, UInt64) -> Digest? {
        { writer, sequence in
            entries.first { $0.stamp.writer == writer && $0.stamp.sequence == sequence }?.stamp.id
        }
    }

    @Test func `tells the text as of any version, whether it was opened or not`() throws {
        for seed in Self.seeds {
            var editing = RandomEditing(seed: seed)
            editing.run(writerCount: 3, entryCount: 20)
            var text = DraftText()
            #expect(text.merge(editing.entries.map(EditEntry.init)).isEmpty)
            var opened = try DraftText(stored: text.stored(includingIDs: true))
            try opened.readHistory()
            for entry in editing.entries {
                let expected = editing.reference.text(asOf: [entry.stamp.id])
                let id = Digest(padding: entry.stamp.id)
                #expect(try text.string(asOf: [id]).map { Array($0.unicodeScalars) } == expected, "seed \(seed)")
                #expect(try opened.string(asOf: [id]).map { Array($0.unicodeScalars) } == expected, "seed \(seed)")
            }
            #expect(try text.string(asOf: [Digest(padding: [1])]) == nil)
        }
    }

    @Test func `takes edits before its history is read`() throws {
        var text = DraftText()
        text.insert("The parties shall meet", at: 0)
        text.close(as: stamp(0))
        var opened = try DraftText(stored: text.stored(includingIDs: true))
        opened.insert(" often", at: opened.scalarCount)
        opened.delete(0..<4)
        #expect(opened.string == "parties shall meet often")
        #expect(!opened.isHistoryRead)
        try opened.readHistory()
        opened.close(as: stamp(1))
        #expect(opened.string == "parties shall meet often")
        #expect(opened.entryCount == 2)
        #expect(try opened.string(asOf: [stamp(0).id]) == "The parties shall meet")
    }

    @Test func `is refused when a byte of it changed, or is missing`() throws {
        var text = DraftText()
        text.insert("The parties shall exchange liaison offices.", at: 0)
        text.close(as: stamp(0))
        let bytes = try text.stored(includingIDs: true)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(throws: StoredTextRefusal.damaged) { try DraftText(stored: damaged) }
        }
        #expect(throws: StoredTextRefusal.damaged) { try DraftText(stored: Array(bytes.dropLast())) }
        #expect(throws: StoredTextRefusal.damaged) { try DraftText(stored: []) }
    }

    @Test func `of other contents under a right digest is refused or read, and never a crash`() throws {
        var editing = RandomEditing(seed: 5)
        editing.run(writerCount: 2, entryCount: 12)
        var text = DraftText()
        text.deliver(editing.entries.map(EditEntry.init))
        let bytes = try text.stored(includingIDs: true).dropLast(Digest.byteCount)
        var random = SplitMix64(seed: 5)
        var refusalCount = 0
        for _ in 0..<500 {
            var forged = Array(bytes)
            for _ in 0..<random.within(1...3) { forged[1 + random.below(forged.count - 1)] = UInt8(random.below(256)) }
            forged += Digest(of: forged).bytes
            do {
                var opened = try DraftText(stored: forged)
                try opened.readHistory()
                _ = try opened.stored(includingIDs: true)
            } catch {
                refusalCount += 1
            }
        }
        #expect(refusalCount > 250)
    }

    @Test func `needs a journal to name its entries if it does not`() throws {
        var text = DraftText()
        text.insert("a", at: 0)
        text.close(as: stamp(0))
        var opened = try DraftText(stored: text.stored(includingIDs: false))
        let unknown = StoredTextRefusal.unknownEntry(writer: stamp(0).writer, sequence: 0)
        #expect(throws: unknown) { try opened.readHistory() }
        #expect(!opened.isHistoryRead)
        try opened.readHistory { _, _ in stamp(0).id }
        #expect(opened.heads == [stamp(0).id])
    }

    private func stamp(_ sequence: UInt64) -> EditStamp {
        EditStamp(sequence: sequence, writer: Digest(padding: [7]), id: Digest(padding: [8, UInt8(sequence)]))
    }
}
