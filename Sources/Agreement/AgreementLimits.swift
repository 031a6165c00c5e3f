/// Limits of the agreement's records: the same for everyone, for what one copy refuses every copy must refuse.
///
/// `Docs/Specification/agreement.md` has the same table.
public enum AgreementLimits {
    /// Provisions that one instrument may write or rely on.
    public static let provisionsPerInstrument = 65_536
    /// Instruments that one instrument may name in `after`.
    public static let afterPerInstrument = 65_536
    /// Instruments that one instrument may name in `replaces`: each brings all its needs along.
    public static let replacesPerInstrument = 4_096
    /// Seals and withdrawals that one instrument may void.
    public static let voidsPerInstrument = 4_096
    /// Drafts that one instrument may say it was frozen from.
    public static let frozenFromPerInstrument = 1_024
    /// Bytes of an order key; siblings stand in its bytewise order.
    public static let orderByteCount = 256
    /// Attributes of one provision, and items of one list or map within them.
    public static let attributesPerProvision = 4_096
    /// Terms of one rule, counted with all that is nested in it.
    public static let termsPerRule = 1_024
    /// Levels of `all` and `any` within each other.
    public static let ruleDepth = 8
    /// The largest number in a share: p and q of a fraction, k of `atLeast`.
    public static let shareNumber: UInt64 = 1 << 32
    /// Holders of one standing.
    public static let holdersPerRoster = 65_536
    /// Standings that one seal or rule term may name.
    public static let standingsPerList = 256
    /// Instruments that one seal may be provided on.
    public static let conditionsPerSeal = 4_096
    /// Levels of provisions within each other.
    public static let provisionDepth = 64
}
