/// Limits that every decoder of records keeps; `Docs/Specification/encoding.md` has the same table.
public enum EncodingLimits {
    /// Levels of arrays, maps and tags within each other. The deepest lawful record is a rule (see `AgreementLimits`).
    public static let depth = 32
    /// Bytes of one record. A founding text of 65,536 provisions fits several times over.
    public static let recordByteCount = 64 << 20
}
