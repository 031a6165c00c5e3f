internal import AgreementReference
internal import Foundation

/// Takes one clause out after the other, and plays histories until a law breaks: what each clause is for.
///
/// Without `--seeds` it gives each clause 30,000 histories. The seeds before the one that it names broke nothing, however
/// many workers there are. What is written by hand for a clause is played besides, with the clause and without.
struct EveryClause {
    private let wishes: Wishes
    private static let enough: ClosedRange<UInt64> = 1...30_000

    init(_ wishes: Wishes) { self.wishes = wishes }

    /// - Returns: The exit code: 1 where leaving out some clause broke nothing.
    func play() async -> Int32 {
        var isAllFound = true
        for clause in ReferenceClause.allCases {
            var one = wishes
            one.meaning.leaveOut(clause)
            one.endsWhenBroken = true
            if one.isEndless { one.seeds = Self.enough }
            let tally = await Run(one).play()
            let byHand = lawsByHand(without: clause)
            print(wishes.isJSON ? json(clause, tally, byHand) : line(clause, tally, byHand))
            fflush(nil)  // all streams: it takes long
            isAllFound = isAllFound && (tally.first != nil || !byHand.isEmpty)
        }
        return isAllFound ? 0 : 1
    }

    /// Those that only the want of the clause breaks.
    private func lawsByHand(without clause: ReferenceClause) -> [String] {
        ClauseHistory.all.filter { $0.clause == clause }.flatMap { history in
            let broken = history.broken(under: ReferenceMeaning(without: clause))
            return broken.subtracting(history.broken(under: .agreed)).map(\.rawValue)
        }.sorted()
    }

    private func line(_ clause: ReferenceClause, _ tally: Campaign.Tally, _ byHand: [String]) -> String {
        let hand = byHand.isEmpty ? "" : "; by hand \(byHand.joined(separator: ", "))"
        return random(clause, tally) + hand
    }

    private func random(_ clause: ReferenceClause, _ tally: Campaign.Tally) -> String {
        guard let first = tally.first else { return "\(clause): nothing, in \(tally.histories) histories" }
        return "\(clause): seed \(first.seed) breaks \(first.broken.map(\.description).joined(separator: "; "))"
    }

    /// One object on a line.
    private func json(_ clause: ReferenceClause, _ tally: Campaign.Tally, _ byHand: [String]) -> String {
        func list(_ laws: [String]) -> String { "[" + laws.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        let seed = tally.first.map { "\($0.seed)" } ?? "null"
        return "{\"clause\":\"\(clause)\",\"histories\":\(tally.histories),\"seed\":\(seed),"
            + "\"laws\":\(list(tally.first?.broken.map(\.law.rawValue) ?? [])),\"byHand\":\(list(byHand))}"
    }
}
