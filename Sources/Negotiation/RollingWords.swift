public import Drafting
internal import Identity

/// A bracket of the rolling text, by its mark: which brackets of the draft it shows, and what its alternatives are there.
public struct RollingBracket: Hashable, Sendable {
    /// More than one where brackets cross.
    public let names: [OperationName]
    /// In the order of the bracket shown: choosing which alternative of which bracket comes to that.
    public let choices: [Choice]

    public struct Choice: Hashable, Sendable {
        public let bracket: OperationName
        public let alternative: Drafting.Alternative
    }
}

/// Lays brackets round what is open in a draft's texts.
///
/// Source: `Docs/Specification/negotiation.md`, section 1.
struct RollingWords {
    /// By mark.
    private(set) var brackets: [RollingBracket] = []

    private let draft: Draft
    private let outcomes: Outcomes
    private var reader: TextReader

    /// Of brackets that cross, the alternatives that are shown; and the levels in which they are.
    private static let offersShown = 32
    private static let crossingDepth = 8
    /// Marks a place of which nothing stays.
    private static let gone = -1

    /// - Parameter draft: with its texts indexed.
    init(_ draft: Draft, _ outcomes: Outcomes) {
        self.draft = draft
        self.outcomes = outcomes
        reader = TextReader(draft, outcomes)
    }

    /// A text with brackets round what is open in it.
    mutating func words(of text: TextName) -> BracketedText { Self.withoutGone(words(of: text, depth: 0)) }

    private static func withoutGone(_ words: BracketedText) -> BracketedText {
        words.settled { _, bracket in bracket.mark == gone ? .nothing : .open }
    }

    /// Puts a whole text within the brackets that are open on its node, or on one that contains it.
    mutating func bracketed(_ words: BracketedText, by nodeBrackets: [OperationName]) -> BracketedText {
        nodeBrackets.reduce(words) { inner, name in
            guard let bracket = outcomes.brackets[name] else { return inner }
            var shown = Offers()
            shown.add(inner, .standing, of: name, outcomes.holders(of: .standing, in: bracket))
            let against = outcomes.holders(of: .nothing, in: bracket)
            if !against.isEmpty { shown.add(BracketedText(), .nothing, of: name, against) }
            return BracketedText(pieces: [.bracket(marked(shown, [name]))])
        }
    }

    // MARK: Texts

    /// Where nothing stays of a bracket there is one without words, marked as gone.
    private mutating func words(of text: TextName, depth: Int) -> BracketedText {
        let spans = draft.contestedSpans(of: text)
        return words(of: text, 0..<reader.scalars(of: text).count, Span.nested(spans), depth: depth)
    }

    /// A contested span, and those that it holds.
    private struct Span {
        let span: ContestedSpan
        var inner: [Span] = []
        var range: Range<Int> { span.range }

        /// From a list in which a span is followed by those that it holds, which have higher levels.
        static func nested(_ spans: [ContestedSpan]) -> [Span] {
            var rest = spans[...]
            return take(&rest, atLevel: 0)
        }

        private static func take(_ rest: inout ArraySlice<ContestedSpan>, atLevel level: Int) -> [Span] {
            var found: [Span] = []
            while let next = rest.first, next.level >= level {
                rest.removeFirst()
                let span =
                    level < BracketedText.notationDepth
                    ? Span(span: next, inner: take(&rest, atLevel: level + 1)) : Span(span: next)
                found.append(span)
            }
            return found
        }
    }

    /// What stands at some place of a text in place of its words.
    private struct Item {
        let range: Range<Int>
        let pieces: BracketedText
    }

    private mutating func words(
        of text: TextName, _ range: Range<Int>, _ spans: [Span], depth: Int
    ) -> BracketedText {
        guard depth < BracketedText.notationDepth else {
            var words = BracketedText()
            words.append(plain(text, range))
            return words
        }
        return lay(spans.map { Item(range: $0.range, pieces: shown($0, in: text, depth: depth)) }, over: text, range)
    }

    private mutating func lay(_ items: [Item], over text: TextName, _ range: Range<Int>) -> BracketedText {
        var laid = BracketedText()
        var cursor = range.lowerBound
        let ordered = items.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for item in ordered where item.range.lowerBound >= cursor && item.range.upperBound <= range.upperBound {
            laid.append(plain(text, cursor..<item.range.lowerBound))
            laid.append(item.pieces)
            cursor = item.range.upperBound
        }
        laid.append(plain(text, cursor..<range.upperBound))
        return laid
    }

    private mutating func plain(_ text: TextName, _ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(reader.scalars(of: text)[range]))
    }

    // MARK: Spans

    private mutating func shown(_ span: Span, in text: TextName, depth: Int) -> BracketedText {
        guard span.span.brackets.count == 1, let bracket = outcomes.brackets[span.span.brackets[0].name] else {
            return shownCrossing(span, in: text, depth: depth)
        }
        if let outcome = outcomes.outcome(of: bracket.name) {
            return outcome == .standing
                ? words(of: text, span.range, span.inner, depth: depth) : replacement(outcome, depth: depth)
        }
        var offers = Offers()
        let standing = words(of: text, span.range, span.inner, depth: depth + 1)
        offers.addIfHeld(standing, .standing, of: bracket.name, outcomes.holders(of: .standing, in: bracket))
        for case .added(let name) in bracket.alternatives {
            let holders = outcomes.holders(of: .added(name), in: bracket)
            offers.add(words(of: .alternative(name), depth: depth + 1), .added(name), of: bracket.name, holders)
        }
        offers.addIfHeld(BracketedText(), .nothing, of: bracket.name, outcomes.holders(of: .nothing, in: bracket))
        if offers.isEmpty { offers.add(standing, .standing, of: bracket.name, []) }
        return BracketedText(pieces: [.bracket(marked(offers, [bracket.name]))])
    }

    /// What came in place of words that went.
    private mutating func replacement(_ outcome: Drafting.Alternative, depth: Int) -> BracketedText {
        var words = BracketedText()
        if case .added(let name) = outcome {
            words = Self.withoutGone(self.words(of: .alternative(name), depth: depth))
        }
        return words.pieces.isEmpty ? Self.nothing : words
    }

    private static let nothing = BracketedText(
        pieces: [.bracket(Bracket([Bracket.Alternative(BracketedText())], mark: gone))])

    // MARK: Spans that cross

    /// The words that stand there, with what is settled laid over them; and each alternative of what is open,
    /// lengthened by the words before and behind its own span.
    private mutating func shownCrossing(_ span: Span, in text: TextName, depth: Int) -> BracketedText {
        let brackets = span.span.brackets
        let away = brackets.map { placed -> Bool in
            outcomes.outcome(of: placed.name).map { $0 != .standing } ?? false
        }
        let moot = MootSpans.among(zip(brackets, away).map { ($0.range, $1) })
        let (replaced, clashing) = replaced(brackets, away, moot)
        let inner = span.inner.filter { inner in !replaced.contains { $0.range.overlaps(inner.range) } }
        let open = zip(brackets, moot).filter { placed, isMoot in
            !isMoot && outcomes.outcome(of: placed.name) == nil
        }.map(\.0)
        let isShown = !(open.isEmpty && clashing.isEmpty)
        var items = inner.map {
            Item(range: $0.range, pieces: shown($0, in: text, depth: depth + (isShown ? 1 : 0)))
        }
        for placed in replaced {
            let outcome = outcomes.outcome(of: placed.name) ?? .standing
            items.append(Item(range: placed.range, pieces: replacement(outcome, depth: depth + 1)))
        }
        let standing = lay(items, over: text, span.range)
        guard isShown else { return standing }
        var offers = Offers()
        let names = (open + clashing).map(\.name)
        let holders = open.compactMap { outcomes.brackets[$0.name] }.flatMap {
            outcomes.holders(of: .standing, in: $0)
        }
        offers.add(standing, .standing, of: names[0], Set(holders).sorted())
        if depth < Self.crossingDepth {
            for placed in (open + clashing).prefix(Self.offersShown) {
                offer(placed, within: span.range, of: text, depth: depth, &offers)
            }
        }
        return BracketedText(pieces: [.bracket(marked(offers, names))])
    }

    /// The brackets whose words went, and those of them that cross one of these.
    private func replaced(
        _ brackets: [PlacedBracket], _ away: [Bool], _ moot: [Bool]
    ) -> (replaced: [PlacedBracket], clashing: [PlacedBracket]) {
        var replaced: [PlacedBracket] = []
        var clashing: [PlacedBracket] = []
        for index in brackets.indices where away[index] && !moot[index] {
            let range = brackets[index].range
            if replaced.contains(where: { $0.range == range || $0.range.overlaps(range) }) {
                clashing.append(brackets[index])
            } else {
                replaced.append(brackets[index])
            }
        }
        return (replaced, clashing)
    }

    private mutating func offer(
        _ placed: PlacedBracket, within range: Range<Int>, of text: TextName, depth: Int, _ offers: inout Offers
    ) {
        guard let bracket = outcomes.brackets[placed.name] else { return }
        let before = plain(text, range.lowerBound..<placed.range.lowerBound)
        let behind = plain(text, placed.range.upperBound..<range.upperBound)
        for alternative in bracket.alternatives where alternative != .standing {
            let holders = outcomes.holders(of: alternative, in: bracket)
            if alternative == .nothing, holders.isEmpty { continue }
            var words = BracketedText(pieces: before.isEmpty ? [] : [.words(before)])
            words.append(replacement(alternative, depth: depth + 1))
            words.append(behind)
            offers.add(words, alternative, of: placed.name, holders)
        }
    }

    // MARK: Marks

    private mutating func marked(_ offers: Offers, _ names: [OperationName]) -> Bracket {
        brackets.append(RollingBracket(names: names, choices: offers.choices))
        return Bracket(
            offers.alternatives, separators: offers.separators, mark: brackets.count - 1)
    }
}

/// The alternatives of a bracket that are shown.
private struct Offers {
    private(set) var alternatives: [Bracket.Alternative] = []
    private(set) var choices: [RollingBracket.Choice] = []

    var isEmpty: Bool { alternatives.isEmpty }

    mutating func add(
        _ words: BracketedText, _ choice: Drafting.Alternative, of bracket: OperationName, _ parties: [Identifier]
    ) {
        alternatives.append(Bracket.Alternative(words, parties: parties.map(\.string)))
        choices.append(RollingBracket.Choice(bracket: bracket, alternative: choice))
    }

    /// Adds one that says something, or that somebody holds to.
    mutating func addIfHeld(
        _ words: BracketedText, _ choice: Drafting.Alternative, of bracket: OperationName, _ parties: [Identifier]
    ) {
        if !words.pieces.isEmpty || !parties.isEmpty { add(words, choice, of: bracket, parties) }
    }

    /// Between two numbers that nobody is named for there is nothing, as in `[4][2].`; else a space.
    var separators: [String] {
        zip(alternatives, alternatives.dropFirst()).map { one, next in
            [one, next].allSatisfy { $0.parties.isEmpty && $0.text.isNumber } ? "" : " "
        }
    }
}

extension BracketedText {
    /// Whether it is a number, as paragraphs have: short, without blanks, beginning with a digit.
    fileprivate var isNumber: Bool {
        guard pieces.count == 1, case .words(let words) = pieces[0], let first = words.utf8.first else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && words.utf8.count <= 8
            && !words.utf8.contains(UInt8(ascii: " "))
    }
}
