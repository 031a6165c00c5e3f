internal import COpenSSL

/// A public key as libcrypto verifies by it, set up once: doing that for every signature costs a fifteenth of the check.
///
/// Owns a libcrypto context, which is freed when this goes, and which after it was set up is only copied from: so any
/// thread may verify.
final class Ed25519Key: @unchecked Sendable {
    private let setUp: OpaquePointer

    /// Nil if libcrypto takes no such key.
    init?(_ point: [UInt8]) {
        guard let key = EVP_PKEY_new_raw_public_key(NID_ED25519, nil, point, point.count) else {
            ERR_clear_error()
            return nil
        }
        // The context holds the key from here on.
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        precondition(
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1, "libcrypto could not set up an Ed25519 key")
        setUp = context
    }

    deinit { EVP_MD_CTX_free(setUp) }

    /// True if libcrypto finds the signature good; what it does not look at is in ``Ed25519``.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { EVP_MD_CTX_free(context) }
        precondition(EVP_MD_CTX_copy_ex(context, setUp) == 1, "libcrypto could not copy a context")
        let isValid = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A refused signature leaves its reason in this thread's queue, where it would be read as another call's.
        if !isValid { ERR_clear_error() }
        return isValid
    }
}
