import Drafting
import DraftingReference
import Testing

@Suite("A text that several edit apart")
struct ConvergenceTests {
    /// `DRAFTING_SEEDS=from-to` runs a campaign.
    static let seeds = CampaignSeeds.range(default: 1...300)

    @Test func `is the reference's, whatever the order in which entries come`() {
        for seed in Self.seeds {
            var editing = RandomEditing(seed: seed)
            var random = SplitMix64(seed: ~seed)
            editing.run(writerCount: random.within(1...6), entryCount: random.within(1...40))
            let expected = editing.reference.text
            let entries = editing.entries.map(EditEntry.init)
            for order in 0..<4 {
                var text = DraftText()
                let given = order == 0 ? entries : random.shuffled(entries)
                if order < 3 { text.deliver(given) } else { #expect(text.merge(given).isEmpty) }
                #expect(text.entryCount == entries.count)
                #expect(text.scalars == expected, "seed \(seed), order \(order)")
                guard text.scalars == expected else { return }
            }
        }
    }

    @Test func `is the reference's after long stories, of which a copy hears piece by piece`() {
        for seed in Self.seeds.prefix(max(6, Self.seeds.count / 40)) {
            var editing = RandomEditing(seed: seed)
            var random = SplitMix64(seed: ~seed)
            editing.run(writerCount: random.within(2...9), entryCount: 150)
            let expected = editing.reference.text
            var entries = editing.entries.map(EditEntry.init)
            for order in 0..<3 {
                var text = DraftText()
                text.deliver(entries)
                #expect(text.scalars == expected, "seed \(seed), order \(order)")
                // Late news of one writer, then anything.
                let late = random.pick(entries)!.stamp.writer
                entries =
                    order == 0
                    ? entries.filter { $0.stamp.writer != late } + entries.filter { $0.stamp.writer == late }
                    : random.shuffled(entries)
            }
        }
    }
}
