import Drafting
import DraftingReference
import Testing

@Suite("A draft that several edit apart")
struct DraftConvergenceTests {
    /// `DRAFTING_SEEDS=from-to` runs a campaign.
    static let seeds = CampaignSeeds.range(default: 1...60)

    @Test func `is one document, whatever the order in which entries come, whoever forked or lied`() {
        var brackets = 0
        for seed in Self.seeds {
            var random = SplitMix64(seed: ~seed)
            var drafting = RandomDrafting(seed: seed, delegationCount: random.within(2...5))
            drafting.run(entryCount: random.within(2...45))
            drafting.meet()
            let expected = drafting.copies[0].shown
            brackets += drafting.copies[0].openBrackets().all.count
            #expect(drafting.copies[0].waitingCount == 0)
            for copy in drafting.copies { #expect(copy.shown == expected, "seed \(seed)") }
            for order in 0..<3 {
                var copy = OpenedDraft.draft()
                let entries = random.shuffled(drafting.entries)
                if order == 0 { copy.merge(entries) } else { for entry in entries { copy.merge([entry]) } }
                #expect(copy.entryCount == drafting.entries.count + 1)
                #expect(copy.shown == expected, "seed \(seed), order \(order)")
                guard copy.shown == expected else { return }
            }
        }
        #expect(brackets > 20, "the random drafts hold something to differ in")
    }

    @Test func `is at a past version what it was then`() {
        for seed in Self.seeds.prefix(20) {
            var drafting = RandomDrafting(seed: seed, delegationCount: 3)
            drafting.run(entryCount: 12)
            drafting.meet()
            let (heads, shown) = (drafting.copies[0].heads, drafting.copies[0].shown)
            drafting.run(entryCount: 12)
            drafting.meet()
            #expect(drafting.copies[0].version(asOf: heads)?.shown == shown, "seed \(seed)")
        }
    }
}
