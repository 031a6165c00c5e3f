internal import COpenSSL

/// A SHA-256 digest: exactly 32 bytes, ordered as bytes.
///
/// Four machine words and no allocation: a million of them are 32 MB, not a million arrays.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let byteCount = 32

    private let w0, w1, w2, w3: UInt64  // big-endian words

    /// Any other length than 32 is not a digest.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init { output in
            // A copy in one piece where the bytes lie in one: walking a generic collection costs microseconds.
            let isCopied: Void? = bytes.withContiguousStorageIfAvailable {
                output.update(from: $0.baseAddress!, count: Self.byteCount)
            }
            if isCopied == nil { for (place, byte) in bytes.enumerated() { output[place] = byte } }
        }
    }

    /// The same; arrays are what records are decoded into.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self = bytes.withUnsafeBytes { Digest(loading: $0.baseAddress!) }
    }

    fileprivate init(filledBy write: (UnsafeMutablePointer<UInt8>) -> Void) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { write($0.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
        w0 = UInt64(bigEndian: words.0)
        w1 = UInt64(bigEndian: words.1)
        w2 = UInt64(bigEndian: words.2)
        w3 = UInt64(bigEndian: words.3)
    }

    /// The 32 bytes from there on.
    public init(loading bytes: UnsafeRawPointer) {
        self.init { $0.update(from: bytes.assumingMemoryBound(to: UInt8.self), count: Self.byteCount) }
    }

    /// SHA-256 of bytes that lie in one piece.
    public init(ofBytes bytes: UnsafeRawBufferPointer) { self = Self.sha256(bytes) }

    /// SHA-256 of `bytes` (FIPS 180-4).
    public init(of bytes: some Collection<UInt8>) {
        let digest =
            bytes.withContiguousStorageIfAvailable { Self.sha256(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { Self.sha256($0) }
        self = digest
    }

    public var bytes: [UInt8] {
        withUnsafeBytes(of: (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian)) { Array($0) }
    }

    public func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: (w0.bigEndian, w1.bigEndian, w2.bigEndian, w3.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hexadecimal.text(of: bytes) }

    public init?(hex: String) {
        guard hex.utf8.count == 2 * Self.byteCount, let bytes = Hexadecimal.bytes(of: hex) else { return nil }
        self.init(bytes)
    }

    public var description: String { hex }

    public static func < (one: Digest, other: Digest) -> Bool {
        (one.w0, one.w1, one.w2, one.w3) < (other.w0, other.w1, other.w2, other.w3)
    }

    private static func sha256(_ bytes: UnsafeRawBufferPointer) -> Digest {
        Digest { output in
            let done = EVP_Digest(bytes.baseAddress, bytes.count, output, nil, SHA256Algorithm.shared.algorithm, nil)
            precondition(done == 1, "libcrypto could not compute SHA-256")
        }
    }
}

/// The fetched algorithm: fetching it by name at every call would cost more than hashing a record.
private final class SHA256Algorithm: @unchecked Sendable {
    static let shared = SHA256Algorithm()
    let algorithm: OpaquePointer

    private init() {
        guard let fetched = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        algorithm = fetched
    }
}

/// SHA-256 of bytes that come in pieces, for files larger than memory.
///
/// Owns a libcrypto context, freed when this goes; used from one thread at a time.
public final class RunningDigest {
    private let context: OpaquePointer

    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        self.context = context
        begin()
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: some Collection<UInt8>) {
        let done =
            bytes.withContiguousStorageIfAvailable { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
            ?? Array(bytes).withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(done == 1, "libcrypto could not compute SHA-256")
    }

    /// The same for bytes that lie in one piece.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto could not compute SHA-256")
    }

    /// The digest of all bytes so far; this then begins anew.
    ///
    /// So of many short messages one after the other: a context that is used again spares libcrypto making one for each.
    public func finish() -> Digest {
        let digest = Digest { output in
            precondition(EVP_DigestFinal_ex(context, output, nil) == 1, "libcrypto could not compute SHA-256")
        }
        begin()
        return digest
    }

    /// The digest of one message; this has been begun anew before, and is afterwards.
    public func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        update(bytes)
        return finish()
    }

    private func begin() {
        let done = EVP_DigestInit_ex(context, SHA256Algorithm.shared.algorithm, nil)
        precondition(done == 1, "libcrypto could not begin SHA-256")
    }
}

extension Digest {
    /// HMAC-SHA-256 (RFC 2104).
    public static func authenticationCode(key: [UInt8], message: [UInt8]) -> Digest {
        Digest { output in
            var count: UInt32 = 0
            let done = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, output, &count)
            precondition(done != nil && count == 32, "libcrypto could not compute HMAC-SHA-256")
        }
    }
}
