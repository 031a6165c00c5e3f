import DraftingReference
import Testing

@testable import Drafting

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
                var text = DraftText(Self.patience[order])
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
                var text = DraftText(Self.patience[order])
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

    /// Stories are short, so a walk is patient with most; others give each lane a view at once, begun anew or not.
    private static let patience: [Patience] = [
        .usual, .init(perRun: 0, atFirst: 0), .init(perRun: 1, atFirst: 4), .init(perRun: 0, atFirst: 0),
    ]

    /// Writers each of whom hears of the others late.
    @Test func `is the reference's among many who hear of each other late`() {
        for seed in UInt64(1)...12 {
            var random = SplitMix64(seed: seed)
            let entries = Self.lateNews(writerCount: 3 + Int(seed % 5), stepCount: 45, &random)
            var reference = ReferenceText()
            for entry in entries { reference.add(entry) }
            for order in 0..<2 {
                let given = entries.map(EditEntry.init)
                var text = DraftText(order == 0 ? .usual : Self.patience[Int(seed) % 4])
                text.deliver(order == 0 ? given : random.shuffled(given))
                #expect(text.scalars == reference.text, "seed \(seed), order \(order)")
            }
        }
    }

    @Test func `is one text for copies that hear of many in other orders`() {
        for seed in UInt64(1)...2 {
            var random = SplitMix64(seed: seed)
            let entries = Self.lateNews(writerCount: 6, stepCount: 120, &random).map(EditEntry.init)
            var copies = [DraftText(), DraftText(Self.patience[1]), DraftText(Self.patience[2])]
            copies[0].deliver(entries)
            // One writer after the other, and all at once.
            let writers = Set(entries.map(\.stamp.writer)).sorted()
            copies[1].deliver(writers.flatMap { writer in entries.filter { $0.stamp.writer == writer } })
            #expect(copies[2].merge(random.shuffled(entries)).isEmpty)
            #expect(copies[0].string == copies[1].string, "seed \(seed)")
            #expect(copies[0].string == copies[2].string, "seed \(seed)")
        }
    }

    /// One letter an entry, somewhere in what its writer wrote before or deleted there.
    private static func lateNews(
        writerCount: Int, stepCount: Int, _ random: inout SplitMix64
    ) -> [ReferenceText.Entry] {
        var entries: [ReferenceText.Entry] = []
        for step in 0..<stepCount {
            for writer in 0..<writerCount {
                let lag = random.within(stepCount / 3...stepCount / 2)
                var parents = step > 0 ? [id(writer, step - 1)] : []
                if step >= lag, random.chance(50) {
                    for other in 0..<writerCount where other != writer { parents.append(id(other, step - lag)) }
                }
                let place = random.below(step / 2 + 1)
                let edit: ReferenceText.Edit =
                    step > 4 && random.chance(25) ? .delete(at: place) : .insert(letter(step, writer), at: place)
                let stamp = ReferenceText.Stamp(
                    sequence: UInt64(step), writer: [UInt8(writer)], id: id(writer, step))
                entries.append(ReferenceText.Entry(stamp: stamp, parents: parents, edits: [edit]))
            }
        }
        return entries
    }

    private static func id(_ writer: Int, _ step: Int) -> [UInt8] { [UInt8(writer), UInt8(step)] }

    private static func letter(_ step: Int, _ writer: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt32(0x4E00 + step * 16 + writer))!
    }
}
