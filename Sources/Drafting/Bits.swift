/// Writes bits, the lowest first.
struct BitWriter {
    private var bytes: [UInt8] = []
    private var held: UInt64 = 0
    private var heldCount = 0

    /// At most 32 bits, the lowest first.
    mutating func write(_ value: UInt64, count: Int) {
        held |= value << UInt64(heldCount)
        heldCount += count
        while heldCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            heldCount -= 8
        }
    }

    consuming func finish() -> [UInt8] {
        if heldCount > 0 { bytes.append(UInt8(truncatingIfNeeded: held)) }
        return bytes
    }
}

/// Reads bits, and zeros past the end.
struct BitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var next = 0
    private var held: UInt64 = 0
    private var heldCount = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Makes sure that at least 56 bits are held.
    @inline(__always)
    private mutating func fill() {
        if next + 8 <= bytes.count {
            let word = UnsafeRawPointer(bytes.baseAddress! + next).loadUnaligned(as: UInt64.self)
            held |= UInt64(littleEndian: word) << UInt64(heldCount)
            next += (63 - heldCount) >> 3
            heldCount |= 56
        } else {
            while heldCount <= 56 {
                if next < bytes.count { held |= UInt64(bytes[next]) << UInt64(heldCount) }
                next += 1
                heldCount += 8
            }
        }
    }

    @inline(__always)
    private mutating func drop(_ count: Int) {
        held >>= UInt64(count)
        heldCount -= count
    }

    @inline(__always)
    mutating func symbol(_ table: UnsafeBufferPointer<UInt16>) -> Int {
        if heldCount < 32 { fill() }
        let entry = Int(table[Int(held & (1 << UInt64(HuffmanCode.longest) - 1))])
        drop(entry & 15)
        return entry >> 4
    }

    /// The number of a class whose code was read.
    @inline(__always)
    mutating func number(_ code: Int) -> Int {
        if code < 8 { return code }
        let restWidth = (code - 8) >> 1 + 2
        if heldCount < 32 { fill() }
        let rest = Int(held & (1 << UInt64(restWidth) - 1))
        drop(restWidth)
        return (2 | (code & 1)) << restWidth | rest
    }
}
