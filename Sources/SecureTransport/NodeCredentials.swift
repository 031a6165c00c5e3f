internal import COpenSSL

/// A node's signing key and the certificates that carry its public half, ready for TLS.
///
/// Owns libcrypto's objects and frees them; they are never changed after `init`, so any thread may use them.
package final class NodeCredentials: @unchecked Sendable {
    /// What peers will see and judge.
    package let publicKey: PeerKey
    let key: SigningKey
    /// The leaf first, then its issuers.
    let chain: [Certificate]

    /// Credentials with a certificate that was issued, or made by ``NodeCertificate``.
    ///
    /// - Parameters:
    ///   - privateKeyInfo: The node's private key as PKCS#8 in DER: Ed25519, P-256 or P-384.
    ///   - chain: Certificates in DER, the leaf first.
    /// - Throws: `unreadableKey`, then `unreadableCertificate`, then `otherKey` when the leaf is not over this key.
    package convenience init(privateKeyInfo: [UInt8], chain: [[UInt8]]) throws(CredentialFailure) {
        try self.init(SigningKey(privateKeyInfo: privateKeyInfo), chain: chain)
    }

    /// Credentials with a PEM chain, the leaf first. Refuses what ``init(privateKeyInfo:chain:)`` refuses.
    package convenience init(privateKeyInfo: [UInt8], pem: String) throws(CredentialFailure) {
        try self.init(privateKeyInfo: privateKeyInfo, chain: try NodeCertificate.certificates(pem: pem))
    }

    /// As ``init(privateKeyInfo:chain:)``, of an Ed25519 key by its seed of 32 bytes; `seedLength` for any other length.
    package convenience init(seed: [UInt8], chain: [[UInt8]]) throws(CredentialFailure) {
        try self.init(SigningKey(seed: seed), chain: chain)
    }

    /// As ``init(privateKeyInfo:pem:)``, of an Ed25519 key by its seed.
    package convenience init(seed: [UInt8], pem: String) throws(CredentialFailure) {
        try self.init(seed: seed, chain: try NodeCertificate.certificates(pem: pem))
    }

    private init(_ key: SigningKey, chain: [[UInt8]]) throws(CredentialFailure) {
        var certificates: [Certificate] = []
        for der in chain { certificates.append(try Certificate(der: der)) }
        guard let leaf = certificates.first else { throw .unreadableCertificate }
        ERR_clear_error()
        guard let publicKey = leaf.key else { throw .otherKey }
        guard X509_check_private_key(leaf.pointer, key.pointer) == 1 else {
            ERR_clear_error()
            throw .otherKey
        }
        self.publicKey = publicKey
        self.key = key
        self.chain = certificates
    }

    /// The first and the last second of the leaf's validity, since 1970, to warn before it expires.
    package var validity: (from: Int64, until: Int64)? { chain[0].validity }
}

/// A private key in libcrypto, freed with this object.
final class SigningKey: @unchecked Sendable {
    let pointer: OpaquePointer

    init(seed: [UInt8]) throws(CredentialFailure) {
        guard seed.count == 32 else { throw .seedLength(seed.count) }
        guard let pointer = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw .library(LibraryError.takeFirst())
        }
        self.pointer = pointer
    }

    init(privateKeyInfo: [UInt8]) throws(CredentialFailure) {
        let pointer = privateKeyInfo.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &next, bytes.count)
        }
        guard let pointer else {
            ERR_clear_error()
            throw .unreadableKey
        }
        self.pointer = pointer
    }

    /// The digest that goes with a signature by this key; nil for Ed25519, which hashes by itself.
    var digest: OpaquePointer? {
        switch EVP_PKEY_get_id(pointer) {
        case EVP_PKEY_ED25519: nil
        default: EVP_PKEY_get_bits(pointer) > 256 ? EVP_sha384() : EVP_sha256()
        }
    }

    deinit { EVP_PKEY_free(pointer) }
}

/// A certificate in libcrypto, freed with this object.
final class Certificate: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Refuses anything but exactly one certificate.
    init(der: [UInt8]) throws(CredentialFailure) {
        ERR_clear_error()
        var pointer: OpaquePointer?
        let isWhole = der.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            pointer = d2i_X509(nil, &next, bytes.count)
            return pointer != nil && next == bytes.baseAddress.map { $0 + bytes.count }
        }
        guard let pointer, isWhole else {
            X509_free(pointer)
            ERR_clear_error()
            throw .unreadableCertificate
        }
        self.pointer = pointer
    }

    /// Takes a reference of its own to a certificate that somebody else owns.
    init(sharing pointer: OpaquePointer) {
        X509_up_ref(pointer)
        self.pointer = pointer
    }

    deinit { X509_free(pointer) }

    /// The public key; nil for any other kind or form of key.
    ///
    /// Read from the encoded SubjectPublicKeyInfo as it came; going through libcrypto's own encoder costs a quarter of
    /// all handshakes.
    var key: PeerKey? {
        guard let info = X509_get_X509_PUBKEY(pointer) else { return nil }
        let count = Int(i2d_X509_PUBKEY(info, nil))
        guard (1...PeerKey.byteLimit).contains(count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBufferPointer { buffer in
            var next = buffer.baseAddress
            _ = i2d_X509_PUBKEY(info, &next)
        }
        return PeerKey(bytes)
    }

    /// In seconds since 1970, both inclusive; nil when the dates cannot be read.
    var validity: (from: Int64, until: Int64)? {
        guard let from = Self.seconds(X509_get0_notBefore(pointer)),
            let until = Self.seconds(X509_get0_notAfter(pointer))
        else { return nil }
        return (from, until)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let time, ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
            ERR_clear_error()
            return nil
        }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}
