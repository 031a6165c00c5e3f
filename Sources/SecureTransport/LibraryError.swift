internal import COpenSSL

/// OpenSSL's queue of errors. It belongs to the thread: clear it before a call, read it right after, never later.
enum LibraryError {
    /// The first error's own words; the queue is empty afterwards.
    static func takeFirst() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        return words(code)
    }

    /// What the first error of a failed TLS call means; the queue is empty afterwards.
    static func takeTLSFailure() -> TransportFailure {
        let code = ERR_get_error()
        ERR_clear_error()
        // A reason above 1000 is an alert that the peer sent (SSL_AD_REASON_OFFSET).
        let alert = Int32(ERR_GET_REASON(code)) - 1000
        if ERR_GET_LIB(code) == ERR_LIB_SSL, (0...255).contains(alert) {
            return .refusedByPeer(alert: name(ofAlert: alert))
        }
        if ERR_GET_LIB(code) == ERR_LIB_SSL, ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE {
            return .refusedPeer(.noCertificate)
        }
        return .brokenTLS(words(code))
    }

    private static func name(ofAlert alert: Int32) -> String {
        // New in TLS 1.3, and unknown to libssl 3.0's own table.
        if alert == SSL_AD_CERTIFICATE_REQUIRED { return "certificate required" }
        return SSL_alert_desc_string_long(alert).map { String(cString: $0) } ?? "alert \(alert)"
    }

    private static func words(_ code: UInt) -> String {
        guard code != 0 else { return "no reason given" }
        guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
        return String(cString: reason)
    }
}
