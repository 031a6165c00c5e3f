internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// The file by which an agreement travels and is verified: a CBOR sequence of header, records, footer.
///
/// Source: `Docs/Specification/bundle.md`; RFC 8742.
public enum BundleFormat {
    static let footerWord = "end"

    /// The first item of every bundle.
    static func header(_ roadmap: Digest, _ scope: BundleScope, _ version: BundleVersion = .first) -> [UInt8] {
        CanonicalValue.array([.text(version.rawValue), roadmap.value, .text(scope.rawValue)]).encoded()
    }

    static func record(_ kind: BundleRecordKind, _ content: [UInt8]) -> [UInt8] {
        var encoder = CanonicalEncoder(reservingByteCount: content.count + 16)
        encoder.array(count: 2)
        encoder.unsigned(kind.rawValue)
        encoder.bytes(content)
        return encoder.bytes
    }

    /// The last item: how many records there are, and the digest that is this version's.
    static func footer(count: Int, digest: Digest) -> [UInt8] {
        CanonicalValue.array([.text(footerWord), .unsigned(UInt64(count)), digest.value]).encoded()
    }
}

/// The text that a bundle begins with. What differs is what the footer has the digest of.
public enum BundleVersion: String, Hashable, Sendable, CaseIterable {
    /// All bytes before the footer.
    case first = "syngraph/bundle/1"
    /// Header, kinds and digests of records: ``RecordsDigest``. Of the scope `full` only.
    case second = "syngraph/bundle/2"

    func has(_ scope: BundleScope) -> Bool { self == .first || scope == .full }
}

/// For whom a bundle is.
public enum BundleScope: String, Hashable, Sendable, CaseIterable {
    /// What a verifier needs.
    case agreement
    /// Journals, drafts and dialogue, for another node.
    case full
    /// One article with its proof.
    case provision
    /// Two records that are held against their party, with all that it takes to judge them.
    case evidence
}

/// What a record in a bundle is.
public enum BundleRecordKind: UInt64, Hashable, Sendable, CaseIterable {
    /// An instrument's payload.
    case instrument = 1
    /// A seal with one signature.
    case seal = 2
    case keyStatement = 3
    case withdrawal = 4
    /// A state certificate with its signature.
    case stateCertificate = 5
    case header = 6
    case body = 7
    case checkpoint = 8
    /// A seal's payload that its party is asked to sign.
    case sealRequest = 9
    /// Two records that are held against their party; not signed.
    case accusation = 10
    /// One provision laid open, with its path to a state root; not signed.
    case proof = 11

    /// Whether a bundle of this scope may hold it.
    func belongs(into scope: BundleScope) -> Bool {
        switch self {
        case .seal, .keyStatement, .stateCertificate: true
        case .instrument, .withdrawal, .sealRequest: scope != .provision
        case .header, .body, .checkpoint, .accusation: scope == .evidence
        case .proof: scope == .provision
        }
    }
}

public enum BundleLimits {
    /// Bytes of a file that our own tools read whole: what they change, show or pack anew. A verifier has no such limit.
    public static let byteCount = 1 << 30
    /// Records of one bundle.
    public static let recordCount = 16 << 20
    /// Accusations of one file of evidence: each is judged by all that is beneath its records.
    public static let accusationCount = 256
    /// Files that our writer makes against one party for one kind of lie: two of a thousand rivals convict as well as all.
    public static let evidenceFilesPerKind = 16
}
