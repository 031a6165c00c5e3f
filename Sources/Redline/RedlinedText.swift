/// Two texts shown as one: what stayed, what went, and what came.
///
/// A redline is how lawyers read a change. It is a list of segments in reading order, with two promises, both by
/// byte and not merely by look:
///
/// - the kept and deleted segments, joined, are the old text;
/// - the kept and inserted segments, joined, are the new text.
///
/// Segments are never empty, two neighbours are never of the same kind, and where a deletion and an insertion meet,
/// the deletion comes first. The comparison is by word, and by character in scripts that do not space their words.
/// A redline is for reading. What binds is the text, never the redline.
///
/// Texts are compared as bytes. Two spellings of one accented letter look alike, sign differently, and are shown
/// as a change. For the same reason redlines are equal only if their bytes are, which Swift's `String` is not.
public struct RedlinedText: Hashable, Sendable {
    /// A stretch of text that had one fate.
    public enum Segment: Sendable {
        /// In both texts.
        case kept(String)
        /// In the old text only.
        case deleted(String)
        /// In the new text only.
        case inserted(String)
    }

    /// The segments in reading order; none for two empty texts.
    public let segments: [Segment]

    /// Whether the texts were too far apart for their shortest redline to be found at bounded cost.
    ///
    /// A coarse redline is exact all the same. It only marks more than it had to: between passages found in both
    /// texts, whole stretches may show as replaced.
    public let isCoarse: Bool

    /// Compares two texts.
    ///
    /// Any two texts will do. The work is bounded by a constant and a term proportional to the texts' length (times
    /// its logarithm), whatever they hold; memory is proportional to the length.
    public init(from old: String, to new: String) {
        self.init(from: old, to: new, stepLimit: RedlineLimits.stepsPerPass)
    }

    /// Compares as ``init(from:to:)`` does, with a limit of the caller's choosing.
    package init(from old: String, to new: String, stepLimit: Int) {
        let comparison = Comparison(from: old, to: new, stepLimit: stepLimit)
        segments = comparison.segments()
        isCoarse = comparison.isCoarse
    }
}

extension RedlinedText {
    /// The text compared from, byte for byte.
    public var oldText: String {
        var text = ""
        for segment in segments where !segment.isInserted { text += segment.text }
        return text
    }

    /// The text compared to, byte for byte.
    public var newText: String {
        var text = ""
        for segment in segments where !segment.isDeleted { text += segment.text }
        return text
    }

    /// Whether the two texts are the same bytes.
    public var isUnchanged: Bool {
        segments.allSatisfy(\.isKept)
    }
}

extension RedlinedText.Segment {
    /// The words themselves, whatever became of them.
    public var text: String {
        switch self {
        case .kept(let text), .deleted(let text), .inserted(let text): text
        }
    }

    public var isKept: Bool {
        if case .kept = self { true } else { false }
    }

    public var isDeleted: Bool {
        if case .deleted = self { true } else { false }
    }

    public var isInserted: Bool {
        if case .inserted = self { true } else { false }
    }
}

extension RedlinedText.Segment: Hashable {
    /// Equal fates and equal bytes; `String`'s own equality would overlook a change of spelling.
    public static func == (one: Self, other: Self) -> Bool {
        one.isKept == other.isKept && one.isDeleted == other.isDeleted
            && one.text.utf8.elementsEqual(other.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(isKept)
        hasher.combine(isDeleted)
        hasher.combine(text.utf8.count)
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
