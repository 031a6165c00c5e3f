internal import BitCollections
package import Cryptography
internal import Identity

/// Whether a signed seal is its party's binding word by one copy, or why it is not.
///
/// Source: `Docs/Specification/agreement.md`, section "Which seals count".
package enum SealStanding: Hashable, Sendable {
    /// Its instrument is absent, or awaits records.
    case unjudged
    case onIllFormed
    /// It is made under another record than its party's on that instrument, or too few have signed it.
    case notCounting
    /// Its keys are retired, and nothing acknowledges it.
    case disputed
    /// No perfected instrument carries the record at the root of its keys.
    case notEstablished
    case binding
}

extension Evaluation {
    package func standing(ofSeal id: Digest, on instrument: InstrumentID) -> SealStanding {
        if illFormedness(of: instrument) != nil { return .onIllFormed }
        guard let index = structure.indexOf[instrument], structure.wellFormed.contains(index) else { return .unjudged }
        guard let seal = seals.on[index].first(where: { $0.id == id }) else { return .notCounting }
        if seal.isDisputed { return .disputed }
        return isEstablished(seal.chain, of: seal.party) ? .binding : .notEstablished
    }
}

/// For what a seal counts on its instrument, and whether it is its party's undisputed word.
package struct WeightOfSeal: Hashable, Sendable {
    /// For all that rules ask, and for what is asked of newcomers.
    package let counts: Bool
    package let countsAsNewcomers: Bool
    package let isDisputed: Bool
    /// Some perfected instrument carries the record at the root of its keys.
    package let isEstablished: Bool
}

extension Evaluation {
    /// The seals that count on an instrument in one way or the other, by their ids.
    package func weights(on instrument: InstrumentID) -> [Digest: WeightOfSeal] {
        guard let index = structure.indexOf[instrument] else { return [:] }
        return seals.on[index].reduce(into: [:]) { weights, seal in
            weights[seal.id] = WeightOfSeal(
                counts: seal.counts, countsAsNewcomers: seal.countsAsNewcomers, isDisputed: seal.isDisputed,
                isEstablished: isEstablished(seal.chain, of: seal.party))
        }
    }
}
