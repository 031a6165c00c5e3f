import Agreement
import Cryptography
import Foundation
import RoadmapFixtures
import TestSupport
import Testing
import Verification

@testable import Renditions

@Suite("A page")
struct PageTests {
    @Test func `is the same for the same bundle`() throws {
        let again = try #require(Example("again", Example.korea.bundle))
        #expect(again.html == Example.korea.html)
    }

    @Test func `lets nothing run but its program, and nothing be loaded`() {
        let html = Example.korea.html
        #expect(html.contains("default-src 'none'"))
        #expect(html.contains("script-src \(PageProgram.source(of: PageProgram.script));"))
        #expect(html.contains("style-src \(PageProgram.source(of: PageProgram.style));"))
        for loading in [" src=", "url(", "@import", "<link", "<img", "<iframe", "fetch(", "XMLHttpRequest", "http://"] {
            let known = loading == "http://" ? "http://www.w3.org/1999/xhtml" : ""
            #expect(!html.replacingOccurrences(of: known, with: "").contains(loading), "\(loading)")
        }
    }

    @Test func `holds its bundle as it is`() throws {
        let html = Example.korea.html
        let start = try #require(html.range(of: "id=\"bundle\">\n"))
        let end = try #require(html.range(of: "</script>", range: start.upperBound..<html.endIndex))
        let text = html[start.upperBound..<end.lowerBound].filter { $0 != "\n" }
        #expect(Data(base64Encoded: String(text)) == Data(Example.korea.bundle))
    }

    @Test func `makes no markup of a stranger's words, and shows what cannot be seen`() throws {
        var roadmap = SmallRoadmap()
        let title = "</title><script>alert(1)</script> & \"\u{202E}evil\""
        let instrument = roadmap.amend(["en": title], changes: [SmallRoadmap.hotline])
        roadmap.seal(instrument.id, by: .korea)
        let example = try #require(Example("strange", roadmap.bundle))
        #expect(!example.html.contains("<script>alert"))
        #expect(!example.html.contains("\u{202E}"))
        #expect(
            example.html.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;\\u{202E}evil&quot;")
        )
    }

    @Test func `is not written of more than a browser should be asked to check`() {
        let report = Example.korea.report
        let tooLong = [UInt8](repeating: 0, count: PageLimits.bundleByteCount + 1)
        #expect(throws: PageRefusal.tooLong(byteCount: tooLong.count)) {
            _ = try SelfVerifyingPage(report, bundle: tooLong)
        }
    }
}

@Suite("A page in a browser", .enabled(if: Browser.program != nil), .serialized, .timeLimit(.minutes(5)))
struct PageInBrowserTests {
    @Test func `says of every vector what the specification says`() throws {
        let browser = try Browser()
        let failures = try browser.open(VectorPage.html, then: "JSON.stringify(globalThis.outcome)")
        let outcome = try JSONDecoder().decode(VectorPage.Outcome.self, from: Data(failures.utf8))
        #expect(outcome.differing == [])
        #expect(outcome.agreeing > 1_000)
        // A page holds neither drafts nor journals, nor what nodes say to each other.
        let others = ["draft-edits", "draft-opening", "journals", "message"].flatMap(Vector.all).map(\.description)
        #expect(Set(outcome.skipped) == Set(others))
    }

    @Test func `holds, and finds what the verifier finds, of every bundle`() throws {
        let browser = try Browser()
        #expect(Example.vectors.count > 60)
        for example in Example.vectors + [.korea] {
            let opened = try Opened(example.html, in: browser)
            #expect(opened.verdict == "valid", "\(example): \(opened.words)")
            #expect(opened.bundle == example.report.verdict.rawValue, "\(example)")
            #expect(opened.requests == [], "\(example)")
            let evaluation = example.findings.evaluation
            #expect(opened.result["stateRoot"] as? String == example.findings.roots.inForce.hex, "\(example)")
            #expect(opened.result["perfectedRoot"] as? String == example.findings.roots.perfected.hex, "\(example)")
            #expect(opened.ids("perfected") == evaluation.perfected.map(\.hex), "\(example)")
            #expect(opened.ids("inForce") == evaluation.inForce.map(\.hex), "\(example)")
            #expect(opened.ids("contested") == evaluation.contestedIDs.map(\.hex), "\(example)")
            #expect(opened.ids("lacking") == example.findings.lacking.map(\.hex), "\(example)")
            #expect(opened.evidence == example.findings.evidence.map(Opened.inOneLine), "\(example)")
        }
        let kinds = Example.vectors.flatMap(\.findings.evidence).map(\.kind)
        #expect(Set(kinds) == Set(Contradiction.Kind.allCases))
    }

    @Test func `is not believed with the proof of one provision in the place of its bundle, nor the other way round`()
        throws
    {
        let browser = try Browser()
        let (whole, proof) = (Example.hotline, ProofExample.hotline)
        for html in [whole.page.holding(proof.page.bundle), proof.page.holding(whole.bundle)] {
            let opened = try Opened(html, in: browser)
            #expect(opened.verdict == "invalid")
            #expect(opened.bundle == "valid")
            #expect(opened.words.contains("It does not show what its records say"), "\(opened.words)")
        }
    }

    @Test func `of strangers' words holds, whatever they are`() throws {
        let browser = try Browser()
        for words in [
            "<b>&amp;", "\n", "\n\n a\u{202E}b\\u{202E}\t\r\n", " ", "“\u{0}”", "한국 <script>",
            String(repeating: "x ", count: 500),
        ] {
            var roadmap = SmallRoadmap()
            let first = roadmap.amend(["en": words], changes: [SmallRoadmap.meetings("before \(words) it")])
            for signatory in Signatory.all { roadmap.seal(first.id, by: signatory) }
            let example = try #require(Example("strange", roadmap.bundle))
            let opened = try Opened(example.html, in: browser)
            #expect(opened.verdict == "valid", "\(words.debugDescription): \(opened.words)")
        }
    }

    @Test func `turns red for each of a hundred and more changes`() throws {
        let browser = try Browser()
        let changes = Tampering.changes(of: .hotline, .eventful, .korea)
        #expect(changes.count >= 100)
        for change in changes {
            let opened = try Opened(change.html, in: browser)
            #expect(opened.verdict == "invalid", "\(change.name): \(opened.words)")
            #expect(opened.requests == [], "\(change.name)")
        }
        #expect(try Opened(Example.korea.html, in: browser).verdict == "valid")
    }

    @Test func `is grey where the browser has no Ed25519, and red all the same where more is wrong`() throws {
        let browser = try Browser()
        let grey = Tampering.withoutEd25519(Example.korea.html)
        let opened = try Opened(grey, in: browser)
        #expect(opened.verdict == "unknown", "\(opened.words)")
        let wrong = grey.replacingOccurrences(of: "<h1>", with: "<h1>Not the ")
        #expect(try Opened(wrong, in: browser).verdict == "invalid")
    }

    @Test func `checks the Korean roadmap in less than a second`() throws {
        let browser = try Browser()
        let opened = try Opened(Example.korea.html, in: browser)
        #expect(opened.verdict == "valid")
        #expect((0..<1_000).contains(opened.milliseconds), "\(opened.milliseconds) ms")
    }
}
