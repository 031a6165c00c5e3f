internal import Cryptography

/// Where anchors stand in a text as it is now, and anchors for what stands there.
///
/// Source: `Docs/Specification/drafting.md`, section 6.4.
struct TextLocator {
    /// Nil for a text that nobody edited: what the opening inserted, if anything.
    private let index: ScalarIndex?
    private let scalarCount: Int
    private let graph: DraftGraph

    init(_ text: DraftText?, base: String, _ graph: DraftGraph) {
        index = text?.scalarIndex
        scalarCount = text?.scalarCount ?? base.unicodeScalars.count
        self.graph = graph
    }

    /// The span between two anchors; nil if one of them is nowhere.
    func span(from start: Point, to end: Point) -> Range<Int>? {
        guard let first = position(of: start), let last = position(of: end) else { return nil }
        return first..<max(first, last)
    }

    private func position(of point: Point) -> Int? {
        switch point {
        case .beginning: return 0
        case .end: return scalarCount
        case .scalar(let entry, let number, let side):
            guard let found = scalar(entry, number) else { return nil }
            return found.position + (side == .behind && !found.isDeleted ? 1 : 0)
        }
    }

    private func scalar(_ entry: DraftGraph.Entry, _ number: Int) -> ScalarPosition? {
        guard let index else {
            guard entry == DraftGraph.opening, number < scalarCount else { return nil }
            return ScalarPosition(position: number, isDeleted: false)
        }
        return index.position(
            of: ScalarName(entry: entry < graph.count ? graph.stamps[entry].id : nil, number: number))
    }

    /// Anchors around a range: what is inserted at either end is outside. An empty range follows the scalar before it.
    func anchors(around range: Range<Int>) -> (start: Anchor, end: Anchor)? {
        guard range.lowerBound >= 0, range.upperBound <= scalarCount else { return nil }
        let end = anchor(behind: range.upperBound)
        return range.isEmpty ? (end, end) : (anchor(at: range.lowerBound, .before), end)
    }

    private func anchor(behind position: Int) -> Anchor {
        position == 0 ? .beginning : anchor(at: position - 1, .behind)
    }

    private func anchor(at position: Int, _ side: Anchor.Side) -> Anchor {
        guard let index else {
            return .scalar(entry: graph.stamps[DraftGraph.opening].id, number: position, side: side)
        }
        let name = index.name(at: position)
        return .scalar(entry: name.entry, number: name.number, side: side)
    }
}

extension Draft {
    /// Anchors around a range of a text as it is now: what is inserted at either end is outside.
    ///
    /// An empty range follows the scalar before it. Nil if there is no such text or range.
    public func anchors(around range: Range<Int>, in name: TextName) -> (start: Anchor, end: Anchor)? {
        guard let words = string(of: name) else { return nil }
        guard let number = number(ofText: name) else {
            return TextLocator(nil, base: words, graph).anchors(around: range)
        }
        return locator(of: number).anchors(around: range)
    }

    /// Makes questions about brackets and notes in texts cheap until the next change.
    public mutating func indexTexts() {
        for number in texts.indices where !(texts[number].brackets.isEmpty && texts[number].notes.isEmpty) {
            texts[number].text?.indexScalars()
        }
    }

    func locator(of text: Int) -> TextLocator { TextLocator(texts[text].text, base: baseText(of: text), graph) }
}
