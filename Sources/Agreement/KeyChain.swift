public import Cryptography
public import Identity

/// What follows from the good key statements upon one root: which still hold, which keys a party has now, and which of
/// its seals are disputed.
///
/// The statements are a tree, for somebody may make two on one record: a thief and the party, or a party that lies.
/// Source: `Docs/Specification/keys.md`, section "Chains".
public struct KeyChain: Hashable, Sendable {
    public let party: Identifier
    /// The id of the record that an instrument carries.
    public let root: Digest
    /// The root, then the good statements, ascending by version, then by id.
    public private(set) var links: [Link]
    /// Seals and withdrawals that a statement which still holds acknowledges.
    public private(set) var acknowledged: Set<Digest> = []
    private var placeOf: [Digest: Int]
    /// The records that a statement with recovery authority follows.
    private var recovered: Set<Digest> = []

    /// One key record of the chain.
    public struct Link: Hashable, Sendable {
        public let record: KeyRecord
        /// What made it, and by what authority; nil for the root.
        public let statement: KeyStatement?
        public fileprivate(set) var authority: KeyAuthority?
        /// A recovery took its place, or that of one it stands on.
        public fileprivate(set) var isSuperseded = false
        /// A good statement follows it, or it is superseded: what is made under it is disputed unless acknowledged.
        public fileprivate(set) var isRetired = false

        fileprivate func precedes(_ other: Link) -> Bool {
            (record.version, record.id) < (other.record.version, other.record.id)
        }
    }

    init(root: KeyRecord) {
        party = root.party
        self.root = root.id
        links = [Link(record: root, statement: nil, authority: nil)]
        placeOf = [root.id: 0]
    }

    /// Takes in a good statement that follows a record of this chain, or the authority that it has come to have.
    mutating func add(_ onRecord: KeyStatementOnRecord) {
        let link = Link(
            record: KeyRecord(onRecord.statement, after: onRecord.previous), statement: onRecord.statement,
            authority: onRecord.authority)
        if let place = placeOf[link.record.id] {
            guard links[place].authority != link.authority else { return }
            links[place].authority = link.authority
            return judge()
        }
        let place = links.lastIndex { $0.precedes(link) }! + 1
        links.insert(link, at: place)
        for later in place..<links.count { placeOf[links[later].record.id] = later }
        if link.authority == .recovery { judge() } else { judgeLast(place) }
    }

    /// What has no recovery behind it changes nothing but that the record before is retired.
    private mutating func judgeLast(_ place: Int) {
        let statement = links[place].statement!
        let previous = placeOf[statement.previous]!
        links[previous].isRetired = true
        links[place].isSuperseded = links[previous].isSuperseded || recovered.contains(statement.previous)
        links[place].isRetired = links[place].isSuperseded
        if !links[place].isSuperseded { acknowledged.formUnion(statement.acknowledges) }
    }

    /// Recovery beats a thief of the seal keys who was first: what else was made on the same record is superseded, with
    /// all that stands on it.
    private mutating func judge() {
        recovered = Set(links.filter { $0.authority == .recovery }.compactMap { $0.statement?.previous })
        // A record's version is above that of the one before, so those come first.
        for place in links.indices {
            guard let previous = links[place].statement.map({ placeOf[$0.previous]! }) else { continue }
            links[previous].isRetired = true
            let isOverruled =
                links[place].authority != .recovery && recovered.contains(links[previous].record.id)
            links[place].isSuperseded = links[previous].isSuperseded || isOverruled
            links[place].isRetired = links[place].isSuperseded
        }
        acknowledged = links.reduce(into: []) { all, link in
            if !link.isSuperseded, let statement = link.statement { all.formUnion(statement.acknowledges) }
        }
    }

    /// The record with the party's keys of now: the deepest that is not superseded, of equals the one with the lowest id.
    public var newest: Link {
        links.filter { !$0.isSuperseded }.max {
            ($0.record.version, $1.record.id) < ($1.record.version, $0.record.id)
        }!
    }

    /// The link of a key record of this chain.
    public subscript(id: Digest) -> Link? { placeOf[id].map { links[$0] } }

    /// True if a seal or a withdrawal made under `keys`, a record of this chain, is not the party's undisputed word.
    public func isDisputed(_ statement: Digest, under keys: Digest) -> Bool {
        guard let link = self[keys] else { return false }
        return link.isRetired && !acknowledged.contains(statement)
    }

    /// Pairs of statements made on one record by one authority, neither superseded: of each such set the lowest id with
    /// every other.
    public var forks: [[Digest]] {
        struct Place: Hashable {
            let previous: Digest
            let authority: KeyAuthority
        }
        var made: [Place: [Digest]] = [:]
        for link in links where !link.isSuperseded {
            guard let statement = link.statement, let authority = link.authority else { continue }
            made[Place(previous: statement.previous, authority: authority), default: []].append(statement.id)
        }
        let pairs = made.values.flatMap { ids -> [[Digest]] in
            let ids = ids.sorted()
            return ids.dropFirst().map { [ids[0], $0] }
        }
        return pairs.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
