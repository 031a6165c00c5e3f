import Agreement
import AgreementReference
import Cryptography
import Foundation
import Testing

/// The product held against the slow reference, over many seeds. A failure names its seed.
///
/// `SYNGRAPH_HISTORIES` is the number of histories; without it a few, for every change.
@Suite("The agreement room, over random histories")
struct RandomHistoryTests {
    static let seeds: ClosedRange<UInt64> = {
        let count = ProcessInfo.processInfo.environment["SYNGRAPH_HISTORIES"].flatMap { UInt64($0) }
        return 1...(count ?? 24)
    }()

    @Test func `says what the reference says, of whole histories and of parts in any order`() async {
        let counted = await Self.overAllSeeds { seed in
            let (history, scribe) = Scribe.history(seed: seed)
            var play = Play(history, scribe, seed)
            return play.play()
        }
        print("\(Self.seeds.count) histories: \(counted)")
        guard Self.seeds.count >= 20 else { return }
        #expect(counted.history.perfected >= 10 * Self.seeds.count)
        #expect(counted.history.conditionalCycles > 0)
        #expect(counted.history.replacements > 0)
        #expect(counted.history.rosterChangesWithOpenInstruments > 0)
        #expect(counted.history.decidingAbstentions > 0)
        #expect(counted.history.contestedPairs > 0)
        for state in ReferenceState.allCases { #expect(counted.states[state, default: 0] > 0, "\(state)") }
        #expect(counted.allowed > 0 && counted.refused > 0)
        #expect(counted.convictedPairs > 0 && counted.missingCompared > 0)
    }

    private static func overAllSeeds(_ play: @escaping @Sendable (UInt64) -> Counted) async -> Counted {
        await withTaskGroup(of: Counted.self) { group in
            for seed in seeds { group.addTask { play(seed) } }
            return await group.reduce(Counted(), +)
        }
    }
}

/// What was seen and compared.
struct Counted: Sendable, CustomStringConvertible {
    var history = HistoryCoverage()
    /// Of all copies compared, partial ones too.
    var states: [ReferenceState: Int] = [:]
    var copies = 0
    var allowed = 0
    var refused = 0
    var convictedPairs = 0
    var missingCompared = 0
    var frozen = 0

    static func + (one: Counted, other: Counted) -> Counted {
        var sum = one
        sum.history = one.history + other.history
        sum.states.merge(other.states, uniquingKeysWith: +)
        sum.copies += other.copies
        sum.allowed += other.allowed
        sum.refused += other.refused
        sum.convictedPairs += other.convictedPairs
        sum.missingCompared += other.missingCompared
        sum.frozen += other.frozen
        return sum
    }

    var description: String {
        let states = ReferenceState.allCases.map { "\($0.rawValue) \(self.states[$0, default: 0])" }
        return """
            \(history.instruments) instruments, \(history.perfected) perfected, \(history.inForce) in force, \
            \(history.conditionalCycles) in conditional cycles, \(history.replacements) replacements, \
            \(history.rosterChangesWithOpenInstruments) roster changes with open instruments, \
            \(history.ruleChanges) rule changes, \(history.recordChanges) record changes, \
            \(history.decidingAbstentions) decided by abstentions, \(history.contestedPairs) contested pairs, \
            \(history.capacitiesThatMattered) where capacities mattered; \
            \(copies) copies with \(states.joined(separator: ", ")); \
            \(allowed) verdicts allowed and \(refused) refused, \(convictedPairs) convictions, \
            \(missingCompared) times what is missing, \(frozen) frozen
            """
    }
}
