internal import Redline
internal import Renditions
internal import Verification

/// A file that a person gives for a bundle: a bundle, or a page that holds one.
struct GivenFile {
    let path: String
    /// The bundle that was taken out of it; nil for what is no page.
    let page: BundleInPage?
    /// The bundle piece by piece, for whoever reads it once.
    let pieces: ByteSource

    /// - Throws: a ``Complaint`` if it is not there, or is a page without one bundle that can be read.
    init(_ path: String) throws(Complaint) {
        self.path = path
        let file = try FileReading.pieces(of: path)
        var first: [UInt8]? = file()
        let isPage = BundleInPage.isPage(first ?? [])
        let whole: ByteSource = {
            defer { first = nil }
            return first ?? file()
        }
        guard isPage else {
            (page, pieces) = (nil, whole)
            return
        }
        do throws(BundleInPage.Refusal) {
            let page = try BundleInPage(from: whole)
            var bundle = page.bytes
            self.page = page
            pieces = {
                defer { bundle = [] }
                return bundle
            }
        } catch { throw Complaint(error, path) }
    }

    /// The bytes of the bundle.
    func bundle() throws(Complaint) -> [UInt8] {
        if let page { return page.bytes }
        return try FileReading.bytes(of: path)
    }
}

extension Complaint {
    fileprivate init(_ refusal: BundleInPage.Refusal, _ path: String) {
        let page = "\(terminalSafe(path)) is a web page"
        let hint = "ask whoever gave it to you for the bundle itself"
        switch refusal {
        case .absent:
            self.init(.notOurFormat, "not-a-bundle", "\(page), and no bundle of ours stands in it", hint: hint)
        case .several:
            self.init(
                .notOurFormat, "not-a-bundle", "\(page), and more than one bundle stands in it, where one should",
                hint: hint)
        case .unreadable:
            self.init(
                .notOurFormat, "not-a-bundle",
                "\(page), and the bundle in it cannot be read: it is cut off, or no base64",
                hint: hint)
        case .tooLong:
            self.init(
                .notOurFormat, "too-large",
                "\(page), and the bundle in it is larger than the \(PageLimits.bundleByteCount) bytes that one may have",
                hint: hint)
        }
    }
}
