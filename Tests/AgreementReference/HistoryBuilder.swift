/// A founding and what came after it, in the order in which it reached whoever wrote it down.
public struct ReferenceHistory: Sendable {
    public enum Event: Hashable, Sendable {
        case published(ReferenceInstrument)
        case sealed(ReferenceSeal)
    }

    public var roadmap: String
    public var events: [Event]
    /// Parties whose software may do anything.
    public var liars: Set<String> = []
    /// Under every rule of the template any two winning coalitions share a majority of the key states.
    public var hasSafeRules = true

    public var instruments: [ReferenceInstrument] { Self.instruments(of: events) }
    public var seals: [ReferenceSeal] { Self.seals(of: events) }
    public var parties: Set<String> {
        Set(instruments.flatMap(\.changes.keys).filter { $0.hasPrefix("party/") }.map { Provision.name(in: $0) })
    }

    public static func instruments(of events: some Sequence<Event>) -> [ReferenceInstrument] {
        events.compactMap { if case .published(let instrument) = $0 { instrument } else { nil } }
    }
    public static func seals(of events: some Sequence<Event>) -> [ReferenceSeal] {
        events.compactMap { if case .sealed(let seal) = $0 { seal } else { nil } }
    }

    /// What a copy that holds these events, in any order, makes of them.
    public func reference(of events: some Sequence<Event>) -> Reference {
        Reference(
            roadmap: roadmap, instruments: Self.instruments(of: events), seals: Self.seals(of: events))
    }

    /// What a copy that holds everything makes of it.
    public var reference: Reference { reference(of: events) }
}

/// Writes histories down: assigns ids, drafts as honest tools would, seals under the right keys.
///
/// Instruments are built in an order in which everything beneath one comes before it, so that an id can be the hash of
/// bytes that hold the ids beneath. Whoever tests a product with real bytes passes closures that encode and hash.
public struct HistoryBuilder {
    /// Given an instrument whose `id` is still empty, its id.
    public typealias AssignID = (ReferenceInstrument) -> String
    /// Given a party and how many records it had before this one, the id of the key record that its new record starts.
    public typealias AssignKeyRecord = (_ party: String, _ serial: Int) -> String

    private let assignID: AssignID
    private let assignKeyRecord: AssignKeyRecord
    private var serials: [String: Int] = [:]
    public private(set) var ground = ReferenceGround(roadmap: "")
    public private(set) var events: [ReferenceHistory.Event] = []
    public private(set) var seals: [ReferenceSeal] = []
    public private(set) var roadmap = ""

    public init(assignID: @escaping AssignID, assignKeyRecord: @escaping AssignKeyRecord) {
        self.assignID = assignID
        self.assignKeyRecord = assignKeyRecord
    }

    /// Ids and key records made up from a seed.
    public init(seed: UInt64) {
        self.init(assignID: Self.madeUpIDs(seed: seed), assignKeyRecord: Self.madeUpKeyRecord)
    }

    /// 64 hex digits that differ for every number, in no order.
    public static func madeUpIDs(seed: UInt64) -> AssignID {
        { instrument in
            var generator = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(instrument.number))
            return generator.hex(64)
        }
    }
    public static func madeUpKeyRecord(of party: String, serial: Int) -> String { "\(party)'s keys \(serial)" }

    public var history: ReferenceHistory { ReferenceHistory(roadmap: roadmap, events: events) }

    public func reference(memo: ReferenceMemo = ReferenceMemo()) -> Reference {
        Reference(ground: ground, instruments: Set(ground.instruments.keys), seals: seals, memo: memo)
    }

    // MARK: Publishing

    /// A new record for a party; each call starts other keys.
    public mutating func newRecord(of party: String) -> ReferenceContent {
        let serial = serials[party, default: 0]
        serials[party] = serial + 1
        return .record(assignKeyRecord(party, serial))
    }

    public mutating func found(_ contents: [String: ReferenceContent]) -> String {
        var founding = ReferenceInstrument(
            isFounding: true, base: [:], changes: contents.mapValues { .set($0) })
        founding.id = assignID(founding)
        roadmap = founding.id
        ground = ReferenceGround(roadmap: roadmap)
        ground.add(founding)
        events.append(.published(founding))
        return roadmap
    }

    public mutating func publish(_ draft: ReferenceInstrument) -> String {
        var instrument = draft
        instrument.number = ground.instruments.count
        instrument.id = assignID(instrument)
        ground.add(instrument)
        events.append(.published(instrument))
        return instrument.id
    }

    /// Gives a seal under the newest keys of the party that its instrument writes or is built on.
    ///
    /// - Returns: Its place among the seals; also where it had been given before.
    @discardableResult
    public mutating func seal(
        _ instrument: String, by party: String, _ verdict: ReferenceVerdict = .accept, provided: [String] = [],
        in capacities: [String]? = nil, under keys: String? = nil, isSigned: Bool = true
    ) -> Int {
        let newest = ground.keyRecord(of: party, for: instrument)
        let seal = ReferenceSeal(
            party: party, instrument: instrument, keys: keys ?? newest ?? "no keys of \(party)",
            capacities: capacities?.sortedBytewise(), verdict: verdict, provided: provided.sortedBytewise(),
            isSigned: isSigned)
        if let place = seals.firstIndex(of: seal) { return place }
        seals.append(seal)
        events.append(.sealed(seal))
        return seals.count - 1
    }

    public mutating func seal(
        _ instrument: String, by parties: [String], _ verdict: ReferenceVerdict = .accept, provided: [String] = []
    ) {
        for party in parties { seal(instrument, by: party, verdict, provided: provided) }
    }

    /// Everything the given instruments are built on, and they.
    public func view(of instruments: Set<String>) -> Set<String> {
        instruments.reduce(into: instruments) { $0.formUnion(ground.beneath[$1] ?? []) }
    }

    // MARK: Drafting

    /// What honest tools would publish: `changes` on the text of a view, with all that it relies on in its base, built
    /// on whoever in the view relied on what it writes, and naming those of `rivals` that would hold parties back.
    ///
    /// - Parameter view: Well-formed instruments, with all they are built on, no two in conflict.
    public func draft(
        _ changes: [String: ReferenceChange], on view: Set<String>, relyingOn relied: Set<String> = [],
        replacing: Set<String> = [], naming rivals: Set<String> = []
    ) -> ReferenceInstrument {
        let text = ground.text(of: view)
        let contents = ground.contents(of: text)
        let amending = ReferenceAmending(changes, to: contents)
        var named = relied.union(changes.keys)
        for provision in amending.added.union(amending.moved) {
            named.formUnion(ReferenceAmending.ancestors(of: provision, in: amending.after) ?? [])
        }
        for provision in amending.moved {
            named.formUnion(ReferenceAmending.descendants(of: provision, in: amending.before))
        }
        for provisionClass in amending.classes {
            named.insert(Provision.rule(provisionClass))
            guard case .rule(let rule) = contents[Provision.rule(provisionClass)]?.matter else { continue }
            named.formUnion(rule.standings.map(Provision.roster))
        }
        if changes.keys.contains(where: Provision.isConstitutional) {
            named.formUnion(text.keys.filter(Provision.isRuleOrRoster))
        }
        var draft = ReferenceInstrument(base: [:], changes: changes, replaces: replacing)
        for provision in named { draft.base.updateValue(text[provision], forKey: provision) }
        if draft.directGround.isEmpty { draft.after = [roadmap] }
        buildOnWhoReliedOnIt(&draft, in: view)
        nameRivals(&draft, among: rivals.subtracting(view))
        return draft
    }

    /// Adds to `after` what in the view would else conflict.
    private func buildOnWhoReliedOnIt(_ draft: inout ReferenceInstrument, in view: Set<String>) {
        var beneath = ground.builtOn(by: draft)
        for id in view.sortedBytewise() where ground.conflict(draft, beneath: beneath, with: id) {
            draft.after.insert(id)
            beneath = ground.builtOn(by: draft)
        }
    }

    /// Adds to `replaces` what would hold back those who committed to it.
    private func nameRivals(_ draft: inout ReferenceInstrument, among rivals: Set<String>) {
        let beneath = ground.builtOn(by: draft)
        var hasNamed = true
        while hasNamed {
            hasNamed = false
            for rival in rivals.subtracting(beneath).subtracting(draft.replaces).sortedBytewise() {
                let objections = ground.objections(to: draft, beneath: beneath, afterCommittingTo: rival)
                if objections.isEmpty { continue }
                draft.replaces.insert(rival)
                hasNamed = true
            }
        }
    }
}
