public import Drafting

/// What a text of a draft reads, once it is known what its brackets come to: words, and where in the draft they stand.
///
/// Source: `Docs/Specification/negotiation.md`, section 2.
public struct TextReading: Hashable, Sendable {
    /// Words of the draft: scalars of one of its texts.
    public struct Source: Hashable, Sendable {
        public let text: TextName
        public internal(set) var range: Range<Int>
    }

    /// In the order in which they are read; none is empty.
    public private(set) var sources: [Source] = []
    private(set) var scalars: [Unicode.Scalar] = []
    /// Brackets in it that are open still, in their order.
    public internal(set) var open: [OperationName] = []
    /// Brackets whose words went, and whose spans cross: nobody can say what the text reads there.
    public internal(set) var crossing: [OperationName] = []
    private var isSomethingGone = false

    public init() {}

    public var words: String { String(String.UnicodeScalarView(scalars)) }
    public var isEmpty: Bool { scalars.isEmpty }

    // MARK: Reading on

    /// Adds words; where something went before them, one space, and none before a stop, is left of two.
    mutating func append(_ words: ArraySlice<Unicode.Scalar>, of text: TextName) {
        guard !words.isEmpty else { return }
        var words = words
        if isSomethingGone {
            if words.first == " ", scalars.isEmpty || scalars.last == " " {
                words = words.dropFirst()
            } else if let next = words.first, ".,;:)".unicodeScalars.contains(next) {
                dropLastSpace()
            }
            isSomethingGone = false
        }
        add(words, of: text)
    }

    /// Adds what stays of a bracket.
    mutating func append(_ other: TextReading) {
        open += other.open
        crossing += other.crossing
        guard !other.isEmpty else { return noteGone() }
        for source in other.sources { join(source) }
        scalars += other.scalars
    }

    /// Notes that nothing stays of a bracket.
    mutating func noteGone() { isSomethingGone = true }

    mutating func finish() {
        if isSomethingGone { dropLastSpace() }
        isSomethingGone = false
    }

    private mutating func add(_ words: ArraySlice<Unicode.Scalar>, of text: TextName) {
        guard !words.isEmpty else { return }
        join(Source(text: text, range: words.startIndex..<words.endIndex))
        scalars += words
    }

    private mutating func join(_ source: Source) {
        if let last = sources.last, last.text == source.text, last.range.upperBound == source.range.lowerBound {
            sources[sources.count - 1].range = last.range.lowerBound..<source.range.upperBound
        } else {
            sources.append(source)
        }
    }

    private mutating func dropLastSpace() {
        guard scalars.last == " ", let last = sources.last else { return }
        scalars.removeLast()
        let range = last.range.lowerBound..<last.range.upperBound - 1
        if range.isEmpty { sources.removeLast() } else { sources[sources.count - 1].range = range }
    }
}

/// Reads texts of a draft with outcomes.
struct TextReader {
    let draft: Draft
    let outcomes: Outcomes
    private var words: [TextName: [Unicode.Scalar]] = [:]

    /// - Parameter draft: with its texts indexed, else every question about brackets is dear.
    init(_ draft: Draft, _ outcomes: Outcomes) {
        self.draft = draft
        self.outcomes = outcomes
    }

    mutating func scalars(of text: TextName) -> [Unicode.Scalar] {
        if let known = words[text] { return known }
        let read = Array((draft.string(of: text) ?? "").unicodeScalars)
        words[text] = read
        return read
    }

    mutating func read(_ text: TextName) -> TextReading {
        let all = scalars(of: text)
        return read(text, 0..<all.count, draft.contestedSpans(of: text).flatMap(\.brackets))
    }

    /// Reads a part of a text that cuts through none of these brackets.
    mutating func read(_ text: TextName, _ range: Range<Int>, _ brackets: [PlacedBracket]) -> TextReading {
        let all = scalars(of: text)
        var reading = TextReading()
        let replaced = replaced(brackets, &reading)
        var cursor = range.lowerBound
        for (placed, alternative) in replaced {
            reading.append(all[cursor..<placed.range.lowerBound], of: text)
            if case .added(let name) = alternative {
                reading.append(read(.alternative(name)))
            } else {
                reading.noteGone()
            }
            cursor = placed.range.upperBound
        }
        reading.append(all[cursor..<range.upperBound], of: text)
        reading.finish()
        return reading
    }

    /// The brackets whose words went, in their order, and what came instead; noted is what is open, and what crosses.
    private mutating func replaced(
        _ brackets: [PlacedBracket], _ reading: inout TextReading
    ) -> [(placed: PlacedBracket, alternative: Drafting.Alternative)] {
        let moot = MootSpans.among(brackets.map { ($0.range, outcomes.reads($0.name) != .standing) })
        var replaced: [(placed: PlacedBracket, alternative: Drafting.Alternative)] = []
        let standing = zip(brackets, moot).filter { !$0.1 }.map(\.0).sorted { one, other in
            (one.range.lowerBound, one.range.upperBound) < (other.range.lowerBound, other.range.upperBound)
        }
        for placed in standing {
            if outcomes.outcome(of: placed.name) == nil, outcomes.brackets[placed.name]?.follows == nil {
                reading.open.append(placed.name)
            }
            let alternative = outcomes.reads(placed.name)
            guard alternative != .standing else { continue }
            guard let last = replaced.last, crosses(placed.range, last.placed.range) else {
                replaced.append((placed, alternative))
                continue
            }
            if !(placed.range == last.placed.range && says(alternative, last.alternative)) {
                reading.crossing +=
                    reading.crossing.last == last.placed.name
                    ? [placed.name] : [last.placed.name, placed.name]
            }
        }
        return replaced
    }

    private func crosses(_ one: Range<Int>, _ last: Range<Int>) -> Bool {
        one == last || one.lowerBound < last.upperBound
    }

    private mutating func says(_ one: Drafting.Alternative, _ other: Drafting.Alternative) -> Bool {
        func words(_ alternative: Drafting.Alternative) -> [Unicode.Scalar] {
            if case .added(let name) = alternative { read(.alternative(name)).scalars } else { [] }
        }
        return words(one) == words(other)
    }
}
