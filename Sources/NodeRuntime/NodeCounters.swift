internal import Metrics
internal import SecureTransport
internal import Synchronization

/// How often what happened since the node began: for its status, and for whatever collects metrics in this process.
///
/// A count is named by what happened and, behind a point, why: `refused.unknownKey`. The names are those of
/// `Docs/Specification/transport.md`, section 7; with `swift-metrics` they are the dimensions `event` and `reason` of the
/// counter `syngraph_connections`.
final class NodeCounters: Sendable {
    private let counts = Mutex<[String: UInt64]>([:])

    /// By name; those that are not there are 0.
    var all: [String: UInt64] { counts.withLock { $0 } }

    func note(_ event: TransportEvent) {
        switch event {
        case .opened(_, let peer): add(peer.isUnknown ? "met" : "opened")
        case .refused(_, let failure): add("refused", failure.code)
        case .overLimit(_, let limit): add("overLimit", limit.code)
        case .ended(_, _, let failure): add("ended", failure?.code ?? "orderly")
        }
    }

    func add(_ event: String, _ reason: String? = nil) {
        let name = reason.map { "\(event).\($0)" } ?? event
        counts.withLock { $0[name, default: 0] += 1 }
        Counter(label: "syngraph_connections", dimensions: [("event", event), ("reason", reason ?? "")]).increment()
    }
}
