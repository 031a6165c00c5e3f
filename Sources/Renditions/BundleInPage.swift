package import Cryptography
package import Verification

/// The bundle that stands in a web page, taken out of it.
///
/// A page is a stranger's file like any other: it is read piece by piece and once, whatever its length, and of what it
/// holds no more is kept than a page of ours may have. What the page shows around the bundle is not looked at, but for
/// its digest.
/// Source: `Docs/Specification/page.md`, section "Taking the bundle out".
package struct BundleInPage {
    package let bytes: [UInt8]
    /// Of the whole page.
    package let pageDigest: Digest

    package enum Refusal: Error, Hashable, Sendable {
        /// No line of it begins one of our bundles.
        case absent
        /// More than one: which of them a browser would show is anybody's guess.
        case several
        /// Something stands there that is not base64 (RFC 4648, section 4), or the page ends before it does.
        case unreadable
        /// More bytes than ``PageLimits/bundleByteCount``.
        case tooLong
    }

    /// Whether a file that begins so is a page, and cannot be a bundle: a mark of the order of bytes and blanks apart, its
    /// first character is a bracket.
    package static func isPage(_ beginning: some Sequence<UInt8>) -> Bool {
        beginning.first { ![0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
    }

    /// Reads the whole page.
    package init(from source: ByteSource) throws(Refusal) {
        var search = Search()
        let digest = RunningDigest()
        while true {
            let piece = source()
            if piece.isEmpty { break }
            digest.update(piece)
            for byte in piece { try search.take(byte) }
        }
        bytes = try search.finish()
        pageDigest = digest.finish()
    }

    package init(_ page: [UInt8]) throws(Refusal) {
        var whole = page
        try self.init(from: {
            defer { whole = [] }
            return whole
        })
    }

    /// Whether this version writes this very page of the bundle, program and all: then it shows what the bundle says.
    ///
    /// - Returns: nil where it writes none, for the bundle is not valid, or is none that a page is made of.
    package var isAsWritten: Bool? {
        guard let report = try? VerificationReport(verifying: bytes, expecting: nil),
            let page = try? SelfVerifyingPage(report, bundle: bytes)
        else { return nil }
        return Digest(of: page.html.utf8) == pageDigest
    }
}

/// Goes through a page letter by letter: line by line before and behind the bundle, four letters at a time within.
private struct Search {
    private static let beginning = Array("<script type=\"\(SelfVerifyingPage.bundleType)\" id=\"bundle\">".utf8)
    private static let end = Array("</script>".utf8)
    private static let lineEnds: [UInt8] = [0x0A, 0x0D]  // mail programs exchange them

    private enum Place { case before, within, ending, behind }
    private var place = Place.before
    /// How much of the beginning the line that is read has so far, nil once it is another line; of the end, how much is read.
    private var matched: Int? = 0
    private var decoder = Base64Decoder()

    mutating func take(_ byte: UInt8) throws(BundleInPage.Refusal) {
        if place == .within || place == .ending { return try takeWithin(byte) }
        if Self.lineEnds.contains(byte) {
            if matched == Self.beginning.count {
                guard place == .before else { throw .several }
                place = .within
            }
            matched = 0
        } else if let count = matched {
            matched = count < Self.beginning.count && Self.beginning[count] == byte ? count + 1 : nil
        }
    }

    private mutating func takeWithin(_ byte: UInt8) throws(BundleInPage.Refusal) {
        if place == .ending {
            let count = matched ?? 0
            guard Self.end[count] == byte else { throw .unreadable }
            (place, matched) = count + 1 == Self.end.count ? (.behind, nil) : (.ending, count + 1)
        } else if byte == Self.end[0] {
            guard decoder.isAtEndOfGroup else { throw .unreadable }
            (place, matched) = (.ending, 1)
        } else if !Self.lineEnds.contains(byte) {
            guard decoder.take(byte) else { throw .unreadable }
            guard decoder.bytes.count <= PageLimits.bundleByteCount else { throw .tooLong }
        }
    }

    consuming func finish() throws(BundleInPage.Refusal) -> [UInt8] {
        switch place {
        case .before: throw .absent
        case .within, .ending: throw .unreadable
        case .behind: return decoder.bytes
        }
    }
}
