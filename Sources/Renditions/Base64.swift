/// RFC 4648, section 4.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: some Collection<UInt8>) -> String {
        String(decoding: encoded(bytes), as: UTF8.self)
    }

    /// In lines of 100 letters, each ended by a line feed.
    static func lines(of bytes: [UInt8]) -> String {
        let perLine = 75
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: perLine) {
            text += self.text(of: bytes[start..<min(start + perLine, bytes.count)]) + "\n"
        }
        return text
    }

    private static func encoded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while !rest.isEmpty {
            let three = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let word = three.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - three.count))
            for place in 0..<4 {
                text.append(place <= three.count ? letters[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }
}

/// Reads base64 letter by letter, and takes each text of bytes in its one spelling only.
struct Base64Decoder {
    private(set) var bytes: [UInt8] = []
    private var word = 0
    private var count = 0
    private var paddingCount = 0

    /// Whether what came ends where an encoding may end.
    var isAtEndOfGroup: Bool { count == 0 }

    /// - Returns: false for what is no letter of it, for one behind the padding, and for bits that nothing needs.
    mutating func take(_ letter: UInt8) -> Bool {
        if letter == UInt8(ascii: "=") {
            guard count >= 2 else { return false }
            paddingCount += 1
            word <<= 6
        } else {
            guard paddingCount == 0, let value = Self.value(of: letter) else { return false }
            word = word << 6 | value
        }
        count += 1
        guard count == 4 else { return true }
        let unneeded = (1 << (8 * paddingCount)) - 1
        guard word & unneeded == 0 else { return false }
        for place in 0..<(3 - paddingCount) { bytes.append(UInt8(word >> (16 - 8 * place) & 255)) }
        (word, count) = (0, 0)
        return true
    }

    private static func value(of letter: UInt8) -> Int? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(letter) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(letter) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(letter) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
