public import CanonicalEncoding
public import Cryptography
internal import Identity

/// Reads the items of a bundle one after the other, each refused unless it is in the one form allowed.
///
/// Of the file it holds a window and no more: a piece of the source, or the longest record where that is longer. Used by
/// one task at a time, once, from the first item to the last.
public final class BundleReader {
    public let roadmap: Digest
    public let version: BundleVersion
    public let scope: BundleScope
    /// One task uses a reader, so nothing has to be found out at run time about who does.
    @exclusivity(unchecked) public private(set) var recordCount = 0
    @exclusivity(unchecked) private var window: FileWindow
    /// Of a file of version 2, instead of the digest of all its bytes.
    @exclusivity(unchecked) private var records: RecordsDigest?
    /// Begun anew whenever nothing is being digested.
    private let recordDigest = RunningDigest()

    public enum Item {
        /// The content lies in the window; whoever keeps it copies it. In a file of version 2 it has been hashed.
        case record(kind: UInt64, content: HashedBytes, offset: Int)
        case end
    }

    /// Bytes of a header, a footer, or the heads of a record at their longest; what is longer is none.
    private static let longestFrame = 128

    /// Reads the header.
    ///
    /// - Throws: ``NotABundle`` for anything that does not begin as a bundle does.
    public init(from source: @escaping ByteSource) throws(NotABundle) {
        var window = FileWindow(source)
        _ = window.available(Self.longestFrame)
        var decoder = CanonicalDecoder(window.ahead)
        guard let header = try? decoder.value(), case .array(let parts) = header, parts.count == 3,
            case .text(let type) = parts[0], let version = BundleVersion(rawValue: type.string),
            case .bytes(let id) = parts[1], let roadmap = Digest(id),
            case .text(let word) = parts[2], let scope = BundleScope(rawValue: word.string), version.has(scope)
        else { throw NotABundle() }
        self.roadmap = roadmap
        self.version = version
        self.scope = scope
        if version == .second {
            records = RecordsDigest(header: window.ahead.prefix(decoder.offset))
            window.digestNothing()
        }
        window.pass(decoder.offset)
        self.window = window
    }

    public convenience init(_ bytes: [UInt8]) throws(NotABundle) {
        var whole = bytes
        try self.init(from: {
            defer { whole = [] }
            return whole
        })
    }

    /// The next record, or the end once the footer was found true and last.
    public func next() throws(BundleRefusal) -> Item {
        guard let head = try nextHead() else { return .end }
        let content = window.take(head.byteCount)
        return .record(kind: head.kind, content: hashed(content, head.kind), offset: head.offset)
    }

    /// Hands out all records that are left, each with its SHA-256, until the footer was found true and last.
    ///
    /// For whoever looks at them and keeps none: they are not copied. Their bytes are there until `look` returns.
    ///
    /// - Throws: ``BundleRefusal``, or what `look` throws.
    func forEachRecord(_ look: (_ kind: UInt64, _ content: UnsafeRawBufferPointer, Digest) throws -> Void) throws {
        while let head = try nextHead() {
            try window.take(head.byteCount) { content in
                let digest = recordDigest.digest(of: content)
                records?.add(head.kind, digest)
                try look(head.kind, content, digest)
            }
        }
    }

    /// Reads the heads of the next record, whose bytes are ahead then; nil at the end.
    private func nextHead() throws(BundleRefusal) -> (kind: UInt64, byteCount: Int, offset: Int)? {
        let offset = window.offset
        do throws(DecodingRefusal) {
            guard let head = try recordHead() else {
                try readFooter(at: offset)
                return nil
            }
            guard head.byteCount <= UInt64(EncodingLimits.recordByteCount) else { throw DecodingRefusal(.tooLong) }
            guard window.available(Int(head.byteCount)) >= Int(head.byteCount) else {
                throw DecodingRefusal(.truncated)
            }
            guard recordCount < BundleLimits.recordCount else { throw DecodingRefusal(.tooMany) }
            recordCount += 1
            return (head.kind, Int(head.byteCount), offset)
        } catch {
            throw BundleRefusal(record: nil, offset: offset, code: .malformed(error))
        }
    }

    /// The kind of a record, and how long its bytes are, which come next; nil for what has the shape of a footer.
    private func recordHead() throws(DecodingRefusal) -> (kind: UInt64, byteCount: UInt64)? {
        _ = window.available(Self.longestFrame)
        if let usual = window.passUsualHead() { return usual }
        var decoder = CanonicalDecoder(window.ahead)
        let count = try decoder.listCount()
        if count == 3 { return nil }
        guard count == 2 else { throw DecodingRefusal(.wrongKind) }
        let kind = try decoder.unsigned()
        let byteCount = try decoder.byteStringCount()
        window.pass(decoder.offset)
        return (kind, byteCount)
    }

    private func hashed(_ content: ArraySlice<UInt8>, _ kind: UInt64) -> HashedBytes {
        guard records != nil else { return HashedBytes(content) }
        let content = HashedBytes(content, hashedBy: recordDigest)
        records!.add(kind, content.digest)
        return content
    }

    private func readFooter(at offset: Int) throws(DecodingRefusal) {
        var decoder = CanonicalDecoder(window.ahead)
        _ = try decoder.listCount()
        // Lengths are looked at before what they announce, which may lie beyond the window.
        var ahead = decoder
        guard try ahead.textByteCount() == BundleFormat.footerWord.utf8.count,
            try decoder.text() == ExactText(BundleFormat.footerWord)
        else { throw DecodingRefusal(.wrongKind) }
        let announced = try decoder.unsigned()
        ahead = decoder
        guard try ahead.byteStringCount() == Digest.byteCount else {
            throw DecodingRefusal(.contradiction, field: "footer")
        }
        let digest = try decoder.byteString()
        guard window.available(decoder.offset + 1) == decoder.offset else { throw DecodingRefusal(.trailingBytes) }
        let found = records?.finish() ?? window.digestOfAllBefore()
        guard announced == UInt64(recordCount), Digest(digest) == found else {
            throw DecodingRefusal(.contradiction, field: "footer")
        }
    }
}

/// The first item is no bundle header that this version knows.
public struct NotABundle: Error, Hashable, Sendable {
    /// Which of several files, counted from 0.
    public let file: Int

    public init(file: Int = 0) { self.file = file }
}

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
        /// A file of the scope `provision` without a record.
        case noProof
        /// A seal on another instrument than the one shown, or a certificate of another state.
        case notOfThisProof
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
        case .noProof: "no-proof"
        case .notOfThisProof: "not-of-this-proof"
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
        case .noProof: "the file is said to prove a provision, and shows none"
        case .notOfThisProof: "the record is about something else than what the proof shows"
        case .tooManyWaiting: "too many statements name key records that are not in the file"
        case .notTheRoadmapAskedFor: "the file is about another roadmap than the one asked for"
        }
    }
}
