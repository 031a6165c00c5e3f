internal import BitCollections
public import Cryptography
internal import Identity

/// How instruments stand to each other: what each is built on, which are well formed, which conflict.
///
/// Looks at instruments only, never at seals. Every instrument whose ground and replaced ones are all known has an index,
/// after everything it names; the others await records.
/// Source: `Docs/Specification/agreement.md`, sections "Well formed" and "Conflict".
public struct Structure: Sendable {
    /// An instrument's place in ``instruments``: after all that it names, else as it came.
    typealias Index = Int

    let roadmap: InstrumentID
    private(set) var instruments: [Instrument] = []
    private(set) var indexOf: [InstrumentID: Index] = [:]
    private(set) var awaiting = Awaiting()
    /// What each is directly built on, and what it names in `replaces`.
    private(set) var ground: [[Index]] = []
    private(set) var replaces: [[Index]] = []
    /// The instrument that each closes.
    private(set) var closes: [Index?] = []
    /// How many instruments, each naming the next, lie beneath each at most.
    private var depth: [Int] = []
    /// Everything each is built on, all the way down.
    private(set) var ancestors: [BitSet] = []
    private(set) var illFormedness: [Index: IllFormedness] = [:]
    /// What may be perfected.
    private(set) var wellFormed = BitSet()
    /// By index, the well-formed instruments that are directly built on it, that replace it, and that close it.
    private(set) var builtDirectlyOn: [[Index]] = []
    private(set) var replacedBy: [[Index]] = []
    private(set) var closings: [Index: [Index]] = [:]
    /// The well-formed instruments that write a provision, oldest first.
    private(set) var writers: [Identifier: [Index]] = [:]
    /// The well-formed instruments that name a version in their base.
    private(set) var naming: [Version: Naming] = [:]
    /// Provisions that ever had this parent, in some version.
    private(set) var children: [Identifier: Set<Identifier>] = [:]
    /// The rules and rosters that any well-formed instrument writes.
    private(set) var rulesAndRosters: Set<Identifier> = []
    /// The rosters and party records.
    private(set) var rostersAndRecords: Set<Identifier> = []
    /// The party records that ever carried a key, in some version.
    private(set) var carriers: [PublicKey: Set<Identifier>] = [:]
    /// The ids of the party records that well-formed instruments write: the roots of key chains.
    private var roots: [Version: Digest] = [:]
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
        self.roadmap = roadmap
        for id in known.keys.sorted() { add(known[id]!) }
    }

    func isKnown(_ id: InstrumentID) -> Bool { indexOf[id] != nil || awaiting.instruments[id] != nil }

    /// Takes in one more instrument, and gives a place to all that can be judged now.
    ///
    /// - Returns: the places given, ascending.
    @discardableResult
    mutating func add(_ instrument: Instrument) -> Range<Index> {
        let first = instruments.count
        guard !isKnown(instrument.id) else { return first..<first }
        let named = instrument.named
        let lacking = named.filter { indexOf[$0] == nil }
        guard lacking.isEmpty else {
            let isIllFormed = reasonOnItsFace(instrument) != nil || named.contains(where: isJudgedIllFormed)
            awaiting.add(instrument, lacking: lacking, isIllFormed: isIllFormed)
            return first..<first
        }
        var ready = [instrument]
        while let next = ready.popLast() {
            let index = place(next)
            ready += awaiting.notePlaced(next.id, isIllFormed: illFormedness[index] != nil)
        }
        return first..<instruments.count
    }

    /// Those that have turned out to be ill-formed though they await records, since this was asked last.
    mutating func takeNewlyIllFormed() -> [InstrumentID] { awaiting.takeNewlyIllFormed() }

    private func isJudgedIllFormed(_ id: InstrumentID) -> Bool {
        indexOf[id].map { illFormedness[$0] != nil } ?? false
    }

    /// True if `one` is built on `other`.
    func isBuilt(_ one: Index, on other: Index) -> Bool { ancestors[one].contains(other) }

    /// What is named before what names it, and else in the order of ids: the same for every order of arrival.
    func precedes(_ one: Index, _ other: Index) -> Bool {
        (depth[one], instruments[one].id) < (depth[other], instruments[other].id)
    }

    /// True if the instrument, or something that it is built on, replaces `earlier`.
    func supersedes(_ index: Index, _ earlier: Index) -> Bool {
        replacedBy[earlier].contains { $0 == index || isBuilt(index, on: $0) }
    }

    /// The id of a party's record that an instrument carries.
    func root(_ record: Identifier, writtenBy index: Index) -> Digest? {
        roots[Version(provision: record, id: instruments[index].id)]
    }

    /// The id of a party's record that the newest instrument beneath carries.
    func root(_ record: Identifier, beneath index: Index) -> Digest? {
        newestWriter(of: record, among: ancestors[index]).flatMap { root(record, writtenBy: $0) }
    }

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

    private mutating func place(_ instrument: Instrument) -> Index {
        let index = instruments.count
        instruments.append(instrument)
        indexOf[instrument.id] = index
        ground.append(instrument.ground.map { indexOf[$0]! })
        replaces.append(instrument.replaces.map { indexOf[$0]! })
        closes.append(instrument.closing.map { indexOf[$0.subject]! })
        depth.append((instrument.named.map { depth[indexOf[$0]!] }.max() ?? -1) + 1)
        ancestors.append(ancestors(overGround: ground[index]))
        builtDirectlyOn.append([])
        replacedBy.append([])
        if let reason = reasonIllFormed(index) { illFormedness[index] = reason } else { register(index) }
        return index
    }

    private mutating func register(_ index: Index) {
        let instrument = instruments[index]
        wellFormed.insert(index)
        for beneath in ground[index] { builtDirectlyOn[beneath].append(index) }
        for replaced in replaces[index] { replacedBy[replaced].append(index) }
        if let subject = closes[index] { closings[subject, default: []].append(index) }
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
        for change in instrument.changes { register(change, of: instrument, index) }
    }

    private mutating func register(_ change: Instrument.Change, of instrument: Instrument, _ index: Index) {
        writers[change.provision, default: []].append(index)
        if let parent = change.content?.parent { children[parent, default: []].insert(change.provision) }
        switch ReservedProvision(change.provision) {
        case .rule: rulesAndRosters.insert(change.provision)
        case .roster:
            rulesAndRosters.insert(change.provision)
            rostersAndRecords.insert(change.provision)
        case .party: rostersAndRecords.insert(change.provision)
        case .closing, nil: break
        }
        guard case .party(let record)? = change.content?.reserved else { return }
        roots[Version(provision: change.provision, id: instrument.id)] = record.id
        for key in record.allKeys { carriers[key, default: []].insert(change.provision) }
    }
}
