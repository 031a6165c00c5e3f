internal import BitCollections
public import Cryptography
public import Identity

/// A provision as it stands in force.
public struct ProvisionInForce: Hashable, Sendable {
    public let id: Identifier
    public let content: Content
    /// The instrument that last wrote it.
    public let version: Instrument
}

extension Evaluation {
    /// Ids of the perfected instruments, ascending.
    public var perfected: [InstrumentID] { ids(perfectedSet) }
    public var isAnythingPerfected: Bool { !perfectedSet.isEmpty }
    /// Ids of the instruments in force, ascending.
    public var inForce: [InstrumentID] { ids(inForceSet) }
    public var standing: [InstrumentID] { ids(standingSet) }
    public var out: [InstrumentID] { ids(outSet) }
    /// Ids of the instruments that stand and conflict, ascending.
    public var contestedIDs: [InstrumentID] { ids(contested) }

    /// Ids of all instruments among the records, ascending.
    public var instrumentIDs: [InstrumentID] {
        (structure.instruments.map(\.id) + structure.awaiting.instruments.keys).sorted()
    }

    public func instrument(_ id: InstrumentID) -> Instrument? {
        structure.indexOf[id].map { structure.instruments[$0] }
    }

    /// What an instrument that cannot be judged yet names and is not there.
    public func awaited(by id: InstrumentID) -> [InstrumentID] { structure.awaited(by: id) ?? [] }

    public func conflict(_ one: InstrumentID, _ other: InstrumentID) -> Bool {
        guard let a = structure.indexOf[one], let b = structure.indexOf[other] else { return false }
        return structure.conflict(a, b)
    }

    /// The instruments that conflict with this one, well formed or not sealed by anybody: its rivals, ascending.
    public func rivals(of id: InstrumentID) -> [InstrumentID] {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return [] }
        return ids(BitSet(structure.conflicts(of: index, in: structure.wellFormed)))
    }

    public func isBuilt(_ one: InstrumentID, on other: InstrumentID) -> Bool {
        guard let a = structure.indexOf[one], let b = structure.indexOf[other] else { return false }
        return structure.isBuilt(a, on: b)
    }

    /// What an instrument needs, with rosters and names filled in; empty for one that is not well formed.
    public func requirements(of id: InstrumentID) -> [Requirement] {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return [] }
        return needs.requirements(of: index, in: structure)
    }

    /// The seals that count on an instrument, by party and id.
    public func countingSeals(on id: InstrumentID) -> [Digest] {
        guard let index = structure.indexOf[id] else { return [] }
        return seals.on[index].filter(\.counts).sorted { ($0.party, $0.id) < ($1.party, $1.id) }.map(\.id)
    }

    /// The whole text in force, by provision.
    public var textInForce: [ProvisionInForce] { text(of: inForceSet) }

    /// The text as an instrument found it: all it is built on, taken together.
    public func textBeneath(_ id: InstrumentID) -> [ProvisionInForce] {
        structure.indexOf[id].map { text(of: structure.ancestors[$0]) } ?? []
    }

    /// One provision as it stands in force.
    public func provisionInForce(_ provision: Identifier) -> ProvisionInForce? {
        provisionStanding(provision, among: inForceSet)
    }

    /// One provision as an instrument found it.
    public func provision(_ provision: Identifier, beneath id: InstrumentID) -> ProvisionInForce? {
        structure.indexOf[id].flatMap { provisionStanding(provision, among: structure.ancestors[$0]) }
    }

    /// The version in force of a provision, repealed ones included; nil if it never existed.
    public func versionInForce(of provision: Identifier) -> InstrumentID? {
        structure.newestWriter(of: provision, among: inForceSet).map { structure.instruments[$0].id }
    }

    /// The instruments in force that rely on a provision without writing it, at its version in force.
    public func reliersInForce(on provision: Identifier) -> [InstrumentID] {
        let version = Structure.Version(provision: provision, id: versionInForce(of: provision))
        return ids(BitSet((structure.naming[version]?.reliers ?? []).filter(inForceSet.contains)))
    }

    /// The instruments in force that no other in force is built on: naming these names all.
    public var newestInForce: [InstrumentID] {
        var covered = BitSet()
        for index in inForceSet { covered.formUnion(BitSet(structure.ground[index])) }
        return ids(inForceSet.subtracting(covered))
    }

    var contested: BitSet { contestedPairs.reduce(into: BitSet()) { $0.formUnion([$1.one, $1.other]) } }

    func ids(_ set: BitSet) -> [InstrumentID] { set.map { structure.instruments[$0].id }.sorted() }

    func text(of set: BitSet) -> [ProvisionInForce] {
        structure.text(among: set).sorted { $0.key < $1.key }.map { provision, index in
            let version = structure.instruments[index]
            return ProvisionInForce(id: provision, content: version.change(to: provision)!.content!, version: version)
        }
    }

    private func provisionStanding(_ provision: Identifier, among set: BitSet) -> ProvisionInForce? {
        guard let index = structure.newestWriter(of: provision, among: set),
            let content = structure.instruments[index].change(to: provision)?.content
        else { return nil }
        return ProvisionInForce(id: provision, content: content, version: structure.instruments[index])
    }
}

extension Evaluation {
    /// Every party with a record in force, ascending, with the standings it holds by the rosters in force. Before the
    /// founding is in force, those that the founding names.
    public var partiesInForce: [(party: Identifier, standings: [Identifier])] {
        let set = inForceOrFounding
        var standings: [Identifier: [Identifier]] = [:]
        for provision in structure.rostersAndRecords {
            switch (ReservedProvision(provision), structure.content(of: provision, among: set)?.reserved) {
            case (.party(let party), .party): standings[party, default: []] += []
            case (.roster(let standing), .roster(let roster)):
                for holder in roster.effectiveHolders { standings[holder, default: []].append(standing) }
            default: break
            }
        }
        return standings.keys.sorted().map { ($0, standings[$0]!.sorted()) }
    }

    /// The newest record of a party in force, or in the founding before it is in force.
    public func recordInForce(of party: Identifier) -> PartyRecord? {
        guard let name = ReservedProvision.record(of: party),
            case .party(let record)? = structure.content(of: name, among: inForceOrFounding)?.reserved
        else { return nil }
        return record
    }

    private var inForceOrFounding: BitSet {
        guard inForceSet.isEmpty, let founding = structure.indexOf[structure.roadmap] else { return inForceSet }
        return [founding]
    }
}
