internal import AgreementReference
internal import Verification

/// The records of one random history as files: for whoever has another verifier of them.
package struct HistoryBundle {
    /// Everything that was said.
    package let whole: [UInt8]
    /// What two had heard of it, each some: together not always everything.
    package let parts: [[UInt8]]

    package init(seed: UInt64) {
        let scribe = Scribe(seed: seed)
        let history = Campaign.history(seed: seed, names: scribe.names)
        var random = SplitMix64(seed: seed &+ 0xB0D1E5)
        func bytes(_ events: [Copy.Event]) -> [UInt8] {
            BundleWriter(Copy(events, of: history, by: scribe).ledger).encoded()
        }
        whole = bytes(history.events)
        parts = (0..<2).map { _ in bytes(history.events.filter { _ in random.next() % 3 != 0 }) }
    }
}
