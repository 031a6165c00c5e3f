internal import Agreement
internal import Cryptography
package import Verification

/// A bundle as one web page that checks itself: of a roadmap the text in force, who sealed what, the rules and the
/// history; of the proof of one provision that provision, and on whose word it is in force. With it the bundle from which
/// all of this follows, and a verifier for that.
///
/// It is read without a network and without JavaScript; with it the page derives everything anew, from the bytes that
/// were signed, and compares what it shows with that. It is the same for the same bundle, whoever writes it. Source:
/// `Docs/Specification/page.md`.
package struct SelfVerifyingPage {
    private let windowTitle: String
    private let body: [PageNode]
    private let bundle: [UInt8]

    /// - Parameters:
    ///   - report: what was found in the bundle alone.
    ///   - bundle: its bytes.
    /// - Returns: nil for a bundle that is invalid.
    /// - Throws: ``PageRefusal`` for what a browser should not be asked to check.
    package init?(_ report: VerificationReport, bundle: [UInt8]) throws(PageRefusal) {
        guard bundle.count <= PageLimits.bundleByteCount else { throw .tooLong(byteCount: bundle.count) }
        if let findings = report.findings {
            let instruments = findings.contents.ledger.instruments.count
            guard instruments <= PageLimits.instruments else { throw .tooManyInstruments(instruments) }
            self.init(PageContents(findings), bundle)
        } else if let proof = report.proof {
            self.init(ProofPageContents(proof), bundle)
        } else {
            return nil
        }
    }

    private init(_ contents: some PageTree, _ bundle: [UInt8]) {
        windowTitle = contents.windowTitle
        body = contents.body
        self.bundle = bundle
    }

    /// The page, in HTML.
    package var html: String {
        let policy = [
            "default-src 'none'", "script-src \(PageProgram.source(of: PageProgram.script))",
            "style-src \(PageProgram.source(of: PageProgram.style))", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTML.escaped(windowTitle))</title>
            <style>\(PageProgram.style)</style>
            </head>
            <body>

            """
        for node in body { node.write(to: &html) }
        html += "<script type=\"\(Self.bundleType)\" id=\"bundle\">\n\(Base64.lines(of: bundle))</script>\n"
        html += "<script type=\"module\">\(PageProgram.script)</script>\n</body>\n</html>\n"
        return html
    }

    static let bundleType = "application/vnd.syngraph.bundle"
}
