internal import Agreement
internal import CanonicalEncoding

/// Limits of the files that people write; `Docs/Specification/charter.md` has the same table.
public enum CharterLimits {
    /// Bytes of one file. The longest treaties, in six languages, take a tenth of it.
    public static let fileByteCount = 8 << 20
    /// Levels of lists and maps within each other in a file: 64 levels of provisions take two each.
    public static let depth = 200
    /// Levels of lists and maps within an attribute: with what contains it in a record, fewer than an encoding may
    /// have.
    public static let attributeDepth = EncodingLimits.depth - 8
    /// Items of one list or map within an attribute.
    public static let itemsPerAttribute = AgreementLimits.attributesPerProvision
    /// Faults that one reading names: who has more will read it again.
    public static let faults = 1_000
    /// Digits by which an instrument may be named where they fit no other.
    public static let instrumentPrefixDigits = 8
}
