/// A generator of our own, so that a seed means the same texts on every machine (SplitMix64; Steele, Lea and Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014).
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

/// Texts as nobody would write them, of pieces chosen to disagree about where a word ends.
enum RandomTexts {
    private static let pieces = [
        "shall", "may", "the", "a", "1,000", "3.5", "cease-fire", "l’accord", " ", " ", " ", "  ", "\u{A0}", "\n",
        "\r\n",
        "\t", ".", ",", ";", "-", "'", "(", ")", "[-", "-]", "{+", "+}", "\\u{1B}", "\\", "\u{1B}[2J", "\u{9B}",
        "\u{7F}",
        "é", "e\u{301}", "\u{301}", "雙", "方", "，", "。", "か", "が", "か\u{3099}", "平和", "ไทย", "ก็", "ក្ក", "မြန်မာ",
        "교환한다", "\u{1100}\u{1161}\u{11A8}", "الطرفان", "\u{202E}", "\u{200B}", "\u{FEFF}", "👩\u{200D}⚖\u{FE0F}", "🇰🇷",
        "𠮷", "क्षि", "\0",
    ]

    static func text(pieceCount: Int, vocabulary: Int = pieces.count, _ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<pieceCount { text += pieces[generator.below(min(vocabulary, pieces.count))] }
        return text
    }

    /// The text with about one scalar in `rarity` replaced by a piece, or by nothing.
    static func edited(_ text: String, rarity: Int, _ generator: inout SeededGenerator) -> String {
        var edited = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard generator.below(rarity) == 0 else {
                edited.append(scalar)
                continue
            }
            if generator.below(2) == 0 {
                edited.append(contentsOf: pieces[generator.below(pieces.count)].unicodeScalars)
            }
        }
        return String(edited)
    }
}

extension String {
    /// The bytes, which compare as a seal would; `String`'s own equality is by canonical equivalence.
    var bytes: [UInt8] { Array(utf8) }
}
