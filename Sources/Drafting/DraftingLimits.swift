/// Limits of the text that is drafted together. All of them are judged from one entry alone, so all are the same for
/// everyone, whatever came first: what exceeds one has no edits.
public enum DraftingLimits {
    /// Scalars that one entry may insert and delete, together: far more than its bytes could ever insert.
    /// Without it, ten bytes could ask for the deletion of 2^60 scalars.
    public static let editsPerEntry = 1 << 24
    /// Highest position an edit may name: beyond any text that a negotiation could read, and exact in 32 bits.
    public static let highestPosition = 1 << 30
}
