internal import AgreementReference
internal import Foundation

/// Takes one clause out after the other, and plays histories until a law breaks: what each clause is for.
///
/// Without `--seeds` it gives each clause 30,000 histories. The seeds before the one that it names broke nothing, however
/// many workers there are.
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
            print(wishes.isJSON ? json(clause, tally) : line(clause, tally))
            fflush(nil)  // all streams: it takes long
            isAllFound = isAllFound && tally.first != nil
        }
        return isAllFound ? 0 : 1
    }

    private func line(_ clause: ReferenceClause, _ tally: Campaign.Tally) -> String {
        guard let first = tally.first else { return "\(clause): nothing, in \(tally.histories) histories" }
        return "\(clause): seed \(first.seed) breaks \(first.broken.map(\.description).joined(separator: "; "))"
    }

    /// One object on a line.
    private func json(_ clause: ReferenceClause, _ tally: Campaign.Tally) -> String {
        guard let first = tally.first else {
            return "{\"clause\":\"\(clause)\",\"histories\":\(tally.histories),\"seed\":null,\"laws\":[]}"
        }
        let laws = first.broken.map { "\"\($0.law.rawValue)\"" }.joined(separator: ",")
        return "{\"clause\":\"\(clause)\",\"seed\":\(first.seed),\"laws\":[\(laws)]}"
    }
}
