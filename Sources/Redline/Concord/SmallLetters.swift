extension Collection<Unicode.Scalar> {
    /// The text with the capitals of the Latin and Cyrillic alphabets made small, as far as numerals, months and signs
    /// of shares are written in them; by ranges, and never by the system's tables.
    package var inSmallLetters: String {
        var text = String.UnicodeScalarView()
        for scalar in self {
            switch scalar.value {
            case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x410...0x42F:
                text.append(Unicode.Scalar(scalar.value + 0x20)!)
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
