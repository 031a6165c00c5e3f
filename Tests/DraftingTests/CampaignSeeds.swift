import Foundation

/// The seeds that a random test runs over.
enum CampaignSeeds {
    /// Those of a variable of the environment, as `from-to`, or else a slice.
    static func range(
        of variable: String = "DRAFTING_SEEDS", default slice: ClosedRange<UInt64>
    ) -> ClosedRange<UInt64> {
        guard let given = ProcessInfo.processInfo.environment[variable] else { return slice }
        let bounds = given.split(separator: "-").compactMap { UInt64($0) }
        precondition(bounds.count == 2 && bounds[0] <= bounds[1], "\(variable) is not from-to")
        return bounds[0]...bounds[1]
    }
}
