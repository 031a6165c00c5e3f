import AgreementReference
import Testing

/// Laws that hold of every history, over many seeds. A failure names its seed.
@Suite("Random histories")
struct RandomHistoryTests {
    static let seeds = Array<UInt64>(1...100)

    @Test func `cover everything, with at least ten perfected instruments each`() async {
        let sum = await withTaskGroup(of: HistoryCoverage.self) { group in
            for seed in Self.seeds {
                group.addTask {
                    var generator = HistoryGenerator(seed: seed)
                    let history = generator.history()
                    let whole = history.reference
                    Self.checkLaws(of: history, whole, seed: seed)
                    return HistoryCoverage(of: history, whole: whole)
                }
            }
            return await group.reduce(HistoryCoverage(), +)
        }
        #expect(sum.perfected >= 10 * Self.seeds.count)
        #expect(sum.conditionalCycles > 0)
        #expect(sum.conditionalSealsMet > 0)
        #expect(sum.replacements > 0)
        #expect(sum.rosterChangesWithOpenInstruments > 0)
        #expect(sum.ruleChanges > 0)
        #expect(sum.recordChanges > 0)
        #expect(sum.decidingAbstentions > 0)
        #expect(sum.contestedPairs > 0)
        #expect(sum.capacitiesThatMattered > 0)
        for state in ReferenceState.allCases { #expect(sum.states[state, default: 0] > 0, "\(state)") }
    }

    @Test func `are the same for the same seed, whatever assigns the ids`() {
        for seed in UInt64(1)...5 {
            var one = HistoryGenerator(seed: seed)
            var same = HistoryGenerator(seed: seed)
            let history = one.history()
            #expect(history.events == same.history().events, "seed \(seed)")
            var names = HistoryNames.madeUp(seed: seed)
            names.instrument = { String(repeating: "0", count: 60) + String(1000 + $0.number) }
            var renamed = HistoryGenerator(seed: seed, names: names)
            let other = renamed.history()
            #expect(Set(other.instruments.map(\.id)).allSatisfy { $0.hasPrefix("0000") }, "seed \(seed)")
            Self.checkLaws(of: other, other.reference, seed: seed)
        }
    }

    /// The laws, all on one history, since making it costs more than checking it.
    static func checkLaws(of history: ReferenceHistory, _ whole: Reference, seed: UInt64) {
        perfectedNeverShrinks(history, whole, seed)
        orderOfArrivalDoesNotMatter(history, whole, seed)
        nothingInForceConflicts(whole, seed)
        everyProvisionHasOneLine(whole, seed)
        noHonestPartyIsConvicted(history, whole, seed)
        nothingIsContestedWithoutLiars(history, whole, seed)
    }

    static func perfectedNeverShrinks(_ history: ReferenceHistory, _ whole: Reference, _ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var copy = history.reference(of: random.some(of: history.events, percent: 88))
        #expect(copy.perfected.isSubset(of: whole.perfected), "seed \(seed), a partial copy")
        nothingIsContestedWithoutLiars(history, copy, seed)
        copy = history.reference(of: history.events.prefix(history.events.count / 2))
        #expect(copy.perfected.isSubset(of: whole.perfected), "seed \(seed), the first half")
        let more = history.reference(of: history.events.prefix(history.events.count * 3 / 4))
        #expect(copy.perfected.isSubset(of: more.perfected), "seed \(seed), the next quarter")
        #expect(more.perfected.isSubset(of: whole.perfected), "seed \(seed), the last quarter")
        for part in [copy, more] {
            nothingInForceConflicts(part, seed)
            nothingIsContestedWithoutLiars(history, part, seed)
        }
    }

    static func orderOfArrivalDoesNotMatter(_ history: ReferenceHistory, _ whole: Reference, _ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let shuffled = history.reference(of: random.shuffled(history.events))
        #expect(shuffled.states == whole.states, "seed \(seed)")
        #expect(shuffled.textInForce == whole.textInForce, "seed \(seed)")
        #expect(shuffled.perfected == whole.perfected, "seed \(seed)")
    }

    static func nothingInForceConflicts(_ reference: Reference, _ seed: UInt64) {
        let force = reference.inForce
        for id in force {
            #expect((reference.ground.conflicts[id] ?? []).isDisjoint(with: force), "seed \(seed), \(id)")
            #expect((reference.ground.beneath[id] ?? []).isSubset(of: force), "seed \(seed), \(id)")
        }
        #expect(force.isSubset(of: reference.standing) && reference.standing.isSubset(of: reference.perfected))
    }

    static func everyProvisionHasOneLine(_ reference: Reference, _ seed: UInt64) {
        let writers = reference.ground.writers(among: reference.inForce)
        #expect(Set(reference.textInForce.keys) == Set(writers.keys), "seed \(seed)")
    }

    static func noHonestPartyIsConvicted(_ history: ReferenceHistory, _ whole: Reference, _ seed: UInt64) {
        for party in history.parties.subtracting(history.liars) {
            #expect(whole.convictions(of: party).isEmpty, "seed \(seed), \(party)")
        }
    }

    /// Where no liar is ever a key state and all rules are safe, any two coalitions share an honest party.
    static func nothingIsContestedWithoutLiars(_ history: ReferenceHistory, _ reference: Reference, _ seed: UInt64) {
        let keyStates = history.instruments.flatMap {
            $0.changes["roster/key-state"]?.content?.awakeHolders ?? []
        }
        guard history.hasSafeRules, history.liars.isDisjoint(with: keyStates) else { return }
        #expect(reference.contested.isEmpty, "seed \(seed): \(reference.contested)")
        #expect(reference.inForce == reference.standing, "seed \(seed)")
    }
}
