internal import COpenSSL

/// A public key as other programs keep it: a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in PEM or DER.
///
/// Tokens and `openssl pkey -pubout` write it.
public enum PublicKeyFile {
    /// Why a file is no public key for us.
    public enum Refusal: Error, Hashable, Sendable {
        /// Neither PEM with a `PUBLIC KEY` nor DER of one.
        case notAPublicKey
        /// A key that is none of Ed25519, P-256 and P-384, or one that no record may hold.
        case notOfOurKinds
    }

    /// Bytes of a file, with whatever a person wrote around the key.
    static let byteLimit = 65_536

    /// Reads a file in either form; text before the PEM is passed over.
    public static func decode(_ file: [UInt8]) throws(Refusal) -> PublicKey {
        guard file.count <= byteLimit else { throw .notAPublicKey }
        defer { ERR_clear_error() }
        guard let key = libraryKey(der: der(inPEM: file) ?? file) else { throw .notAPublicKey }
        defer { EVP_PKEY_free(key) }
        guard let found = PublicKey(library: key) else { throw .notOfOurKinds }
        return found
    }

    /// The PEM text of a key, as `openssl pkey -pubin` reads it.
    public static func encode(_ key: PublicKey) -> String {
        guard let output = BIO_new(BIO_s_mem()) else { preconditionFailure("libcrypto is out of memory") }
        defer { BIO_free(output) }
        let der = key.subjectPublicKeyInfo
        precondition(
            PEM_write_bio(output, "PUBLIC KEY", "", der, der.count) > 0, "libcrypto could not write a public key")
        var text = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(output, &text, Int32(text.count))
        precondition(count > 0 && Int(count) < text.count, "a public key in PEM is smaller than 1 KiB")
        return String(decoding: text[..<Int(count)], as: UTF8.self)
    }

    /// The bytes of the first `PUBLIC KEY` in a PEM text.
    ///
    /// The frame is taken off here, for libcrypto's reader of whole keys would stop at a private key in the file, and ask
    /// at the terminal for its passphrase.
    private static func der(inPEM file: [UInt8]) -> [UInt8]? {
        file.withUnsafeBufferPointer { bytes in
            // The BIO reads where the bytes lie: it must not outlive this closure.
            guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(input) }
            while let part = PEMPart(next: input) {
                if part.name == "PUBLIC KEY" { return part.bytes }
            }
            return nil
        }
    }

    private static func libraryKey(der file: [UInt8]) -> OpaquePointer? {
        file.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            guard let key = d2i_PUBKEY(nil, &next, bytes.count) else { return nil }
            guard next == bytes.baseAddress.map({ $0 + bytes.count }) else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
    }
}

/// One block of a PEM text (RFC 7468).
private struct PEMPart {
    let name: String
    let bytes: [UInt8]

    /// Nil at the end of the text, and at a block that is damaged.
    init?(next input: OpaquePointer) {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard PEM_read_bio(input, &name, &header, &data, &count) == 1, let name, let data else { return nil }
        defer {
            CRYPTO_free(name, #fileID, #line)
            CRYPTO_free(header, #fileID, #line)
            CRYPTO_free(data, #fileID, #line)
        }
        self.name = String(cString: name)
        bytes = Array(UnsafeBufferPointer(start: data, count: count))
    }
}

extension PublicKey {
    /// The public half of a key of libcrypto's; nil if it is of another kind or may stand in no record.
    init?(library key: OpaquePointer) {
        if EVP_PKEY_get_id(key) == NID_ED25519 {
            var point = [UInt8](repeating: 0, count: 32)
            var count = point.count
            guard EVP_PKEY_get_raw_public_key(key, &point, &count) == 1, count == point.count else { return nil }
            self.init(ed25519: point)
        } else {
            guard let curve = PrimeCurve(of: key),
                let x = Self.coordinate(OSSL_PKEY_PARAM_EC_PUB_X, of: key, curve),
                let y = Self.coordinate(OSSL_PKEY_PARAM_EC_PUB_Y, of: key, curve)
            else { return nil }
            self.init(uncompressed: [4] + x + y)
        }
    }

    private static func coordinate(_ name: String, of key: OpaquePointer, _ curve: PrimeCurve) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: curve.byteCount)
        return BN_bn2binpad(number, &bytes, Int32(bytes.count)) == Int32(bytes.count) ? bytes : nil
    }

    /// The key in DER as a certificate carries it, of which there is one form here: the curve by its name (RFC 5480,
    /// section 2.1.1; RFC 8410, section 4), and the point not compressed.
    public var subjectPublicKeyInfo: [UInt8] { Self.infoHead(algorithm) + rawRepresentation }

    /// Inverse of ``subjectPublicKeyInfo``; nil for any other form, and for a key that may stand in no record.
    public init?(subjectPublicKeyInfo bytes: [UInt8]) {
        guard
            let algorithm = SignatureAlgorithm.allCases.first(where: { bytes.starts(with: Self.infoHead($0)) })
        else { return nil }
        let rest = Array(bytes.dropFirst(Self.infoHead(algorithm).count))
        let key = algorithm == .ed25519 ? PublicKey(ed25519: rest) : PublicKey(uncompressed: rest)
        guard let key, key.algorithm == algorithm else { return nil }
        self = key
    }

    private static func infoHead(_ algorithm: SignatureAlgorithm) -> [UInt8] {
        switch algorithm {
        case .ed25519: head25519
        case .es256: head256
        case .es384: head384
        }
    }

    private static let head25519 = Hexadecimal.bytes(of: "302a300506032b6570032100")!
    private static let head256 = Hexadecimal.bytes(of: "3059301306072a8648ce3d020106082a8648ce3d030107034200")!
    private static let head384 = Hexadecimal.bytes(of: "3076301006072a8648ce3d020106052b81040022036200")!
}

extension PrimeCurve {
    /// The curve that a key of libcrypto's names; nil for another kind of key or curve.
    ///
    /// libcrypto names a curve that is spelt out only if every number of it, the base point among them, is the named one's.
    init?(of key: OpaquePointer) {
        guard EVP_PKEY_get_id(key) == EVP_PKEY_EC else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return nil }
        switch String(decoding: name.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) {
        case "prime256v1", "P-256": self = .p256
        case "secp384r1", "P-384": self = .p384
        default: return nil
        }
    }
}
