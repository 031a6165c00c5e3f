import Foundation

/// The seeds that a random test runs over.
enum CampaignSeeds {
    /// Those of the environment's `DRAFTING_SEEDS`, as `from-to`, or else a slice.
    static func range(default slice: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
        guard let given = ProcessInfo.processInfo.environment["DRAFTING_SEEDS"] else { return slice }
        let bounds = given.split(separator: "-").compactMap { UInt64($0) }
        precondition(bounds.count == 2 && bounds[0] <= bounds[1], "DRAFTING_SEEDS is not from-to")
        return bounds[0]...bounds[1]
    }
}
