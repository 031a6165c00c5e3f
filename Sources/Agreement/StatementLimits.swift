/// Limits of key statements, withdrawals, and of statements that wait; `Docs/Specification/keys.md` has the same table.
public enum StatementLimits {
    /// Seals and withdrawals that one key statement may acknowledge.
    public static let acknowledgedPerStatement = 65_536
    /// Rosters that one withdrawal may leave.
    public static let rostersPerWithdrawal = 256
    /// Instruments that one withdrawal may say its party had committed to.
    public static let committedPerWithdrawal = 65_536
    /// Statements that one copy keeps unchecked, over all the key records that are not at hand.
    public static let waitingStatements = 16_384
    /// Bytes of their payloads, likewise.
    public static let waitingByteCount = 67_108_864
}
