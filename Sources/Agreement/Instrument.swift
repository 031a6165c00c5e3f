public import CanonicalEncoding
public import Cryptography
public import Identity

/// A frozen amendment, or the founding: provisions before and after, under one hash.
///
/// What is sealed is this text, never a list of edits. Kept with the bytes it came in, of which its id is the hash.
/// Source: `Docs/Specification/agreement.md`, section "Instruments".
public struct Instrument: Hashable, Sendable {
    public static let type = "syngraph/instrument/1"

    public let id: InstrumentID
    /// The bytes it came in.
    public let payload: [UInt8]
    /// Nil for the founding, whose own id is the roadmap's.
    public let roadmap: InstrumentID?
    public let title: Words
    public let proposer: Identifier
    public let salt: [UInt8]
    /// The equally authentic languages.
    public let languages: [Identifier]
    /// For every provision it writes or relies on, the version it saw; nil for one that did not exist.
    public let base: [Identifier: InstrumentID?]
    /// Ascending by provision, none twice.
    public let changes: [Change]
    public let after: [InstrumentID]
    public let replaces: [InstrumentID]
    /// Seals and withdrawals that it voids, where they are disputed.
    public let voids: [Digest]
    public let frozenFrom: [Digest]
    public let note: Words?
    /// Its proposer asks for answers by then: seconds since 1970-01-01T00:00:00Z; decides nothing.
    public let answerBy: UInt64?

    public struct Change: Hashable, Sendable {
        public let provision: Identifier
        /// The whole new content, or nil for its repeal.
        public let content: Content?

        public init(_ provision: Identifier, _ content: Content?) {
            self.provision = provision
            self.content = content
        }
    }

    /// Freezes an instrument. Lists may come in any order.
    ///
    /// - Throws: what ``init(payload:)`` throws for the same record.
    public init(
        roadmap: InstrumentID?, title: Words, proposer: Identifier, salt: [UInt8], languages: [Identifier],
        base: [Identifier: InstrumentID?], changes: [Change], after: [InstrumentID] = [],
        replaces: [InstrumentID] = [], voids: [Digest] = [], frozenFrom: [Digest] = [], note: Words? = nil,
        answerBy: UInt64? = nil
    ) throws(DecodingRefusal) {
        let value = CanonicalValue.record([
            ("type", .text(Self.type)), ("roadmap", roadmap?.value ?? .null), ("title", title.value),
            ("proposer", proposer.value), ("salt", .bytes(salt)),
            ("languages", .array(Set(languages).sorted().map(\.value))),
            ("base", .record(base.map { ($0.key.string, $0.value?.value ?? .null) })),
            ("changes", .array(changes.sorted { $0.provision < $1.provision }.map(\.value))),
            ("after", Self.list(after)), ("replaces", Self.list(replaces)), ("voids", Self.list(voids)),
            ("frozenFrom", Self.list(frozenFrom)), ("note", note?.value), ("answerBy", answerBy.map { .unsigned($0) }),
        ])
        try self.init(payload: value.encoded())
    }

    /// Reads an instrument from its canonical bytes.
    ///
    /// Whether it is well formed among others is for ``Evaluation`` to say; here it only has to be an instrument.
    public init(payload: [UInt8]) throws(DecodingRefusal) {
        var fields = try RecordFields(payload: payload, type: Self.type)
        self.payload = payload
        id = Digest(of: payload)
        let roadmapField = try fields.required("roadmap")
        roadmap = roadmapField.isNull ? nil : try roadmapField.digest()
        title = try Words(fields.required("title"))
        proposer = try fields.required("proposer").identifier()
        salt = try fields.required("salt").bytes(count: 16)
        let languagesField = try fields.required("languages")
        languages = try languagesField.ascending(limit: IdentityLimits.languages) {
            (item: Field) throws(DecodingRefusal) in try item.identifier()
        }
        guard !languages.isEmpty else { throw languagesField.refusal(.emptyList) }
        base = try Self.base(fields.required("base"))
        let changesField = try fields.required("changes")
        changes = try Self.changes(changesField)
        // Taken out early, judged in its place: whether there is such a field decides whether changes may be none.
        let voidsField = fields.optional("voids")
        if changes.isEmpty, voidsField == nil { throw changesField.refusal(.emptyList) }
        after = try Self.ids(fields.optional("after"), limit: AgreementLimits.afterPerInstrument)
        replaces = try Self.ids(fields.optional("replaces"), limit: AgreementLimits.replacesPerInstrument)
        voids = try Self.ids(voidsField, limit: AgreementLimits.voidsPerInstrument)
        frozenFrom = try Self.ids(fields.optional("frozenFrom"), limit: AgreementLimits.frozenFromPerInstrument)
        note = try fields.optional("note").map { (field: Field) throws(DecodingRefusal) in try Words(field) }
        answerBy = try fields.optional("answerBy")?.unsigned()
        try fields.finish()
        try checkFounding()
    }

    public var isFounding: Bool { roadmap == nil }

    /// What it is directly built on, ascending: the versions in its base, and `after`.
    public var ground: [InstrumentID] { Set(base.values.compactMap { $0 } + after).sorted() }

    /// True if it writes a rule, a roster or a party record.
    public var isConstitutional: Bool {
        changes.contains { ReservedProvision($0.provision)?.isConstitutional == true }
    }

    public func change(to provision: Identifier) -> Change? {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].provision < provision { low = middle + 1 } else { high = middle }
        }
        return low < changes.count && changes[low].provision == provision ? changes[low] : nil
    }

    public func writes(_ provision: Identifier) -> Bool { change(to: provision) != nil }

    /// Exactly the founding has no roadmap, no base, and nothing before it; everything else has a base.
    private func checkFounding() throws(DecodingRefusal) {
        guard isFounding == base.isEmpty else { throw DecodingRefusal(.contradiction, field: "base") }
        guard isFounding else { return }
        guard after.isEmpty, replaces.isEmpty else { throw DecodingRefusal(.contradiction, field: "after") }
        guard voids.isEmpty else { throw DecodingRefusal(.contradiction, field: "voids") }
        guard changes.allSatisfy({ $0.content != nil }) else { throw DecodingRefusal(.contradiction, field: "changes") }
    }

    private static func base(_ field: Field) throws(DecodingRefusal) -> [Identifier: InstrumentID?] {
        var base: [Identifier: InstrumentID?] = [:]
        for (key, value) in try field.pairs(limit: AgreementLimits.provisionsPerInstrument) {
            let version: InstrumentID? = value.isNull ? nil : try value.digest()
            base.updateValue(version, forKey: try key.identifier())
        }
        return base
    }

    private static func changes(_ field: Field) throws(DecodingRefusal) -> [Change] {
        var changes: [Change] = []
        for item in try field.list(limit: AgreementLimits.provisionsPerInstrument) {
            let change = try Change(item)
            if let last = changes.last, last.provision >= change.provision { throw item.refusal(.notAscending) }
            changes.append(change)
        }
        return changes
    }

    private static func ids(_ field: Field?, limit: Int) throws(DecodingRefusal) -> [Digest] {
        guard let field else { return [] }
        let ids = try field.ascending(limit: limit) { (item: Field) throws(DecodingRefusal) in try item.digest() }
        guard !ids.isEmpty else { throw field.refusal(.emptyList) }
        return ids
    }

    private static func list(_ ids: [Digest]) -> CanonicalValue? {
        ids.isEmpty ? nil : .array(Set(ids).sorted().map(\.value))
    }
}

extension Instrument.Change {
    init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        let provisionField = try fields.required("provision")
        provision = try provisionField.identifier()
        if let set = fields.optional("set") {
            content = try Content(set, of: provision)
        } else {
            let repeal = try fields.required("repeal")
            guard repeal.value == .bool(true) else { throw repeal.refusal(.outOfRange) }
            content = nil
        }
        try fields.finish()
        if ReservedProvision.isReserved(provision), ReservedProvision(provision) == nil {
            throw provisionField.refusal(.badIdentifier)
        }
    }

    var value: CanonicalValue {
        .record([
            ("provision", provision.value), ("set", content?.value), ("repeal", content == nil ? .bool(true) : nil),
        ])
    }
}
