internal import COpenSSL

/// Why credentials cannot be made or loaded.
package enum CredentialFailure: Error, Hashable, Sendable {
    /// A seed of other than 32 bytes.
    case seedLength(Int)
    /// Not a private key in PKCS#8.
    case unreadableKey
    /// A serial number of other than 8 to 20 bytes.
    case serialLength(Int)
    /// A period of validity that ends before it begins.
    case emptyValidity
    /// A subject that is empty or longer than the 64 characters of RFC 5280, appendix A.
    case subject
    /// A name that is neither a host name nor an address.
    case alternativeName(String)
    /// No certificate, or not one that can be read.
    case unreadableCertificate
    /// No certificate revocation list, or not one that can be read.
    case unreadableRevocationList
    /// The first certificate is over another key.
    case otherKey
    /// libcrypto failed; its own words.
    case library(String)
}

/// A name for which a certificate is issued, beside its subject. Peers do not check it: they check the key.
package enum AlternativeName: Hashable, Sendable {
    case host(String)
    case address(String)
}

/// Makes the certificate of a node: X.509 version 3 (RFC 5280) over the node's key, signed with it.
///
/// Nobody trusts the signature. The certificate carries the key into TLS, and its dates; who the key belongs to is
/// said by the party records.
package enum NodeCertificate {
    /// A self-signed certificate in DER.
    ///
    /// - Parameters:
    ///   - privateKeyInfo: The node's private key as PKCS#8 in DER: Ed25519, P-256 or P-384.
    ///   - commonName: The subject, such as "PRK node".
    ///   - validFrom: Seconds since 1970, inclusive.
    ///   - validUntil: Seconds since 1970, inclusive.
    ///   - serial: 8 to 20 random bytes; made positive and of full length by setting the two highest bits to 01.
    ///   - alternativeNames: Hosts and addresses, for other tools.
    /// - Throws: ``CredentialFailure``, in the order of its cases.
    package static func selfSigned(
        privateKeyInfo: [UInt8], commonName: String, validFrom: Int64, validUntil: Int64, serial: [UInt8],
        alternativeNames: [AlternativeName] = []
    ) throws(CredentialFailure) -> [UInt8] {
        try selfSigned(
            SigningKey(privateKeyInfo: privateKeyInfo), commonName, validFrom, validUntil, serial, alternativeNames)
    }

    /// As above, of an Ed25519 key by its seed of 32 bytes.
    package static func selfSigned(
        seed: [UInt8], commonName: String, validFrom: Int64, validUntil: Int64, serial: [UInt8],
        alternativeNames: [AlternativeName] = []
    ) throws(CredentialFailure) -> [UInt8] {
        try selfSigned(SigningKey(seed: seed), commonName, validFrom, validUntil, serial, alternativeNames)
    }

    private static func selfSigned(
        _ key: SigningKey, _ commonName: String, _ validFrom: Int64, _ validUntil: Int64, _ serial: [UInt8],
        _ alternativeNames: [AlternativeName]
    ) throws(CredentialFailure) -> [UInt8] {
        guard (8...20).contains(serial.count) else { throw .serialLength(serial.count) }
        guard validFrom <= validUntil else { throw .emptyValidity }
        guard !commonName.isEmpty, commonName.unicodeScalars.count <= 64, !commonName.utf8.contains(0) else {
            throw .subject
        }
        guard let certificate = X509_new() else { throw .library(LibraryError.takeFirst()) }
        defer { X509_free(certificate) }

        try check(X509_set_version(certificate, 2) == 1)
        try set(serial: serial, of: certificate)
        try check(ASN1_TIME_set(X509_getm_notBefore(certificate), Int(validFrom)) != nil)
        try check(ASN1_TIME_set(X509_getm_notAfter(certificate), Int(validUntil)) != nil)
        let name = X509_get_subject_name(certificate)
        let text = Array(commonName.utf8)
        try check(X509_NAME_add_entry_by_txt(name, "CN", syn_mbstring_utf8(), text, Int32(text.count), -1, 0) == 1)
        try check(X509_set_issuer_name(certificate, name) == 1)
        try check(X509_set_pubkey(certificate, key.pointer) == 1)
        try add(NID_basic_constraints, "critical,CA:FALSE", to: certificate)
        try add(NID_key_usage, "critical,digitalSignature", to: certificate)
        try add(NID_ext_key_usage, "serverAuth,clientAuth", to: certificate)
        if !alternativeNames.isEmpty {
            var names: [String] = []
            for name in alternativeNames { names.append(try spell(name)) }
            try add(NID_subject_alt_name, names.joined(separator: ","), to: certificate)
        }
        try check(X509_sign(certificate, key.pointer, key.digest) > 0)
        return try der(of: certificate)
    }

    /// The PEM text (RFC 7468) of a certificate in DER. Inverse of ``certificates(pem:)`` for one certificate.
    package static func pem(_ der: [UInt8]) -> String {
        // EVP_EncodeBlock writes 4 characters for each 3 bytes, and a zero.
        var text = [UInt8](repeating: 0, count: (der.count + 2) / 3 * 4 + 1)
        let count = Int(EVP_EncodeBlock(&text, der, Int32(der.count)))
        var lines = ["-----BEGIN CERTIFICATE-----"]
        for start in stride(from: 0, to: count, by: 64) {
            lines.append(String(decoding: text[start..<min(start + 64, count)], as: UTF8.self))
        }
        lines.append("-----END CERTIFICATE-----")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The certificates of a PEM text, each in DER, in their order; what stands between them is passed over.
    ///
    /// - Throws: `unreadableCertificate` when there is none or one of them cannot be read.
    package static func certificates(pem: String) throws(CredentialFailure) -> [[UInt8]] {
        let found: Result<[[UInt8]], CredentialFailure> = Array(pem.utf8).withUnsafeBytes { text in
            // The BIO reads where the text lies: it must not outlive this closure.
            guard let source = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
                return .failure(.unreadableCertificate)
            }
            defer { BIO_free(source) }
            return Result { () throws(CredentialFailure) in try certificates(from: source) }
        }
        ERR_clear_error()
        return try found.get()
    }

    private static func certificates(from source: OpaquePointer) throws(CredentialFailure) -> [[UInt8]] {
        var found: [[UInt8]] = []
        ERR_clear_error()
        while let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
            defer { X509_free(certificate) }
            found.append(try der(of: certificate))
        }
        // The end of the text shows as a missing first line; anything else is a certificate that cannot be read.
        guard !found.isEmpty, ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else {
            throw .unreadableCertificate
        }
        return found
    }

    static func der(of certificate: OpaquePointer) throws(CredentialFailure) -> [UInt8] {
        let count = i2d_X509(certificate, nil)
        guard count > 0 else { throw .library(LibraryError.takeFirst()) }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var next = buffer.baseAddress
            _ = i2d_X509(certificate, &next)
        }
        return bytes
    }

    private static func set(serial: [UInt8], of certificate: OpaquePointer) throws(CredentialFailure) {
        var bytes = serial
        bytes[0] = bytes[0] & 0x3F | 0x40
        let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
        defer { BN_free(number) }
        try check(number != nil)
        try check(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil)
    }

    private static func add(
        _ kind: Int32, _ value: String, to certificate: OpaquePointer
    ) throws(CredentialFailure) {
        guard let piece = X509V3_EXT_conf_nid(nil, nil, kind, value) else {
            throw .library(LibraryError.takeFirst())
        }
        defer { X509_EXTENSION_free(piece) }
        try check(X509_add_ext(certificate, piece, -1) == 1)
    }

    /// libcrypto reads names from a text in which commas and colons mean something: only plain ones pass.
    private static func spell(_ name: AlternativeName) throws(CredentialFailure) -> String {
        func isPlain(_ text: String, _ others: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || others.utf8.contains(byte)
                }
        }
        switch name {
        case .host(let host):
            guard isPlain(host, "-.") else { throw .alternativeName(host) }
            return "DNS:" + host
        case .address(let address):
            guard isPlain(address, ".:") else { throw .alternativeName(address) }
            return "IP:" + address
        }
    }

    private static func check(_ succeeded: Bool) throws(CredentialFailure) {
        guard succeeded else { throw .library(LibraryError.takeFirst()) }
    }
}
