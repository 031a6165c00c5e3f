internal import Agreement
internal import Cryptography

/// Instruments that nobody has put a seal to, by the node key whose journal brought each.
///
/// An instrument costs its author nothing but bytes, and every copy an evaluation; a seal is a word that its party is held
/// to. Whoever wants room again seals its own instruments, or rejects them.
struct UnsealedInstruments: Sendable {
    private var carriers: [InstrumentID: KeyID] = [:]
    private var counts: [KeyID: Int] = [:]
    /// Those with a seal, for a seal may come first.
    private var sealed: Set<InstrumentID> = []

    func count(by key: KeyID) -> Int { counts[key] ?? 0 }

    mutating func insert(_ instrument: InstrumentID, by carrier: KeyID) {
        guard !sealed.contains(instrument), carriers[instrument] == nil else { return }
        carriers[instrument] = carrier
        counts[carrier, default: 0] += 1
    }

    mutating func noteSeal(on instrument: InstrumentID) {
        sealed.insert(instrument)
        guard let carrier = carriers.removeValue(forKey: instrument) else { return }
        counts[carrier, default: 0] -= 1
    }
}
