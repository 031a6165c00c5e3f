import AgreementReference
import Testing

/// Laws that hold of every history, over the first seeds; `make histories` goes on. A failure names its seed.
@Suite("Random histories")
struct RandomHistoryTests {
    static let seeds = Array<UInt64>(1...48)

    private func played(_ seeds: [UInt64], meaning: ReferenceMeaning = .agreed) async -> [Campaign.Outcome] {
        await withTaskGroup(of: Campaign.Outcome.self) { group in
            for seed in seeds { group.addTask { Campaign.play(seed: seed, meaning: meaning) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `break no law, and are about something`() async {
        var tally = Campaign.Tally()
        for outcome in await played(Self.seeds) {
            for law in outcome.broken { Issue.record("seed \(outcome.seed) breaks \(law)") }
            tally.add(outcome)
        }
        let sum = tally.coverage
        #expect(tally.histories == Self.seeds.count)
        #expect(3 * sum.perfected > sum.instruments, "a third of what is proposed is agreed")
        #expect(4 * sum.inForce > sum.instruments)
        // One instrument in two hundred is suspended: too few for so few histories.
        for state in ReferenceState.allCases where state != .suspended {
            #expect(sum.states[state, default: 0] > 0, "\(state)")
        }
        for feature in HistoryFeature.frequent {
            #expect(tally.reached[feature, default: 0] > 0, "\(feature)")
        }
    }

    @Test(arguments: [
        (ReferenceClause.conflictsWith, ReferenceLaw.nothingContested),
        (.needsNewcomers, .nobodyEnrolledUnasked),
        (.awaitsWhatItReplaces, .sameRecordsSameAnswer),
        (.needsOfReplaced, .replacedOnlyWithAllItNeeded),
    ])
    func `break a law where a clause is left out`(clause: ReferenceClause, law: ReferenceLaw) async {
        for first in stride(from: UInt64(1), to: 300, by: 10) {
            let outcomes = await played(Array(first..<first + 10), meaning: ReferenceMeaning(without: clause))
            if outcomes.contains(where: { $0.broken.contains { $0.law == law } }) { return }
        }
        Issue.record("300 histories without \(clause) do not break \(law)")
    }

    @Test(arguments: ClauseHistory.all)
    func `written by hand break a law where a clause is left out that random ones seldom need`(
        history: ClauseHistory
    ) {
        #expect(history.broken(under: .agreed) == [])
        #expect(history.broken(under: ReferenceMeaning(without: history.clause)).contains(history.law))
    }

    /// What random histories came to once in some tens of thousands: a law that held a party to that asked too much.
    @Test func `hold no party to what others sealed in its name`() throws {
        let named = try #require(
            NamedHistory.all().first { $0.claim == "what others seal by keys that nobody agreed to holds up nobody" })
        var history = named.history
        let own = try #require(history.seals.first { $0.party == "c" }).keys
        history.liars = ["a", "b"]
        history.framing = Set([named.ids["framing"]].compactMap { $0 })
        #expect(history.brokenLaws == [.nobodyHonestLockedOut], "as long as it is taken for its own")
        history.forged = Set(history.seals.filter { $0.party == "c" && $0.keys != own }.map(\.id))
        #expect(history.forged.count == 2)
        #expect(history.brokenLaws == [])
    }

    @Test func `are the same for the same seed, whatever assigns the ids`() {
        for seed in UInt64(1)...12 {
            var one = HistoryGenerator(seed: seed)
            var same = HistoryGenerator(seed: seed)
            #expect(one.history().events == same.history().events, "seed \(seed)")
        }
        var instruments = 0
        for seed in UInt64(1)...4 {
            var names = HistoryNames.madeUp(seed: seed)
            names.instrument = { String(repeating: "0", count: 60) + String(1000 + $0.number) }
            let outcome = Campaign.play(seed: seed, names: names)
            #expect(outcome.broken.isEmpty, "seed \(seed) renamed breaks \(outcome.broken)")
            instruments += outcome.coverage.instruments
        }
        #expect(instruments > 8)
    }
}
