/// What a comparison may cost, and what counts as too small to be shown as kept.
///
/// The texts come from strangers, and the shortest redline of two unlike texts costs the product of their lengths.
package enum RedlineLimits {
    /// Steps of the search for the shortest redline, in each of its two passes; a step compares two words or
    /// extends one path. Enough for some three thousand scattered changes, in about a tenth of a second.
    package static let stepsPerPass = 1 << 23

    /// Steps for all the texts of one comparison together, in each pass: some three seconds. A roadmap may hold many
    /// thousand texts, each of them as hostile as can be.
    package static let stepsPerComparison = 1 << 28

    /// Words and marks in the passages that anchor a coarse comparison. Shorter ones recur by chance ("of the
    /// parties"), longer ones seldom survive an edit.
    static let anchorLength = 6

    /// The most tokens by which an insertion or a deletion is shifted to a better boundary. Text that repeats itself
    /// endlessly would otherwise be walked once for each change.
    static let longestShift = 256

    /// The most words a kept islet between two replacements may hold and still be drowned in them.
    static let isletWords = 4

    /// How many times the islet's words each replacement must take out, or put in, to drown it.
    static let isletRatio = 3
}
