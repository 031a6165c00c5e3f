internal import CanonicalEncoding
public import Cryptography

/// One digest for everything that two copies may differ in.
public enum HeadsDigest {
    /// SHA-256 of CBOR `["syngraph/heads/1", heads]`, the heads as in message 3.
    public static func of(_ heads: [WriterHeads]) -> Digest {
        var encoder = CanonicalEncoder(reservingByteCount: 80 * heads.count + 32)
        encoder.array(count: 2)
        encoder.text("syngraph/heads/1")
        encoder.array(count: heads.count)
        for writer in heads { encoder.writerHeads(writer) }
        return Digest(of: encoder.bytes)
    }
}
