/// Text in fewer bytes: repeated passages are named by distance and length, and all by Huffman's code.
///
/// What DEFLATE does (RFC 1951), with a window of four mebibytes, one block, and code lengths that are coded too. The
/// text of a draft is read in one go whenever it is opened, so reading is made simple and fast: one look into a table a
/// symbol.
enum TextCompression {
    static let window = 1 << 22
    static let shortestMatch = 4
    static let longestMatch = shortestMatch + 0xFFFF
    /// 256 bytes, then lengths.
    static let symbolCount = 256 + NumberClass.of(longestMatch - shortestMatch).code + 1
    static let distanceCount = NumberClass.of(window - 1).code + 1

    /// Compresses `bytes` from `start` on; what stands before is known to the reader.
    static func compress(_ bytes: [UInt8], from start: Int = 0) -> [UInt8] {
        let tokens = MatchSearch.tokens(of: bytes, from: start)
        var symbols = [Int](repeating: 0, count: symbolCount)
        var distances = [Int](repeating: 0, count: distanceCount)
        for token in tokens {
            symbols[token.symbol] += 1
            if token.length > 0 { distances[NumberClass.of(token.distance - 1).code] += 1 }
        }
        let codes = (HuffmanCode(frequencies: symbols), HuffmanCode(frequencies: distances))
        var header = AdaptiveEncoder()
        codes.0.encode(&header)
        codes.1.encode(&header)
        let headerBytes = header.finish()
        var writer = ByteWriter()
        writer.number(UInt64(headerBytes.count))
        writer.append(headerBytes)
        var bits = BitWriter()
        for token in tokens { token.write(codes, &bits) }
        writer.append(bits.finish())
        return writer.bytes
    }

    /// Appends `count` bytes to `known`, which is what stood before them; `nil` if `compressed` is no such thing.
    static func decompress(_ compressed: ArraySlice<UInt8>, count: Int, after known: consuming [UInt8]) -> [UInt8]? {
        var reader = ByteReader(Array(compressed))
        guard let headerCount = try? reader.number(), headerCount <= compressed.count,
            let headerBytes = try? reader.take(Int(headerCount))
        else { return nil }
        var header = AdaptiveDecoder(headerBytes)
        guard let symbols = HuffmanTable(&header, count: symbolCount),
            let distances = HuffmanTable(&header, count: distanceCount)
        else { return nil }
        let start = known.count
        known.append(contentsOf: repeatElement(0, count: count))
        let isWhole = known.withUnsafeMutableBufferPointer { output in
            compressed.dropFirst(reader.position).withUnsafeBufferPointer { input in
                expand(BitReader(input), symbols, distances, into: output, from: start)
            }
        }
        return isWhole ? known : nil
    }

    private static func expand(
        _ bits: consuming BitReader, _ symbols: HuffmanTable, _ distances: HuffmanTable,
        into output: UnsafeMutableBufferPointer<UInt8>, from start: Int
    ) -> Bool {
        guard let base = output.baseAddress else { return true }
        var bits = bits
        var place = start
        return symbols.entries.withUnsafeBufferPointer { symbols in
            distances.entries.withUnsafeBufferPointer { distances in
                while place < output.count {
                    let symbol = bits.symbol(symbols)
                    if symbol < 256 {
                        base[place] = UInt8(truncatingIfNeeded: symbol)
                        place += 1
                        continue
                    }
                    let length = bits.number(symbol - 256) + shortestMatch
                    let distance = bits.number(bits.symbol(distances)) + 1
                    guard distance <= place, length <= output.count - place else { return false }
                    copy(length, from: base + place - distance, to: base + place)
                    place += length
                }
                return true
            }
        }
    }

    /// Byte by byte where the two overlap: a passage may repeat itself.
    @inline(__always)
    private static func copy(_ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        if target - UnsafeMutablePointer(mutating: source) >= count {
            target.update(from: source, count: count)
        } else {
            for index in 0..<count { target[index] = source[index] }
        }
    }
}

/// A byte, or a passage that stood `distance` bytes before.
struct Token {
    var symbol: Int
    var length = 0
    var distance = 0

    init(byte: UInt8) { symbol = Int(byte) }

    init(length: Int, distance: Int) {
        self.length = length
        self.distance = distance
        symbol = 256 + NumberClass.of(length - TextCompression.shortestMatch).code
    }

    func write(_ codes: (symbols: HuffmanCode, distances: HuffmanCode), _ bits: inout BitWriter) {
        codes.symbols.write(symbol, &bits)
        guard length > 0 else { return }
        NumberClass.of(length - TextCompression.shortestMatch).writeRest(&bits)
        let far = NumberClass.of(distance - 1)
        codes.distances.write(far.code, &bits)
        far.writeRest(&bits)
    }
}

/// A number as a class of numbers that are about as large, and which of them: classes below eight have one member each,
/// later ones half as many as all before them.
struct NumberClass {
    let code: Int
    let restWidth: Int
    let rest: Int

    static func of(_ value: Int) -> NumberClass {
        if value < 8 { return NumberClass(code: value, restWidth: 0, rest: 0) }
        let width = Int.bitWidth - 1 - value.leadingZeroBitCount
        let restWidth = width - 1
        return NumberClass(
            code: 8 + 2 * (width - 3) + (value >> restWidth & 1), restWidth: restWidth,
            rest: value & (1 << restWidth - 1))
    }

    func writeRest(_ bits: inout BitWriter) { bits.write(UInt64(rest), count: restWidth) }
}
