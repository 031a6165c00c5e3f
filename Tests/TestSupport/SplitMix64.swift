/// A generator whose every run is one number: print the seed of a failure, and it fails again.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    public mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// What a bad disk or a hostile peer does to bytes: one byte changed, or the end cut off.
public func mutated(_ bytes: [UInt8], by generator: inout SplitMix64) -> [UInt8] {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    if Int.random(in: 0..<4, using: &generator) == 0 { return Array(bytes[..<place]) }
    var changed = bytes
    changed[place] ^= UInt8.random(in: 1...255, using: &generator)
    return changed
}
