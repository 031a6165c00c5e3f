internal import Agreement
internal import Drafting
internal import Identity
internal import Redline
internal import Verification
internal import Wording

/// A text of the roadmap as a person names it: `in-force`, an instrument's id, `before` and an id, or `draft` and an id,
/// perhaps `at` an entry; behind an at sign the provision that is meant of it.
///
/// Source: `Docs/Specification/commands.md`, section `diff`.
struct TextChoice: Hashable, Sendable {
    enum Text: Hashable, Sendable {
        case inForce
        /// The text as an instrument makes it, on what it is built on.
        case after(IDPrefix)
        /// The text as an instrument found it.
        case before(IDPrefix)
        /// What a draft reads, now or as of some entry.
        case draft(String, at: String?)
    }

    let text: Text
    let provision: Identifier?

    /// What was typed, to speak of it.
    let words: String

    /// Takes as many words as name one text.
    ///
    /// - Throws: a ``Complaint`` if they name none.
    init(_ typed: inout ArraySlice<String>) throws(Complaint) {
        guard let first = typed.popFirst() else { throw .usage("name a text: in-force, an id, or before and an id") }
        if first == "before" {
            guard let second = typed.popFirst() else { throw .usage("before which instrument? give its id") }
            let (name, provision) = try Self.parts(of: second)
            (text, self.provision, words) = (.before(try IDPrefix(name)), provision, "before \(second)")
        } else if first == "draft" {
            guard let second = typed.popFirst() else { throw .usage("which draft? give its id") }
            var last = second
            let isPast = typed.first == "at"
            if isPast {
                guard let entry = typed.dropFirst().first else { throw .usage("at which entry? give its id") }
                typed = typed.dropFirst(2)
                last = entry
                guard !second.contains("@") else {
                    throw .usage("write the provision behind the entry, as in draft 1f2e3d4c at 5a6b7c8d@article-4")
                }
            }
            let (name, provision) = try Self.parts(of: last)
            text = .draft(isPast ? second : name, at: isPast ? name : nil)
            (self.provision, words) = (provision, isPast ? "draft \(second) at \(last)" : "draft \(second)")
        } else {
            let (name, provision) = try Self.parts(of: first)
            text = name == "in-force" ? .inForce : .after(try IDPrefix(name))
            (self.provision, words) = (provision, first)
        }
    }

    static let inForce = TextChoice(text: .inForce, provision: nil, words: "in-force")

    private init(text: Text, provision: Identifier?, words: String) {
        (self.text, self.provision, self.words) = (text, provision, words)
    }

    private static func parts(of typed: String) throws(Complaint) -> (name: String, provision: Identifier?) {
        guard let sign = typed.firstIndex(of: "@") else { return (typed, nil) }
        let name = String(typed[typed.index(after: sign)...])
        guard let provision = Identifier(name) else {
            throw .usage("behind @ belongs the id of a provision, and this is none: \(Typed.shown(name))")
        }
        return (String(typed[..<sign]), provision)
    }

    var isDraft: Bool { if case .draft = text { true } else { false } }

    /// The text that is meant, the part of one provision not yet taken out.
    ///
    /// - Parameters:
    ///   - desk: the drafts, if one of the texts is a draft.
    ///   - old: the text that this one is laid beside, for who wrote which words.
    /// - Throws: a ``Complaint`` if it is not here, or cannot be judged.
    func text(
        in book: Phrasebook, _ source: RoadmapSource, _ desk: DraftDesk? = nil, besides old: TextChoice? = nil
    ) throws(Complaint) -> RoadmapText {
        switch text {
        case .draft(let name, let entry):
            guard let desk else {
                throw .usage("drafts are in a home, and not in a bundle", hint: "leave out --in")
            }
            var before: OpenedDraft?
            if case .draft(let name, let entry)? = old?.text { before = try desk.opened(name, at: entry) }
            return try desk.opened(name, at: entry).text(besides: before)
        case .inForce:
            guard let founding = book.ledger.instruments[book.ledger.roadmap] else {
                throw Complaint(.noSuchFile, "no-founding", "the founding is not \(source.place), so there is no text")
            }
            return RoadmapText(inForceBy: book.evaluation, founding: founding)
        case .after(let prefix):
            let instrument = try instrument(prefix, book, source)
            guard let text = RoadmapText(after: instrument, by: book.evaluation) else {
                throw .cannotBeLaid(instrument.id, book)
            }
            return text
        case .before(let prefix):
            let instrument = try instrument(prefix, book, source)
            guard let text = RoadmapText(before: instrument, by: book.evaluation) else {
                throw .cannotBeLaid(instrument.id, book)
            }
            return text
        }
    }

    private func instrument(
        _ prefix: IDPrefix, _ book: Phrasebook, _ source: RoadmapSource
    ) throws(Complaint) -> Instrument {
        let id = try prefix.resolve(
            among: book.ledger.instruments.keys, noun: "instrument", place: source.place)
        return book.ledger.instruments[id]!
    }
}

extension Complaint {
    /// An instrument whose text nobody can say.
    fileprivate static func cannotBeLaid(_ id: InstrumentID, _ book: Phrasebook) -> Complaint {
        if let reason = book.evaluation.illFormedness(of: id) {
            return Complaint(
                .invalid, "ill-formed", "\(book.name(id)) makes no text: \(book.sentence(for: reason))",
                hint: "syngraph inspect shows its bytes")
        }
        return Complaint(
            .notSo, "awaiting-records",
            "\(book.name(id)) makes no text yet: "
                + (book.state(of: id)?.sentence ?? "it names records that are not here"),
            hint: "syngraph inspect shows its bytes")
    }
}
