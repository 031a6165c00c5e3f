/// Wraps a text for a terminal, and makes it safe for one.
///
/// Lines break at white space, and in scripts that do not space words between any two characters, but not before
/// closing punctuation nor after opening punctuation; a word wider than a line is cut. The text's own line feeds
/// stay. White space is dropped only where a line is broken. What cannot be seen is spelt out as
/// ``terminalSafe(_:keepingLineFeeds:)`` does, so `text` is the stranger's own words, not yet escaped or coloured.
///
/// - Parameters:
///   - columns: The width to fill, in columns of ``displayWidth(of:)``, the indent included. Too few columns are
///     taken as just enough for one wide character after the indent.
///   - indent: How many spaces precede each line that is not empty, the first too. A caller who wants to hang a
///     number puts it in place of the first line's.
/// - Returns: The lines joined by line feeds, without one at the end unless `text` has it.
package func wrapped(_ text: String, columns: Int, indent: Int = 0) -> String {
    TextLayout(columns: columns, indent: indent).text([.kept(text)], marking: .none)
}
