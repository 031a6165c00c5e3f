extension RedlinedText {
    /// The redline as a terminal shows it.
    ///
    /// In colour, what went is red and struck through, what came is green and underlined, and a line break among
    /// either shows as ¶; colour and line are set so that each is enough alone, and no line leaves them switched on.
    /// Without colour, it reads `[-what went-]{+what came+}`, as Git's word diff does, and a text that contains such
    /// a marker has the marker's first half spelt out, so that the markers can be believed.
    ///
    /// All that is invisible is spelt out, in words kept too; see ``terminalSafe(_:keepingLineFeeds:)``.
    ///
    /// - Parameters:
    ///   - colour: Whether to send escape sequences. Ask for them only if the output is a terminal.
    ///   - columns: The width to wrap at, or nil to break lines only where the texts do.
    ///   - indent: How many spaces precede each line.
    public func terminal(colour: Bool, columns: Int? = nil, indent: Int = 0) -> String {
        TextLayout(columns: columns, indent: indent).text(segments, marking: colour ? .colour : .brackets)
    }
}
