public import Agreement
public import Cryptography
public import Drafting
public import Identity

/// What a draft stands on in the agreement: its base, and the parties that its writers write for.
extension Evaluation {
    /// What a draft that is opened now names as its base: what is in force and nothing else in force is built on; the
    /// founding while nothing is.
    public var draftBaseNames: [InstrumentID] {
        isAnythingPerfected ? newestInForce : instrumentIDs.filter { instrument($0)?.isFounding == true }
    }

    /// The text that instruments make together, as a draft is opened on it; nil if one of them is not here, or is not
    /// well formed.
    ///
    /// Reserved provisions are left out. Siblings stand in their order, and parents before what they contain.
    public func draftBase(of names: [InstrumentID]) -> DraftBase? {
        guard let text = text(of: names)?.filter({ !ReservedProvision.isReserved($0.id) }) else { return nil }
        let there = Set(text.map(\.id))
        let children = Dictionary(grouping: text) { provision in
            provision.content.parent.flatMap { there.contains($0) ? $0 : nil }
        }.mapValues { $0.sorted(by: Self.standsBefore) }
        var provisions: [DraftBase.Provision] = []
        var open = Array((children[nil] ?? []).reversed())
        while let next = open.popLast() {
            provisions.append(DraftBase.Provision(next, beneath: next.content.parent.filter(there)))
            open += (children[next.id] ?? []).reversed()
        }
        return DraftBase(provisions)
    }

    private static func standsBefore(_ one: ProvisionInForce, _ other: ProvisionInForce) -> Bool {
        one.content.order == other.content.order
            ? one.id < other.id : one.content.order.lexicographicallyPrecedes(other.content.order)
    }
}

extension Identifier? {
    fileprivate func filter(_ there: Set<Identifier>) -> Identifier? { flatMap { there.contains($0) ? $0 : nil } }
}

extension DraftBase.Provision {
    fileprivate init(_ provision: ProvisionInForce, beneath parent: Identifier?) {
        let content = provision.content
        self.init(
            identifier: provision.id, parent: parent, kind: content.kind, provisionClass: content.provisionClass,
            number: content.number, headings: content.heading?.byLanguage ?? [:],
            texts: content.text?.byLanguage ?? [:], attributes: content.attributes)
    }
}

/// The parties that nodes write for.
///
/// A record that stands in an established chain says whose node a key is, or one of the founding's; only where there is
/// none, any other at hand: else whoever publishes a record that names another party's node could write in that one's
/// stead.
public struct DraftWriters: Sendable {
    private let ledger: Ledger
    private let established: [KeyID: Identifier]

    public init(_ ledger: Ledger, _ evaluation: Evaluation) {
        self.ledger = ledger
        let roots = EstablishedRoots(evaluation)
        let founding = ledger.instruments[ledger.roadmap]
        var parties: [KeyID: Identifier] = [:]
        for keys in ledger.keyChains.all {
            let isFounding = founding?.partyRecords.contains { $0.party == keys.party && $0.record.id == keys.root }
            guard isFounding == true || roots.contains(keys) else { continue }
            for node in keys.record?.nodes ?? [] where parties[node.key.id] == nil { parties[node.key.id] = keys.party }
        }
        established = parties
    }

    /// The party whose record certifies a key; of several the first.
    public func party(of key: KeyID) -> Identifier? { established[key] ?? ledger.parties(ofNode: key).first }
}
