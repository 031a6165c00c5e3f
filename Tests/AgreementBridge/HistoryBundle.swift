internal import AgreementReference
internal import Verification

/// The records of one random history as files, with states that nodes confirm and seals that are asked for: for whoever
/// has another verifier of them.
package struct HistoryBundle {
    /// Everything that was said.
    package let whole: [UInt8]
    /// What two had heard of it, each some: together not always everything.
    package let parts: [[UInt8]]

    package init(seed: UInt64) {
        let scribe = Scribe(seed: seed)
        let history = Campaign.history(seed: seed, names: scribe.names)
        var random = SplitMix64(seed: seed &+ 0xB0D1E5)
        // Whoever takes a history in two parts hears of other certificates in each.
        var nodes = SplitMix64(seed: seed &+ 0x57A7E5)
        func bytes(_ events: [Copy.Event]) -> [UInt8] {
            let copy = Copy(events, of: history, by: scribe)
            return BundleWriter(
                copy.ledger, certificates: copy.certificates(&nodes),
                requests: scribe.requests(besides: events, of: history.events)
            ).encoded()
        }
        whole = bytes(history.events)
        parts = (0..<2).map { _ in bytes(history.events.filter { _ in random.next() % 3 != 0 }) }
    }
}
