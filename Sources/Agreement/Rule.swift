public import CanonicalEncoding
public import Identity

/// Whose consent a class of provisions needs: an expression over standings, as data.
///
/// Source: `Docs/Specification/agreement.md`, section "Rules".
public indirect enum Rule: Hashable, Sendable {
    /// That many of the holders of these standings (a party in two counts once) accept, or accept or abstain.
    case need(Share, of: [Identifier], counting: Counting)
    /// This party accepts.
    case party(Identifier)
    /// All parties listed in that attribute of the provisions concerned accept.
    case named(Identifier)
    case all([Rule])
    case any([Rule])

    /// How many of the holders.
    public enum Share: Hashable, Sendable {
        case all
        /// ⌊n/2⌋ + 1
        case majority
        case atLeast(UInt64)
        /// ⌈p·n/q⌉, 0 < p ≤ q
        case fraction(UInt64, UInt64)
    }

    /// Which verdicts count.
    public enum Counting: Hashable, Sendable {
        case accept
        /// Consent without enthusiasm; this is how a veto is written.
        case acceptOrAbstain
    }
}

extension Rule.Share {
    /// How many of `count` holders that is; never fewer than one.
    public func threshold(of count: Int) -> UInt64 {
        let n = UInt64(count)
        switch self {
        case .all: return max(1, n)
        case .majority: return n / 2 + 1
        case .atLeast(let k): return k
        // p ≤ q ≤ 2³² and n ≤ 2²⁴, so the product fits.
        case .fraction(let p, let q): return max(1, (p * n + q - 1) / q)
        }
    }
}

extension Rule {
    /// Reads the attributes of a rule's provision: `{rule: expression}`.
    init(attributes: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(attributes)
        let expression = try fields.required("rule")
        try fields.finish()
        try self.init(expression)
    }

    /// Reads an expression.
    public init(_ field: Field) throws(DecodingRefusal) {
        var termsLeft = AgreementLimits.termsPerRule
        self = try Self.read(field, depth: 0, termsLeft: &termsLeft)
    }

    private static func read(_ field: Field, depth: Int, termsLeft: inout Int) throws(DecodingRefusal) -> Rule {
        guard depth <= AgreementLimits.ruleDepth else { throw field.refusal(.tooDeep) }
        termsLeft -= 1
        guard termsLeft >= 0 else { throw field.refusal(.tooMany) }
        var fields = try RecordFields(field)
        let rule: Rule
        if let need = fields.optional("need") {
            rule = .need(
                try Share(need), of: try standings(fields.required("of")),
                counting: try fields.optional("counting").map(counting) ?? .accept)
        } else if let party = fields.optional("party") {
            rule = .party(try party.identifier())
        } else if let attribute = fields.optional("named") {
            rule = .named(try attribute.identifier())
        } else if let parts = fields.optional("all") {
            rule = .all(try list(parts, depth: depth, termsLeft: &termsLeft))
        } else {
            rule = .any(try list(fields.required("any"), depth: depth, termsLeft: &termsLeft))
        }
        try fields.finish()
        return rule
    }

    private static func list(_ field: Field, depth: Int, termsLeft: inout Int) throws(DecodingRefusal) -> [Rule] {
        var rules: [Rule] = []
        for item in try field.list(limit: AgreementLimits.termsPerRule) {
            rules.append(try read(item, depth: depth + 1, termsLeft: &termsLeft))
        }
        guard !rules.isEmpty else { throw field.refusal(.emptyList) }
        return rules
    }

    /// One standing as a text, or several as a list that ascends.
    private static func standings(_ field: Field) throws(DecodingRefusal) -> [Identifier] {
        if case .text = field.value { return [try field.identifier()] }
        let standings = try field.ascending(limit: AgreementLimits.standingsPerList) {
            (item: Field) throws(DecodingRefusal) in try item.identifier()
        }
        // A list of one would be a second spelling of the same rule.
        guard standings.count > 1 else { throw field.refusal(standings.isEmpty ? .emptyList : .contradiction) }
        return standings
    }

    private static func counting(_ field: Field) throws(DecodingRefusal) -> Counting {
        guard field.value == .array([.text("accept"), .text("abstain")]) else { throw field.refusal(.outOfRange) }
        return .acceptOrAbstain
    }

    public var value: CanonicalValue {
        switch self {
        case .need(let share, let standings, let counting):
            .record([
                ("need", share.value),
                ("of", standings.count == 1 ? standings[0].value : .array(standings.map(\.value))),
                ("counting", counting == .acceptOrAbstain ? .array([.text("accept"), .text("abstain")]) : nil),
            ])
        case .party(let party): .record([("party", party.value)])
        case .named(let attribute): .record([("named", attribute.value)])
        case .all(let rules): .record([("all", .array(rules.map(\.value)))])
        case .any(let rules): .record([("any", .array(rules.map(\.value)))])
        }
    }

    /// Every standing that a `need` in it speaks of, ascending.
    public var standings: [Identifier] {
        switch self {
        case .need(_, let standings, _): standings
        case .party, .named: []
        case .all(let rules), .any(let rules): Set(rules.flatMap(\.standings)).sorted()
        }
    }
}

extension Rule.Share {
    init(_ field: Field) throws(DecodingRefusal) {
        if case .text(let word) = field.value {
            switch word.string {
            case "all": self = .all
            case "majority": self = .majority
            default: throw field.refusal(.outOfRange)
            }
            return
        }
        var fields = try RecordFields(field)
        if let k = fields.optional("atLeast") {
            let number = try k.unsigned()
            guard (1...AgreementLimits.shareNumber).contains(number) else { throw k.refusal(.outOfRange) }
            self = .atLeast(number)
        } else {
            let fraction = try fields.required("fraction")
            let parts = try fraction.list(limit: 2)
            guard parts.count == 2 else { throw fraction.refusal(.badLength) }
            let (p, q) = (try parts[0].unsigned(), try parts[1].unsigned())
            guard 0 < p, p <= q, q <= AgreementLimits.shareNumber else { throw fraction.refusal(.outOfRange) }
            self = .fraction(p, q)
        }
        try fields.finish()
    }

    var value: CanonicalValue {
        switch self {
        case .all: .text("all")
        case .majority: .text("majority")
        case .atLeast(let k): .record([("atLeast", .unsigned(k))])
        case .fraction(let p, let q): .record([("fraction", .array([.unsigned(p), .unsigned(q)]))])
        }
    }
}
