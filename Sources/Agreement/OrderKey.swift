/// Byte strings by which siblings stand in order, with room between any two.
///
/// A key is read as a fraction between 0 and 1, its bytes the digits after the point in base 256, the most significant
/// first. Ours never end in a zero byte, so bytewise order is the order of the fractions, and there is always one
/// between.
public enum OrderKey {
    /// `count` keys in ascending order, evenly spread, as short as leaves a byte's sixteenth between neighbours.
    public static func sequence(count: Int) -> [[UInt8]] {
        guard count > 0 else { return [] }
        var byteCount = 1
        while 1 << (8 * byteCount) < 16 * (count + 1) { byteCount += 1 }
        let step = (1 << (8 * byteCount)) / (count + 1)
        return (1...count).map { place in
            var key: [UInt8] = []
            for shift in stride(from: 8 * (byteCount - 1), through: 0, by: -8) {
                key.append(UInt8(truncatingIfNeeded: (place * step) >> shift))
            }
            while key.last == 0 { key.removeLast() }
            return key
        }
    }

    /// A short key strictly between `low` and `high`; nil stands for the end of the row on that side.
    ///
    /// - Returns: nil where there is no room: for equal keys, keys that do not ascend, and foreign ones such as `[0]`,
    ///   before which nothing but the empty key has a place.
    public static func between(_ low: [UInt8]?, _ high: [UInt8]?) -> [UInt8]? {
        switch (low, high) {
        case (nil, nil): [0x80]
        case (let low?, nil): after(low)
        case (nil, let high?): middle([], high)
        case (let low?, let high?): low.lexicographicallyPrecedes(high) ? middle(low, high) : nil
        }
    }

    /// One more at the first digit that can take it: appending costs a byte in a hundred keys, halving one in eight.
    private static func after(_ low: [UInt8]) -> [UInt8] {
        guard let place = low.firstIndex(where: { $0 < 0xff }) else { return low + [0x80] }
        return Array(low[..<place]) + [low[place] + 1]
    }

    private static func middle(_ low: [UInt8], _ high: [UInt8]) -> [UInt8]? {
        var key: [UInt8] = []
        var place = 0
        while place < high.count {
            let (below, above) = (place < low.count ? Int(low[place]) : 0, Int(high[place]))
            if above - below > 1 { return key + [UInt8((below + above) / 2)] }
            key.append(UInt8(below))
            place += 1
            // Already below `high`: from here on only `low` matters.
            if above > below { return key + (place < low.count ? after(Array(low[place...])) : [0x80]) }
        }
        return nil
    }
}
