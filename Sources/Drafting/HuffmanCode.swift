/// A canonical code of at most ``longest`` bits a symbol.
struct HuffmanCode {
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
struct CodeLengthModels {
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
struct HuffmanTable {
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
