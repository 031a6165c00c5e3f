/// A text as it may be put on a terminal: whatever is invisible or commands the terminal is spelt out.
///
/// Spelt as `\u{…}` are the control characters (C0, DEL, C1), the bidirectional controls, and all that has no width
/// and no ink (zero-width spaces and joiners, fillers, variation selectors, tags, line and paragraph separators,
/// annotation controls). So a party cannot move the cursor, recolour a line, reverse a sentence or hide a
/// difference by what it writes. A backslash is spelt `\u{5C}` where it would otherwise begin such a spelling, so
/// that two different texts never show as one.
///
/// Line feeds are spelt out as well unless `keepingLineFeeds`: a name with one could forge a line of a table. Marks
/// that combine and letters written from right to left pass; they are text.
///
/// Apply it once, last, to the stranger's words and not to what is built around them: it is not its own inverse, and
/// it would spell out colours.
public func terminalSafe(_ text: String, keepingLineFeeds: Bool = false) -> String {
    var safe = ""
    safe.reserveCapacity(text.utf8.count)
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
        let beginsSpelling = scalar == "\\" && scalars.starts(with: ["u", "{"])
        if scalar == "\n" && keepingLineFeeds || !(scalar.isUnseen || beginsSpelling) {
            safe.unicodeScalars.append(scalar)
        } else {
            safe += scalar.spelling
        }
    }
    return safe
}

extension Unicode.Scalar {
    /// The scalar's value as this project spells it wherever it must be seen: `\u{202E}`.
    var spelling: String {
        "\\u{" + String(value, radix: 16, uppercase: true) + "}"
    }

    /// Whether it commands the terminal, or leaves no mark of itself.
    package var isUnseen: Bool {
        value < 0x20 || value >= 0x7F && ScalarSet.unseen.contains(value)
    }
}

extension ScalarSet {
    /// Controls, separators, and what Unicode 14.0 calls Default_Ignorable_Code_Point, from DEL on.
    static let unseen = ScalarSet([
        0x7F, 0x9F, 0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F,
        0x200B, 0x200F, 0x2028, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0,
        0xFFF0, 0xFFFB, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF,
    ])
}
