internal import CanonicalEncoding
public import Identity

/// What a reserved provision says, in its attributes.
public enum ReservedContent: Hashable, Sendable {
    case roster(Roster)
    case rule(Rule)
    case party(PartyRecord)
    case closing(ClosingOutcome)

    public var word: Identifier {
        switch self {
        case .roster: Identifier("roster")!
        case .rule: Identifier("rule")!
        case .party: Identifier("party")!
        case .closing: Identifier("closing")!
        }
    }

    /// Nil for a provision that is not reserved.
    init?(_ attributes: Field?, of provision: Identifier) throws(DecodingRefusal) {
        guard ReservedProvision.isReserved(provision) else { return nil }
        guard let reserved = ReservedProvision(provision) else {
            throw DecodingRefusal(.badIdentifier, field: provision.string)
        }
        guard let attributes else { throw DecodingRefusal(.missingField, field: "\(provision).attributes") }
        switch reserved {
        case .roster: self = .roster(try Roster(attributes))
        case .rule: self = .rule(try Rule(attributes: attributes))
        case .party: self = .party(try PartyRecord(attributes))
        case .closing: self = .closing(try ClosingOutcome(attributes))
        }
    }

    var attributes: [Identifier: CanonicalValue] {
        let value =
            switch self {
            case .roster(let roster): roster.value
            case .rule(let rule): CanonicalValue.record([("rule", rule.value)])
            case .party(let record): record.value
            case .closing(let outcome): CanonicalValue.record([("outcome", .text(outcome.rawValue))])
            }
        guard case .map(let map) = value else { preconditionFailure("reserved content is a map") }
        var attributes: [Identifier: CanonicalValue] = [:]
        for entry in map.entries {
            guard case .text(let name) = entry.key, let key = Identifier(name.string) else {
                preconditionFailure("the fields of reserved content have identifiers for names")
            }
            attributes[key] = entry.value
        }
        return attributes
    }
}

/// Who holds a standing.
public struct Roster: Hashable, Sendable {
    /// Ascending, none twice; there may be none.
    public let holders: [Identifier]
    /// A dormant roster has no holders for any rule; it wakes by an amendment that writes it without that mark.
    public let isDormant: Bool

    public init(holders: some Sequence<Identifier>, isDormant: Bool = false) {
        self.holders = Set(holders).sorted()
        self.isDormant = isDormant
    }

    init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        holders = try fields.required("holders").ascending(limit: AgreementLimits.holdersPerRoster) {
            (item: Field) throws(DecodingRefusal) in try item.identifier()
        }
        isDormant = try fields.optional("dormant")?.bool() ?? false
        try fields.finish()
    }

    var value: CanonicalValue {
        .record([("holders", .array(holders.map(\.value))), ("dormant", isDormant ? .bool(true) : nil)])
    }

    /// Those whom rules count.
    public var effectiveHolders: [Identifier] { isDormant ? [] : holders }
}

/// How the waiting for an instrument ended.
public enum ClosingOutcome: String, Hashable, Sendable {
    case complete, abandoned

    init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        let outcome = try fields.required("outcome")
        guard let known = ClosingOutcome(rawValue: try outcome.text().string) else {
            throw outcome.refusal(.outOfRange)
        }
        self = known
        try fields.finish()
    }
}
