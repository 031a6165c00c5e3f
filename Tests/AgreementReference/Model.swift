/// The records of the agreement layer as plain values with text ids: no bytes, no signatures, no hashes.
///
/// This library is the slow reference that stands beside the fast code. It follows the wording of the design as
/// literally as it can and knows nothing of how the product does it. What the wording leaves open is listed under
/// "Readings" at the top of the file that had to choose. Keys, key statements and withdrawals are in `Keys.swift`.
///
/// Whoever holds a product against this library meets these values:
/// - ``ReferenceInstrument/voids``, ``ReferenceSeal/id`` (what a key statement acknowledges and an amendment voids);
/// - ``ReferenceContent/Matter``: a record is a root's id and a ``ReferencePartyRecord`` of key names; a closing has an
///   outcome;
/// - ``ReferenceHistory/Event``: published, sealed, `keyed` (a key statement) and `withdrew`;
/// - ``HistoryNames``: the closures that assign the ids of all of them, one after the other;
/// - ``Reference``: ``Reference/mayCommit(_:to:verdict:provided:under:remembering:)``,
///   ``Reference/convictions(of:)``, ``Reference/forkedKeys(of:)``, ``Reference/disputed``, ``Reference/void``;
/// - ``Campaign``: one seed, its coverage and the laws that it broke.

/// One frozen amendment.
public struct ReferenceInstrument: Hashable, Sendable {
    /// The id, whatever assigned it; ties are broken by the smallest id, bytewise.
    public var id: String
    /// Its number in the order of drafting. It makes two otherwise equal amendments differ, as the salt does.
    public var number: Int
    /// Claims to be the founding instrument: nothing beneath it.
    public var isFounding: Bool
    /// For each provision that it writes or relies on the version it saw; `nil` says "did not exist".
    public var base: [String: String?]
    public var changes: [String: ReferenceChange]
    /// Further instruments that it is built on.
    public var after: Set<String>
    public var replaces: Set<String>
    /// Ids of seals and withdrawals that it makes void, if they are disputed.
    public var voids: Set<String>

    public init(
        id: String = "", number: Int = 0, isFounding: Bool = false, base: [String: String?],
        changes: [String: ReferenceChange], after: Set<String> = [], replaces: Set<String> = [],
        voids: Set<String> = []
    ) {
        self.id = id
        self.number = number
        self.isFounding = isFounding
        self.base = base
        self.changes = changes
        self.after = after
        self.replaces = replaces
        self.voids = voids
    }

    /// The instruments in `base` and `after`, without those beneath them.
    public var directGround: Set<String> {
        Set(base.values.compactMap { $0 }).union(after)
    }

    public func writes(_ provision: String) -> Bool { changes[provision] != nil }

    /// Writes a rule, a roster or a party record.
    public var changesConstitution: Bool {
        changes.keys.contains { Provision.isConstitutional($0) }
    }

    /// What it closes and how, where it writes a closing and is shaped like one.
    public var closing: ReferenceClosing? {
        guard changes.count == 1, let (provision, change) = changes.first,
            Provision.reservedClass(of: provision) == "closing", case .closing(let outcome) = change.content?.matter
        else { return nil }
        return ReferenceClosing(subject: Provision.name(in: provision), outcome: outcome)
    }
}

/// What a closing instrument says of its subject.
public struct ReferenceClosing: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable { case complete, abandoned }

    public var subject: String
    public var outcome: Outcome
}

/// What an instrument does to one provision.
public enum ReferenceChange: Hashable, Sendable {
    case set(ReferenceContent)
    case `repeal`

    public var content: ReferenceContent? {
        if case .set(let content) = self { content } else { nil }
    }
}

/// The whole content of a provision, as far as agreement cares.
public struct ReferenceContent: Hashable, Sendable {
    public var provisionClass: String
    public var parent: String?
    public var words: String
    public var matter: Matter
    /// Attributes that list party ids, for `named` terms.
    public var named: [String: [String]]

    /// What the reserved provisions say beyond their words.
    public enum Matter: Hashable, Sendable {
        case words
        case rule(ReferenceRule)
        case roster(holders: [String], isDormant: Bool)
        /// The id of the key record that this party record starts, and what it says of keys.
        case record(String, ReferencePartyRecord)
        case closing(ReferenceClosing.Outcome)
    }

    public init(
        class provisionClass: String, parent: String? = nil, words: String = "", matter: Matter = .words,
        named: [String: [String]] = [:]
    ) {
        self.provisionClass = provisionClass
        self.parent = parent
        self.words = words
        self.matter = matter
        self.named = named
    }

    public static func rule(_ rule: ReferenceRule) -> ReferenceContent {
        ReferenceContent(class: "rule", matter: .rule(rule))
    }
    public static func roster(_ holders: [String], isDormant: Bool = false) -> ReferenceContent {
        ReferenceContent(class: "roster", matter: .roster(holders: holders, isDormant: isDormant))
    }
    public static func record(_ keyRecord: String, _ record: ReferencePartyRecord) -> ReferenceContent {
        ReferenceContent(class: "party", matter: .record(keyRecord, record))
    }
    public static func closing(_ outcome: ReferenceClosing.Outcome) -> ReferenceContent {
        ReferenceContent(class: "closing", matter: .closing(outcome))
    }

    /// The root that it starts, and what that says of keys, where it is a party record.
    public var root: (id: String, record: ReferencePartyRecord)? {
        if case .record(let id, let record) = matter { (id, record) } else { nil }
    }

    /// The holders that a rule sees: none while the roster is dormant, none where this is no roster.
    public var awakeHolders: Set<String> {
        if case .roster(let holders, isDormant: false) = matter { Set(holders) } else { [] }
    }
}

/// How many of the holders of one or several standings a term asks for.
public enum ReferenceAmount: Hashable, Sendable {
    case all
    case majority
    case atLeast(Int)
    /// At least ⌈p·n/q⌉.
    case fraction(Int, Int)
}

/// Whose consent a class needs.
public indirect enum ReferenceRule: Hashable, Sendable {
    case need(ReferenceAmount, of: [String], countingAbstentions: Bool = false)
    case party(String)
    case named(String)
    case all([ReferenceRule])
    case any([ReferenceRule])
}

public enum ReferenceVerdict: String, Hashable, Sendable, CaseIterable {
    case accept, abstain, reject

    /// To commit is to accept or to abstain.
    public var commits: Bool { self != .reject }
}

/// One party's verdict on one instrument.
public struct ReferenceSeal: Hashable, Sendable {
    /// The id, whatever assigned it.
    public var id: String
    public var party: String
    public var instrument: String
    /// The key record it is made under.
    public var keys: String
    /// `nil`: in all standings of the party.
    public var capacities: [String]?
    public var verdict: ReferenceVerdict
    public var provided: [String]
    /// The party's threshold of keys has signed.
    public var isSigned: Bool

    public init(
        id: String = "", party: String, instrument: String, keys: String, capacities: [String]? = nil,
        verdict: ReferenceVerdict = .accept, provided: [String] = [], isSigned: Bool = true
    ) {
        self.id = id
        self.party = party
        self.instrument = instrument
        self.keys = keys
        self.capacities = capacities
        self.verdict = verdict
        self.provided = provided
        self.isSigned = isSigned
    }
}

/// The reserved prefixes.
public enum Provision {
    public static func rule(_ provisionClass: String) -> String { "rule/" + provisionClass }
    public static func roster(_ standing: String) -> String { "roster/" + standing }
    public static func party(_ party: String) -> String { "party/" + party }
    public static func closing(_ subject: String) -> String { "closing/" + subject }

    /// The reserved class of a provision: its prefix, or `nil` for an ordinary provision.
    public static func reservedClass(of provision: String) -> String? {
        ["roster", "rule", "party", "closing"].first { provision.hasPrefix($0 + "/") }
    }
    public static func isRuleOrRoster(_ provision: String) -> Bool {
        provision.hasPrefix("rule/") || provision.hasPrefix("roster/")
    }
    public static func isConstitutional(_ provision: String) -> Bool {
        isRuleOrRoster(provision) || provision.hasPrefix("party/")
    }
    /// What follows the prefix.
    public static func name(in provision: String) -> String {
        String(provision.drop { $0 != "/" }.dropFirst())
    }
}

/// Bytewise order, the only order that breaks ties.
public func precedesBytewise(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension Collection where Element == String {
    public func sortedBytewise() -> [String] { sorted(by: precedesBytewise) }
}
