internal import BitCollections
internal import Cryptography

/// The instruments that can be judged, in an order in which each comes after all it names, and what the others await.
///
/// Ids are hashes, so nothing can name what names it, and the order always exists; among those that may come next the
/// lowest id is first, so that it is the same for every order of arrival.
struct GroundOrder {
    private(set) var instruments: [Instrument] = []
    private(set) var indexOf: [InstrumentID: Int] = [:]
    /// By the id of an instrument that cannot be judged: what it names, directly, that is absent or awaiting itself.
    private(set) var awaited: [InstrumentID: [InstrumentID]] = [:]

    init(of known: [InstrumentID: Instrument]) {
        let names = known.mapValues { Set($0.ground + $0.replaces) }
        var namedBy: [InstrumentID: [InstrumentID]] = [:]
        var missingCount: [InstrumentID: Int] = [:]
        for (id, named) in names {
            missingCount[id] = named.count
            for other in named { namedBy[other, default: []].append(id) }
        }
        var ready = names.filter { $0.value.isEmpty }.map(\.key).sorted()
        while !ready.isEmpty {
            var next: [InstrumentID] = []
            for id in ready {
                indexOf[id] = instruments.count
                instruments.append(known[id]!)
                for dependent in namedBy[id] ?? [] {
                    missingCount[dependent]! -= 1
                    if missingCount[dependent] == 0 { next.append(dependent) }
                }
            }
            ready = next.sorted()
        }
        for (id, named) in names where indexOf[id] == nil {
            awaited[id] = named.filter { indexOf[$0] == nil }.sorted()
        }
    }
}
