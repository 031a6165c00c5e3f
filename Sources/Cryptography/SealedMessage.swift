internal import COpenSSL

/// A message that only whoever has its key can read, and that nobody without it can have made.
///
/// AES-256 in GCM (NIST SP 800-38D), with a nonce of twelve zero bytes and nothing beside the message: a key seals one
/// message and no other. What is sealed is sixteen bytes longer, the tag, which stands behind.
public enum SealedMessage {
    public static let keyByteCount = 32
    /// Bytes that sealing adds.
    public static let tagByteCount = 16

    private static let nonce = [UInt8](repeating: 0, count: 12)

    /// - Parameter key: 32 bytes, which seal this message only.
    public static func seal(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(key.count == keyByteCount, "32 bytes")
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: message.count + tagByteCount)
        let done = sealed.withUnsafeMutableBufferPointer { output in
            var count: Int32 = 0
            var rest: Int32 = 0
            let tag = output.baseAddress! + message.count
            return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
                && EVP_EncryptUpdate(context, output.baseAddress, &count, message, Int32(message.count)) == 1
                && EVP_EncryptFinal_ex(context, tag, &rest) == 1 && Int(count) == message.count && rest == 0
                && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), tag) == 1
        }
        precondition(done, "libcrypto could not seal a message")
        return sealed
    }

    /// - Returns: nil if the bytes were not sealed with this key, or are not all as they were.
    public static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? {
        precondition(key.count == keyByteCount, "32 bytes")
        guard sealed.count >= tagByteCount, sealed.count <= Int(Int32.max) else { return nil }
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        let length = sealed.count - tagByteCount
        // One byte more, for a buffer of none has no address.
        var message = [UInt8](repeating: 0, count: length + 1)
        var tag = Array(sealed[length...])
        let isGood = message.withUnsafeMutableBufferPointer { output in
            var count: Int32 = 0
            var rest: Int32 = 0
            return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
                && EVP_DecryptUpdate(context, output.baseAddress, &count, sealed, Int32(length)) == 1
                && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1
                && EVP_DecryptFinal_ex(context, output.baseAddress! + length, &rest) == 1
                && Int(count) == length && rest == 0
        }
        return isGood ? Array(message.prefix(length)) : nil
    }
}
