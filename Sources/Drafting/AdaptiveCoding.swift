/// What is expected of a yes-or-no question, learned from the answers so far.
struct BitModel: Sendable {
    /// The chance of "no", of 65,536.
    private(set) var chanceOfNo: UInt32 = 1 << 15
    /// Answers seen; the first ones teach more.
    private var count = 0
    private static let shifts: [UInt32] = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5]

    mutating func learn(_ answer: Bool) {
        let shift = Self.shifts[count]
        if count < Self.shifts.count - 1 { count += 1 }
        if answer {
            chanceOfNo -= (chanceOfNo - 64) >> shift
        } else {
            chanceOfNo += (65_472 - chanceOfNo) >> shift
        }
    }
}

/// Writes answers in as few bits as they surprise: a binary arithmetic coder with carry (the range coder of LZMA).
struct AdaptiveEncoder: Sendable {
    private(set) var bytes: [UInt8] = []
    private var low: UInt64 = 0
    private var range: UInt32 = .max
    private var held: UInt8 = 0
    private var heldCount = 0
    private var isFirst = true

    mutating func encode(_ answer: Bool, _ model: inout BitModel) {
        let bound = (range >> 16) * model.chanceOfNo
        if answer {
            low += UInt64(bound)
            range -= bound
        } else {
            range = bound
        }
        model.learn(answer)
        while range < 1 << 24 {
            range <<= 8
            shiftLow()
        }
    }

    /// The lowest `count` bits of a number of which nothing is expected.
    mutating func encodePlain(_ value: UInt64, count: Int) {
        for bit in (0..<count).reversed() {
            range >>= 1
            if value >> UInt64(bit) & 1 == 1 { low += UInt64(range) }
            while range < 1 << 24 {
                range <<= 8
                shiftLow()
            }
        }
    }

    /// Everything encoded, and the coder's last bytes.
    consuming func finish() -> [UInt8] {
        for _ in 0..<5 { shiftLow() }
        return bytes
    }

    /// Passes the highest byte on; a byte that a carry may still reach is held back.
    private mutating func shiftLow() {
        if low < 0xFF00_0000 || low > 0xFFFF_FFFF {
            let carry = UInt8(truncatingIfNeeded: low >> 32)
            if !isFirst { bytes.append(held &+ carry) }
            isFirst = false
            for _ in 0..<heldCount { bytes.append(0xFF &+ carry) }
            heldCount = 0
            held = UInt8(truncatingIfNeeded: low >> 24)
        } else {
            heldCount += 1
        }
        low = low << 8 & 0xFFFF_FFFF
    }
}

/// Reads what ``AdaptiveEncoder`` wrote, with models that learned the same. Past the end it reads zeros.
struct AdaptiveDecoder: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var next: Int
    private var range: UInt32 = .max
    private var code: UInt32 = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        next = bytes.startIndex
        for _ in 0..<4 { code = code << 8 | nextByte() }
    }

    mutating func decode(_ model: inout BitModel) -> Bool {
        let bound = (range >> 16) * model.chanceOfNo
        let answer = code >= bound
        if answer {
            code -= bound
            range -= bound
        } else {
            range = bound
        }
        model.learn(answer)
        while range < 1 << 24 {
            range <<= 8
            code = code << 8 | nextByte()
        }
        return answer
    }

    mutating func decodePlain(count: Int) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<count {
            range >>= 1
            value <<= 1
            if code >= range {
                code -= range
                value |= 1
            }
            while range < 1 << 24 {
                range <<= 8
                code = code << 8 | nextByte()
            }
        }
        return value
    }

    private mutating func nextByte() -> UInt32 {
        guard next < bytes.endIndex else { return 0 }
        next += 1
        return UInt32(bytes[next - 1])
    }
}

/// What is expected of a number below 2^32: how many bits it has, and the two highest below the first.
struct NumberModel: Sendable {
    private static let plainAbove = 3
    private var widths = [BitModel](repeating: BitModel(), count: 64)
    private var highBits = [BitModel](repeating: BitModel(), count: 33 * 8)

    mutating func encode(_ value: UInt32, _ encoder: inout AdaptiveEncoder) {
        let width = 32 - value.leadingZeroBitCount
        var node = 1
        for bit in (0..<6).reversed() {
            let answer = width >> bit & 1 == 1
            encoder.encode(answer, &widths[node])
            node = (node << 1 | (answer ? 1 : 0)) & 63
        }
        guard width > 1 else { return }
        let plain = max(0, width - Self.plainAbove)
        node = 1
        for bit in (plain..<width - 1).reversed() {
            let answer = value >> UInt32(bit) & 1 == 1
            encoder.encode(answer, &highBits[width * 8 + node])
            node = node << 1 | (answer ? 1 : 0)
        }
        encoder.encodePlain(UInt64(value), count: plain)
    }

    mutating func decode(_ decoder: inout AdaptiveDecoder) -> UInt32 {
        var node = 1
        var width = 0
        for _ in 0..<6 {
            let answer = decoder.decode(&widths[node])
            width = width << 1 | (answer ? 1 : 0)
            node = (node << 1 | (answer ? 1 : 0)) & 63
        }
        // Only what nobody wrote is wider.
        width = min(width, 32)
        guard width > 1 else { return UInt32(width) }
        let plain = max(0, width - Self.plainAbove)
        node = 1
        for _ in plain..<width - 1 { node = node << 1 | (decoder.decode(&highBits[width * 8 + node]) ? 1 : 0) }
        return UInt32(node) << UInt32(plain) | UInt32(decoder.decodePlain(count: plain))
    }
}

/// What is expected of a number that may be negative.
struct SignedModel: Sendable {
    private var sign = BitModel()
    private var magnitude = NumberModel()

    mutating func encode(_ value: Int, _ encoder: inout AdaptiveEncoder) {
        magnitude.encode(UInt32(value.magnitude), &encoder)
        if value != 0 { encoder.encode(value < 0, &sign) }
    }

    mutating func decode(_ decoder: inout AdaptiveDecoder) -> Int {
        let value = Int(magnitude.decode(&decoder))
        return value != 0 && decoder.decode(&sign) ? -value : value
    }
}
