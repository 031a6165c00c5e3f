internal import Dispatch

/// Work that is split over all cores of the machine and is done when the call returns.
///
/// The only place in a pure room where threads are: what comes out does not depend on them, for each item is worked on by
/// itself and stands where it stood. Whoever calls waits meanwhile.
public enum AllCores {
    /// Fewer items than this are not worth a second core.
    private static let fewest = 8

    /// What becomes of each item, in their order.
    public static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ work: @Sendable (Item) -> Result
    ) -> [Result] {
        guard items.count >= fewest else { return items.map(work) }
        return [Result](unsafeUninitializedCapacity: items.count) { buffer, count in
            nonisolated(unsafe) let places = buffer.baseAddress!
            DispatchQueue.concurrentPerform(iterations: items.count) { place in
                (places + place).initialize(to: work(items[place]))
            }
            count = items.count
        }
    }
}
