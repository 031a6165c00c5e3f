internal import Cryptography

/// Where anchors stand in a text as it is now, and anchors for what stands there.
///
/// Source: `Docs/Specification/drafting.md`, section 6.4.
extension Draft {
    /// The span between two anchors of a text; nil if one of them is nowhere.
    func span(from start: Point, to end: Point, in text: Int) -> Range<Int>? {
        guard let first = position(of: start, in: text), let last = position(of: end, in: text) else { return nil }
        return first..<max(first, last)
    }

    private func position(of point: Point, in text: Int) -> Int? {
        switch point {
        case .beginning: return 0
        case .end: return texts[text].text?.scalarCount ?? baseText(of: text).unicodeScalars.count
        case .scalar(let entry, let number, let side):
            guard let found = scalar(entry, number, in: text) else { return nil }
            return found.position + (side == .behind && !found.isDeleted ? 1 : 0)
        }
    }

    private func scalar(
        _ entry: DraftGraph.Entry, _ number: Int, in text: Int
    ) -> (position: Int, isDeleted: Bool)? {
        guard let edited = texts[text].text else {
            let count = baseText(of: text).unicodeScalars.count
            return entry == DraftGraph.opening && number < count ? (number, false) : nil
        }
        _ = edited
        return nil
    }

    /// Anchors around a range of a text as it is now: what is inserted at either end is outside.
    ///
    /// An empty range follows the scalar before it. Nil if there is no such text or range.
    public func anchors(around range: Range<Int>, in name: TextName) -> (start: Anchor, end: Anchor)? {
        guard let count = scalarCount(of: name), range.lowerBound >= 0, range.upperBound <= count else { return nil }
        let start =
            range.isEmpty ? anchor(behind: range.lowerBound, in: name) : anchor(at: range.lowerBound, .before, in: name)
        return start.flatMap { start in anchor(behind: range.upperBound, in: name).map { (start, $0) } }
    }

    private func anchor(behind position: Int, in name: TextName) -> Anchor? {
        position == 0 ? .beginning : anchor(at: position - 1, .behind, in: name)
    }

    private func anchor(at position: Int, _ side: Anchor.Side, in name: TextName) -> Anchor? {
        guard let number = number(ofText: name), texts[number].text != nil else {
            return .scalar(entry: id, number: position, side: side)
        }
        return nil
    }
}
