internal import CanonicalEncoding
internal import Cryptography

/// What the footer of a bundle of version 2 has the digest of: the header, and of each record its kind and its digest.
///
/// A journal's headers and bodies are hashed anyway, for their ids. So a file of any length is known to be whole without
/// hashing its bytes a second time. Source: `Docs/Specification/bundle.md`, "The file".
struct RecordsDigest {
    private let digest = RunningDigest()
    /// Not digested yet: a call for each record would cost as much as the digest.
    private var pending: [UInt8] = []
    private static let mostPending = 4096

    init(header: ArraySlice<UInt8>) {
        pending.reserveCapacity(Self.mostPending + 64)
        pending += header
    }

    mutating func add(_ kind: UInt64, _ record: Digest) {
        Self.append(kind, record, to: &pending)
        if pending.count > Self.mostPending { digestPending() }
    }

    /// The digest of all that was added; then nothing more is.
    mutating func finish() -> Digest {
        digestPending()
        return digest.finish()
    }

    private mutating func digestPending() {
        digest.update(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes what stands for one record.
    static func append(_ kind: UInt64, _ record: Digest, to bytes: inout [UInt8]) {
        if kind < 24 {
            bytes.append(UInt8(kind))
        } else {
            var encoder = CanonicalEncoder()
            encoder.unsigned(kind)
            bytes += encoder.bytes
        }
        record.append(to: &bytes)
    }
}
