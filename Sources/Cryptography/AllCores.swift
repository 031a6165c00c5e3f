internal import Dispatch

/// Work that is split over all cores of the machine.
///
/// The only place in a pure room where threads are: what comes out does not depend on them, for each item is worked on by
/// itself and stands where it stood. Whoever calls waits meanwhile, or when it asks for what came out.
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

    /// Begins the same and returns at once; whoever began it does something else meanwhile.
    public static func beginMap<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ work: @escaping @Sendable (Item) -> Result
    ) -> WorkUnderWay<Result> {
        WorkUnderWay { map(items, work) }
    }
}

/// Work that was begun and goes on by itself.
public final class WorkUnderWay<Result: Sendable>: @unchecked Sendable {
    private let end = DispatchGroup()
    /// Written once before the group ends, and only read behind that.
    private var results: [Result] = []

    fileprivate init(_ work: @escaping @Sendable () -> [Result]) {
        DispatchQueue.global().async(group: end) { self.results = work() }
    }

    /// What came of it, as soon as it is done.
    public func wait() -> [Result] {
        end.wait()
        return results
    }
}
