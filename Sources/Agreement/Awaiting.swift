internal import Cryptography

/// The instruments that cannot be judged yet: each names something that is absent, or that awaits something itself.
struct Awaiting: Sendable {
    private(set) var instruments: [InstrumentID: Instrument] = [:]
    /// Of these, the ones that are ill-formed whatever arrives: on their face, or because something they name is.
    private(set) var illFormed: Set<InstrumentID> = []
    /// The same, as far as nobody has taken note of it yet.
    private var newlyIllFormed: [InstrumentID] = []
    /// By the id of what has no place yet: those that name it.
    private var naming: [InstrumentID: [InstrumentID]] = [:]
    private var lackingCount: [InstrumentID: Int] = [:]

    /// - Parameter lacking: what it names that has no place yet; not empty.
    mutating func add(_ instrument: Instrument, lacking: [InstrumentID], isIllFormed: Bool) {
        instruments[instrument.id] = instrument
        lackingCount[instrument.id] = lacking.count
        for other in lacking { naming[other, default: []].append(instrument.id) }
        if isIllFormed || lacking.contains(where: illFormed.contains) { markIllFormed(instrument.id) }
    }

    /// Takes note that an instrument has been given its place.
    ///
    /// - Returns: those that await nothing any more, ascending.
    mutating func notePlaced(_ id: InstrumentID, isIllFormed: Bool) -> [Instrument] {
        var ready: [Instrument] = []
        for dependent in (naming.removeValue(forKey: id) ?? []).sorted() {
            lackingCount[dependent]! -= 1
            if lackingCount[dependent] == 0 {
                ready.append(instruments.removeValue(forKey: dependent)!)
                lackingCount[dependent] = nil
                illFormed.remove(dependent)
            } else if isIllFormed {
                markIllFormed(dependent)
            }
        }
        return ready
    }

    /// What has turned out to be ill-formed since this was asked last, though it may have been given a place since.
    mutating func takeNewlyIllFormed() -> [InstrumentID] {
        defer { newlyIllFormed = [] }
        return newlyIllFormed
    }

    private mutating func markIllFormed(_ id: InstrumentID) {
        guard illFormed.insert(id).inserted else { return }
        newlyIllFormed.append(id)
        var open = [id]
        while let next = open.popLast() {
            for dependent in naming[next] ?? [] where illFormed.insert(dependent).inserted {
                newlyIllFormed.append(dependent)
                open.append(dependent)
            }
        }
    }
}
