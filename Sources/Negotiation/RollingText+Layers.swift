public import Agreement
internal import CanonicalEncoding
public import Drafting
public import Identity
internal import Redline

/// An instrument that is not in force: what it would write, and who has sealed it, or else its proposer.
public struct OpenInstrument: Sendable {
    public let changes: [Instrument.Change]
    public let parties: [Identifier]

    public init(changes: [Instrument.Change], parties: [Identifier]) {
        self.changes = changes
        self.parties = parties
    }
}

/// Several drafts and instruments over one text.
///
/// Source: `Docs/Specification/negotiation.md`, section 1.2.
extension RollingText {
    /// - Parameters:
    ///   - inForce: the text in force.
    ///   - drafts: those that are open; the first is laid under the others.
    ///   - settled: brackets of theirs that are open, and shown as settled with this: ``SettledInForce``.
    public init(
        over inForce: [Identifier: Content], drafts: [Draft],
        taking settled: [OperationName: Drafting.Alternative] = [:], instruments: [OpenInstrument],
        languages: [Identifier]
    ) {
        let ground = RollingText(of: inForce, in: languages)
        guard let first = drafts.first else {
            self = ground
            lay(instruments, over: inForce)
            return
        }
        self = RollingText(of: first, taking: settled)
        addMissing(from: ground)
        for draft in drafts.dropFirst() { lay(RollingText(of: draft, taking: settled), over: inForce) }
        lay(instruments, over: inForce)
    }

    /// A text without anything over it.
    private init(of text: [Identifier: Content], in languages: [Identifier]) {
        self.init()
        var depths: [Identifier: Int] = [:]
        for provision in DraftBase(of: text).provisions {
            let depth = provision.parent.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
            depths[provision.identifier] = depth
            provisions.append(
                Provision(provision.identifier, text[provision.identifier]!, depth: depth, languages) { words in
                    var text = BracketedText()
                    text.append(words)
                    return text
                })
        }
    }

    /// Adds what another text has and this one does not, behind what stands before it there.
    private mutating func addMissing(from other: RollingText) {
        let known = Set(provisions.map(\.identifier))
        var behind: [Identifier?: [Provision]] = [:]
        var last: Identifier?
        for provision in other.provisions {
            if known.contains(provision.identifier) {
                last = provision.identifier
            } else {
                behind[last, default: []].append(provision)
            }
        }
        guard !behind.isEmpty else { return }
        provisions = (behind[nil] ?? []) + provisions.flatMap { [$0] + (behind[$0.identifier] ?? []) }
    }

    // MARK: Drafts

    private mutating func lay(_ other: RollingText, over inForce: [Identifier: Content]) {
        let offset = brackets.count
        var places = Dictionary(provisions.enumerated().map { ($1.identifier, $0) }) { one, _ in one }
        addMissing(from: RollingText(of: other, markedFrom: offset) { places[$0] == nil })
        places = Dictionary(provisions.enumerated().map { ($1.identifier, $0) }) { one, _ in one }
        for provision in other.provisions where !provision.isStruck {
            guard let place = places[provision.identifier] else { continue }
            for words in provision.words {
                let before = inForce[provision.identifier]?.text?.byLanguage[words.language]?.string ?? ""
                // What it leaves as it is in force it does not speak of.
                guard words.text.notation.utf8.elementsEqual(before.utf8) == false else { continue }
                openCount += provisions[place].lay(words.text.marked(from: offset), by: [], in: words.language)
            }
            provisions[place].openBrackets += provision.openBrackets
        }
        brackets += other.brackets
        openCount += other.openCount
        openByParty.merge(other.openByParty, uniquingKeysWith: +)
    }

    /// The provisions of another rolling text that are wanted, their marks counted from another number.
    private init(of other: RollingText, markedFrom offset: Int, _ isWanted: (Identifier) -> Bool) {
        self.init()
        provisions = other.provisions.filter { isWanted($0.identifier) }.map { provision in
            var provision = provision
            for index in provision.words.indices {
                provision.words[index].text = provision.words[index].text.marked(from: offset)
            }
            // They are counted when its words are laid, which are the same then.
            provision.openBrackets = 0
            return provision
        }
    }

    // MARK: Instruments

    private mutating func lay(_ instruments: [OpenInstrument], over inForce: [Identifier: Content]) {
        var places = Dictionary(provisions.enumerated().map { ($1.identifier, $0) }) { one, _ in one }
        for instrument in instruments {
            let parties = instrument.parties.map(\.string)
            let before = openCount
            for change in instrument.changes where !ReservedProvision.isReserved(change.provision) {
                lay(change, by: parties, inForce[change.provision], &places)
            }
            guard openCount > before else { continue }
            for party in instrument.parties { openByParty[party, default: 0] += openCount - before }
        }
    }

    /// - Parameter places: by provision, where it stands in the text; kept up.
    private mutating func lay(
        _ change: Instrument.Change, by parties: [String], _ inForce: Content?, _ places: inout [Identifier: Int]
    ) {
        guard let place = places[change.provision] else {
            guard let content = change.content else { return }
            let place = add(content, change.provision, by: parties)
            // Of several that one identifier names it is the first.
            for index in (place..<provisions.count).reversed()
            where places[provisions[index].identifier].map({ $0 >= place }) ?? true {
                places[provisions[index].identifier] = index
            }
            return
        }
        let languages = Set((change.content?.text?.languages ?? []) + provisions[place].words.map(\.language))
        for language in languages.sorted() {
            let wanted = change.content?.text?.byLanguage[language]
            guard wanted != inForce?.text?.byLanguage[language] else { continue }
            var text = BracketedText()
            text.append(wanted?.string ?? "")
            openCount += provisions[place].lay(text, by: parties, in: language)
        }
    }

    /// Adds a provision that an instrument brings, behind what contains it and all that this contains.
    ///
    /// Returns where it stands then.
    private mutating func add(_ content: Content, _ name: Identifier, by parties: [String]) -> Int {
        var (place, depth) = (provisions.count, 0)
        if let parent = content.parent, let above = provisions.firstIndex(where: { $0.identifier == parent }) {
            depth = provisions[above].depth + 1
            place = provisions[(above + 1)...].firstIndex { $0.depth < depth } ?? provisions.count
        }
        let languages = (content.text ?? content.heading)?.languages ?? []
        provisions.insert(
            Provision(name, content, depth: depth, languages) { words in
                var text = BracketedText()
                text.append(words)
                guard !text.pieces.isEmpty else { return text }
                return BracketedText(pieces: [.bracket(Bracket([Bracket.Alternative(text, parties: parties)]))])
            }, at: place)
        for index in provisions[place].words.indices where !provisions[place].words[index].text.isClean {
            provisions[place].words[index].openBrackets += 1
            provisions[place].openBrackets += 1
            openCount += 1
        }
        return place
    }
}

extension RollingText.Provision {
    fileprivate init(
        _ identifier: Identifier, _ content: Content, depth: Int, _ languages: [Identifier],
        _ words: (String) -> BracketedText
    ) {
        var number = BracketedText()
        number.append(content.number?.string ?? "")
        self.init(
            identifier: identifier, node: nil, depth: depth, kind: content.kind, number: number,
            words: languages.sorted().compactMap { language in
                let heading = content.heading?.byLanguage[language]?.string ?? ""
                let text = content.text?.byLanguage[language]?.string ?? ""
                guard !(heading.isEmpty && text.isEmpty) else { return nil }
                return RollingText.LanguageWords(
                    language: language, heading: words(heading), text: words(text), openBrackets: 0)
            }, isStruck: false, openBrackets: 0, reservations: [])
    }

    /// Lays another wording over the text of a language: by word where both are clean, else beside the whole.
    ///
    /// Returns how many brackets that took.
    fileprivate mutating func lay(
        _ other: BracketedText, by parties: [String], in language: Identifier
    ) -> Int {
        let index =
            words.firstIndex { $0.language == language }
            ?? {
                words.append(
                    RollingText.LanguageWords(
                        language: language, heading: BracketedText(), text: BracketedText(), openBrackets: 0))
                return words.count - 1
            }()
        guard words[index].text != other else { return 0 }
        let laid = words[index].text.beside(other, by: parties)
        words[index].text = laid.text
        words[index].openBrackets += laid.count
        openBrackets += laid.count
        return laid.count
    }
}

extension BracketedText {
    /// Both wordings in one text, and how many brackets that takes.
    fileprivate func beside(_ other: BracketedText, by parties: [String]) -> (text: BracketedText, count: Int) {
        guard isClean, other.isClean, !pieces.isEmpty, !other.pieces.isEmpty else {
            let alternatives = [Bracket.Alternative(self), Bracket.Alternative(other, parties: parties)]
            return (BracketedText(pieces: [.bracket(Bracket(alternatives))]), 1)
        }
        var text = BracketedText()
        var gone: String?
        func words(_ string: String) -> BracketedText {
            var words = BracketedText()
            words.append(string)
            return words
        }
        func close(with came: String?) {
            guard gone != nil || came != nil else { return }
            var alternatives: [Bracket.Alternative] = []
            if let gone { alternatives.append(Bracket.Alternative(words(gone))) }
            alternatives.append(Bracket.Alternative(words(came ?? ""), parties: parties))
            text.pieces.append(.bracket(Bracket(alternatives)))
            gone = nil
        }
        for segment in RedlinedText(from: notation, to: other.notation).segments {
            switch segment {
            case .kept(let kept):
                close(with: nil)
                text.append(kept)
            case .deleted(let deleted): gone = deleted
            case .inserted(let inserted): close(with: inserted)
            }
        }
        close(with: nil)
        return (text, text.brackets.count)
    }

    /// The same text, its marks counted from another number.
    fileprivate func marked(from offset: Int) -> BracketedText {
        guard offset > 0 else { return self }
        return BracketedText(
            pieces: pieces.map { piece in
                guard case .bracket(var bracket) = piece else { return piece }
                bracket.mark = bracket.mark.map { $0 + offset }
                for index in bracket.alternatives.indices {
                    bracket.alternatives[index].text = bracket.alternatives[index].text.marked(from: offset)
                }
                return .bracket(bracket)
            })
    }
}
