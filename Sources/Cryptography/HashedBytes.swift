/// Bytes of a file, and their SHA-256 where it was computed already, so that nobody computes it again.
///
/// Only hashing makes the digest, so whoever is handed one need not doubt it.
public struct HashedBytes: Sendable {
    public let bytes: ArraySlice<UInt8>
    private let known: Digest?

    /// Bytes that are hashed when somebody asks.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        known = nil
    }

    /// Bytes that are hashed now.
    ///
    /// - Parameter digest: begun anew, and left so.
    public init(_ bytes: ArraySlice<UInt8>, hashedBy digest: RunningDigest) {
        self.bytes = bytes
        known = bytes.withUnsafeBytes { digest.digest(of: $0) }
    }

    public var count: Int { bytes.count }
    public var digest: Digest { known ?? Digest(of: bytes) }
}
