/// Which spans of a text lie within others whose words went.
///
/// Source: `Docs/Specification/drafting.md`, sections 9.1 and 9.3.
package enum MootSpans {
    /// - Parameter spans: ranges, and of each whether its words went, for it came to something else.
    /// - Returns: of each, whether another range whose words went holds it. Takes n log n steps.
    package static func among(_ spans: [(range: Range<Int>, isAway: Bool)]) -> [Bool] {
        let order = spans.indices.sorted { one, other in
            let (a, b) = (spans[one].range, spans[other].range)
            return a.lowerBound == b.lowerBound ? a.upperBound > b.upperBound : a.lowerBound < b.lowerBound
        }
        var isMoot = spans.map { _ in false }
        // The furthest end of what went: of spans that begin earlier, and of all longer ones.
        var (before, longer, pending) = (-1, -1, -1)
        var last: Range<Int>?
        for index in order {
            let span = spans[index].range
            if span != last { longer = max(longer, pending) }
            if span.lowerBound != last?.lowerBound { before = longer }
            last = span
            isMoot[index] = span.isEmpty ? before > span.lowerBound : longer >= span.upperBound
            if spans[index].isAway { pending = max(pending, span.upperBound) }
        }
        return isMoot
    }
}
