/// The smallest coalitions: of how many parties, and how many there are of exactly that size.
struct SmallestCoalitions: Hashable, Sendable {
    let size: Int
    let count: Natural
}

extension CoalitionDiagram {
    /// - Returns: nil if no coalition meets the condition.
    func smallestCoalitions() -> SmallestCoalitions? {
        // From the end backwards: by state, the fewest that are still to join, and in how many ways so few can.
        var best: [SmallestCoalitions?] = [nil, SmallestCoalitions(size: 0, count: .one)]
        for layer in layers.reversed() {
            best = layer.map { branch in
                let with = best[Int(branch.with)].map { SmallestCoalitions(size: $0.size + 1, count: $0.count) }
                return Self.smaller(best[Int(branch.without)], with)
            }
        }
        return best[start]
    }

    private static func smaller(_ one: SmallestCoalitions?, _ other: SmallestCoalitions?) -> SmallestCoalitions? {
        guard let one, let other, one.size == other.size else {
            return [one, other].compactMap { $0 }.min { $0.size < $1.size }
        }
        var count = one.count
        count += other.count
        return SmallestCoalitions(size: one.size, count: count)
    }

    /// The fewest parties without which the condition is not met, whatever all others do.
    ///
    /// - Returns: nil if it is met without anybody.
    func smallestBlockingSize() -> Int? {
        var fewest: [Int?] = [0, nil]
        for layer in layers.reversed() {
            fewest = layer.map { branch in
                [fewest[Int(branch.without)].map { $0 + 1 }, fewest[Int(branch.with)]].compactMap { $0 }.min()
            }
        }
        return fewest[start]
    }

    /// The fewest parties that a coalition for one condition and one for the other have in common.
    ///
    /// Both diagrams are of the same parties in the same order.
    ///
    /// - Returns: nil if one of the conditions is met by no coalition.
    /// - Throws: an ``AnalysisExcess`` if there are too many pairs of states.
    static func fewestInCommon(
        _ one: CoalitionDiagram, _ other: CoalitionDiagram, _ budget: inout AnalysisBudget
    ) throws(AnalysisExcess) -> Int? {
        let pairs = zip(one.layers, other.layers).reduce(0) { $0 + $1.0.count * $1.1.count }
        guard pairs <= RuleAnalysisLimits.pairsPerQuestion else { throw .pairsPerQuestion }
        try budget.spend(pairs)
        let unreached = Int32.max
        // By pair of states, the fewest in common so far.
        var width = other.stateCount(before: 0)
        var fewest = [Int32](repeating: unreached, count: one.stateCount(before: 0) * width)
        fewest[one.start * width + other.start] = 0
        for layer in one.layers.indices {
            let (ours, theirs) = (one.layers[layer], other.layers[layer])
            let nextWidth = other.stateCount(before: layer + 1)
            var next = [Int32](repeating: unreached, count: one.stateCount(before: layer + 1) * nextWidth)
            func reach(_ a: Int32, _ b: Int32, _ count: Int32) {
                let place = Int(a) * nextWidth + Int(b)
                if count < next[place] { next[place] = count }
            }
            for a in ours.indices.dropFirst() {
                for b in theirs.indices.dropFirst() {
                    let count = fewest[a * width + b]
                    guard count < unreached else { continue }
                    // In one of them, in the other, or in both; who is in neither could as well join one.
                    reach(ours[a].with, theirs[b].without, count)
                    reach(ours[a].without, theirs[b].with, count)
                    reach(ours[a].with, theirs[b].with, count + 1)
                }
            }
            (fewest, width) = (next, nextWidth)
        }
        let count = fewest[won * width + won]
        return count < unreached ? Int(count) : nil
    }

    /// How many states there are before a party, or after the last.
    private func stateCount(before party: Int) -> Int { party < layers.count ? layers[party].count : 2 }
}
