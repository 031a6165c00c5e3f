internal import COpenSSL
internal import NIOCore

enum TLSRole {
    case server
    case client
}

/// One side of one TLS connection as a value machine: ciphertext in, ciphertext out, no socket.
///
/// Owns an `SSL` with two memory BIOs and frees them; to be used on one event loop only. After every call that
/// may have made ciphertext, take it with ``drain(into:)``: a failed call too, for that is the alert.
final class TLSSession {
    enum Handshake {
        case unfinished
        case finished(Peer, exported: [UInt8])
        case failed(TransportFailure)
    }

    enum Reading {
        case some
        case nothingYet
        /// close_notify: the peer has sent all it wanted to.
        case ended
        case failed(TransportFailure)
    }

    /// The exporter's label and length (RFC 8446, section 7.5, with an empty context).
    static let exporterLabel = "EXPORTER-syngraph-hello-1"
    static let exportedByteCount = 32

    /// The most plaintext that one record carries (RFC 8446, section 5.1).
    static let recordByteCount = 1 << 14

    let role: TLSRole
    private let context: TLSContext
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var verdict: Result<Peer, PeerRefusal>?

    init(context: TLSContext, role: TLSRole) throws(TransportFailure) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else { throw LibraryError.takeTLSFailure() }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            throw LibraryError.takeTLSFailure()
        }
        // An empty BIO means "not yet", not the end.
        syn_bio_set_mem_eof_return(incoming, -1)
        syn_bio_set_mem_eof_return(outgoing, -1)
        SSL_set_bio(ssl, incoming, outgoing)  // from here on the SSL owns both
        (self.context, self.role, self.ssl) = (context, role, ssl)
        (self.incoming, self.outgoing) = (incoming, outgoing)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        switch role {
        case .server: SSL_set_accept_state(ssl)
        case .client: SSL_set_connect_state(ssl)
        }
    }

    deinit { SSL_free(ssl) }

    /// The session that libssl's callbacks are called for.
    static func of(_ ssl: OpaquePointer?) -> TLSSession? {
        guard let ssl, let data = SSL_get_ex_data(ssl, 0) else { return nil }
        return Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
    }

    /// Keeps what a callback found about the peer.
    func note(_ verdict: Result<Peer, PeerRefusal>) { self.verdict = verdict }

    /// Takes ciphertext from the peer. Follow it with ``advanceHandshake()`` or with ``read(into:)`` until nothing
    /// is left, so that it does not pile up.
    func receive(_ ciphertext: ByteBuffer) {
        ciphertext.withUnsafeReadableBytes { bytes in
            // A memory BIO takes all or, without memory, nothing; then the records that follow do not decrypt.
            _ = BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
        }
    }

    func advanceHandshake() -> Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result == 1 else {
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
                return .unfinished
            default:
                let failure = LibraryError.takeTLSFailure()
                if case .failure(let refusal) = verdict { return .failed(.refusedPeer(refusal)) }
                return .failed(failure)
            }
        }
        // Belt and braces: what the callbacks should have made impossible.
        guard case .success(let peer) = verdict, SSL_session_reused(ssl) == 0 else {
            return .failed(.refusedPeer(.unjudged))
        }
        guard chosenProtocol == TLSContext.applicationProtocol else {
            return .failed(.refusedPeer(.noCommonProtocol))
        }
        guard let exported = export() else { return .failed(LibraryError.takeTLSFailure()) }
        return .finished(peer, exported: exported)
    }

    /// Appends the plaintext of at most one record.
    func read(into buffer: inout ByteBuffer) -> Reading {
        ERR_clear_error()
        var result: Int32 = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.recordByteCount) { bytes in
            result = SSL_read(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
            return max(0, Int(result))
        }
        guard result <= 0 else { return .some }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .nothingYet
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(LibraryError.takeTLSFailure())
        }
    }

    /// Encrypts the beginning of `plaintext`, a record at most, and takes it off. False: nothing could be written.
    func write(_ plaintext: inout ByteBuffer) throws(TransportFailure) -> Bool {
        ERR_clear_error()
        var result: Int32 = 0
        plaintext.readWithUnsafeReadableBytes { bytes in
            result = SSL_write(ssl, bytes.baseAddress, Int32(min(bytes.count, TransportLimits.writeByteCount)))
            return max(0, Int(result))
        }
        guard result <= 0 else { return true }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
        default: throw LibraryError.takeTLSFailure()
        }
    }

    /// Makes our close_notify; reading may go on.
    func close() {
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// Appends the ciphertext that waits for the socket, and empties its BIO.
    func drain(into buffer: inout ByteBuffer) {
        let waiting = BIO_ctrl_pending(outgoing)
        guard waiting > 0 else { return }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: waiting) { bytes in
            max(0, Int(BIO_read(outgoing, bytes.baseAddress, Int32(clamping: waiting))))
        }
        syn_bio_reset(outgoing)
    }

    private var chosenProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    private func export() -> [UInt8]? {
        ERR_clear_error()
        var bytes = [UInt8](repeating: 0, count: Self.exportedByteCount)
        let label = Self.exporterLabel
        let result = SSL_export_keying_material(ssl, &bytes, bytes.count, label, label.utf8.count, nil, 0, 0)
        return result == 1 ? bytes : nil
    }
}
