internal import AgreementBridge
internal import AgreementReference

/// Plays the history of a seed in real records and asks the product, too.
struct ComparingProduct {
    /// The outcome of the seed, with what product and reference say otherwise of its copies.
    static func play(seed: UInt64) -> Campaign.Outcome {
        let scribe = Scribe(seed: seed)
        return Campaign.play(seed: seed, names: scribe.names) { history in
            var comparison = Comparison(history, scribe, seed: seed)
            return comparison.differences()
        }
    }
}
