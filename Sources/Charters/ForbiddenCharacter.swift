internal import Foundation

/// A character that must not stand in a text that people sign: it is not seen, or seen elsewhere than it stands, or
/// means nothing yet, so that two texts that look alike would not be the same.
enum ForbiddenCharacter {
    case control
    case bidirectional
    case invisible
    case privateUse
    case unassigned
    case replacement

    /// Nil for a character that may stand in a text. A line break may; a tab may not, for no two programs show it
    /// alike.
    init?(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if value == 0x0a || (0x20...0x7e).contains(value) || (0xac00...0xd7a3).contains(value) { return nil }
        if (0x4e00...0x9fff).contains(value) { return nil }
        if value < 0x20 || (0x7f...0x9f).contains(value) || value == 0x2028 || value == 0x2029 {
            self = .control
        } else if Self.bidirectionalRanges.contains(where: { $0.contains(value) }) {
            self = .bidirectional
        } else if Self.invisibleRanges.contains(where: { $0.contains(value) }) {
            self = .invisible
        } else if value == 0xfffd {
            self = .replacement
        } else {
            switch scalar.properties.generalCategory {
            case .privateUse: self = .privateUse
            case .unassigned, .surrogate: self = .unassigned
            default: return nil
            }
        }
    }

    /// Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
    private static let bidirectionalRanges: [ClosedRange<UInt32>] = [
        0x061c...0x061c, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069,
    ]

    /// Zero-width and otherwise invisible characters: joiners, fillers, deprecated format controls, variation
    /// selectors, interlinear annotations, tags.
    private static let invisibleRanges: [ClosedRange<UInt32>] = [
        0x00ad...0x00ad, 0x034f...0x034f, 0x115f...0x1160, 0x17b4...0x17b5, 0x180b...0x180f, 0x200b...0x200d,
        0x2060...0x2065, 0x206a...0x206f, 0x3164...0x3164, 0xfe00...0xfe0f, 0xfeff...0xfeff, 0xffa0...0xffa0,
        0xfff0...0xfffb, 0x1bca0...0x1bca3, 0x1d173...0x1d17a, 0xe0000...0xe0fff,
    ]

    /// What it is, for a sentence that begins "U+202E, ".
    var reason: String {
        switch self {
        case .control: "a control character"
        case .bidirectional: "which changes the direction of writing unseen"
        case .invisible: "which nobody can see"
        case .privateUse: "which looks different on every machine"
        case .unassigned: "to which Unicode has given no meaning yet"
        case .replacement: "the sign of a text damaged when it was converted"
        }
    }
}

extension Unicode.Scalar {
    /// As in `U+202E`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// True if the text is in Unicode's normalization form C, in which every letter has one spelling.
    var isNFC: Bool {
        if utf8.allSatisfy({ $0 < 0x80 }) { return true }
        return precomposedStringWithCanonicalMapping.utf8.elementsEqual(utf8)
    }

    /// The text in normalization form C.
    var inNFC: String { precomposedStringWithCanonicalMapping }

    /// The text in backticks as a sentence may quote it: short, and without characters that a terminal would obey.
    var quoted: String {
        var shown = ""
        var count = 0
        for scalar in unicodeScalars {
            if count == 64 { return "`\(shown)…`" }
            shown.unicodeScalars.append(ForbiddenCharacter(scalar) == nil && scalar != "\n" ? scalar : "\u{25a1}")
            count += 1
        }
        return "`\(shown)`"
    }
}
