/// What a self-verifying page may hold: a browser reads it whole, and checks it in one thread.
///
/// Source: `Docs/Specification/page.md`, section "Limits".
package enum PageLimits {
    /// Bytes of the bundle in a page.
    package static let bundleByteCount = 8_388_608
    /// Instruments of the bundle: what each stands on is laid out for each of them.
    package static let instruments = 1_000
    /// Parties without a verdict on an instrument beyond which a page does not say whose consent is missing.
    static let silentParties = 64
    /// Lists of them that are tried before it gives up.
    static let missingSearch = 200
}

/// Why no page is written.
package enum PageRefusal: Error, Hashable, Sendable {
    case tooLong(byteCount: Int)
    case tooManyInstruments(Int)
}
