internal import COpenSSL

/// ECDSA as this format admits it: r ‖ s, each at full length, r from 1 to n − 1 and s from 1 to (n − 1) / 2.
///
/// Of a signature (r, s) everybody can make (r, n − s), which libraries take as well; the low one is the one spelling.
/// P-256 goes with SHA-256 (ES256) and P-384 with SHA-384 (ES384). Source: FIPS 186-5, section 6.4; RFC 9053, section
/// 2.1; `Docs/Specification/signatures.md`.
struct ECDSA: Hashable, Sendable {
    let curve: PrimeCurve

    var signatureByteCount: Int { 2 * curve.byteCount }

    /// - Parameter point: x ‖ y, which is on the curve.
    func isValid(signature: [UInt8], of message: [UInt8], by point: [UInt8]) -> Bool {
        guard isOneSpelling(signature), let key = curve.newLibraryKey(of: point) else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { EVP_MD_CTX_free(context) }
        let der = DERSignature.encode(signature)
        let isValid =
            EVP_DigestVerifyInit(context, nil, hash, nil, key) == 1
            && EVP_DigestVerify(context, der, der.count, message, message.count) == 1
        // A refused signature leaves its reason in this thread's queue, where it would be read as another call's.
        if !isValid { ERR_clear_error() }
        return isValid
    }

    /// Signs with libcrypto's own randomness: two signatures of the same bytes differ.
    func sign(_ message: [UInt8], key: OpaquePointer) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var der = [UInt8](repeating: 0, count: DERSignature.byteLimit)
        var count = der.count
        let isDone =
            EVP_DigestSignInit(context, nil, hash, nil, key) == 1
            && EVP_DigestSign(context, &der, &count, message, message.count) == 1
        guard isDone, let signature = DERSignature.decode(Array(der[..<count]), halfByteCount: curve.byteCount) else {
            preconditionFailure("libcrypto could not sign")
        }
        return lowered(signature)
    }

    /// The signature with the lower of s and n − s; one that is none, for s is 0 or not below n, as it is.
    func lowered(_ signature: [UInt8]) -> [UInt8] {
        guard signature.count == signatureByteCount else { return signature }
        let s = Array(signature[curve.byteCount...])
        guard curve.halfOrder.lexicographicallyPrecedes(s), s.lexicographicallyPrecedes(curve.order) else {
            return signature
        }
        return signature[..<curve.byteCount] + difference(curve.order, s)
    }

    /// 1 ≤ r < n and 1 ≤ s ≤ (n − 1) / 2, of numbers of the same length, the highest byte first.
    private func isOneSpelling(_ signature: [UInt8]) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        let (r, s) = (signature[..<curve.byteCount], signature[curve.byteCount...])
        return r.contains { $0 != 0 } && r.lexicographicallyPrecedes(curve.order)
            && s.contains { $0 != 0 } && !curve.halfOrder.lexicographicallyPrecedes(s)
    }

    private func difference(_ greater: [UInt8], _ less: [UInt8]) -> [UInt8] {
        var digits = [UInt8](repeating: 0, count: greater.count)
        var borrow = 0
        for place in greater.indices.reversed() {
            let digit = Int(greater[place]) - Int(less[place]) - borrow
            borrow = digit < 0 ? 1 : 0
            digits[place] = UInt8(truncatingIfNeeded: digit)
        }
        return digits
    }

    private var hash: OpaquePointer? {
        switch curve {
        case .p256: EVP_sha256()
        case .p384: EVP_sha384()
        }
    }
}
