import Cryptography
import DraftingReference
import Testing

@testable import Drafting

@Suite("The past of a text")
struct PastTests {
    static let seeds = CampaignSeeds.range(default: 1...120)

    @Test func `tells of every scalar who inserted it and who deleted it`() throws {
        for seed in Self.seeds {
            var (text, reference, _) = try Self.story(seed)
            let told = try text.spans().flatMap { span in
                span.text.unicodeScalars.map {
                    [$0.description, "\(span.insertion.id)"] + span.deletions.map { "\($0.id)" }
                }
            }
            let expected = reference.scalars.map { scalar in
                let deletions = scalar.deleters.map { id in text.graph.stamps[text.graph.numbers[Digest(padding: id)]!]
                }
                return [scalar.scalar.description, "\(Digest(padding: scalar.entry))"]
                    + deletions.sorted().map { "\($0.id)" }
            }
            #expect(told == expected, "seed \(seed)")
            let neighbours = try text.spans()
            for (one, next) in zip(neighbours, neighbours.dropFirst()) {
                #expect(one.insertion != next.insertion || one.deletions != next.deletions)
            }
        }
    }

    @Test func `tells what became of it between any two versions`() throws {
        for seed in Self.seeds {
            var (text, reference, random) = try Self.story(seed)
            for _ in 0..<5 {
                let ids = reference.scalars.map(\.entry)
                guard let (old, new) = random.pick(ids).flatMap({ old in random.pick(ids).map { (old, $0) } }) else {
                    break
                }
                let isOld = reference.past(of: [old])
                let isNew = reference.past(of: [new])
                let expected = reference.scalars.compactMap { scalar -> String? in
                    func isThere(_ past: Set<[UInt8]>) -> Bool {
                        past.contains(scalar.entry) && !scalar.deleters.contains(where: past.contains)
                    }
                    let kinds = [[nil, "inserted"], ["deleted", "same"]] as [[String?]]
                    return kinds[isThere(isOld) ? 1 : 0][isThere(isNew) ? 1 : 0].map { "\($0) \(scalar.scalar)" }
                }
                let changes = try #require(try text.changes(from: [Digest(padding: old)], to: [Digest(padding: new)]))
                let told = changes.flatMap { change in change.text.unicodeScalars.map { "\(change.kind) \($0)" } }
                #expect(told == expected, "seed \(seed)")
                for change in changes {
                    if change.kind != .deleted { #expect((change.by == nil) == (change.kind == .same)) }
                    guard let by = change.by else { continue }
                    #expect(isNew.contains { Digest(padding: $0) == by.id }, "seed \(seed)")
                }
            }
            #expect(try text.changes(from: [], to: [Digest(padding: [1])]) == nil)
        }
    }

    @Test func `of one entry is taken back as far as it still has an effect, and no further`() throws {
        for seed in Self.seeds {
            var (text, reference, random) = try Self.story(seed)
            guard let entry = random.pick(reference.scalars.map(\.entry)) else { continue }
            let expected = reference.scalars.filter { scalar in
                scalar.entry != entry && scalar.deleters.allSatisfy { $0 == entry }
            }
            let hasChanged = try text.undo(Digest(padding: entry))
            #expect(text.scalars == expected.map(\.scalar), "seed \(seed)")
            #expect(hasChanged == text.hasOpenEdits)
        }
    }

    @Test func `of an entry that was taken back can be brought again by taking that back`() throws {
        var text = DraftText()
        text.insert("The parties shall meet often.", at: 0)
        text.close(as: stamp(0))
        text.delete(12..<17)
        text.insert("may", at: 12)
        text.close(as: stamp(1))
        let isFirst = try text.undo(stamp(1).id)
        #expect(isFirst)
        #expect(text.string == "The parties shall meet often.")
        text.close(as: stamp(2))
        let isSecond = try text.undo(stamp(2).id)
        #expect(isSecond)
        #expect(text.string == "The parties may meet often.")
        text.close(as: stamp(3))
        let isUnknown = try text.undo(Digest(padding: [1]))
        #expect(!isUnknown)
        let didNothing = try text.undo(stamp(1).id)
        #expect(!didNothing || text.hasOpenEdits)
    }

    /// A text that merged a story, at times stored and opened in between; the reference; and chance.
    private static func story(_ seed: UInt64) throws -> (DraftText, ReferenceText, SplitMix64) {
        var editing = RandomEditing(seed: seed)
        var random = SplitMix64(seed: ~seed)
        editing.run(writerCount: random.within(1...4), entryCount: random.within(1...25))
        var text = DraftText()
        text.deliver(random.shuffled(editing.entries.map(EditEntry.init)))
        if random.chance(30) {
            text = try DraftText(stored: text.stored(includingIDs: true))
            try text.readHistory()
        }
        return (text, editing.reference, random)
    }

    private func stamp(_ sequence: UInt64) -> EditStamp {
        EditStamp(sequence: sequence, writer: Digest(padding: [7]), id: Digest(padding: [8, UInt8(sequence)]))
    }
}
