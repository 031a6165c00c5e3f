/// The key records of one copy: the roots that instruments carry, the good statements that descend from them, and which
/// of them speak for their party still.
///
/// Readings:
/// - A statement counts its signatures by keys that may sign it; others are as if they were not there.
/// - The chain of a root is a tree, since whoever has the keys may fork it.
/// - A statement with both authorities has recovery authority.
/// - `forked-keys` is not said of superseded statements: recovery settles who was the thief.
struct ReferenceKeyChains {
    /// A key record: a root (version 0, no statement), or a good statement.
    struct Link {
        let id: String
        let party: String
        /// The root of its chain.
        let root: String
        let version: Int
        let previous: String?
        /// `nil` while frozen.
        let record: ReferencePartyRecord?
        /// The last record up to here: its own, or the one before the freeze.
        let held: ReferencePartyRecord
        let isByRecovery: Bool
        let acknowledges: Set<String>
    }

    /// By party and id.
    private(set) var links: [Place: Link] = [:]
    private var children: [Place: [Place]] = [:]
    private var superseded: Set<Place> = []
    /// By the place of the root.
    private var acknowledged: [Place: Set<String>] = [:]
    private let meaning: ReferenceMeaning

    struct Place: Hashable {
        let party: String
        let id: String
    }

    init(
        roots: [Place: ReferencePartyRecord], statements: [ReferenceKeyStatement], meaning: ReferenceMeaning = .agreed
    ) {
        self.meaning = meaning
        for (place, record) in roots {
            links[place] = Link(
                id: place.id, party: place.party, root: place.id, version: 0, previous: nil, record: record,
                held: record, isByRecovery: false, acknowledges: [])
        }
        guard !statements.isEmpty else { return }
        link(Self.withAllSignatures(statements))
        if meaning.holds(.recoverySupersedes) { supersede() }
        for (place, link) in links where link.previous != nil && !superseded.contains(place) {
            acknowledged[Place(party: link.party, id: link.root), default: []].formUnion(link.acknowledges)
        }
    }

    private static func withAllSignatures(_ statements: [ReferenceKeyStatement]) -> [ReferenceKeyStatement] {
        var whole: [String: ReferenceKeyStatement] = [:]
        for statement in statements {
            if whole[statement.id]?.signers.formUnion(statement.signers) == nil { whole[statement.id] = statement }
        }
        return whole.values.sorted { precedesBytewise($0.id, $1.id) }
    }

    /// Takes in whatever is good over what is there, until nothing more is.
    private mutating func link(_ statements: [ReferenceKeyStatement]) {
        var waiting = statements
        var hasLinked = true
        while hasLinked {
            hasLinked = false
            waiting.removeAll { statement in
                let place = Place(party: statement.party, id: statement.id)
                let before = Place(party: statement.party, id: statement.previous)
                guard let previous = links[before], let link = Self.link(statement, over: previous) else {
                    return false
                }
                links[place] = link
                children[before, default: []].append(place)
                hasLinked = true
                return true
            }
        }
    }

    private static func link(_ statement: ReferenceKeyStatement, over previous: Link) -> Link? {
        let isByRecovery = previous.held.recovery.isMet(by: statement.signers)
        let isBySeal = previous.record?.seal.isMet(by: statement.signers) ?? false
        guard statement.version == previous.version + 1, isByRecovery || isBySeal else { return nil }
        if !isByRecovery, let next = previous.held.next, let record = statement.record, record.seal != next {
            return nil
        }
        let brought = statement.record?.allKeys.subtracting(previous.held.allKeys) ?? []
        guard brought.isSubset(of: statement.signers) else { return nil }
        return Link(
            id: statement.id, party: statement.party, root: previous.root, version: statement.version,
            previous: previous.id, record: statement.record, held: statement.record ?? previous.held,
            isByRecovery: isByRecovery, acknowledges: Set(statement.acknowledges))
    }

    /// Recovery beats whoever changed the same record by its seal keys.
    private mutating func supersede() {
        for siblings in children.values where siblings.contains(where: { links[$0]?.isByRecovery ?? false }) {
            var frontier = siblings.filter { !(links[$0]?.isByRecovery ?? false) }
            while let place = frontier.popLast() {
                superseded.insert(place)
                frontier += children[place] ?? []
            }
        }
    }

    // MARK: Questions

    /// The root of the chain that a usable key record is in.
    func root(of keys: String, for party: String) -> String? {
        guard let link = links[Place(party: party, id: keys)], link.record != nil else { return nil }
        return link.root
    }

    func isSuperseded(_ place: Place) -> Bool { superseded.contains(place) }

    /// Whether a key record is no longer the one its party uses.
    func isRetired(_ keys: String, of party: String) -> Bool {
        let place = Place(party: party, id: keys)
        return superseded.contains(place) || !(children[place] ?? []).isEmpty
    }

    /// Whether a seal or withdrawal under some keys was made, for all one can see, by whoever stole them.
    func isDisputed(_ id: String, under keys: String, of party: String) -> Bool {
        guard let link = links[Place(party: party, id: keys)], isRetired(keys, of: party) else { return false }
        return !(acknowledged[Place(party: party, id: link.root)]?.contains(id) ?? false)
    }

    /// What the statements of a root's chain that still hold acknowledge.
    func acknowledged(inChainOf root: Place) -> Set<String> { acknowledged[root] ?? [] }

    /// The ids of statements of one party over one record, by one kind of authority, more than one.
    func forks(of party: String) -> [(root: String, statements: [String])] {
        var forks: [(root: String, statements: [String])] = []
        for (place, siblings) in children where place.party == party {
            let live = siblings.filter { meaning.lacks(.supersededForksNothing) || !superseded.contains($0) }
            for isByRecovery in [false, true] {
                let alike = live.filter { links[$0]?.isByRecovery == isByRecovery }.map(\.id)
                if alike.count > 1 { forks.append((links[place]?.root ?? "", alike.sortedBytewise())) }
            }
        }
        return forks.sorted { precedesBytewise($0.statements[0], $1.statements[0]) }
    }
}
