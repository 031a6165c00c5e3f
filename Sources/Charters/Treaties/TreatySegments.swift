/// One language of a treaty, cut at its headings.
///
/// Headings stand at the beginning of a line; of all that could be one, those are taken that make the longest rising
/// series of articles, so that a line which begins with a reference to an article cuts nothing. An article whose heading
/// is lost within a line is looked for between its neighbours, and said to be found so.
struct TreatySegments {
    struct Segment {
        /// Nil for what stands before the first heading.
        let heading: TreatyHeading?
        /// The heading's label, and the words up to the next heading.
        let label: ArraySlice<Unicode.Scalar>
        let body: ArraySlice<Unicode.Scalar>
    }

    let segments: [Segment]
    /// Articles whose headings stood within a line.
    let foundWithinLine: [Int]

    init(of text: TreatySource.MarkedText) {
        let scalars = text.scalars
        var headings = Self.atLineStarts(scalars)
        let known = Self.known(text)
        let sure = Set(known.map { Kinship(kind: $0.kind, ordinal: $0.ordinal) })
        let places = Set(known.map(\.range.lowerBound))
        headings = headings.filter {
            !places.contains($0.range.lowerBound) && !sure.contains(Kinship(kind: $0.kind, ordinal: $0.ordinal))
        }
        headings = (headings + known).sorted { $0.range.lowerBound < $1.range.lowerBound }
        var articles = Self.longestRising(headings.filter { $0.kind == .article })
        let found = Self.lost(between: articles, in: scalars)
        articles = (articles + found).sorted { $0.range.lowerBound < $1.range.lowerBound }
        let cuts = Self.cuts(headings, articles)
        var segments = [
            Segment(heading: nil, label: [], body: scalars[..<(cuts.first?.range.lowerBound ?? scalars.count)])
        ]
        for (index, heading) in cuts.enumerated() {
            let end = index + 1 < cuts.count ? cuts[index + 1].range.lowerBound : scalars.count
            segments.append(
                Segment(heading: heading, label: scalars[heading.range], body: scalars[heading.range.upperBound..<end]))
        }
        self.segments = segments
        foundWithinLine = found.map(\.ordinal)
    }

    private struct Kinship: Hashable {
        let kind: TreatyHeading.Kind
        let ordinal: Int
    }

    /// Where the file says that a unit begins, with the words that its label says.
    private static func known(_ text: TreatySource.MarkedText) -> [TreatyHeading] {
        text.marks.compactMap { mark in
            let label = Array(mark.label.unicodeScalars)
            guard mark.number != nil, let heading = TreatyHeading(in: label, at: 0) else { return nil }
            let stands = text.scalars[mark.place...].starts(with: label)
            let end = stands ? mark.place + label.count : mark.place
            return TreatyHeading(kind: heading.kind, ordinal: heading.ordinal, range: mark.place..<end)
        }
    }

    private static func atLineStarts(_ scalars: [Unicode.Scalar]) -> [TreatyHeading] {
        var headings: [TreatyHeading] = []
        var isStart = true
        for index in scalars.indices {
            if isStart, let heading = TreatyHeading(in: scalars, at: index) { headings.append(heading) }
            let scalar = scalars[index]
            isStart = scalar == "\n" || scalar == "\r" || isStart && scalar.properties.isWhitespace
        }
        return headings
    }

    /// All articles of the longest rising series, and the other headings that fit among them: parts and annexes in their
    /// order, chapters and sections beginning anew within what contains them; annexes behind all articles.
    private static func cuts(_ headings: [TreatyHeading], _ articles: [TreatyHeading]) -> [TreatyHeading] {
        let lastArticle = articles.last?.range.lowerBound ?? -1
        let annexes = longestRising(
            headings.filter { $0.kind == .annex && $0.range.lowerBound > lastArticle })
        let end = annexes.first?.range.lowerBound ?? Int.max
        let parts = longestRising(headings.filter { $0.kind == .part && $0.range.lowerBound < end })
        var taken = (articles + annexes + parts)
        for kind in [TreatyHeading.Kind.chapter, .section] {
            var last = 0
            for heading in headings where heading.range.lowerBound < end {
                if heading.kind == .part || kind == .section && heading.kind == .chapter { last = 0 }
                guard heading.kind == kind, heading.ordinal == last + 1 else { continue }
                last += 1
                taken.append(heading)
            }
        }
        return taken.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// Articles that are missing between two others, or behind the last, found within a line.
    private static func lost(between articles: [TreatyHeading], in scalars: [Unicode.Scalar]) -> [TreatyHeading] {
        let start = TreatyHeading(kind: .article, ordinal: 0, range: 0..<0)
        let end = TreatyHeading(kind: .article, ordinal: .max, range: scalars.count..<scalars.count)
        let bounds = [start] + articles + [end]
        return zip(bounds, bounds.dropFirst()).flatMap { before, after -> [TreatyHeading] in
            guard before.ordinal + 1 < after.ordinal else { return [] }
            let candidates = (before.range.upperBound..<after.range.lowerBound).compactMap { index in
                TreatyHeading(in: scalars, at: index).flatMap { $0.kind == .article ? $0 : nil }
            }
            return lost(from: before, to: after, among: candidates, in: scalars)
        }
    }

    /// Of each number the first that stands behind the end of a sentence; or, between two others, the only one there is.
    private static func lost(
        from before: TreatyHeading, to after: TreatyHeading, among candidates: [TreatyHeading],
        in scalars: [Unicode.Scalar]
    ) -> [TreatyHeading] {
        let byOrdinal = Dictionary(grouping: candidates, by: \.ordinal)
        var found: [TreatyHeading] = []
        var ordinal = before.ordinal + 1
        while ordinal < after.ordinal {
            let start = found.last?.range.upperBound ?? before.range.upperBound
            let places = (byOrdinal[ordinal] ?? []).filter { $0.range.lowerBound >= start }
            let isBetween = before.ordinal > 0 && after.ordinal < .max
            let heading =
                places.first { endsASentence(before: $0.range.lowerBound, in: scalars) }
                ?? (isBetween && places.count == 1 ? places[0] : nil)
            // Behind the last nobody knows how many there are to be.
            if heading == nil, after.ordinal == .max { break }
            found += heading.map { [$0] } ?? []
            ordinal += 1
        }
        return found
    }

    /// Whether what stands before is the end of a sentence or of a line, the number of a paragraph that belongs behind
    /// it apart: texts that were taken out of right-to-left pages have such.
    private static func endsASentence(before index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        var place = index - 1
        while place >= 0, index - place <= 8 {
            let scalar = scalars[place]
            if "\n.:؛。；".unicodeScalars.contains(scalar) { return true }
            guard scalar.properties.isWhitespace || scalar == "-" || scalar.properties.numericType == .decimal else {
                return false
            }
            place -= 1
        }
        return place < 0
    }

    /// The longest part of headings in their order whose ordinals rise; by patience sorting.
    private static func longestRising(_ headings: [TreatyHeading]) -> [TreatyHeading] {
        var piles: [Int] = []
        var predecessors: [Int?] = []
        for (index, heading) in headings.enumerated() {
            var (low, high) = (0, piles.count)
            while low < high {
                let middle = (low + high) / 2
                if headings[piles[middle]].ordinal < heading.ordinal { low = middle + 1 } else { high = middle }
            }
            predecessors.append(low == 0 ? nil : piles[low - 1])
            if low == piles.count {
                piles.append(index)
            } else if headings[piles[low]].ordinal > heading.ordinal {
                // Of two of the same number the first is kept: the second speaks of it.
                piles[low] = index
            }
        }
        var rising: [TreatyHeading] = []
        var next = piles.last
        while let index = next {
            rising.append(headings[index])
            next = predecessors[index]
        }
        return rising.reversed()
    }
}
