internal import Simulation
internal import Synchronization

/// Which nights are still to be played, and what came of the others; shared by all workers.
final class Nights: Sendable {
    let commit: String
    private let untilBroken: Bool
    private let state: Mutex<State>

    private struct State {
        var left: ClosedRange<UInt64>?
        var report: Report
    }

    init(_ seeds: ClosedRange<UInt64>, report: Report, untilBroken: Bool) {
        commit = report.commit
        self.untilBroken = untilBroken
        state = Mutex(State(left: seeds, report: report))
    }

    /// The next seed, ascending; nil when all are played, or begun.
    func next() -> UInt64? {
        state.withLock { state in
            guard let left = state.left, !untilBroken || state.report.failed.isEmpty else { return nil }
            state.left = left.lowerBound < left.upperBound ? left.lowerBound + 1...left.upperBound : nil
            return left.lowerBound
        }
    }

    /// Takes in what came of a night; says now and then how far the nights are.
    func take(_ outcome: Outcome) -> String? {
        state.withLock { state in
            state.report.take(outcome)
            return state.report.nightCount.isMultiple(of: 500) ? state.report.progress : nil
        }
    }

    var report: Report { state.withLock { $0.report } }
}
