internal import COpenSSL

/// A private key as a file: PKCS#8 in PEM, encrypted with a passphrase (scrypt and AES-256-CBC) or in the clear.
///
/// `openssl pkey` reads both. Source: RFC 5958, RFC 7468, RFC 7914 (scrypt in PKCS#5).
public enum SealedKeyFile {
    /// Why a key file could not be read.
    public enum Refusal: Error, Hashable, Sendable {
        case passphraseNeeded
        case wrongPassphraseOrDamaged
        case notAKeyFile
        /// A key that is none of Ed25519, P-256 and P-384, or whose two halves do not belong together.
        case notOfOurKinds
    }

    /// Bytes of a key file, with whatever a person wrote around the key.
    static let byteLimit = 65_536

    /// scrypt with N = 2^14, r = 8, p = 5: 16 MiB and about a fifth of a second.
    private static let scryptCost: (n: UInt64, r: UInt64, p: UInt64) = (1 << 14, 8, 5)

    /// - Parameters:
    ///   - passphrase: encrypts the file; nil writes it in the clear, for keys that a program must read unattended.
    ///   - salt: 16 bytes of randomness; used only with a passphrase.
    ///   - initialisationVector: 16 bytes of randomness; used only with a passphrase.
    public static func encode(
        _ key: SigningKey, passphrase: String?, salt: [UInt8], initialisationVector: [UInt8]
    ) -> String {
        precondition(salt.count == 16 && initialisationVector.count == 16, "16 bytes each")
        let plain = key.privateKeyInfo.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return d2i_PKCS8_PRIV_KEY_INFO(nil, &next, bytes.count)
        }
        guard let plain, let output = BIO_new(BIO_s_mem()) else {
            preconditionFailure("libcrypto could not encode a key")
        }
        defer {
            PKCS8_PRIV_KEY_INFO_free(plain)
            BIO_free(output)
        }
        if let passphrase {
            writeEncrypted(plain, passphrase, salt, initialisationVector, to: output)
        } else {
            precondition(PEM_write_bio_PKCS8_PRIV_KEY_INFO(output, plain) == 1, "libcrypto could not write a key")
        }
        return text(of: output)
    }

    /// Reads what ``encode(_:passphrase:salt:initialisationVector:)`` wrote, or any PKCS#8 PEM with a key of ours.
    public static func decode(_ text: String, passphrase: String?) throws(Refusal) -> SigningKey {
        let isEncrypted = text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        guard isEncrypted || text.contains("-----BEGIN PRIVATE KEY-----") else { throw .notAKeyFile }
        if isEncrypted, passphrase == nil { throw .passphraseNeeded }
        defer { ERR_clear_error() }
        guard let plain = isEncrypted ? decrypted(text, passphrase ?? "") : cleartext(text) else {
            throw isEncrypted ? .wrongPassphraseOrDamaged : .notAKeyFile
        }
        defer { PKCS8_PRIV_KEY_INFO_free(plain) }
        guard let key = EVP_PKCS82PKEY(plain) else { throw .notOfOurKinds }
        defer { EVP_PKEY_free(key) }
        guard let found = signingKey(of: key) else { throw .notOfOurKinds }
        return found
    }

    private static func signingKey(of key: OpaquePointer) -> SigningKey? {
        guard EVP_PKEY_get_id(key) == NID_ED25519 else { return ECDSAPrivateKey(of: key).map { SigningKey($0) } }
        var seed = [UInt8](repeating: 0, count: Ed25519.seedByteCount)
        var count = seed.count
        guard EVP_PKEY_get_raw_private_key(key, &seed, &count) == 1, count == Ed25519.seedByteCount else { return nil }
        return SigningKey(seed: seed)
    }

    private static func cleartext(_ text: String) -> OpaquePointer? {
        withInput(text) { PEM_read_bio_PKCS8_PRIV_KEY_INFO($0, nil, nil, nil) }
    }

    /// Opens the file in two steps, for reading it in one would hand the passphrase to a callback: as a C string, which
    /// ends at the first zero byte, into a buffer of 1,024. Such a passphrase could lock a key up but not open it.
    private static func decrypted(_ text: String, _ passphrase: String) -> OpaquePointer? {
        guard let sealed = withInput(text, { PEM_read_bio_PKCS8($0, nil, nil, nil) }) else { return nil }
        defer { X509_SIG_free(sealed) }
        return passphrase.withCString { PKCS8_decrypt(sealed, $0, Int32(passphrase.utf8.count)) }
    }

    /// libcrypto reads from the text in place, so the text has to stay where it is until `read` is done.
    private static func withInput(_ text: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count <= byteLimit, let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
                return nil
            }
            defer { BIO_free(input) }
            return read(input)
        }
    }

    private static func writeEncrypted(
        _ plain: OpaquePointer, _ passphrase: String, _ salt: [UInt8], _ vector: [UInt8], to output: OpaquePointer
    ) {
        var salt = salt
        var vector = vector
        guard
            let algorithm = PKCS5_pbe2_set_scrypt(
                EVP_aes_256_cbc(), &salt, Int32(salt.count), &vector,
                scryptCost.n, scryptCost.r, scryptCost.p),
            let sealed = passphrase.withCString({
                PKCS8_set0_pbe($0, Int32(passphrase.utf8.count), plain, algorithm)
            })
        else { preconditionFailure("libcrypto could not encrypt a key") }
        defer { X509_SIG_free(sealed) }
        precondition(PEM_write_bio_PKCS8(output, sealed) == 1, "libcrypto could not write a key")
    }

    private static func text(of output: OpaquePointer) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        precondition(count > 0 && Int(count) < bytes.count, "a key file is smaller than 4 KiB")
        return String(decoding: bytes[..<Int(count)], as: UTF8.self)
    }
}
