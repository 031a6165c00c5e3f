internal import Agreement
internal import Identity

/// Order keys for siblings: those that stand as they stood keep theirs.
///
/// Source: `Docs/Specification/agreement.md`, section "Provisions"; `Docs/Specification/negotiation.md`, section 3.
enum SiblingOrder {
    /// - Parameters:
    ///   - siblings: in their order.
    ///   - keys: those that they had beneath the same parent.
    /// - Returns: by sibling its key. As many as can keep theirs; if the keys leave no room, none does.
    static func keys(for siblings: [Identifier], keeping keys: [Identifier: [UInt8]]) -> [Identifier: [UInt8]] {
        let kept = longestRising(siblings.filter { keys[$0] != nil }) { one, other in
            keys[one]! == keys[other]! ? one < other : keys[one]!.lexicographicallyPrecedes(keys[other]!)
        }
        var found = keys.filter { kept.contains($0.key) }
        var low: [UInt8]?
        var waiting: [Identifier] = []
        for sibling in siblings {
            guard let key = found[sibling] else {
                waiting.append(sibling)
                continue
            }
            guard fill(waiting[...], between: low, key, &found) else { return fresh(for: siblings) }
            (low, waiting) = (key, [])
        }
        guard fill(waiting[...], between: low, nil, &found) else { return fresh(for: siblings) }
        return found
    }

    /// Gives keys from the middle on, so that they grow by the logarithm of their number.
    private static func fill(
        _ siblings: ArraySlice<Identifier>, between low: [UInt8]?, _ high: [UInt8]?,
        _ keys: inout [Identifier: [UInt8]]
    ) -> Bool {
        guard !siblings.isEmpty else { return true }
        // At the end of a row keys go up one by one, and stay short.
        let middle = high == nil ? siblings.startIndex : siblings.startIndex + siblings.count / 2
        guard let key = OrderKey.between(low, high), key.count <= AgreementLimits.orderByteCount else { return false }
        keys[siblings[middle]] = key
        guard high != nil else {
            var last = key
            for sibling in siblings.dropFirst() {
                guard let next = OrderKey.between(last, nil), next.count <= AgreementLimits.orderByteCount else {
                    return false
                }
                keys[sibling] = next
                last = next
            }
            return true
        }
        return fill(siblings[..<middle], between: low, key, &keys)
            && fill(siblings[(middle + 1)...], between: key, high, &keys)
    }

    private static func fresh(for siblings: [Identifier]) -> [Identifier: [UInt8]] {
        Dictionary(uniqueKeysWithValues: zip(siblings, OrderKey.sequence(count: siblings.count)))
    }

    /// The longest part of a list that rises; by patience sorting.
    private static func longestRising(
        _ list: [Identifier], _ precedes: (Identifier, Identifier) -> Bool
    ) -> Set<Identifier> {
        var piles: [Int] = []
        var predecessors: [Int?] = []
        for index in list.indices {
            let place = piles.partitioningIndex { !precedes(list[$0], list[index]) }
            predecessors.append(place == 0 ? nil : piles[place - 1])
            if place == piles.count { piles.append(index) } else { piles[place] = index }
        }
        var rising: Set<Identifier> = []
        var next = piles.last
        while let index = next {
            rising.insert(list[index])
            next = predecessors[index]
        }
        return rising
    }
}

extension Array {
    /// The first index of which a claim holds that holds of all behind it.
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
