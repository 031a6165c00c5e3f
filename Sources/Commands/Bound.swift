internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// `syngraph bound [PARTY]`
struct Bound: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Say what binds each party: what is in force, with its own words, and what it will refuse.",
        discussion: """
            Examples:

              syngraph bound
              syngraph bound KOR --in agreement.syngraph

            In force binds everybody, with or without its own consent; what a party committed to and is open binds its \
            word, and its own software refuses what would contradict that.
            """)

    @Argument(help: "The party; default: every one with a record in force.") var party: String?
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let asked = try party.map { typed throws(Complaint) in try Typed.party(typed) }
        let findings = try await source.findings()
        let evaluation = findings.evaluation
        let known = Set(evaluation.partiesInForce.map(\.party) + evaluation.sealingParties)
        if let asked, !known.contains(asked) {
            throw Complaint(
                .noSuchFile, "no-such-party", "there is no party \(asked) \(source.place)",
                hint: "they are \(Quoting.list(known.sorted()))")
        }
        let bonds = evaluation.bonds(of: asked.map { [$0] } ?? evaluation.partiesInForce.map(\.party))
        let book = Phrasebook.here(findings)
        if wantsJSON {
            voice.result(.object([("parties", .array(bonds.map { json($0, book) }))]))
        } else {
            voice.result(bonds.map { text($0, book, voice) }.joined(separator: "\n\n"))
        }
        return .holds
    }

    // MARK: For a person

    private func text(_ bonds: Bonds, _ book: Phrasebook, _ voice: CommandVoice) -> String {
        let standings = bonds.standings.isEmpty ? "no standing" : Quoting.list(bonds.standings)
        var lines = ["\(voice.marked(bonds.party.string, .heading)): \(standings)"]
        lines += book.withdrawals(of: bonds.party).map { withdrawal in
            let when = "at \(Timestamp.text(withdrawal.at)) by its own clock"
            return voice.paragraph("  \(book.act(of: withdrawal)), \(when)", indent: 2, hanging: 4)
        }
        func list(_ heading: String, _ items: [String]) {
            guard !items.isEmpty else { return }
            lines.append("  \(heading)")
            lines += items.map { voice.paragraph("- \($0)", indent: 4, hanging: 6) }
        }
        for consent in [Bonds.Consent.accepted, .abstained, .rejected, .none] {
            let items = bonds.inForce.filter { $0.consent == consent }
            list(consent.heading, items.map { sentence($0, book) })
        }
        list("committed to, and not in force", bonds.open.map { sentence($0, book) })
        list(
            "will therefore refuse",
            bonds.refuses.map { refused in
                let more = refused.objections.count - 1
                return "\(book.name(refused.instrument)): \(book.sentence(for: refused.objections[0]))"
                    + (more == 0 ? "" : "; and \(Quoting.count(more, "more reason"))")
            })
        return lines.joined(separator: "\n")
    }

    private func sentence(_ bond: Bonds.Bond, _ book: Phrasebook) -> String {
        let seals = bond.seals.compactMap { book.ledger.seals[$0]?.seal }
        let state = bond.state == .inForce ? "" : ", \(bond.state.words)"
        let conditions = Set(seals.flatMap(\.provided)).sorted()
        let inReturn = conditions.isEmpty ? "" : ", in return for \(book.names(conditions))"
        let words = seals.flatMap(SealWords.all).map { "; \($0.label): \($0.text(in: book.language))" }.joined()
        let dates = bond.provisions.compactMap { name -> String? in
            book.evaluation.provisionInForce(name).flatMap { Applicability($0.content) }.map {
                "; \(name) applies \($0.words)"
            }
        }.joined()
        let offered = seals.compactMap(\.until).max().map { "; offered until \(Timestamp.text($0))" } ?? ""
        return book.name(bond.instrument) + state + inReturn + words + offered + dates
    }

    // MARK: For a program

    private func json(_ bonds: Bonds, _ book: Phrasebook) -> JSONValue {
        .object([
            ("party", .string(bonds.party.string)), ("standings", FindingsJSON.names(bonds.standings)),
            ("inForce", .array(bonds.inForce.map { json($0, book) })),
            ("open", .array(bonds.open.map { json($0, book) })),
            (
                "refuses",
                .array(
                    bonds.refuses.map { refused in
                        .object([
                            ("instrument", .string(refused.instrument.hex)),
                            (
                                "objections",
                                .array(
                                    refused.objections.map {
                                        .object([
                                            ("word", .string($0.word)), ("message", .string(book.sentence(for: $0))),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }

    private func json(_ bond: Bonds.Bond, _ book: Phrasebook) -> JSONValue {
        .object([
            ("instrument", .string(bond.instrument.hex)), ("state", .string(bond.state.rawValue)),
            ("consent", .string(bond.consent.rawValue)),
            (
                "seals",
                .array(
                    bond.seals.compactMap { book.ledger.seals[$0]?.seal }.map { seal in
                        .object(
                            [
                                ("seal", .string(seal.id.hex)), ("verdict", .string(seal.verdict.rawValue)),
                                ("provided", FindingsJSON.ids(seal.provided)),
                            ] + SealWords.fields(of: seal))
                    })
            ),
            ("provisions", FindingsJSON.names(bond.provisions)),
        ])
    }
}

extension Bonds.Consent {
    fileprivate var heading: String {
        switch self {
        case .accepted: "in force, and accepted"
        case .abstained: "in force, and abstained on"
        case .rejected: "in force, though rejected"
        case .none: "in force without its verdict"
        }
    }
}
