/// Where a record stands in a bundle.
struct BundlePlace: Hashable, Sendable {
    /// Counted from 0 behind the header.
    let record: Int
    /// Bytes before it in the file.
    let offset: Int
}

/// Why a record is refused, before it is said where it stands: itself, or an earlier one that came too soon.
struct BundleRefused: Error {
    let code: BundleRefusal.Code
    var culprit: BundlePlace?

    init(_ code: BundleRefusal.Code, culprit: BundlePlace? = nil) {
        self.code = code
        self.culprit = culprit
    }
}
