// Is a y coordinate that of a point on the curve? libcrypto 3.0 answers that only by failing to verify, which does not
// tell a bad key from a bad signature; a key is judged when it enters a record, so the question is answered here.
// Nothing secret passes through, so nothing here needs to take constant time.

extension Ed25519 {
    /// True if x² = (y² − 1) / (d·y² + 1) has a root modulo p (RFC 8032, 5.1.3).
    static func isOnCurve(_ point: [UInt8]) -> Bool {
        var encoded = point
        encoded[31] &= 0x7f
        let y2 = FieldElement(littleEndian: encoded).squared
        let numerator = y2 - .one
        let denominator = FieldElement.d * y2 + .one
        // A quotient is a square exactly if the product is (the denominator is never 0: −1/d is no square).
        return (numerator * denominator).isSquare
    }
}

/// A number modulo p = 2^255 − 19, in four 64-bit limbs, kept below 2^255 + a little and reduced when compared.
struct FieldElement {
    private var l0, l1, l2, l3: UInt64

    static let one = FieldElement(1, 0, 0, 0)
    static let d = FieldElement(
        0x75eb_4dca_1359_78a3, 0x0070_0a4d_4141_d8ab, 0x8cc7_4079_7779_e898, 0x5203_6cee_2b6f_fe73)

    private init(_ l0: UInt64, _ l1: UInt64, _ l2: UInt64, _ l3: UInt64) {
        (self.l0, self.l1, self.l2, self.l3) = (l0, l1, l2, l3)
    }

    init(littleEndian bytes: [UInt8]) {
        func limb(_ place: Int) -> UInt64 {
            (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[8 * place + $1]) }
        }
        self.init(limb(0), limb(1), limb(2), limb(3))
    }

    var squared: FieldElement { self * self }

    /// Euler's criterion: a^((p−1)/2) is 0 or 1. (p − 1)/2 = 2^254 − 10.
    var isSquare: Bool {
        // 2^254 − 10 in binary is 250 ones, then 0110.
        var power = FieldElement.one
        for bit in (0..<254).reversed() {
            power = power.squared
            if bit >= 4 || bit == 1 || bit == 2 { power = power * self }
        }
        let reduced = power.reduced
        return reduced.limbs == [1, 0, 0, 0] || reduced.limbs == [0, 0, 0, 0]
    }

    static func + (a: FieldElement, b: FieldElement) -> FieldElement {
        var sum = a.limbs + [0]
        var carry: UInt64 = 0
        for place in 0..<4 {
            let (partial, first) = sum[place].addingReportingOverflow(b.limbs[place])
            let (total, second) = partial.addingReportingOverflow(carry)
            sum[place] = total
            carry = (first ? 1 : 0) + (second ? 1 : 0)
        }
        sum[4] = carry
        return folding(sum)
    }

    static func - (a: FieldElement, b: FieldElement) -> FieldElement {
        // a + (p − b), with b fully reduced so that the difference is not negative.
        let reduced = b.reduced.limbs
        let prime: [UInt64] = [0xffff_ffff_ffff_ffed, .max, .max, 0x7fff_ffff_ffff_ffff]
        var difference = [UInt64](repeating: 0, count: 4)
        var borrow: UInt64 = 0
        for place in 0..<4 {
            let (partial, first) = prime[place].subtractingReportingOverflow(reduced[place])
            let (total, second) = partial.subtractingReportingOverflow(borrow)
            difference[place] = total
            borrow = (first ? 1 : 0) + (second ? 1 : 0)
        }
        return a + FieldElement(difference[0], difference[1], difference[2], difference[3])
    }

    static func * (a: FieldElement, b: FieldElement) -> FieldElement {
        var product = [UInt64](repeating: 0, count: 8)
        for i in 0..<4 {
            var carry: UInt64 = 0
            for j in 0..<4 {
                let (high, low) = a.limbs[i].multipliedFullWidth(by: b.limbs[j])
                let (partial, first) = low.addingReportingOverflow(product[i + j])
                let (total, second) = partial.addingReportingOverflow(carry)
                product[i + j] = total
                carry = high + (first ? 1 : 0) + (second ? 1 : 0)
            }
            product[i + 4] = carry
        }
        // 2^256 ≡ 38 (mod p).
        var folded = [UInt64](repeating: 0, count: 5)
        var carry: UInt64 = 0
        for place in 0..<4 {
            let (high, low) = product[place + 4].multipliedFullWidth(by: 38)
            let (partial, first) = low.addingReportingOverflow(product[place])
            let (total, second) = partial.addingReportingOverflow(carry)
            folded[place] = total
            carry = high + (first ? 1 : 0) + (second ? 1 : 0)
        }
        folded[4] = carry
        return folding(folded)
    }

    private var limbs: [UInt64] { [l0, l1, l2, l3] }

    /// Five limbs, the fifth small, down to four: what stands above bit 255 counts 19 times below.
    private static func folding(_ wide: [UInt64]) -> FieldElement {
        var limbs = Array(wide[..<4])
        var above = wide[4] << 1 | limbs[3] >> 63
        limbs[3] &= 0x7fff_ffff_ffff_ffff
        while above != 0 {
            var carry = above * 19
            for place in 0..<4 {
                let (total, overflow) = limbs[place].addingReportingOverflow(carry)
                limbs[place] = total
                carry = overflow ? 1 : 0
            }
            above = limbs[3] >> 63
            limbs[3] &= 0x7fff_ffff_ffff_ffff
        }
        return FieldElement(limbs[0], limbs[1], limbs[2], limbs[3])
    }

    /// The one representative below p.
    private var reduced: FieldElement {
        let isPrimeOrAbove = l3 == 0x7fff_ffff_ffff_ffff && l2 == .max && l1 == .max && l0 >= 0xffff_ffff_ffff_ffed
        return isPrimeOrAbove ? FieldElement(l0 &- 0xffff_ffff_ffff_ffed, 0, 0, 0) : self
    }
}
