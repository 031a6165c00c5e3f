internal import COpenSSL

/// How this node speaks TLS, for any number of connections of either role.
///
/// TLS 1.3 only (RFC 8446); both sides present certificates; the application protocol is `syngraph/1` (RFC 7301).
/// No session is resumed, so every peer proves its key anew. Chain checks are replaced by: the leaf is fit for TLS
/// and in its dates by the given clock, its key is of a kind that we know, no authority has revoked it, and the policy
/// admits the key, or an authority vouches for it.
///
/// Source: `Docs/Specification/transport.md`, sections 2 and 3.
///
/// Owns an `SSL_CTX` and frees it. It is never changed after `init`, so any thread may use it; to use other
/// credentials or another policy, make another.
package final class TLSContext: @unchecked Sendable {
    package static let applicationProtocol = "syngraph/1"

    let pointer: OpaquePointer
    private let judgesPointer: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - credentials: This node's key and certificates.
    ///   - wallClock: Seconds since 1970, asked once for each peer.
    ///   - policy: Says which keys are admitted. Asked on event loops: it must not block.
    ///   - authorities: Those whose certificates admit a key that the policy refuses; ``PeerJudgement`` of the label.
    ///   - certificateByteCount: The most that a peer's certificates may take.
    /// - Throws: ``CredentialFailure/library(_:)`` when libssl cannot be set up so.
    package convenience init(
        credentials: NodeCredentials,
        wallClock: @escaping @Sendable () -> Int64,
        certificateByteCount: Int = TransportLimits().certificateByteCount,
        authorities: Authorities = Authorities(),
        policy: @escaping @Sendable (PeerKey) -> PeerJudgement
    ) throws(CredentialFailure) {
        try self.init(
            credentials: credentials, wallClock: wallClock, certificateByteCount: certificateByteCount,
            offering: [Self.applicationProtocol], authorities: authorities, policy: policy)
    }

    /// The authorities that count, and which of those whom they vouch for are admitted.
    package struct Authorities: Sendable {
        let all: [PeerAuthority]
        let policy: @Sendable (_ label: String) -> PeerJudgement

        package init(
            _ all: [PeerAuthority] = [],
            policy: @escaping @Sendable (_ label: String) -> PeerJudgement = { .admitted(label: $0) }
        ) {
            self.all = all
            self.policy = policy
        }
    }

    /// As the public one, with the application protocols to name; tests name others, or none.
    init(
        credentials: NodeCredentials?,
        wallClock: @escaping @Sendable () -> Int64,
        certificateByteCount: Int = TransportLimits().certificateByteCount,
        offering protocols: [String],
        authorities: Authorities = Authorities(),
        policy: @escaping @Sendable (PeerKey) -> PeerJudgement
    ) throws(CredentialFailure) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_method()) else { throw .library(LibraryError.takeFirst()) }
        do throws(CredentialFailure) {
            try Self.configure(pointer, certificateByteCount: certificateByteCount)
            if let credentials { try Self.present(credentials, in: pointer) }
            try Self.offer(protocols, in: pointer)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        let judges = Unmanaged.passRetained(
            Judges(wallClock: wallClock, authorities: authorities, policy: policy)
        ).toOpaque()
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        SSL_CTX_set_cert_verify_callback(pointer, { TLSContext.judge(store: $0, judges: $1) }, judges)
        SSL_CTX_set_client_hello_cb(pointer, { ssl, alert, _ in TLSContext.read(hello: ssl, alert: alert) }, nil)
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { ssl, out, count, offered, offeredCount, _ in
                let offered = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                let answer = TLSContext.choose(out, count, from: offered)
                if answer != SSL_TLSEXT_ERR_OK { TLSSession.of(ssl)?.note(.failure(.noCommonProtocol)) }
                return answer
            }, nil)
        self.pointer = pointer
        self.judgesPointer = judges
    }

    deinit {
        SSL_CTX_free(pointer)
        Unmanaged<Judges>.fromOpaque(judgesPointer).release()
    }

    private final class Judges: Sendable {
        let wallClock: @Sendable () -> Int64
        let authorities: Authorities
        let policy: @Sendable (PeerKey) -> PeerJudgement

        init(
            wallClock: @escaping @Sendable () -> Int64, authorities: Authorities,
            policy: @escaping @Sendable (PeerKey) -> PeerJudgement
        ) {
            self.wallClock = wallClock
            self.authorities = authorities
            self.policy = policy
        }
    }
}

// MARK: - Setting up

extension TLSContext {
    private static func configure(
        _ context: OpaquePointer, certificateByteCount: Int
    ) throws(CredentialFailure) {
        try check(syn_ssl_ctx_use_tls13_only(context) == 1)
        syn_ssl_ctx_set_node_modes(context)
        syn_ssl_ctx_set_max_cert_list(context, certificateByteCount)
        let name = Array(applicationProtocol.utf8)
        try check(SSL_CTX_set_session_id_context(context, name, UInt32(name.count)) == 1)
    }

    private static func present(
        _ credentials: NodeCredentials, in context: OpaquePointer
    ) throws(CredentialFailure) {
        try check(SSL_CTX_use_certificate(context, credentials.chain[0].pointer) == 1)
        for issuer in credentials.chain.dropFirst() {
            try check(syn_ssl_ctx_add1_chain_cert(context, issuer.pointer) == 1)
        }
        try check(SSL_CTX_use_PrivateKey(context, credentials.key.pointer) == 1)
    }

    private static func offer(_ protocols: [String], in context: OpaquePointer) throws(CredentialFailure) {
        guard !protocols.isEmpty else { return }
        let wire = protocols.flatMap { name in [UInt8(name.utf8.count)] + Array(name.utf8) }
        // This one function of libssl says 0 for success.
        try check(SSL_CTX_set_alpn_protos(context, wire, UInt32(wire.count)) == 0)
    }

    private static func check(_ succeeded: Bool) throws(CredentialFailure) {
        guard succeeded else { throw .library(LibraryError.takeFirst()) }
    }
}

// MARK: - Judging a peer

extension TLSContext {
    /// libssl's verify callback: 1 lets the handshake go on; for 0 the store's error chooses the alert.
    private static func judge(store: OpaquePointer?, judges: UnsafeMutableRawPointer?) -> Int32 {
        guard let store, let judges,
            let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let session = TLSSession.of(OpaquePointer(ssl)),
            let leaf = X509_STORE_CTX_get0_cert(store)
        else {
            X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
            return 0
        }
        let verdict = verdict(
            on: Certificate(sharing: leaf), sentAlong: X509_STORE_CTX_get0_untrusted(store), in: session.role,
            by: Unmanaged<Judges>.fromOpaque(judges).takeUnretainedValue())
        session.note(verdict)
        switch verdict {
        case .success:
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return 1
        case .failure(let refusal):
            X509_STORE_CTX_set_error(store, storeError(for: refusal))
            return 0
        }
    }

    private static func verdict(
        on leaf: Certificate, sentAlong: OpaquePointer?, in role: TLSRole, by judges: Judges
    ) -> Result<Peer, PeerRefusal> {
        let flags = X509_get_extension_flags(leaf.pointer)
        guard flags & UInt32(EXFLAG_INVALID) == 0 else { return .failure(.unfitCertificate("malformed")) }
        guard flags & UInt32(EXFLAG_CRITICAL) == 0 else {
            return .failure(.unfitCertificate("unknown critical extension"))
        }
        let purpose = role == .server ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER
        guard X509_check_purpose(leaf.pointer, purpose, 0) == 1 else {
            return .failure(.unfitCertificate("not issued for this purpose"))
        }
        let now = judges.wallClock()
        // -1: the certificate's date is before now; 1: it is after; -2: it cannot be read.
        let start = ASN1_TIME_cmp_time_t(X509_get0_notBefore(leaf.pointer), Int(now))
        let end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(leaf.pointer), Int(now))
        guard start >= -1, end >= -1 else { return .failure(.unfitCertificate("unreadable date")) }
        guard start <= 0 else { return .failure(.certificateNotYetValid) }
        guard end >= 0 else { return .failure(.certificateExpired) }
        guard let key = leaf.key else { return .failure(.unsupportedKey) }
        let voices = judges.authorities.all.map { authority in
            (
                authority.label,
                authority.verdict(on: leaf, sentAlong: sentAlong, purpose: purpose, at: now)
            )
        }
        // Who issued it has taken it back: that counts whoever else names the key.
        guard !voices.contains(where: { $0.1 == .revoked }) else { return .failure(.certificateRevoked) }
        switch judges.policy(key) {
        case .admitted(let label): return .success(Peer(key: key, label: label))
        case .refused(let reason): return vouched(for: key, by: voices, judges, otherwise: reason)
        case .unknown(let reason):
            let vouched = vouched(for: key, by: voices, judges, otherwise: reason)
            guard case .failure(.unknownKey(_, let reason)) = vouched else { return vouched }
            return .success(.unknown(key, because: reason))
        }
    }

    /// The first authority that vouches and is listened to admits the key.
    private static func vouched(
        for key: PeerKey, by voices: [(String, PeerAuthority.Verdict)], _ judges: Judges, otherwise reason: String
    ) -> Result<Peer, PeerRefusal> {
        var reasons = [reason]
        for (label, verdict) in voices {
            switch verdict {
            case .revoked: break
            case .notVouched(let words): reasons.append("not under the authority of \(label): \(words)")
            case .vouched:
                switch judges.authorities.policy(label) {
                case .admitted(let label): return .success(Peer(key: key, label: label, isVouchedFor: true))
                case .refused(let words), .unknown(let words): reasons.append(words)
                }
            }
        }
        return .failure(.unknownKey(key, reason: reasons.joined(separator: "; ")))
    }

    /// The store error that makes libssl send the fitting alert (RFC 8446, section 6.2).
    private static func storeError(for refusal: PeerRefusal) -> Int32 {
        switch refusal {
        case .certificateExpired: X509_V_ERR_CERT_HAS_EXPIRED  // certificate_expired
        case .certificateRevoked: X509_V_ERR_CERT_REVOKED  // certificate_revoked
        case .certificateNotYetValid: X509_V_ERR_CERT_NOT_YET_VALID  // bad_certificate
        case .unfitCertificate, .unsupportedKey: X509_V_ERR_INVALID_PURPOSE  // unsupported_certificate
        case .unknownKey: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY  // unknown_ca
        case .noCommonProtocol, .noCertificate, .unjudged: X509_V_ERR_APPLICATION_VERIFICATION  // handshake_failure
        }
    }

    /// A client that names no application protocol would otherwise learn of the refusal only after its handshake.
    /// One without TLS 1.3 is left to libssl, whose alert says so.
    private static func read(hello ssl: OpaquePointer?, alert: UnsafeMutablePointer<Int32>?) -> Int32 {
        func hasExtension(_ kind: Int32) -> Bool {
            SSL_client_hello_get0_ext(ssl, UInt32(kind), nil, nil) == 1
        }
        let offersProtocol = hasExtension(TLSEXT_TYPE_application_layer_protocol_negotiation)
        if hasExtension(TLSEXT_TYPE_supported_versions), !offersProtocol {
            TLSSession.of(ssl)?.note(.failure(.noCommonProtocol))
            alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
            return SSL_CLIENT_HELLO_ERROR
        }
        return SSL_CLIENT_HELLO_SUCCESS
    }

    /// Finds our protocol among the client's; libssl wants the answer to point into what the client sent.
    private static func choose(
        _ out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: UnsafeMutablePointer<UInt8>?,
        from offered: UnsafeBufferPointer<UInt8>
    ) -> Int32 {
        var rest = offered[...]
        while let length = rest.first, rest.count > Int(length) {
            let name = rest.dropFirst().prefix(Int(length))
            if name.elementsEqual(applicationProtocol.utf8) {
                out?.pointee = UnsafeBufferPointer(rebasing: name).baseAddress
                count?.pointee = length
                return SSL_TLSEXT_ERR_OK
            }
            rest = rest.dropFirst(1 + Int(length))
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}
