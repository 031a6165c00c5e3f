public import Agreement
public import CanonicalEncoding
public import Cryptography
public import Identity

/// One provision of a text in force laid open, with the rule, the rosters and the party records that it takes to judge who
/// says so, and the tree that leads from these to the state root.
///
/// Nobody signs it: what it shows is under the root or it is not. Source: `Docs/Specification/proof.md`.
public struct ProvisionProof: Hashable, Sendable {
    public static let type = "syngraph/proof/1"

    public let payload: [UInt8]
    public let roadmap: InstrumentID
    /// The provision that it is about.
    public let provision: Identifier
    /// Provisions of the whole text.
    public let count: UInt64
    /// Ascending by place, and so by provision.
    public let shown: [(place: UInt64, leaf: StateLeaf)]
    /// Roots of the subtrees that nothing is shown of, from left to right.
    public let nodes: [Digest]
    private let tree: PartialTree

    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID, provision: Identifier, count: UInt64, shown: [(place: UInt64, leaf: StateLeaf)],
        nodes: [Digest]
    ) throws(DecodingRefusal) {
        let leaves = shown.map { place, leaf in
            CanonicalValue.record([
                ("place", .unsigned(place)), ("provision", leaf.provision.value), ("version", leaf.version.value),
                ("secret", leaf.secret.value), ("content", leaf.content.value),
            ])
        }
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap.value), ("provision", provision.value),
            ("count", .unsigned(count)), ("shown", .array(leaves)), ("nodes", .array(nodes.map(\.value))),
        ])
        try self.init(payload: value.encoded())
    }

    /// Reads a proof.
    ///
    /// - Throws: the faults of the fields, in their order; `contradiction` where the provision is not among those shown,
    ///   where another one is shown that is no rule, roster or party record, or where there are more nodes or fewer than
    ///   the tree lacks.
    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        roadmap = try fields.required("roadmap").digest()
        let provisionField = try fields.required("provision")
        let provision = try provisionField.identifier()
        let countField = try fields.required("count")
        let count = try countField.unsigned()
        guard (1...ProofLimits.leafCount).contains(count) else { throw countField.refusal(.outOfRange) }
        let shownField = try fields.required("shown")
        let shown = try Self.shown(shownField, of: count)
        let nodesField = try fields.required("nodes")
        let nodes = try Self.nodes(nodesField)
        try fields.finish()
        guard shown.contains(where: { $0.leaf.provision == provision }) else {
            throw provisionField.refusal(.contradiction)
        }
        guard shown.allSatisfy({ $0.leaf.provision == provision || $0.leaf.isOfConstitution }) else {
            throw shownField.refusal(.contradiction)
        }
        guard let tree = PartialTree(count: count, shown: shown.map { ($0.place, $0.leaf.encoded) }, nodes: nodes)
        else { throw nodesField.refusal(.contradiction) }
        (self.provision, self.count, self.shown, self.nodes, self.tree) = (provision, count, shown, nodes, tree)
    }

    private static func shown(
        _ field: Field, of count: UInt64
    ) throws(DecodingRefusal) -> [(place: UInt64, leaf: StateLeaf)] {
        var shown: [(place: UInt64, leaf: StateLeaf)] = []
        for item in try field.list(limit: ProofLimits.shownPerProof) {
            var fields = try RecordFields(item)
            let placeField = try fields.required("place")
            let place = try placeField.unsigned()
            guard place < count else { throw placeField.refusal(.outOfRange) }
            let provision = try fields.required("provision").identifier()
            let version = try fields.required("version").digest()
            let secret = try fields.required("secret").digest()
            let content = try Content(fields.required("content"), of: provision)
            try fields.finish()
            if let last = shown.last, last.place >= place || last.leaf.provision >= provision {
                throw item.refusal(.notAscending)
            }
            shown.append((place, StateLeaf(provision: provision, version: version, secret: secret, content: content)))
        }
        guard !shown.isEmpty else { throw field.refusal(.emptyList) }
        return shown
    }

    private static func nodes(_ field: Field) throws(DecodingRefusal) -> [Digest] {
        var nodes: [Digest] = []
        for item in try field.list(limit: ProofLimits.nodesPerProof) { nodes.append(try item.digest()) }
        return nodes
    }

    // MARK: Answers

    /// The state root that all of it leads to.
    public var root: Digest { tree.root }

    /// The provision that it is about, and its place.
    public var subject: (place: UInt64, leaf: StateLeaf) { shown.first { $0.leaf.provision == provision }! }

    /// The path of that provision's leaf, from its sibling upwards (RFC 9162, 2.1.3.1).
    public var path: [Digest] { tree.path(of: subject.place) }

    /// The party records that it shows, ascending by party.
    public var records: [(party: Identifier, record: PartyRecord)] {
        shown.compactMap { _, leaf in
            guard case .party(let party)? = ReservedProvision(leaf.provision),
                case .party(let record)? = leaf.content.reserved
            else { return nil }
            return (party, record)
        }
    }

    /// The rule of the provision's class, as it stands in the text that the root is of; nil if it is not shown.
    public var rule: Rule? {
        guard let name = ReservedProvision.rule(for: subject.leaf.content.provisionClass),
            case .rule(let rule)? = shown.first(where: { $0.leaf.provision == name })?.leaf.content.reserved
        else { return nil }
        return rule
    }

    /// The rosters that it shows, by standing.
    public var rosters: [Identifier: Roster] {
        shown.reduce(into: [:]) { rosters, shown in
            guard case .roster(let standing)? = ReservedProvision(shown.leaf.provision),
                case .roster(let roster)? = shown.leaf.content.reserved
            else { return }
            rosters[standing] = roster
        }
    }

    public static func == (one: ProvisionProof, other: ProvisionProof) -> Bool { one.payload == other.payload }
    public func hash(into hasher: inout Hasher) { hasher.combine(payload) }
}

extension StateLeaf {
    /// A rule, a roster or a party record: what may be shown beside the provision that a proof is about.
    fileprivate var isOfConstitution: Bool { ReservedProvision(provision)?.isConstitutional ?? false }
}

/// Limits of a proof; `Docs/Specification/proof.md` has the same table.
public enum ProofLimits {
    /// Provisions of the whole text.
    public static let leafCount: UInt64 = 1 << 32
    /// Provisions that one proof lays open.
    public static let shownPerProof = 4_096
    /// Nodes of the tree: what as many paths have at most.
    public static let nodesPerProof = 131_072
}
