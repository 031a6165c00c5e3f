internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Reads operations from values, with the entries that they name by number.
///
/// Each argument is refused for the first of its faults; `Docs/Specification/drafting.md`, section 6.3, has the order.
struct OperationReading {
    private let draft: Digest
    private let entries: [Digest]
    private(set) var isNamed: [Bool]
    /// Operations of the same entry that may be named.
    var ownCount = 0

    init(draft: Digest, entries: [Digest]) {
        self.draft = draft
        self.entries = entries
        isNamed = entries.map { _ in false }
    }

    mutating func operation(_ field: Field) throws(DecodingRefusal) -> DraftOperation {
        let items = try field.list(limit: .max)
        guard let first = items.first else { throw field.refusal(.badLength) }
        let code = try first.unsigned()
        guard code < UInt64(DraftOperation.argumentCounts.count) else { throw first.refusal(.outOfRange) }
        let arguments = Array(items.dropFirst())
        guard arguments.count == DraftOperation.argumentCounts[Int(code)] else { throw field.refusal(.badLength) }
        if code < 5 { return try treeOperation(code, arguments) }
        return code < 13 || code == 21
            ? try bracketOperation(code, arguments) : try noteOperation(code, arguments)
    }

    private mutating func treeOperation(
        _ code: UInt64, _ arguments: [Field]
    ) throws(DecodingRefusal) -> DraftOperation {
        switch code {
        case 0:
            .add(
                parent: try parent(arguments[0]), left: try place(arguments[1]), right: try place(arguments[2]),
                identifier: try arguments[3].identifier(), kind: try arguments[4].identifier(),
                provisionClass: try arguments[5].identifier())
        case 1:
            .move(
                try node(arguments[0]), parent: try parent(arguments[1]), left: try place(arguments[2]),
                right: try place(arguments[3]))
        case 2: .strike(try node(arguments[0]))
        case 3: .keep(try node(arguments[0]))
        default: try set(arguments)
        }
    }

    private mutating func bracketOperation(
        _ code: UInt64, _ arguments: [Field]
    ) throws(DecodingRefusal) -> DraftOperation {
        switch code {
        case 5: .bracket(try text(arguments[0]), start: try anchor(arguments[1]), end: try anchor(arguments[2]))
        case 6:
            .suggest(
                try text(arguments[0]), start: try anchor(arguments[1]), end: try anchor(arguments[2]),
                reason: try optionalWords(arguments[3]))
        case 7: .bracketNode(try node(arguments[0]))
        case 8: .alternative(bracket: try name(arguments[0]))
        case 9: .position(bracket: try name(arguments[0]), accepts: try alternatives(arguments[1]))
        case 10: .choose(bracket: try name(arguments[0]), try choice(arguments[1]))
        case 11:
            .reserve(try subject(arguments[0]), try reservationKind(arguments[1]), try optionalWords(arguments[2]))
        case 12: .lift(reservation: try name(arguments[0]))
        default: try following(arguments)
        }
    }

    private mutating func noteOperation(
        _ code: UInt64, _ arguments: [Field]
    ) throws(DecodingRefusal) -> DraftOperation {
        switch code {
        case 13: .note(try node(arguments[0]), try Words(arguments[1]))
        case 14:
            .noteOnRange(
                try text(arguments[0]), start: try anchor(arguments[1]), end: try anchor(arguments[2]),
                try Words(arguments[3]))
        case 15: .reply(note: try name(arguments[0]), try Words(arguments[1]))
        case 16: .resolve(note: try name(arguments[0]))
        case 17: .reopen(note: try name(arguments[0]))
        case 18: .title(try Words(arguments[0]))
        case 19: .close
        default: .openAgain
        }
    }

    private mutating func following(_ arguments: [Field]) throws(DecodingRefusal) -> DraftOperation {
        let text = try text(arguments[0])
        let start = try anchor(arguments[1])
        let end = try anchor(arguments[2])
        return .bracketFollowing(try name(arguments[3]), text, start: start, end: end)
    }

    // MARK: References

    private mutating func name(_ field: Field) throws(DecodingRefusal) -> OperationName {
        if case .unsigned(let number) = field.value {
            guard number < UInt64(ownCount) else { throw field.refusal(.outOfRange) }
            return OperationName(entry: nil, number: Int(number))
        }
        let items = try field.list(limit: .max)
        guard items.count == 2 else { throw field.refusal(.badLength) }
        let entry = try entry(items[0])
        let number = try items[1].unsigned()
        guard number < UInt64(DraftLimits.operationsPerEntry) else { throw items[1].refusal(.outOfRange) }
        return OperationName(entry: entry, number: Int(number))
    }

    private mutating func entry(_ field: Field) throws(DecodingRefusal) -> Digest {
        let index = try field.unsigned()
        guard index <= UInt64(entries.count) else { throw field.refusal(.outOfRange) }
        guard index > 0 else { return draft }
        isNamed[Int(index) - 1] = true
        return entries[Int(index) - 1]
    }

    private mutating func node(_ field: Field) throws(DecodingRefusal) -> NodeName {
        if case .text = field.value { return .base(try field.identifier()) }
        return .added(try name(field))
    }

    private mutating func parent(_ field: Field) throws(DecodingRefusal) -> NodeName? {
        field.isNull ? nil : try node(field)
    }

    private mutating func place(_ field: Field) throws(DecodingRefusal) -> PlaceName? {
        if field.isNull { return nil }
        if case .text = field.value { return .base(try field.identifier()) }
        return .made(try name(field))
    }

    private mutating func subject(_ field: Field) throws(DecodingRefusal) -> ReservationSubject {
        if case .text = field.value { return .base(try field.identifier()) }
        return .made(try name(field))
    }

    mutating func text(_ field: Field) throws(DecodingRefusal) -> TextName {
        let items = try field.list(limit: .max)
        switch items.count {
        case 1: return .alternative(try name(items[0]))
        case 2: return .node(try node(items[0]), language: try items[1].identifier())
        default: throw field.refusal(.badLength)
        }
    }

    private mutating func anchor(_ field: Field) throws(DecodingRefusal) -> Anchor {
        let items = try field.list(limit: .max)
        guard (1...3).contains(items.count) else { throw field.refusal(.badLength) }
        guard let side = Anchor.Side(rawValue: try items[0].unsigned()) else { throw items[0].refusal(.outOfRange) }
        if items.count == 1 { return side == .before ? .beginning : .end }
        let entry = items.count == 3 ? try entry(items[1]) : nil
        let last = items[items.count - 1]
        let number = try last.unsigned()
        guard number < UInt64(DraftingLimits.editsPerEntry) else { throw last.refusal(.outOfRange) }
        return .scalar(entry: entry, number: Int(number), side: side)
    }

    private mutating func alternative(_ field: Field) throws(DecodingRefusal) -> Alternative {
        if case .bool(let isStanding) = field.value { return isStanding ? .standing : .nothing }
        return .added(try name(field))
    }

    private mutating func choice(_ field: Field) throws(DecodingRefusal) -> Alternative? {
        field.isNull ? nil : try alternative(field)
    }

    private mutating func alternatives(_ field: Field) throws(DecodingRefusal) -> Set<Alternative> {
        var found: Set<Alternative> = []
        var last: [UInt8] = []
        for item in try field.list(limit: DraftLimits.alternativesPerPosition) {
            found.insert(try alternative(item))
            let bytes = item.value.encoded()
            guard last.lexicographicallyPrecedes(bytes) else { throw item.refusal(.notAscending) }
            last = bytes
        }
        return found
    }

    // MARK: Values

    private func optionalWords(_ field: Field) throws(DecodingRefusal) -> Words? {
        field.isNull ? nil : try Words(field)
    }

    private func reservationKind(_ field: Field) throws(DecodingRefusal) -> ReservationKind {
        guard let kind = ReservationKind(rawValue: try field.text().string) else { throw field.refusal(.outOfRange) }
        return kind
    }

    private mutating func set(_ arguments: [Field]) throws(DecodingRefusal) -> DraftOperation {
        let node = try node(arguments[0])
        let field = try nodeField(arguments[1])
        try check(arguments[2], of: field)
        return .set(node, field, arguments[2].value)
    }

    private func nodeField(_ field: Field) throws(DecodingRefusal) -> NodeField {
        let items = try field.list(limit: .max)
        guard let first = items.first else { throw field.refusal(.badLength) }
        let word = try first.text().string
        guard ["kind", "class", "identifier", "number", "heading", "attribute"].contains(word) else {
            throw first.refusal(.outOfRange)
        }
        let isNamed = word == "heading" || word == "attribute"
        guard items.count == (isNamed ? 2 : 1) else { throw field.refusal(.badLength) }
        switch word {
        case "kind": return .kind
        case "class": return .provisionClass
        case "identifier": return .identifier
        case "number": return .number
        case "heading": return .heading(language: try items[1].identifier())
        default: return .attribute(try items[1].identifier())
        }
    }

    private func check(_ value: Field, of field: NodeField) throws(DecodingRefusal) {
        switch field {
        case .kind, .provisionClass, .identifier: _ = try value.identifier()
        case .number, .heading: if !value.isNull { _ = try value.text() }
        case .attribute: if !value.isNull { try check(value) }
        }
    }

    /// Judges an attribute's value as `agreement.md` does.
    private func check(_ value: Field) throws(DecodingRefusal) {
        switch value.value {
        case .text, .unsigned, .negative, .bool, .bytes: return
        case .array:
            for item in try value.list(limit: DraftLimits.itemsPerValue) { try check(item) }
        case .map:
            for (key, item) in try value.pairs(limit: DraftLimits.itemsPerValue) {
                _ = try key.identifier()
                try check(item)
            }
        case .tagged, .null: throw value.refusal(.wrongType)
        }
    }
}
