import Cryptography
import DraftingReference
import Foundation
import Identity
import Testing

@testable import Drafting

@Suite("A draft beside its slow reference")
struct DraftReferenceTests {
    /// `DRAFT_SEEDS=from-to` runs a campaign.
    static let seeds = CampaignSeeds.range(of: "DRAFT_SEEDS", default: 1...90)

    @Test func `answers every question as the page says, whatever the order in which entries come`() throws {
        var (contested, open) = (0, 0)
        for seed in Self.seeds {
            let reference = try compare(seed)
            for text in reference.texts { contested += reference.contestedSpans(in: text).count }
            open += reference.openBrackets(counting: reference.parties).count
        }
        #expect(contested + open >= Self.seeds.count, "the random histories hold something to differ in")
    }

    private func compare(_ seed: UInt64) throws -> ReferenceDraft {
        var random = SplitMix64(seed: ~seed)
        let history = RandomDraftHistory(
            seed: seed, writerCount: random.within(1...6), entryCount: random.within(2...40))
        let entries = try history.entries.map { try DraftEntry($0, of: history.opening) }
        let reference = ReferenceDraft(opening: history.opening, entries: history.entries)
        let counting = [Set(history.parties), Set(history.parties.filter { _ in random.chance(60) })]
        let expected = DraftAnswers(reference, of: history.entries, counting: counting)
        for order in 0..<3 {
            var draft = try Draft(history.opening)
            deliver(entries, to: &draft, order, &random)
            let answers = DraftAnswers(draft, counting: counting.map { Set($0.map { Identifier(party: $0) }) })
            try #require(answers.difference(from: expected) == nil, "seed \(seed), order \(order)")
            if order == 0 { try compareThePast(of: draft, reference, counting, &random, "seed \(seed), the past") }
        }
        return reference
    }

    /// All at once as they were made; one by one in any order; in batches in any order, some twice.
    private func deliver(_ entries: [DraftEntry], to draft: inout Draft, _ order: Int, _ random: inout SplitMix64) {
        if order == 0 { return draft.merge(entries) }
        var rest = random.shuffled(entries)
        if order == 2 { rest += rest.filter { _ in random.chance(20) } }
        while !rest.isEmpty {
            let count = order == 1 ? 1 : random.within(1...min(9, rest.count))
            draft.merge(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
    }

    private func compareThePast(
        of draft: Draft, _ reference: ReferenceDraft, _ counting: [Set<[UInt8]>], _ random: inout SplitMix64,
        _ story: Comment
    ) throws {
        let heads = (0..<random.within(1...2)).map { _ in random.pick(reference.order)! }
        let past = try #require(draft.version(asOf: heads.map(Digest.init(padding:))))
        let answers = DraftAnswers(past, counting: counting.map { Set($0.map { Identifier(party: $0) }) })
        let expected = DraftAnswers(reference.asOf(heads), of: [], counting: counting)
        try #require(answers.difference(from: expected) == nil, story)
    }
}
