/// Limits of a draft's entries; `Docs/Specification/drafting.md`, section 11, has the same table.
public enum DraftLimits {
    /// Ids in `parents`. Who has more heads names the rest in the next entry.
    public static let parentsPerEntry = 256
    /// Ids in `base`.
    public static let baseInstruments = 65_536
    /// Ids in `entries`.
    public static let entriesNamed = 4096
    /// Operations of one entry.
    public static let operationsPerEntry = 4096
    /// Texts that one entry edits.
    public static let textsPerEntry = 4096
    /// Alternatives of one position.
    public static let alternativesPerPosition = 256
    /// Items of one list or map of an attribute's value.
    public static let itemsPerValue = 4096
    /// Levels that a move may put a node beneath, so that no move looks at more of them.
    public static let movedBeneath = 64
    /// Levels of alternatives within alternatives.
    public static let bracketLevel = 16
}
