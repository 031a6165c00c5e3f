import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Testing

@Suite("An instrument is refused")
struct InstrumentDecodingTests {
    /// An amendment with every field; changes 0 and 1 are an article and a repeal.
    private let amendment: Specimen
    /// A founding whose changes 0 to 3 are an article, a party, a roster and a rule.
    private let founding: Specimen

    init() {
        let roadmap = Digest(of: [1])
        let article = Articles.text("Text.", in: "c1", addressees: [Parties.china])
        amendment = Specimen(
            require {
                try Instrument(
                    roadmap: roadmap, title: words("Title"), proposer: name("chn"),
                    salt: Array(repeating: 1, count: 16), languages: [name("en"), name("ko")],
                    base: [name("a1"): nil, name("a2"): roadmap],
                    changes: [Instrument.Change(name("a1"), article), Instrument.Change(name("a2"), nil)],
                    after: [Digest(of: [2]), Digest(of: [3])], replaces: [Digest(of: [4]), Digest(of: [5])],
                    frozenFrom: [Digest(of: [6])], note: words("Note"))
            }.payload
        ) { _ = try Instrument(payload: $0) }
        let roster = Conference.roster([Parties.china, Parties.russia], isDormant: true)
        let rule = Rules.need(.majority, "concerned", "key-state", counting: .acceptOrAbstain)
        let contents: [(String, Content)] = [
            ("a1", Articles.text("Text.")), ("party/chn", Content(.party(Parties.china.record))),
            ("roster/key-state", Content(.roster(roster))), ("rule/procedure", Content(.rule(rule))),
        ]
        founding = Specimen(
            require {
                try Instrument(
                    roadmap: nil, title: words("Title"), proposer: name("chn"), salt: Array(repeating: 1, count: 16),
                    languages: [name("en")], base: [:],
                    changes: contents.map { Instrument.Change(name($0.0), $0.1) })
            }.payload
        ) { _ = try Instrument(payload: $0) }
    }

    private func expectRule(
        _ fault: DecodingFault?, in field: String = "", _ expression: CanonicalValue,
        at location: SourceLocation = #_sourceLocation
    ) {
        let refusal = founding.refusal(["changes", 3, "set", "attributes", "rule"], expression)
        #expect(refusal?.fault == fault, sourceLocation: location)
        let path = "changes[3].set.attributes.rule"
        if fault != nil {
            #expect(refusal?.field == (field.isEmpty ? path : "\(path).\(field)"), sourceLocation: location)
        }
    }

    // MARK: Its own fields

    @Test func `in any other spelling, of any other kind, with any field more or less`() {
        amendment.expectStrictEncoding()
        founding.expectStrictEncoding()
        amendment.expectRequired([
            "type", "roadmap", "title", "proposer", "salt", "languages", "base", "changes",
        ])
        for optional: Step in ["after", "replaces", "frozenFrom", "note"] { amendment.expectAccepted([optional], nil) }
    }

    @Test func `for a value of another type, wherever it stands`() {
        for field in ["roadmap", "title", "proposer", "salt", "languages", "base", "changes", "after", "replaces"] {
            amendment.expect(.wrongType, in: field, from: [.field(field)], .unsigned(1))
        }
        amendment.expect(.wrongType, in: "title.en", from: ["title", "en"], .unsigned(1))
        amendment.expect(.wrongType, in: "note", from: ["note"], .text("words"))
        amendment.expect(.wrongType, in: "base.a1", from: ["base", "a1"], .text("version"))
        amendment.expect(.wrongType, in: "changes[0]", from: ["changes", 0], .null)
        amendment.expect(.wrongType, in: "base", from: ["base"], .map(CanonicalMap([(.unsigned(1), .null)])))
    }

    @Test func `for ids, salts and order keys of the wrong length`() {
        amendment.expect(.badLength, in: "roadmap", from: ["roadmap"], .bytes([1]))
        for count in [15, 17] {
            amendment.expect(.badLength, in: "salt", from: ["salt"], .bytes(Array(repeating: 1, count: count)))
        }
        amendment.expect(.badLength, in: "base.a2", from: ["base", "a2"], .bytes([]))
        amendment.expect(.badLength, in: "after[0]", from: ["after", 0], .bytes(Array(repeating: 0, count: 31)))
        let place: [Step] = ["changes", 0, "set", "order"]
        amendment.expectAccepted(place, .bytes(Array(repeating: 9, count: 256)))
        amendment.expect(.tooLong, in: "changes[0].set.order", from: place, .bytes(Array(repeating: 9, count: 257)))
    }

    @Test func `for what is no identifier`() {
        amendment.expect(.badIdentifier, in: "proposer", from: ["proposer"], .text("a b"))
        amendment.expect(.badIdentifier, in: "languages[0]", from: ["languages", 0], .text(""))
        amendment.expect(.badIdentifier, in: "base.-a", from: ["base", "-a"], .null)
        amendment.expect(.badIdentifier, in: "title.(…)", from: ["title", "e n"], .text("Title"))
        amendment.expect(.badIdentifier, in: "changes[0].provision", from: ["changes", 0, "provision"], .text("Ä"))
        amendment.expect(.badIdentifier, in: "changes[0].set.class", from: ["changes", 0, "set", "class"], .text(""))
    }

    @Test func `for a reserved prefix that names nothing`() {
        for prefix in ["closing/", "party/", "roster/", "rule/"] {
            amendment.expect(
                .badIdentifier, in: "changes[1].provision", from: ["changes", 1, "provision"], .text(prefix))
            amendment.expect(.badIdentifier, in: prefix, from: ["changes", 0, "provision"], .text(prefix))
        }
    }

    @Test func `for an empty list, where leaving it out would say the same`() {
        for field in ["languages", "changes", "after", "replaces", "frozenFrom"] {
            amendment.expect(.emptyList, in: field, from: [.field(field)], .array([]))
        }
        for field in ["title", "note"] { amendment.expect(.emptyList, in: field, from: [.field(field)], .record([])) }
        amendment.expect(
            .emptyList, in: "changes[0].set.attributes", from: ["changes", 0, "set", "attributes"], .record([]))
    }

    @Test func `for a list out of order, or one that repeats itself`() {
        amendment.expect(.notAscending, in: "languages[1]", from: ["languages"], .texts(["ko", "en"]))
        amendment.expect(.notAscending, in: "languages[1]", from: ["languages"], .texts(["en", "en"]))
        for field in ["after", "replaces", "frozenFrom"] {
            amendment.expect(.notAscending, in: "\(field)[1]", from: [.field(field)], .ids([2, 1]))
            amendment.expect(.notAscending, in: "\(field)[1]", from: [.field(field)], .ids([1, 1]))
            amendment.expectAccepted([.field(field)], .ids([1, 2]))
        }
        for provision in ["a1", "a0"] {
            amendment.expect(.notAscending, in: "changes[1]", from: ["changes", 1, "provision"], .text(provision))
        }
    }

    @Test func `for more than it may hold, and not for as many`() {
        func fill(_ field: Step, _ count: Int) -> DecodingRefusal? { amendment.refusal([field], .ids(0..<count)) }
        #expect(fill("replaces", AgreementLimits.replacesPerInstrument) == nil)
        #expect(fill("replaces", AgreementLimits.replacesPerInstrument + 1)?.fault == .tooMany)
        #expect(fill("frozenFrom", AgreementLimits.frozenFromPerInstrument) == nil)
        #expect(fill("frozenFrom", AgreementLimits.frozenFromPerInstrument + 1)?.fault == .tooMany)
        #expect(fill("after", AgreementLimits.afterPerInstrument + 1)?.fault == .tooMany)
        let languages = (0...64).map { "l\($0 < 10 ? "0" : "")\($0)" }
        amendment.expectAccepted(["languages"], .texts(languages.dropLast()))
        amendment.expect(.tooMany, in: "languages", from: ["languages"], .texts(languages))
        let changes = CanonicalValue.array(
            Array(repeating: .null, count: AgreementLimits.provisionsPerInstrument + 1))
        amendment.expect(.tooMany, in: "changes", from: ["changes"], changes)
    }

    @Test func `for a repeal that is none, and for one beside a text`() {
        amendment.expect(.outOfRange, in: "changes[1].repeal", from: ["changes", 1, "repeal"], .bool(false))
        amendment.expect(.unknownField, in: "changes[0].repeal", from: ["changes", 0, "repeal"], .bool(true))
        amendment.expect(.missingField, in: "changes[1].repeal", from: ["changes", 1, "repeal"], nil)
    }

    @Test func `for a founding on something, and for an amendment on nothing`() {
        founding.expect(.contradiction, in: "base", from: ["base", "a1"], .null)
        founding.expect(.contradiction, in: "after", from: ["after"], .ids([1]))
        founding.expect(.contradiction, in: "after", from: ["replaces"], .ids([1]))
        founding.expect(
            .contradiction, in: "changes", from: ["changes", 0],
            .record([("provision", .text("a1")), ("repeal", .bool(true))]))
        founding.expect(.contradiction, in: "base", from: ["roadmap"], .id(1))
        amendment.expect(.contradiction, in: "base", from: ["base"], .record([]))
        amendment.expect(.contradiction, in: "base", from: ["roadmap"], .null)
    }

    // MARK: Content

    @Test func `for content with a field more or less`() {
        for field in ["kind", "class", "parent", "order"] {
            amendment.expect(
                .missingField, in: "changes[0].set.\(field)", from: ["changes", 0, "set", .field(field)], nil)
        }
        amendment.expect(.unknownField, in: "changes[0].set.extra", from: ["changes", 0, "set", "extra"], .null)
        for field in ["number", "heading", "text", "attributes"] {
            amendment.expect(
                .wrongType, in: "changes[0].set.\(field)", from: ["changes", 0, "set", .field(field)], .unsigned(1))
        }
        amendment.expectAccepted(["changes", 0, "set", "number"], .text("1"))
        amendment.expectAccepted(["changes", 0, "set", "attributes"], nil)
    }

    @Test func `for an attribute that is no text, number, truth, bytes, list or map of such`() {
        let place: [Step] = ["changes", 0, "set", "attributes", "x"]
        let lawful: [CanonicalValue] = [
            .text("a"), .unsigned(1), .negative(1), .bool(true), .bytes([1]), .array([.unsigned(1)]),
            .record([("y", .array([]))]),
        ]
        for value in lawful { amendment.expectAccepted(place, value) }
        let path = "changes[0].set.attributes.x"
        amendment.expect(.wrongType, in: path, from: place, .null)
        amendment.expect(.wrongType, in: "\(path)[0]", from: place, .array([.tagged(1, .unsigned(1))]))
        amendment.expect(.badIdentifier, in: "\(path).(…)", from: place, .record([("", .unsigned(1))]))
        let many = AgreementLimits.attributesPerProvision
        amendment.expectAccepted(place, .array(Array(repeating: .unsigned(1), count: many)))
        amendment.expect(.tooMany, in: path, from: place, .array(Array(repeating: .unsigned(1), count: many + 1)))
    }

    @Test func `for reserved content out of its place`() {
        for index in 1...3 {
            let path = "changes[\(index)].set"
            func expect(_ field: Step, _ value: CanonicalValue) {
                founding.expect(.contradiction, in: path, from: ["changes", .place(index), "set", field], value)
            }
            expect("kind", .text("article"))
            expect("class", .text("procedure"))
            expect("parent", .text("a1"))
            expect("order", .bytes([1]))
            expect("number", .text("1"))
            expect("heading", .record([("en", .text("Heading"))]))
            expect("text", .record([("en", .text("Text"))]))
            let refusal = founding.refusal(["changes", .place(index), "set", "attributes"], nil)
            #expect(refusal?.fault == .missingField)
        }
        founding.expect(
            .contradiction, in: "changes[0].set", from: ["changes", 0, "set", "parent"], .text("roster/key-state"))
    }

    @Test func `for a roster out of order, or with anything else in it`() {
        let roster: [Step] = ["changes", 2, "set", "attributes"]
        let path = "changes[2].set.attributes"
        founding.expectAccepted(roster + ["holders"], .array([]))
        founding.expectAccepted(roster + ["dormant"], nil)
        founding.expect(.missingField, in: "\(path).holders", from: roster + ["holders"], nil)
        founding.expect(.notAscending, in: "\(path).holders[1]", from: roster + ["holders"], .texts(["rus", "chn"]))
        founding.expect(.badIdentifier, in: "\(path).holders[0]", from: roster + ["holders", 0], .text("/"))
        founding.expect(.wrongType, in: "\(path).dormant", from: roster + ["dormant"], .unsigned(1))
        founding.expect(.unknownField, in: "\(path).until", from: roster + ["until"], .unsigned(1))
        let many = AgreementLimits.holdersPerRoster + 1
        founding.expect(
            .tooMany, in: "\(path).holders", from: roster + ["holders"], .array(Array(repeating: .null, count: many)))
    }

    @Test func `for a record with a bad key, or with half of the keys for a threshold`() {
        let record: [Step] = ["changes", 1, "set", "attributes"]
        let path = "changes[1].set.attributes"
        founding.expect(.badKey, in: "\(path).seal.keys[0]", from: record + ["seal", "keys", 0], .bytes([0xa0]))
        founding.expect(.outOfRange, in: "\(path).seal.threshold", from: record + ["seal", "threshold"], .unsigned(0))
        founding.expect(.outOfRange, in: "\(path).seal.threshold", from: record + ["seal", "threshold"], .unsigned(2))
        let node = CanonicalValue.bytes(Parties.china.nodeKey.publicKey.bytes)
        founding.expect(.contradiction, in: path, from: record + ["seal", "keys", 0], node)
        let none = CanonicalValue.record([("keys", .array([])), ("threshold", .unsigned(0))])
        founding.expect(.emptyList, in: "\(path).seal.keys", from: record + ["seal"], none)
    }

    @Test func `for a closing with another outcome than the two`() {
        func closing(_ outcome: String) -> CanonicalValue {
            .record([
                ("provision", .text("closing/x")),
                (
                    "set",
                    .record([
                        ("kind", .text("closing")), ("class", .text("closing")), ("parent", .null),
                        ("order", .bytes([])), ("attributes", .record([("outcome", .text(outcome))])),
                    ])
                ),
            ])
        }
        amendment.expectAccepted(["changes"], .array([closing("complete")]))
        amendment.expectAccepted(["changes"], .array([closing("abandoned")]))
        amendment.expect(
            .outOfRange, in: "changes[0].set.attributes.outcome", from: ["changes"], .array([closing("postponed")]))
    }

    // MARK: Rules

    @Test func `for a rule that is none of the forms, or two at once`() {
        expectRule(nil, .record([("party", .text("chn"))]))
        expectRule(nil, .record([("named", .text("addressees"))]))
        expectRule(.wrongType, .text("all"))
        expectRule(.missingField, in: "any", .record([]))
        expectRule(.unknownField, in: "named", .record([("named", .text("x")), ("party", .text("chn"))]))
        expectRule(.missingField, in: "of", .record([("need", .text("all"))]))
        expectRule(.badIdentifier, in: "party", .record([("party", .text(""))]))
    }

    @Test func `for a share of nothing, of more than all, or in unknown words`() {
        func need(_ share: CanonicalValue) -> CanonicalValue { .record([("need", share), ("of", .text("partner"))]) }
        func fraction(_ parts: UInt64...) -> CanonicalValue {
            need(.record([("fraction", .array(parts.map { .unsigned($0) }))]))
        }
        expectRule(nil, need(.text("all")))
        expectRule(nil, need(.text("majority")))
        expectRule(.outOfRange, in: "need", need(.text("most")))
        expectRule(nil, need(.record([("atLeast", .unsigned(1))])))
        expectRule(.outOfRange, in: "need.atLeast", need(.record([("atLeast", .unsigned(0))])))
        let most = AgreementLimits.shareNumber
        expectRule(nil, need(.record([("atLeast", .unsigned(most))])))
        expectRule(.outOfRange, in: "need.atLeast", need(.record([("atLeast", .unsigned(most + 1))])))
        expectRule(nil, fraction(1, 1))
        expectRule(nil, fraction(most, most))
        for (p, q) in [(0, 1), (2, 1), (0, 0), (1, most + 1)] as [(UInt64, UInt64)] {
            expectRule(.outOfRange, in: "need.fraction", fraction(p, q))
        }
        expectRule(.badLength, in: "need.fraction", fraction(1))
        expectRule(.tooMany, in: "need.fraction", fraction(1, 2, 3))
        expectRule(.missingField, in: "need.fraction", need(.record([])))
        expectRule(.wrongType, in: "need.atLeast", need(.record([("atLeast", .text("one"))])))
    }

    @Test func `for standings out of order, none, or one in a list`() {
        func of(_ standings: CanonicalValue) -> CanonicalValue { .record([("need", .text("all")), ("of", standings)]) }
        expectRule(nil, of(.texts(["concerned", "partner"])))
        expectRule(.notAscending, in: "of[1]", of(.texts(["partner", "concerned"])))
        expectRule(.emptyList, in: "of", of(.array([])))
        expectRule(.contradiction, in: "of", of(.texts(["partner"])))
        expectRule(.badIdentifier, in: "of", of(.text("")))
        let many = (100...356).map { "s\($0)" }
        expectRule(nil, of(.texts(many.dropLast())))
        expectRule(.tooMany, in: "of", of(.texts(many)))
    }

    @Test func `for verdicts counted in any other way than the one`() {
        func counting(_ verdicts: [String]) -> CanonicalValue {
            .record([("need", .text("all")), ("of", .text("partner")), ("counting", .texts(verdicts))])
        }
        expectRule(nil, counting(["accept", "abstain"]))
        for verdicts in [["abstain", "accept"], ["accept"], [], ["accept", "abstain", "reject"]] {
            expectRule(.outOfRange, in: "counting", counting(verdicts))
        }
    }

    @Test func `for a rule of nothing, too deep, or of too many terms`() {
        let term = CanonicalValue.record([("party", .text("chn"))])
        func nested(_ depth: Int) -> CanonicalValue {
            depth == 0 ? term : .record([(depth.isMultiple(of: 2) ? "all" : "any", .array([nested(depth - 1)]))])
        }
        for word in ["all", "any"] { expectRule(.emptyList, in: word, .record([(word, .array([]))])) }
        expectRule(nil, nested(AgreementLimits.ruleDepth))
        #expect(
            founding.refusal(
                ["changes", 3, "set", "attributes", "rule"], nested(AgreementLimits.ruleDepth + 1))?.fault == .tooDeep)
        let many = AgreementLimits.termsPerRule
        func wide(_ count: Int) -> CanonicalValue { .record([("any", .array(Array(repeating: term, count: count)))]) }
        expectRule(nil, wide(many - 1))
        expectRule(.tooMany, in: "any[\(many - 1)]", wide(many))
        expectRule(.tooMany, in: "any", wide(many + 1))
    }
}

@Suite("An instrument")
struct InstrumentTests {
    @Test func `is read back as it was frozen, with the id that its bytes hash to`() throws {
        var conference = Conference()
        let hotline = conference.hotline()
        for instrument in [conference.founding, hotline] {
            let read = try Instrument(payload: instrument.payload)
            #expect(read == instrument)
            #expect(read.id == Digest(of: instrument.payload))
        }
        #expect(conference.founding.isFounding && !hotline.isFounding)
        #expect(hotline.roadmap == conference.roadmap)
        #expect(hotline.writes(name("hotline")) && !hotline.writes(name("a2")))
        #expect(hotline.ground == [conference.roadmap])
    }

    @Test func `is the same in whatever order its lists came`() throws {
        func frozen(_ ids: [Digest], _ changes: [Instrument.Change]) throws -> Instrument {
            try Instrument(
                roadmap: Digest(of: [0]), title: words("T"), proposer: name("chn"),
                salt: Array(repeating: 0, count: 16), languages: [name("ko"), name("en")], base: [name("a"): nil],
                changes: changes, after: ids, replaces: ids)
        }
        let ids = [Digest(of: [1]), Digest(of: [2]), Digest(of: [3])]
        let changes = ["a", "b"].map { Instrument.Change(name($0), Articles.text($0)) }
        #expect(try frozen(ids, changes) == frozen(ids.reversed() + ids, changes.reversed()))
    }
}
