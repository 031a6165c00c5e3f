internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Negotiation
internal import Redline
internal import Wording

/// What is said of an instrument that was put on the table.
struct TableReport {
    let instrument: Instrument
    let closing: Instrument?
    let book: Phrasebook
    /// Of one that was frozen from a draft: which provisions its words mention, and where.
    var mentions: [Identifier: [Identifier]] = [:]
    /// Positions that it leaves.
    var left: [PositionLeft]?
    /// False where nothing was published.
    var isOnTable = true

    func speak(_ voice: CommandVoice) {
        let warnings = book.warningsOnRules(after: instrument.id)
        defer { voice.warn(warnings) }
        if voice.speaksJSON { return voice.result(json(warnings)) }
        if let preview = SealPreview(of: instrument.id, by: instrument.proposer, in: book) {
            voice.talk(preview.changesOnTerminal(colour: voice.isColoured, columns: voice.columns) + "\n")
        }
        voice.talk(voice.paragraph("relies on: \(Quoting.list(reliedOn))", hanging: 2))
        for (provision, places) in mentions.sorted(by: { $0.key < $1.key }) {
            voice.talk(voice.paragraph("\(provision) is mentioned in \(Quoting.list(places))", indent: 2, hanging: 4))
        }
        voice.talk(voice.paragraph("built on: \(book.names(instrument.ground))", hanging: 2))
        if !instrument.replaces.isEmpty {
            voice.talk(voice.paragraph("replaces: \(book.names(instrument.replaces))", hanging: 2))
        }
        for id in instrument.voids { voice.talk(voice.paragraph("voids: \(book.disputed(id))", hanging: 2)) }
        for sentence in book.fallSentences(of: instrument.id) {
            voice.talk(voice.paragraph("beware: \(sentence)", hanging: 2))
        }
        for position in left ?? [] { voice.talk(voice.paragraph("leaves: \(position.sentence)", hanging: 2)) }
        for need in book.needs(of: instrument.id) { voice.talk(voice.paragraph("needs: \(need)", hanging: 2)) }
        voice.result("\(isOnTable ? "on the table" : "would be on the table"): \(book.title(instrument))")
        guard isOnTable else { return }
        voice.result("instrument \(instrument.id.hex)")
        if let closing { ClosingDraft.speak(closing, of: instrument, voice) }
        voice.talk("consent to it with `syngraph seal accept \(Quoting.short(instrument.id))`")
    }

    private var reliedOn: [Identifier] { instrument.base.keys.filter { !instrument.writes($0) }.sorted() }

    private func json(_ warnings: [String]) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("instrument", isOnTable ? .string(instrument.id.hex) : .null),
            ("fingerprint", isOnTable ? .string(Quoting.fingerprint(instrument.id)) : .null),
            ("title", .string(instrument.title.text(in: instrument.languages[0]).string)),
            ("writes", FindingsJSON.names(instrument.changes.map(\.provision))),
            ("reliesOn", FindingsJSON.names(reliedOn)), ("builtOn", FindingsJSON.ids(instrument.ground)),
            ("replaces", FindingsJSON.ids(instrument.replaces)), ("voids", FindingsJSON.ids(instrument.voids)),
            ("closing", closing.map { .string($0.id.hex) } ?? .null),
            (
                "fallsWithIt",
                FindingsJSON.ids(book.evaluation.fall(with: instrument.id).unnamed.map(\.instrument))
            ),
            ("needs", .array(book.needs(of: instrument.id).map { .string($0) })),
            ("warnings", .array(warnings.map { .string($0) })),
        ]
        if let left {
            fields += [
                ("frozenFrom", FindingsJSON.ids(instrument.frozenFrom)),
                (
                    "mentions",
                    .array(
                        mentions.sorted { $0.key < $1.key }.map { provision, places in
                            .object([
                                ("provision", .string(provision.string)), ("mentionedIn", FindingsJSON.names(places)),
                            ])
                        })
                ),
                ("positionsLeft", .array(left.map(\.json))),
            ]
        }
        return .object(fields)
    }
}

extension PositionLeft {
    /// What was frozen, and who holds to what.
    var sentence: String {
        let language = language.map { " (\($0))" } ?? ""
        let others = held.map { held in
            "\(held.party) held to \(Quoting.list(held.wordings.map(\.shown), "or"))"
        }
        return "\(provision)\(language) has \(reads.shown): \(Quoting.list(others))"
    }

    var json: JSONValue {
        .object([
            ("bracket", .string(bracket.text())), ("provision", .string(provision.string)),
            ("language", language.map { .string($0.string) } ?? .null), ("frozen", reads.json),
            (
                "held",
                .array(
                    held.map {
                        .object([
                            ("party", .string($0.party.string)), ("wordings", .array($0.wordings.map(\.json))),
                        ])
                    })
            ),
        ])
    }
}

extension PositionLeft.Wording {
    /// The words; empty for nothing; null for a whole provision.
    fileprivate var json: JSONValue {
        switch self {
        case .words(let words): .string(words)
        case .nothing: .string("")
        case .provision: .null
        }
    }
}

extension PositionLeft.Wording {
    /// In quotation marks, short, and safe for a terminal.
    var shown: String {
        switch self {
        case .nothing: return "nothing"
        case .provision: return "the provision"
        case .words(let words):
            let scalars = words.unicodeScalars
            let short = scalars.count > 60 ? String(scalars.prefix(60)) + "…" : words
            return "“\(terminalSafe(short))”"
        }
    }
}
