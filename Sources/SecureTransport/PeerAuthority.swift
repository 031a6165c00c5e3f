internal import COpenSSL

/// A certification authority that this node's operator trusts to say which nodes speak for one party.
///
/// A peer whose key no policy knows is admitted if its certificate stands under such an authority, by the checks of
/// RFC 5280, section 6: signatures, dates, names, purpose, and the authority's revocation lists where there are any.
/// Source: `Docs/Specification/transport.md`, section 3.1.
///
/// Owns an `X509_STORE` and frees it. It is never changed after `init`, so any thread may use it.
package final class PeerAuthority: @unchecked Sendable {
    /// How our own log names those that it vouches for: the party's code.
    package let label: String
    private let store: OpaquePointer
    private let checksRevocation: Bool

    /// What an authority says of a certificate.
    enum Verdict: Hashable {
        case vouched
        case revoked
        /// In libcrypto's words.
        case notVouched(String)
    }

    /// Certificates between a node's and the authority's.
    static let chainDepth: Int32 = 4

    /// RSA of 2048 bits, elliptic curves of 224, no SHA-1 (`SSL_CTX_set_security_level(3)`, level 2).
    static let securityLevel: Int32 = 2

    /// - Parameters:
    ///   - label: the party's code.
    ///   - pem: the certificates of the authority, one or more; an intermediate one will do.
    ///   - revocations: certificate revocation lists in PEM, one of every authority in the chain; nil to check none.
    /// - Throws: `unreadableCertificate`, `unreadableRevocationList`, or libcrypto's own words.
    package init(label: String, pem: String, revocations: String? = nil) throws(CredentialFailure) {
        var roots: [Certificate] = []
        for der in try NodeCertificate.certificates(pem: pem) { roots.append(try Certificate(der: der)) }
        let lists = try revocations.map(RevocationList.all(pem:)) ?? []
        ERR_clear_error()
        guard let store = X509_STORE_new() else { throw .library(LibraryError.takeFirst()) }
        // The store counts its own references; until it does, those here must live.
        let areAdded = withExtendedLifetime((roots, lists)) {
            roots.allSatisfy { X509_STORE_add_cert(store, $0.pointer) == 1 }
                && lists.allSatisfy { X509_STORE_add_crl(store, $0.pointer) == 1 }
        }
        guard areAdded else {
            X509_STORE_free(store)
            throw .library(LibraryError.takeFirst())
        }
        self.label = label
        self.store = store
        checksRevocation = revocations != nil
    }

    deinit { X509_STORE_free(store) }

    /// Judges a certificate, with those that were sent along, for use by the given side of a handshake.
    func verdict(
        on leaf: Certificate, sentAlong: OpaquePointer?, purpose: Int32, at now: Int64
    ) -> Verdict {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let check = X509_STORE_CTX_new() else { return .notVouched(LibraryError.takeFirst()) }
        defer { X509_STORE_CTX_free(check) }
        guard X509_STORE_CTX_init(check, store, leaf.pointer, sentAlong) == 1,
            X509_STORE_CTX_set_purpose(check, purpose) == 1, let rules = X509_STORE_CTX_get0_param(check)
        else { return .notVouched(LibraryError.takeFirst()) }
        X509_VERIFY_PARAM_set_time(rules, Int(now))
        X509_VERIFY_PARAM_set_depth(rules, Self.chainDepth)
        X509_VERIFY_PARAM_set_auth_level(rules, Self.securityLevel)
        // The operator named this certificate, so the chain may end in it, root or not.
        var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN)
        if checksRevocation { flags |= UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) }
        X509_VERIFY_PARAM_set_flags(rules, flags)
        if X509_verify_cert(check) == 1 { return .vouched }
        let error = X509_STORE_CTX_get_error(check)
        if error == X509_V_ERR_CERT_REVOKED { return .revoked }
        return .notVouched(X509_verify_cert_error_string(Int(error)).map { String(cString: $0) } ?? "error \(error)")
    }
}

/// A list of revoked certificates in libcrypto, freed with this object.
private final class RevocationList {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_CRL_free(pointer) }

    /// The lists of a PEM text, at least one.
    static func all(pem: String) throws(CredentialFailure) -> [RevocationList] {
        var found: [RevocationList] = []
        Array(pem.utf8).withUnsafeBytes { text in
            // The BIO reads where the text lies: it must not outlive this closure.
            guard let source = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else { return }
            defer { BIO_free(source) }
            while let list = PEM_read_bio_X509_CRL(source, nil, nil, nil) { found.append(RevocationList(list)) }
        }
        // The end of the text shows as a missing first line; anything else is a list that cannot be read.
        let isAtEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
        ERR_clear_error()
        guard !found.isEmpty, isAtEnd else { throw .unreadableRevocationList }
        return found
    }
}
