public import Drafting
internal import Identity

/// A text of a draft as somebody edits it: in the notation of brackets, every scalar with the place that it comes from.
///
/// Open brackets are shown with all their wordings and who could accept them; what is settled reads as it is settled.
/// Brackets that cross others cannot be written within each other: their words are shown without them.
public struct EditableText: Sendable {
    public let name: TextName
    public private(set) var notation = ""
    /// True if brackets are no signs here, but scalars like any other: because it was asked for, or because the words
    /// themselves have square brackets in them.
    public let isPlain: Bool
    /// Brackets that cross others, and are not shown.
    public private(set) var unshown: [OperationName] = []

    /// By scalar of the notation.
    private(set) var origins: [Origin] = []
    /// Open brackets that are shown, and what there is of each.
    private(set) var shown: [OperationName: ShownBracket] = [:]
    /// The alternatives that are shown, each with the one around it.
    private(set) var alternatives: [ShownAlternative] = []
    /// By bracket: the alternative whose text is read in its place, of settled ones.
    private(set) var readThrough: [OperationName: OperationName] = [:]
    /// By alternative with a text of its own, the bracket that it is of and the text which that stands in.
    private(set) var hosts: [OperationName: (bracket: OperationName, text: TextName)] = [:]

    /// Somebody has put brackets in each other that no notation holds.
    private var isTooDeep = false

    enum Sign: Hashable {
        case word(TextName, Int)
        case opening(OperationName, Drafting.Alternative)
        case closing(OperationName, Drafting.Alternative)
        /// What stands between alternatives.
        case between
        /// Names of parties beside a wording.
        case attribution
    }

    struct Origin {
        let sign: Sign
        /// The innermost alternative around it, by its number.
        let within: Int?
    }

    struct ShownBracket {
        /// Where its words stand in the text that it is a bracket of.
        let range: Range<Int>
        let bracket: DraftBracket
        /// In the order in which they are shown, with the parties that could accept each.
        var alternatives: [(alternative: Drafting.Alternative, parties: [String])]
    }

    struct ShownAlternative {
        let bracket: OperationName
        let alternative: Drafting.Alternative
        let around: Int?
    }

    /// Nil if there is no such text.
    public init?(of name: TextName, in draft: Draft, plainly: Bool = false) {
        guard let words = draft.string(of: name) else { return nil }
        var (shown, isSound) = (Self(name, isPlain: false), false)
        if !plainly {
            shown.show(name, in: draft, within: nil)
            isSound = shown.readsBack
        }
        guard !isSound else {
            self = shown
            return
        }
        self.init(name, isPlain: true)
        notation = words
        origins = words.unicodeScalars.indices.enumerated().map { Origin(sign: .word(name, $0.offset), within: nil) }
        unshown = draft.contestedSpans(of: name).flatMap(\.brackets).map(\.name)
    }

    private init(_ name: TextName, isPlain: Bool) {
        self.name = name
        self.isPlain = isPlain
    }

    // MARK: Showing

    private mutating func show(_ text: TextName, in draft: Draft, within: Int?) {
        let scalars = Array((draft.string(of: text) ?? "").unicodeScalars)
        let spans = draft.contestedSpans(of: text)
        show(scalars, 0..<scalars.count, of: text, spans[...], draft, within)
    }

    /// Shows the words of a range, and the spans in it: outer ones before those they hold.
    private mutating func show(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, of text: TextName, _ spans: ArraySlice<ContestedSpan>,
        _ draft: Draft, _ within: Int?
    ) {
        var (position, rest) = (range.lowerBound, spans)
        while let span = rest.popFirst() {
            guard span.level < BracketedText.notationDepth else {
                isTooDeep = true
                continue
            }
            let inner = rest.prefix { $0.level > span.level }
            rest = rest.dropFirst(inner.count)
            addWords(scalars, position..<max(position, span.range.lowerBound), of: text, within)
            let bracket = span.brackets.count == 1 ? draft.bracket(span.brackets[0].name) : nil
            guard let bracket else {
                unshown += span.brackets.map(\.name)
                show(scalars, span.range, of: text, inner, draft, within)
                position = max(position, span.range.upperBound)
                continue
            }
            switch bracket.outcome {
            case .standing: show(scalars, span.range, of: text, inner, draft, within)
            case .nothing: break
            case .added(let alternative):
                readThrough[bracket.name] = alternative
                hosts[alternative] = (bracket.name, text)
                show(.alternative(alternative), in: draft, within: within)
            case nil: show(bracket, span.range, scalars, of: text, inner, draft, within)
            }
            position = max(position, span.range.upperBound)
        }
        addWords(scalars, position..<max(position, range.upperBound), of: text, within)
    }

    private mutating func show(
        _ bracket: DraftBracket, _ range: Range<Int>, _ scalars: [Unicode.Scalar], of text: TextName,
        _ inner: ArraySlice<ContestedSpan>, _ draft: Draft, _ within: Int?
    ) {
        var told: [(alternative: Drafting.Alternative, parties: [String])] = []
        for alternative in bracket.alternatives {
            let parties = bracket.positions.filter { $0.value.contains(alternative) }.keys.sorted().map(\.string)
            if alternative == .nothing && parties.isEmpty { continue }
            if !told.isEmpty { add(" ", .between, within) }
            let number = alternatives.count
            alternatives.append(
                ShownAlternative(bracket: bracket.name, alternative: alternative, around: within))
            add("[", .opening(bracket.name, alternative), within)
            switch alternative {
            case .standing: show(scalars, range, of: text, inner, draft, number)
            case .added(let name):
                hosts[name] = (bracket.name, text)
                show(.alternative(name), in: draft, within: number)
            case .nothing: break
            }
            if !parties.isEmpty {
                for scalar in PlacedAlternative.attribution(of: parties).unicodeScalars {
                    add(scalar, .attribution, number)
                }
            }
            add("]", .closing(bracket.name, alternative), within)
            told.append((alternative, parties))
        }
        shown[bracket.name] = ShownBracket(range: range, bracket: bracket, alternatives: told)
    }

    private mutating func addWords(_ scalars: [Unicode.Scalar], _ range: Range<Int>, of text: TextName, _ within: Int?)
    {
        for position in range { add(scalars[position], .word(text, position), within) }
    }

    private mutating func add(_ scalar: Unicode.Scalar, _ sign: Sign, _ within: Int?) {
        notation.unicodeScalars.append(scalar)
        origins.append(Origin(sign: sign, within: within))
    }

    // MARK: Reading back

    /// Whether the notation says what it was made to say: words may have signs in them, and two brackets that stand
    /// side by side would be read as one.
    private var readsBack: Bool {
        guard !isTooDeep, let text = try? BracketedText(notation: notation) else { return false }
        var isSame = true
        check(PlacedText(text), &isSame)
        return isSame
    }

    private func check(_ text: PlacedText, _ isSame: inout Bool) {
        for piece in text.pieces {
            switch piece {
            case .words(let range):
                for place in range {
                    if case .word = origins[place].sign { continue }
                    isSame = false
                }
            case .bracket(let found):
                guard case .opening(let name, _) = origins[found[0].open].sign, let bracket = shown[name],
                    bracket.alternatives.count == found.count
                else {
                    isSame = false
                    return
                }
                for (alternative, told) in zip(found, bracket.alternatives) {
                    isSame =
                        isSame && origins[alternative.open].sign == .opening(name, told.alternative)
                        && origins[alternative.close].sign == .closing(name, told.alternative)
                        && alternative.parties == told.parties
                    check(alternative.text, &isSame)
                }
            }
        }
    }
}
