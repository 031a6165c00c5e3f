/// Finds for every place the longest passage that begins like it, among those that are remembered.
struct MatchSearch {
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
