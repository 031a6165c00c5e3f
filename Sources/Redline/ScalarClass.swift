/// What a Unicode scalar is to a reader of words.
///
/// Decided by the ranges in this room and never by the system's tables: two machines must show one redline, and
/// their Unicode versions differ. A scalar that no range names is a letter.
enum ScalarClass {
    case letter
    case digit
    /// Belongs to the scalar before it.
    case mark
    /// Stands for itself in a script that does not space its words.
    case unspaced
    /// As `mark`, and draws the next character of its script under the one before (Khmer coeng, Burmese virama).
    case stacker
    /// Part of a word between two letters, punctuation elsewhere.
    case wordJoiner
    /// Part of a figure between two digits, punctuation elsewhere.
    case figureJoiner
    case punctuation
    case space
    case lineBreak

    var isLetterOrDigit: Bool { self == .letter || self == .digit }

    init(_ scalar: Unicode.Scalar) {
        self = scalar.value < 0x80 ? Self(ascii: scalar.value) : Self(beyondASCII: scalar.value)
    }

    private init(ascii value: UInt32) {
        switch value {
        case 0x30...0x39: self = .digit
        case 0x41...0x5A, 0x61...0x7A, 0x5F: self = .letter  // the low line too: identifiers are words
        case 0x09, 0x20: self = .space
        case 0x0A...0x0D: self = .lineBreak
        case 0x27, 0x2D: self = .wordJoiner
        case 0x2C, 0x2E: self = .figureJoiner
        default: self = .punctuation
        }
    }

    private init(beyondASCII value: UInt32) {
        switch value {
        case 0x85, 0x2028, 0x2029:
            self = .lineBreak
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000:
            self = .space
        case 0xB7, 0x05BE, 0x05F3, 0x05F4, 0x2010, 0x2011, 0x2019:
            self = .wordJoiner
        case 0x066B, 0x066C:
            self = .figureJoiner
        case 0x0660...0x0669, 0x06F0...0x06F9, 0x0966...0x096F, 0xFF10...0xFF19:
            self = .digit
        case 0x1039, 0x17D2, 0x1A60:
            self = .stacker
        case 0x80...0x9F:
            self = .punctuation
        default:
            if ScalarSet.combining.contains(value) || ScalarSet.spacingMarks.contains(value)
                || ScalarSet.attached.contains(value)
            {
                self = .mark
            } else if ScalarSet.punctuation.contains(value) {
                self = .punctuation
            } else {
                self = ScalarSet.unspaced.contains(value) ? .unspaced : .letter
            }
        }
    }
}
