/// A whole draft in the plainest way there is: the judge of the fast one.
///
/// It is made from all entries at once, and every question is answered by the words of
/// `Docs/Specification/drafting.md`, sections 5 to 10, looked up in the list of everything that was ever done. It
/// shares nothing with the code it judges.
public struct ReferenceDraft {
    public typealias ID = [UInt8]
    public typealias Said = ReferenceDraftEntry

    /// What an operation made is named by its entry and its number there.
    public struct Name: Hashable {
        public var entry: ID
        public var number: Int

        public init(entry: ID, number: Int) {
            self.entry = entry
            self.number = number
        }
    }

    public enum Node: Hashable {
        case base(String)
        case added(Name)
    }

    public enum Text: Hashable {
        case node(Node, language: String)
        case alternative(Name)
    }

    public enum Alternative: Hashable {
        case stands
        case nothing
        case added(Name)
    }

    public let opening: ReferenceDraftOpening
    /// The ids of the entries that have all their past, in the order of everything; the opening first.
    public let order: [ID]
    /// The ids of those that wait.
    public let waiting: Set<ID>
    /// By entry, the ids of its past.
    public let pasts: [ID: Set<ID>]
    public let depths: [ID: Int]
    /// What operations do that do something.
    public internal(set) var effects: [Name: Effect] = [:]
    /// Their names in the order of everything.
    public internal(set) var acts: [Name] = []
    let entries: [ID: Said]
    /// Every text that was opened on or edited, with its entries.
    var edited: [Text: ReferenceText] = [:]
    var editors: [Text: [ID]] = [:]

    /// The draft of these entries, whatever their order; each but once, the opening not among them.
    public init(opening: ReferenceDraftOpening, entries given: [Said]) {
        self.opening = opening
        let ready = Self.ready(opening: opening.id, among: given)
        entries = Dictionary(uniqueKeysWithValues: ready.map { ($0.id, $0) })
        waiting = Set(given.map(\.id)).subtracting(entries.keys)
        let pasts = Self.pasts(of: ready, opening: opening.id)
        let depths = Self.depths(from: pasts)
        self.pasts = pasts
        self.depths = depths
        let stamps = Dictionary(
            uniqueKeysWithValues: ready.map { ($0.id, Self.stamp($0.sequence, $0.writer, $0.id)) }
                + [(opening.id, Self.stamp(opening.sequence, opening.writer, opening.id))])
        order = pasts.keys.sorted { one, other in
            depths[one]! != depths[other]! ? depths[one]! < depths[other]! : stamps[one]!.precedes(stamps[other]!)
        }
        perform()
        typeTexts()
    }

    /// The draft as of some entries: they and their past.
    public func asOf(_ heads: [ID]) -> ReferenceDraft {
        let there = heads.reduce(into: Set(heads)) { $0.formUnion(pasts[$1]!) }
        return ReferenceDraft(opening: opening, entries: there.compactMap { entries[$0] })
    }

    /// The entries that are in nobody's past.
    public var heads: [ID] { order.filter { id in !pasts.values.contains { $0.contains(id) } } }

    public func party(of entry: ID) -> [UInt8] { entries[entry]?.party ?? opening.party }

    /// Everyone who has written.
    public var parties: Set<[UInt8]> { Set(order.map { party(of: $0) }) }

    static func stamp(_ sequence: UInt64, _ writer: [UInt8], _ id: ID) -> ReferenceText.Stamp {
        ReferenceText.Stamp(sequence: sequence, writer: writer, id: id)
    }

    private static func named(by entry: Said, opening: ID) -> [ID] {
        [opening] + entry.parents + (entry.previous.map { [$0] } ?? [])
    }

    private static func ready(opening: ID, among given: [Said]) -> [Said] {
        var ready: [Said] = []
        var atHand: Set<ID> = [opening]
        while let next = given.first(where: { entry in
            !atHand.contains(entry.id) && named(by: entry, opening: opening).allSatisfy(atHand.contains)
        }) {
            ready.append(next)
            atHand.insert(next.id)
        }
        return ready
    }

    private static func pasts(of ready: [Said], opening: ID) -> [ID: Set<ID>] {
        var pasts: [ID: Set<ID>] = [opening: []]
        for entry in ready {
            pasts[entry.id] = named(by: entry, opening: opening).reduce(into: []) { past, named in
                past.insert(named)
                past.formUnion(pasts[named]!)
            }
        }
        return pasts
    }

    /// One more than the greatest in the past: what has the smaller past comes first.
    private static func depths(from pasts: [ID: Set<ID>]) -> [ID: Int] {
        var depths: [ID: Int] = [:]
        for (id, past) in pasts.sorted(by: { $0.value.count < $1.value.count }) {
            depths[id] = (past.map { depths[$0]! }.max() ?? -1) + 1
        }
        return depths
    }
}
