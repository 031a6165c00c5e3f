import AgreementBridge
import AgreementReference
import Foundation
import Testing

/// The product held against the slow reference, over many seeds. A failure names its seed, and the fewest records that
/// still show it.
///
/// `SYNGRAPH_HISTORIES` is the number of histories; without it a few, for every change.
@Suite("The agreement room, over random histories")
struct RandomHistoryTests {
    static let seeds: ClosedRange<UInt64> = {
        let count = ProcessInfo.processInfo.environment["SYNGRAPH_HISTORIES"].flatMap { UInt64($0) }
        return 1...(count ?? 30)
    }()

    @Test func `says what the reference says, of whole histories and of parts in any order`() async {
        let (differences, count) = await Self.overAllSeeds()
        for difference in differences { Issue.record("\(difference)") }
        print("\(Self.seeds.count) histories: \(count)")
        guard Self.seeds.count >= 20 else { return }
        for state in ReferenceState.allCases where state != .suspended {  // one history in hundreds gets there
            #expect(count.states[state, default: 0] > 0, "\(state)")
        }
        #expect(count.verdicts > 0 && count.clauses.count > 5)
        #expect(count.contradictions > 0)
    }

    private static func overAllSeeds() async -> (differences: [String], count: Comparison.Count) {
        await withTaskGroup(of: ([String], Comparison.Count).self) { group in
            for seed in seeds {
                group.addTask {
                    let scribe = Scribe(seed: seed)
                    var generator = HistoryGenerator(seed: seed, names: scribe.names)
                    var comparison = Comparison(generator.history(), scribe, seed: seed, effort: .thorough)
                    return (comparison.differences(), comparison.count)
                }
            }
            return await group.reduce(([], Comparison.Count())) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
    }
}
