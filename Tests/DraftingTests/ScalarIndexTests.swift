import Cryptography
import DraftingReference
import Testing

@testable import Drafting

@Suite("The names of scalars")
struct ScalarIndexTests {
    static let seeds = CampaignSeeds.range(default: 1...120)

    @Test func `are the reference's, and say where each scalar is or was, through all merging`() {
        for seed in Self.seeds {
            var editing = RandomEditing(seed: seed)
            var random = SplitMix64(seed: ~seed)
            editing.run(writerCount: random.within(1...4), entryCount: random.within(1...25))
            let entries = editing.entries.map(EditEntry.init)
            var text = DraftText()
            let given = random.shuffled(entries)
            let cut = random.within(0...given.count)
            let waiting = text.merge(Array(given[..<cut]))
            // Kept from before, it goes on; made only now, it is the same.
            if random.chance(50) { text.indexScalars() }
            #expect(text.merge(waiting + given[cut...]).isEmpty)
            if random.chance(50) { text.indexScalars() }
            Self.expectNames(in: text, of: editing.reference, "seed \(seed)")
        }
    }

    private static func expectNames(in text: DraftText, of reference: ReferenceText, _ comment: Comment) {
        let index = text.scalarIndex
        for scalar in reference.scalars {
            let name = ScalarName(entry: Digest(padding: scalar.entry), number: scalar.number)
            let expected = ScalarPosition(position: scalar.position, isDeleted: !scalar.deleters.isEmpty)
            #expect(index.position(of: name) == expected, comment)
            if scalar.deleters.isEmpty { #expect(index.name(at: scalar.position) == name, comment) }
        }
    }

    @Test func `name nothing that is not there`() throws {
        for seed in Self.seeds.prefix(40) {
            var editing = RandomEditing(seed: seed)
            editing.run(writerCount: 3, entryCount: 15)
            var text = DraftText()
            text.deliver(editing.entries.map(EditEntry.init))
            let index = text.scalarIndex
            let there = Set(
                editing.reference.scalars.map { ScalarName(entry: Digest(padding: $0.entry), number: $0.number) })
            for entry in editing.entries {
                for number in [-1, 0, 1, 2, 5, 12, 20, 1 << 24, 1 << 33, .max] {
                    let name = ScalarName(entry: Digest(padding: entry.stamp.id), number: number)
                    #expect((index.position(of: name) != nil) == there.contains(name), "seed \(seed)")
                }
            }
            #expect(index.position(of: ScalarName(entry: Digest(padding: [1]), number: 0)) == nil)
            #expect(index.position(of: ScalarName(entry: nil, number: 0)) == nil)
        }
    }

    @Test func `of edits that are no entry as yet are without one, and become the entry's`() throws {
        var text = DraftText()
        text.insert("shall meet", at: 0)
        text.close(as: stamp(0))
        text.indexScalars()
        text.delete(0..<5)
        text.insert("may", at: 0)
        text.insert("!", at: text.scalarCount)
        let index = text.scalarIndex
        #expect(index.name(at: 2) == ScalarName(entry: nil, number: 2))
        #expect(index.name(at: 3) == ScalarName(entry: stamp(0).id, number: 5))
        #expect(index.name(at: 8) == ScalarName(entry: nil, number: 3))
        #expect(index.position(of: ScalarName(entry: nil, number: 3)) == ScalarPosition(position: 8, isDeleted: false))
        #expect(index.position(of: ScalarName(entry: nil, number: 4)) == nil)
        // Behind what stood to its left when "may" was typed: nothing.
        let deleted = index.position(of: ScalarName(entry: stamp(0).id, number: 4))
        #expect(deleted == ScalarPosition(position: 3, isDeleted: true))
        text.close(as: stamp(1))
        #expect(text.scalarIndex.name(at: 2) == ScalarName(entry: stamp(1).id, number: 2))
    }

    @Test func `of a text that was opened are what they were`() throws {
        for seed in Self.seeds.prefix(30) {
            var editing = RandomEditing(seed: seed)
            editing.run(writerCount: 3, entryCount: 15)
            var text = DraftText()
            text.deliver(editing.entries.map(EditEntry.init))
            var opened = try DraftText(stored: text.stored(includingIDs: true))
            try opened.readHistory()
            Self.expectNames(in: opened, of: editing.reference, "seed \(seed)")
        }
    }

    private func stamp(_ sequence: UInt64) -> EditStamp {
        EditStamp(sequence: sequence, writer: Digest(padding: [7]), id: Digest(padding: [8, UInt8(sequence)]))
    }
}
