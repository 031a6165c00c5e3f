/// What several may write at once: of concurrent values all stand.
///
/// Source: `Docs/Specification/drafting.md`, section 8.
struct Register<Value: Sendable>: Sendable {
    struct Written: Sendable {
        let maker: PlaceLists.Maker
        let value: Value
    }

    /// In the order in which they came here.
    private(set) var standing: [Written] = []

    /// Writes a value, which supersedes those that `isPast` says its entry had seen, and earlier ones of that entry.
    mutating func write(
        _ value: Value, by maker: PlaceLists.Maker, isPast: (DraftGraph.Entry) -> Bool
    ) {
        standing.removeAll { $0.maker.entry == maker.entry || isPast($0.maker.entry) }
        standing.append(Written(maker: maker, value: value))
    }
}
