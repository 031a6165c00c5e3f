/// Limits that every decoder of records keeps; `Docs/Specification/encoding.md` has the same table.
public enum EncodingLimits {
    /// Levels of values within each other; the outermost is the first, and a plain number within an array a level too. The
    /// deepest lawful record is a rule (see `AgreementLimits`).
    public static let depth = 32
    /// Bytes of one record. A founding text of 65,536 provisions fits several times over.
    public static let recordByteCount = 64 << 20
    /// Values in one record, keys and nested ones counted. A value of one byte takes many in memory: without this limit a
    /// record of 64 MiB would take gigabytes. Twice what a founding text of 65,536 provisions in three languages needs.
    public static let valueCount = 1 << 22
}
