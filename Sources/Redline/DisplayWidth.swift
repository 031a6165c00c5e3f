/// The columns a terminal gives to a text of one line.
///
/// East Asian wide and fullwidth characters and most emoji take two; combining marks, the vowels and finals of
/// conjoining Hangul, and whatever ``terminalSafe(_:keepingLineFeeds:)`` would spell out take none; all else takes
/// one. Characters whose width Unicode calls ambiguous take one, as terminals have it outside East Asian locales.
package func displayWidth(of text: String) -> Int {
    var width = 0
    for scalar in text.unicodeScalars { width += scalar.displayWidth }
    return width
}

extension Unicode.Scalar {
    /// Its columns: 0, 1 or 2.
    var displayWidth: Int {
        if value < 0x300 { return isUnseen ? 0 : 1 }
        if isUnseen || (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value)
            || ScalarSet.combining.contains(value)
        {
            return 0
        }
        return ScalarSet.wide.contains(value) ? 2 : 1
    }
}
