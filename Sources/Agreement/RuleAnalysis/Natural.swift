/// A natural number of any size: what coalitions are counted with.
///
/// The 193 members of the United Nations have more coalitions than a machine word has numbers. Counting goes by adding
/// alone, so that is all it can do.
public struct Natural: Hashable, Sendable, CustomStringConvertible {
    /// In base 10¹⁸, the least first; the last is not zero, and zero has none.
    private var limbs: [UInt64]

    private static let base: UInt64 = 1_000_000_000_000_000_000
    private static let digitsPerLimb = 18

    public init(_ number: UInt64) {
        limbs = []
        var rest = number
        while rest > 0 {
            limbs.append(rest % Self.base)
            rest /= Self.base
        }
    }

    static let zero = Natural(0)
    static let one = Natural(1)

    static func += (sum: inout Natural, other: Natural) {
        var carry: UInt64 = 0
        for place in 0..<max(sum.limbs.count, other.limbs.count) {
            if place == sum.limbs.count { sum.limbs.append(0) }
            // Two limbs and a carry stay below 2 · 10¹⁸, which a word holds.
            let digit = sum.limbs[place] + (place < other.limbs.count ? other.limbs[place] : 0) + carry
            sum.limbs[place] = digit % base
            carry = digit / base
        }
        if carry > 0 { sum.limbs.append(carry) }
    }

    /// In decimal digits, without leading zeros.
    public var description: String {
        guard let first = limbs.last else { return "0" }
        return limbs.dropLast().reversed().reduce("\(first)") { text, limb in
            let digits = "\(limb)"
            return text + String(repeating: "0", count: Self.digitsPerLimb - digits.count) + digits
        }
    }
}
