public import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Reads the items of a bundle one after the other, each refused unless it is in the one form allowed.
struct BundleReader {
    let roadmap: Digest
    let scope: BundleScope
    private let bytes: [UInt8]
    private var decoder: CanonicalDecoder
    private(set) var recordCount = 0

    enum Item {
        case record(kind: UInt64, content: [UInt8], offset: Int)
        case end
    }

    /// Reads the header.
    ///
    /// - Throws: ``NotABundle`` for anything that does not begin as a bundle does.
    init(_ bytes: [UInt8]) throws(NotABundle) {
        guard bytes.count <= BundleLimits.byteCount else { throw NotABundle() }
        self.bytes = bytes
        decoder = CanonicalDecoder(bytes)
        guard let header = try? decoder.value(), case .array(let parts) = header, parts.count == 3,
            parts[0] == .text(BundleFormat.type), case .bytes(let id) = parts[1], let roadmap = Digest(id),
            case .text(let word) = parts[2], let scope = BundleScope(rawValue: word.string)
        else { throw NotABundle() }
        self.roadmap = roadmap
        self.scope = scope
    }

    /// The next record, or the end once the footer was found true and last.
    mutating func next() throws(BundleRefusal) -> Item {
        let offset = decoder.offset
        do throws(DecodingRefusal) {
            let count = try decoder.arrayCount()
            if count == 2 {
                let kind = try decoder.unsigned()
                let content = try decoder.byteString()
                guard recordCount < BundleLimits.recordCount else { throw DecodingRefusal(.tooMany) }
                recordCount += 1
                return .record(kind: kind, content: Array(content), offset: offset)
            }
            guard count == 3, try decoder.text() == ExactText(BundleFormat.footerWord) else {
                throw DecodingRefusal(.wrongKind)
            }
            let announced = try decoder.unsigned()
            let digest = try decoder.byteString()
            try decoder.finish()
            guard announced == UInt64(recordCount), Digest(digest) == Digest(of: bytes[..<offset]) else {
                throw DecodingRefusal(.contradiction, field: "footer")
            }
            return .end
        } catch {
            throw BundleRefusal(record: nil, offset: offset, code: .malformed(error))
        }
    }
}

/// The first item is no bundle header that this version knows.
public struct NotABundle: Error, Hashable, Sendable {}

/// Why a bundle is invalid: the first record that is, where it stands, and the reason.
public struct BundleRefusal: Error, Hashable, Sendable {
    /// The record's place, counted from 0 behind the header; nil for the footer or what stands in its place.
    public let record: Int?
    /// Bytes before the record in the file.
    public let offset: Int
    public let code: Code

    public enum Code: Hashable, Sendable {
        case malformed(DecodingRefusal)
        /// A kind of record that does not belong into a bundle of this scope.
        case unexpectedKind(UInt64)
        case scopeNotSupported(BundleScope)
        case otherRoadmap
        case duplicate
        /// Something that it is built on, replaces, is a seal on or is signed under comes later.
        case tooEarly
        /// A key statement's version is not the next after that of the record it follows.
        case wrongVersion
        case unknownKey
        case badSignature
        case tooManyWaiting
        /// A file of evidence that accuses nobody.
        case noAccusation
        /// The roadmap is not the one that was asked for.
        case notTheRoadmapAskedFor
    }
}

extension BundleRefusal.Code {
    /// The published word for the reason; faults of encoding and shape have their own.
    public var word: String {
        switch self {
        case .malformed(let refusal): refusal.fault.rawValue
        case .unexpectedKind: "unexpected-kind"
        case .scopeNotSupported: "scope-not-supported"
        case .otherRoadmap: "other-roadmap"
        case .duplicate: "duplicate-record"
        case .tooEarly: "too-early"
        case .wrongVersion: "wrong-version"
        case .unknownKey: "unknown-key"
        case .badSignature: "bad-signature"
        case .tooManyWaiting: "too-many-waiting"
        case .noAccusation: "no-accusation"
        case .notTheRoadmapAskedFor: "not-the-roadmap-asked-for"
        }
    }

    public var sentence: String {
        switch self {
        case .malformed(let refusal): refusal.description
        case .unexpectedKind(let kind): "a record of kind \(kind) does not belong into this bundle"
        case .scopeNotSupported(let scope): "bundles of scope \(scope.rawValue) are not supported by this version"
        case .otherRoadmap: "the record belongs to another roadmap"
        case .duplicate: "the record stands in the file twice"
        case .tooEarly: "the record comes before something it builds on, replaces, names or is signed under"
        case .wrongVersion: "the key statement is not of the next version after the record it follows"
        case .unknownKey: "the signature is by a key that the party's record does not have"
        case .badSignature: "the signature is not that key's over these bytes"
        case .noAccusation: "the file is said to be evidence, and accuses nobody"
        case .tooManyWaiting: "too many statements name key records that are not in the file"
        case .notTheRoadmapAskedFor: "the file is about another roadmap than the one asked for"
        }
    }
}
