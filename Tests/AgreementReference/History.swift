/// A founding and what came after it, in the order in which it reached whoever wrote it down.
public struct ReferenceHistory: Sendable {
    public enum Event: Hashable, Sendable {
        case published(ReferenceInstrument)
        case sealed(ReferenceSeal)
        /// A party changed its keys.
        case keyed(ReferenceKeyStatement)
        case withdrew(ReferenceWithdrawal)
    }

    public var roadmap: String
    public var events: [Event]
    /// Which clauses hold.
    public var meaning = ReferenceMeaning.agreed
    /// Parties whose software may do anything.
    public var liars: Set<String> = []
    /// Under every rule of the template any two winning coalitions share a majority of the key states.
    public var hasSafeRules = true
    /// Parties whose keys were stolen, each with the key statements that settle it; none where it never did.
    public var thefts: [String: [String]] = [:]
    /// Ids of the seals that somebody else gave in a party's name, by keys that were stolen or that liars brought.
    public var forged: Set<String> = []
    /// Instruments that bring keys of a party that somebody else holds.
    public var framing: Set<String> = []
    /// Everybody knew everything when sealing, and the events stand in the order in which they happened.
    public var isShared = false

    public var instruments: [ReferenceInstrument] { Self.instruments(of: events) }
    public var seals: [ReferenceSeal] { Self.seals(of: events) }
    public var statements: [ReferenceKeyStatement] { Self.statements(of: events) }
    public var withdrawals: [ReferenceWithdrawal] { Self.withdrawals(of: events) }
    public var parties: Set<String> {
        Set(instruments.flatMap(\.changes.keys).filter { $0.hasPrefix("party/") }.map { Provision.name(in: $0) })
    }

    public static func instruments(of events: some Sequence<Event>) -> [ReferenceInstrument] {
        events.compactMap { if case .published(let instrument) = $0 { instrument } else { nil } }
    }
    public static func seals(of events: some Sequence<Event>) -> [ReferenceSeal] {
        events.compactMap { if case .sealed(let seal) = $0 { seal } else { nil } }
    }
    public static func statements(of events: some Sequence<Event>) -> [ReferenceKeyStatement] {
        events.compactMap { if case .keyed(let statement) = $0 { statement } else { nil } }
    }
    public static func withdrawals(of events: some Sequence<Event>) -> [ReferenceWithdrawal] {
        events.compactMap { if case .withdrew(let withdrawal) = $0 { withdrawal } else { nil } }
    }

    /// What a copy that holds these events, in any order, makes of them.
    public func reference(of events: some Sequence<Event>) -> Reference {
        Reference(
            roadmap: roadmap, instruments: Self.instruments(of: events), seals: Self.seals(of: events),
            statements: Self.statements(of: events), withdrawals: Self.withdrawals(of: events), meaning: meaning)
    }

    /// What a copy that holds everything makes of it.
    public var reference: Reference { reference(of: events) }
}

/// Assigns the ids of a history's records. Each is given the record with an empty id.
public struct HistoryNames {
    public typealias OfInstrument = (ReferenceInstrument) -> String
    /// Given a party and how many roots it had before this one, the id of the root that this record is.
    public typealias OfRecord = (_ party: String, _ serial: Int, ReferencePartyRecord) -> String
    /// Given also how many statements there were before; the id must not depend on the signers.
    public typealias OfStatement = (ReferenceKeyStatement, Int) -> String
    public typealias OfSeal = (ReferenceSeal, Int) -> String
    public typealias OfWithdrawal = (ReferenceWithdrawal, Int) -> String

    public var instrument: OfInstrument
    public var record: OfRecord
    public var statement: OfStatement
    public var seal: OfSeal
    public var withdrawal: OfWithdrawal

    public init(
        instrument: @escaping OfInstrument, record: @escaping OfRecord, statement: @escaping OfStatement,
        seal: @escaping OfSeal, withdrawal: @escaping OfWithdrawal
    ) {
        self.instrument = instrument
        self.record = record
        self.statement = statement
        self.seal = seal
        self.withdrawal = withdrawal
    }

    /// Instruments get hex digits that differ for every number, in no order: as many as fit into a word of the machine,
    /// for texts of that length are compared and hashed much faster, and a campaign does little else.
    public static func madeUp(seed: UInt64) -> HistoryNames {
        HistoryNames(
            instrument: { instrument in
                var generator = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(instrument.number))
                return generator.hex(15)
            },
            record: { party, serial, _ in "\(party)'s keys \(serial)" },
            statement: { statement, number in "\(statement.party)'s change \(number)" },
            seal: { _, number in "seal \(number)" },
            withdrawal: { _, number in "withdrawal \(number)" })
    }
}
