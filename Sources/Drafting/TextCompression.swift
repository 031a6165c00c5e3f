/// Text in fewer bytes: repeated passages are named by distance and length, and all by Huffman's code.
///
/// What DEFLATE does (RFC 1951), with a window of four mebibytes, one block, and code lengths that are coded too. The
/// text of a draft is read in one go whenever it is opened, so reading is made simple and fast: one look into a table a
/// symbol.
enum TextCompression {
    fileprivate static let window = 1 << 22
    fileprivate static let shortestMatch = 4
    fileprivate static let longestMatch = shortestMatch + 0xFFFF
    /// 256 bytes, then lengths.
    fileprivate static let symbolCount = 256 + NumberClass.of(longestMatch - shortestMatch).code + 1
    fileprivate static let distanceCount = NumberClass.of(window - 1).code + 1

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
private struct Token {
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
private struct NumberClass {
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

// MARK: Bits

private struct BitWriter {
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
private struct BitReader {
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

// MARK: Huffman's code

/// A canonical code of at most ``longest`` bits a symbol.
private struct HuffmanCode {
    static let longest = 12
    /// By symbol; 0 for one that never occurs.
    private var lengths: [Int]
    /// By symbol, its first bit lowest.
    private var codes: [UInt64]

    init(frequencies: [Int]) {
        lengths = Self.lengths(of: frequencies)
        codes = Self.codes(of: lengths)
    }

    func write(_ symbol: Int, _ bits: inout BitWriter) { bits.write(codes[symbol], count: lengths[symbol]) }

    func encode(_ encoder: inout AdaptiveEncoder) {
        var models = CodeLengthModels()
        for length in lengths { models.encode(length, &encoder) }
    }

    /// The first bit of each code in the lowest place, in the order of length, then symbol.
    static func codes(of lengths: [Int]) -> [UInt64] {
        var codes = [UInt64](repeating: 0, count: lengths.count)
        var next: UInt64 = 0
        for length in 1...longest {
            next <<= 1
            for symbol in lengths.indices where lengths[symbol] == length {
                for bit in 0..<length where next >> UInt64(bit) & 1 == 1 {
                    codes[symbol] |= 1 << UInt64(length - 1 - bit)
                }
                next += 1
            }
        }
        return codes
    }

    /// Huffman's lengths; where one is too long the frequencies are made more alike, and all is done again.
    private static func lengths(of frequencies: [Int]) -> [Int] {
        var weights = frequencies
        while true {
            let lengths = unlimitedLengths(of: weights)
            if lengths.max() ?? 0 <= longest { return lengths }
            weights = weights.map { $0 == 0 ? 0 : $0 / 2 + 1 }
        }
    }

    private static func unlimitedLengths(of weights: [Int]) -> [Int] {
        var lengths = [Int](repeating: 0, count: weights.count)
        let used = weights.indices.filter { weights[$0] > 0 }.sorted { (weights[$0], $0) < (weights[$1], $1) }
        if used.count == 1 { lengths[used[0]] = 1 }
        guard used.count > 1 else { return lengths }
        // Two queues, both rising: leaves, and the nodes made of the two lightest so far.
        var nodes: [(weight: Int, parent: Int)] = used.map { (weights[$0], -1) }
        var leaf = 0
        var inner = used.count
        func lightest() -> Int {
            if leaf < used.count, inner >= nodes.count || nodes[leaf].weight <= nodes[inner].weight {
                leaf += 1
                return leaf - 1
            }
            inner += 1
            return inner - 1
        }
        for _ in 1..<used.count {
            let (one, other) = (lightest(), lightest())
            nodes[one].parent = nodes.count
            nodes[other].parent = nodes.count
            nodes.append((nodes[one].weight + nodes[other].weight, -1))
        }
        var depths = [Int](repeating: 0, count: nodes.count)
        for node in nodes.indices.dropLast().reversed() { depths[node] = depths[nodes[node].parent] + 1 }
        for (place, symbol) in used.enumerated() { lengths[symbol] = depths[place] }
        return lengths
    }
}

/// What is expected of the length of a symbol's code: that it is about that of the symbol before.
private struct CodeLengthModels {
    private var bits = [BitModel](repeating: BitModel(), count: 3 * 16)
    private var previous = 0

    /// Symbols that never occur come in stretches, so whether the one before occurred tells most.
    private var context: Int { previous == 0 ? 0 : previous < 8 ? 16 : 32 }

    mutating func encode(_ length: Int, _ encoder: inout AdaptiveEncoder) {
        var node = 1
        for bit in (0..<4).reversed() {
            let answer = length >> bit & 1 == 1
            encoder.encode(answer, &bits[context + node])
            node = node << 1 | (answer ? 1 : 0)
        }
        previous = length
    }

    mutating func decode(_ decoder: inout AdaptiveDecoder) -> Int {
        var node = 1
        for _ in 0..<4 { node = node << 1 | (decoder.decode(&bits[context + node]) ? 1 : 0) }
        previous = node & 15
        return previous
    }
}

/// For every `HuffmanCode.longest` bits that may come next, the symbol they begin with times 16, and its length.
private struct HuffmanTable {
    let entries: [UInt16]

    /// `nil` if the lengths are of no code.
    init?(_ decoder: inout AdaptiveDecoder, count: Int) {
        var models = CodeLengthModels()
        let lengths = (0..<count).map { _ in models.decode(&decoder) }
        let size = 1 << HuffmanCode.longest
        guard lengths.allSatisfy({ $0 <= HuffmanCode.longest }),
            lengths.reduce(0, { $0 + ($1 > 0 ? size >> $1 : 0) }) <= size
        else { return nil }
        // What is no code's beginning counts as a byte 0 of one bit, so that reading always goes on.
        var entries = [UInt16](repeating: 1, count: size)
        let codes = HuffmanCode.codes(of: lengths)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            for entry in stride(from: Int(codes[symbol]), to: size, by: 1 << length) {
                entries[entry] = UInt16(symbol << 4 | length)
            }
        }
        self.entries = entries
    }
}

// MARK: Passages that were there before

/// Finds for every place the longest passage that begins like it, among those that are remembered.
private struct MatchSearch {
    private static let hashWidth = 16
    private static let chainLimit = 48
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The latest place of each hash, and of each place the one before it with the same.
    private var latest = [Int32](repeating: -1, count: 1 << Self.hashWidth)
    private var earlier: [Int32]

    static func tokens(of bytes: [UInt8], from start: Int) -> [Token] {
        bytes.withUnsafeBufferPointer { buffer in
            var search = MatchSearch(buffer)
            for place in 0..<start { search.remember(place) }
            return search.tokens(from: start)
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        earlier = Array(repeating: -1, count: bytes.count)
    }

    private mutating func tokens(from start: Int) -> [Token] {
        var tokens: [Token] = []
        var place = start
        while place < bytes.count {
            let match = longest(at: place)
            remember(place)
            guard match.length > 0 else {
                tokens.append(Token(byte: bytes[place]))
                place += 1
                continue
            }
            // A longer one that begins at the next byte is worth a byte.
            if match.length < 64, place + 1 < bytes.count, longest(at: place + 1).length > match.length {
                tokens.append(Token(byte: bytes[place]))
                place += 1
                continue
            }
            tokens.append(Token(length: match.length, distance: match.distance))
            for passed in place + 1..<place + match.length { remember(passed) }
            place += match.length
        }
        return tokens
    }

    private func hash(_ place: Int) -> Int {
        let word = UnsafeRawPointer(bytes.baseAddress! + place).loadUnaligned(as: UInt32.self)
        return Int((word &* 0x9E37_79B1) >> UInt32(32 - Self.hashWidth))
    }

    private mutating func remember(_ place: Int) {
        guard place + 4 <= bytes.count else { return }
        let hash = hash(place)
        earlier[place] = latest[hash]
        latest[hash] = Int32(place)
    }

    private func longest(at place: Int) -> (length: Int, distance: Int) {
        guard place + TextCompression.shortestMatch <= bytes.count else { return (0, 0) }
        let limit = min(bytes.count - place, TextCompression.longestMatch)
        var best = (length: 0, distance: 0)
        var candidate = Int(latest[hash(place)])
        for _ in 0..<Self.chainLimit {
            guard candidate >= 0, place - candidate <= TextCompression.window else { break }
            var length = 0
            while length < limit, bytes[candidate + length] == bytes[place + length] { length += 1 }
            if length > best.length, Self.isWorth(length, place - candidate) { best = (length, place - candidate) }
            candidate = Int(earlier[candidate])
        }
        return best
    }

    /// A short passage from far away costs more than its bytes.
    private static func isWorth(_ length: Int, _ distance: Int) -> Bool {
        length > 5 || length == 5 && distance < 1 << 15 || length == 4 && distance < 1 << 11
    }
}
