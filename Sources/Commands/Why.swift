internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// `syngraph why ID`
struct Why: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Explain why an instrument is in force, or why not yet.",
        discussion: """
            Example:

              syngraph why 9a8b7c6d

            A tree: each rule with its terms, whom it asks and in which standing, what they said; what it is built on \
            and what seals on it are provided on, explained in their turn where they do not hold.
            """)

    @Argument(help: "The instrument: its id, or at least 8 digits.") var id: String
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let prefix = try IDPrefix(id)
        let findings = try await source.findings()
        let id = try prefix.resolve(
            among: findings.contents.ledger.instruments.keys, noun: "instrument", place: source.place)
        let book = Phrasebook.here(findings)
        guard let explanation = findings.evaluation.explanation(of: id) else {
            throw Complaint(.noSuchFile, "no-such-id", "there is no instrument \(Quoting.short(id)) \(source.place)")
        }
        if wantsJSON {
            voice.result(ExplanationJSON(book).json(explanation))
        } else {
            voice.result(book.outline(explanation).drawn(columns: voice.columns))
            if let next = book.state(of: id)?.next {
                let whose = next.parties.isEmpty ? "next" : Quoting.list(next.parties)
                voice.talk(voice.paragraph("\(whose): \(next.sentence)"))
            }
        }
        return .holds
    }
}

/// An explanation for a program: the same tree, field by field.
struct ExplanationJSON {
    private let book: Phrasebook

    init(_ book: Phrasebook) { self.book = book }

    func json(_ explanation: Explanation) -> JSONValue {
        .object([
            ("instrument", .string(explanation.instrument.hex)), ("state", .string(explanation.state.rawValue)),
            ("requirements", .array(explanation.requirements.map(json))),
            ("supports", .array(explanation.supports.map(json))),
            ("replacedBy", FindingsJSON.ids(explanation.replacedBy)),
            ("rivals", .array(explanation.rivals.map(json))), ("outdated", .array(explanation.outdated.map(json))),
            ("closings", closings(of: explanation.instrument)),
        ])
    }

    private func closings(of id: InstrumentID) -> JSONValue {
        let closings = book.evaluation.closings(of: id)
        return .object([
            ("complete", FindingsJSON.ids(closings.complete)), ("abandoned", FindingsJSON.ids(closings.abandoned)),
        ])
    }

    private func json(_ found: RequirementFound) -> JSONValue {
        let (source, provisionClass, reader): (String, Identifier?, InstrumentID?) =
            switch found.requirement.source {
            case .rule(let name, let id): ("rule", name, id)
            case .ruleAfter(let name, let id): ("ruleAfter", name, id)
            case .newcomer(let id): ("newcomer", nil, id)
            case .founder: ("founder", nil, nil)
            }
        return .object([
            ("source", .string(source)), ("class", provisionClass.map { .string($0.string) } ?? .null),
            ("of", reader.map { .string($0.hex) } ?? .null),
            ("ruleVersion", found.ruleVersion.map { .string($0.hex) } ?? .null), ("met", .bool(found.isMet)),
            ("metOnConditions", .bool(found.isMetIfConditionsStood)), ("term", json(found.term)),
        ])
    }

    private func json(_ term: TermFound) -> JSONValue {
        .object([
            ("form", .string(form(term.term))), ("words", .string(term.term.words)), ("met", .bool(term.isMet)),
            ("metOnConditions", .bool(term.isMetIfConditionsStood)), ("counted", .number(term.counted)),
            ("needed", .number(term.needed)), ("voices", .array(term.voices.map(json))),
            ("parts", .array(term.parts.map(json))),
        ])
    }

    private func form(_ term: Requirement.Term) -> String {
        switch term {
        case .need: "need"
        case .party: "party"
        case .named: "named"
        case .all: "all"
        case .any: "any"
        case .founder: "founder"
        }
    }

    private func json(_ voice: Voice) -> JSONValue {
        .object([
            ("party", .string(voice.party.string)), ("standings", FindingsJSON.names(voice.standings)),
            ("counts", .bool(voice.counts)), ("countsOnConditions", .bool(voice.countsIfConditionsStood)),
            ("excused", .bool(voice.isExcused)),
            (
                "seals",
                .array(
                    voice.seals.map { seal in
                        .object([
                            ("seal", .string(seal.id.hex)), ("verdict", .string(seal.verdict.rawValue)),
                            ("capacities", seal.capacities.map(FindingsJSON.names) ?? .null),
                            ("waitsFor", FindingsJSON.ids(seal.waitsFor)), ("disputed", .bool(seal.isDisputed)),
                            ("void", .bool(seal.isVoid)),
                        ])
                    })
            ),
        ])
    }

    private func json(_ support: Explanation.Support) -> JSONValue {
        let parties: [Identifier]
        let relation: String
        switch support.relation {
        case .ground: (relation, parties) = ("ground", [])
        case .condition(let of): (relation, parties) = ("condition", of)
        }
        let (why, explanation): (String, Explanation?) =
            switch support.why {
            case .holds: ("holds", nil)
            case .explained(let explanation): ("explained", explanation)
            case .circle: ("circle", nil)
            case .explainedElsewhere: ("elsewhere", nil)
            case .notHere: ("notHere", nil)
            case .tooFar: ("tooFar", nil)
            }
        return .object([
            ("instrument", .string(support.instrument.hex)), ("relation", .string(relation)),
            ("parties", FindingsJSON.names(parties)), ("holds", .bool(support.holds)), ("why", .string(why)),
            ("explanation", explanation.map(json) ?? .null),
        ])
    }

    private func json(_ rival: Explanation.Rival) -> JSONValue {
        .object([
            ("instrument", .string(rival.instrument.hex)), ("stands", .bool(rival.isStanding)),
            ("committed", FindingsJSON.names(rival.committed)),
        ])
    }

    private func json(_ outdated: OutdatedVersion) -> JSONValue {
        .object([
            ("provision", .string(outdated.provision.string)),
            ("named", outdated.named.map { .string($0.hex) } ?? .null), ("inForce", .string(outdated.inForce.hex)),
        ])
    }
}
