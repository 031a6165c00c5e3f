internal import BitCollections
public import Cryptography
internal import Identity

/// How instruments stand to each other: what each is built on, which are well formed, which conflict.
///
/// Looks at instruments only, never at seals. Every instrument whose ground and replaced ones are all known has an index,
/// after everything it names; the others await records.
/// Source: `Docs/Specification/agreement.md`, sections "Well formed" and "Conflict".
public struct Structure: Sendable {
    /// An instrument's place in ``instruments``.
    typealias Index = Int

    let roadmap: InstrumentID
    let instruments: [Instrument]
    let indexOf: [InstrumentID: Index]
    /// By the id of an instrument that cannot be judged: what it names, directly, that is absent or awaiting itself.
    let awaited: [InstrumentID: [InstrumentID]]
    /// What each is directly built on, and what it names in `replaces`.
    let ground: [[Index]]
    let replaces: [[Index]]
    /// Everything each is built on, all the way down.
    private(set) var ancestors: [BitSet] = []
    private(set) var illFormedness: [Index: IllFormedness] = [:]
    /// Of those that await records, the ones that are ill-formed whatever arrives.
    private(set) var illFormedAwaiting: [InstrumentID: IllFormedness] = [:]
    /// What may be perfected.
    private(set) var wellFormed = BitSet()
    /// The well-formed instruments that write a provision, oldest first.
    private(set) var writers: [Identifier: [Index]] = [:]
    /// The well-formed instruments that name a version in their base.
    private(set) var naming: [Version: Naming] = [:]
    /// Provisions that ever had this parent, in some version.
    private(set) var children: [Identifier: Set<Identifier>] = [:]
    /// The rules and rosters that any well-formed instrument writes.
    private(set) var rulesAndRosters: Set<Identifier> = []
    /// The party records that ever carried a key, in some version.
    private(set) var carriers: [PublicKey: Set<Identifier>] = [:]
    /// The well-formed instruments that write a rule, a roster or a party record.
    private(set) var constitutional = BitSet()
    /// The well-formed instruments that replace others.
    private(set) var replacing = BitSet()

    /// One version of a provision; nil is "did not exist".
    struct Version: Hashable {
        let provision: Identifier
        let id: InstrumentID?
    }

    /// Those that name a version in their base: `writers` also write the provision, `reliers` do not.
    struct Naming {
        var writers: [Index] = []
        var reliers: [Index] = []
    }

    public init(of known: [InstrumentID: Instrument], roadmap: InstrumentID) {
        let order = GroundOrder(of: known)
        self.roadmap = roadmap
        instruments = order.instruments
        indexOf = order.indexOf
        awaited = order.awaited
        ground = order.instruments.map { $0.ground.map { order.indexOf[$0]! } }
        replaces = order.instruments.map { $0.replaces.map { order.indexOf[$0]! } }
        ancestors.reserveCapacity(instruments.count)
        for index in instruments.indices {
            ancestors.append(ancestors(overGround: ground[index]))
            if let reason = reasonIllFormed(index) {
                illFormedness[index] = reason
            } else {
                register(index)
            }
        }
        illFormedAwaiting = reasonsIllFormedAwaiting(known)
    }

    /// True if `one` is built on `other`.
    func isBuilt(_ one: Index, on other: Index) -> Bool { ancestors[one].contains(other) }

    /// The newest well-formed writer of a provision among `instruments`, which hold no two that conflict.
    ///
    /// Without a conflict the writers of one provision are a line, so the one that comes last is built on the others.
    func newestWriter(of provision: Identifier, among instruments: BitSet) -> Index? {
        writers[provision]?.last { instruments.contains($0) }
    }

    /// What a provision says by the instruments in a set without conflicts; nil if it does not exist or was repealed.
    func content(of provision: Identifier, among instruments: BitSet) -> Content? {
        newestWriter(of: provision, among: instruments).flatMap {
            self.instruments[$0].change(to: provision)?.content
        }
    }

    /// Every provision that stands by the instruments in a set without conflicts, with its newest writer.
    func text(among instruments: BitSet) -> [Identifier: Index] {
        var text: [Identifier: Index] = [:]
        for index in instruments {
            for change in self.instruments[index].changes {
                text[change.provision] = change.content == nil ? nil : index
            }
        }
        return text
    }

    /// `provision` and all it contains, by the instruments in a set without conflicts; itself first.
    func subtree(of provision: Identifier, among instruments: BitSet) -> [Identifier] {
        var found = [provision]
        var next = 0
        while next < found.count {
            for child in (children[found[next]] ?? []).sorted()
            where content(of: child, among: instruments)?.parent == found[next] {
                found.append(child)
            }
            next += 1
        }
        return found
    }

    private func ancestors(overGround ground: [Index]) -> BitSet {
        // The highest first: it usually contains all the others, which then cost one look each.
        var ancestors = BitSet()
        for parent in ground.sorted(by: >) where !ancestors.contains(parent) {
            ancestors.formUnion(self.ancestors[parent])
            ancestors.insert(parent)
        }
        return ancestors
    }

    private mutating func register(_ index: Index) {
        let instrument = instruments[index]
        wellFormed.insert(index)
        if instrument.isConstitutional { constitutional.insert(index) }
        if !instrument.replaces.isEmpty { replacing.insert(index) }
        for (provision, version) in instrument.base {
            let name = Version(provision: provision, id: version)
            if instrument.writes(provision) {
                naming[name, default: Naming()].writers.append(index)
            } else {
                naming[name, default: Naming()].reliers.append(index)
            }
        }
        for change in instrument.changes {
            writers[change.provision, default: []].append(index)
            if let parent = change.content?.parent { children[parent, default: []].insert(change.provision) }
            switch ReservedProvision(change.provision) {
            case .rule, .roster: rulesAndRosters.insert(change.provision)
            case .party, .closing, nil: break
            }
            guard case .party(let record)? = change.content?.reserved else { continue }
            for key in record.allKeys { carriers[key, default: []].insert(change.provision) }
        }
    }
}
