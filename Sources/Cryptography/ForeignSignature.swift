extension PublicKey {
    /// This key's signature over `message` in the one spelling, out of what a token, a service or another program gave.
    ///
    /// Those write a signature of ECDSA as r ‖ s or in DER, and do not care for the lower s. Whatever it was, what is
    /// returned is valid.
    ///
    /// - Returns: nil if `output` is no signature by this key over `message` in either form.
    public func signature(fromForeign output: [UInt8], of message: [UInt8]) -> [UInt8]? {
        guard let curve = algorithm.curve else { return isValid(output, of: message) ? output : nil }
        // DER can be as long as r ‖ s, and either can look like the other by chance: which it is, the check tells.
        let spellings = [output, DERSignature.decode(output, halfByteCount: curve.byteCount)]
        return spellings.compactMap { $0.map(ECDSA(curve: curve).lowered) }.first { isValid($0, of: message) }
    }
}
