public import CanonicalEncoding
public import Cryptography

extension Field {
    public func identifier() throws(DecodingRefusal) -> Identifier {
        guard let identifier = Identifier(try text().string) else { throw refusal(.badIdentifier) }
        return identifier
    }

    /// A 32-byte id.
    public func digest() throws(DecodingRefusal) -> Digest {
        guard let digest = Digest(try bytes()) else { throw refusal(.badLength) }
        return digest
    }
}

extension Identifier {
    public var value: CanonicalValue { .text(string) }
}

extension Digest {
    public var value: CanonicalValue { .bytes(bytes) }
}
