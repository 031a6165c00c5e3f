internal import Cryptography
internal import Identity

/// What has been consented to on one instrument: the verdicts that rules count, those by which newcomers prove the keys
/// that they bring, and the withdrawals that excuse.
struct Consent {
    var verdicts = Verdicts()
    var newcomers = Verdicts()
    /// Whether a withdrawal excuses its party here, by its id; nil if there is none.
    var hears: ((Digest) -> Bool)?

    /// Everybody has accepted, in all capacities and under whatever keys.
    static var ofAll: Consent { Consent(verdicts: .acceptedByAll, newcomers: .acceptedByAll) }

    mutating func add(_ verdict: Seal.Verdict, by seal: CountedSeal, asNewcomers: Bool) {
        if seal.counts { verdicts.add(verdict, by: seal.party, in: seal.capacities) }
        if asNewcomers, seal.countsAsNewcomers { newcomers.add(verdict, by: seal.party, in: seal.capacities) }
    }
}
