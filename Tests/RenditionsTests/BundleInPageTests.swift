import Cryptography
import Foundation
import RoadmapFixtures
import Testing
import Verification

@testable import Renditions

@Suite("A bundle in a page")
struct BundleInPageTests {
    private let bundle = SmallRoadmap().bundle
    private static let beginning = "<script type=\"application/vnd.syngraph.bundle\" id=\"bundle\">\n"

    private func page() throws -> String {
        let report = try VerificationReport(verifying: bundle, expecting: nil)
        let page = try SelfVerifyingPage(report, bundle: bundle)
        return try #require(page).html
    }

    private func taken(from html: String) throws(BundleInPage.Refusal) -> [UInt8] {
        try BundleInPage(Array(html.utf8)).bytes
    }

    private func refusal(of html: String) -> BundleInPage.Refusal? {
        do throws(BundleInPage.Refusal) {
            _ = try taken(from: html)
            return nil
        } catch { return error }
    }

    @Test func `is taken out as it was put in, in whatever pieces the page comes`() throws {
        let html = try page()
        #expect(try taken(from: html) == bundle)
        for size in [1, 7, 64, 1 << 18] {
            var rest = Array(html.utf8)[...]
            let page = try BundleInPage(from: {
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            })
            #expect(page.bytes == bundle, "pieces of \(size)")
            #expect(page.pageDigest == Digest(of: html.utf8), "pieces of \(size)")
        }
    }

    @Test func `is taken out where a mail program exchanged the ends of lines`() throws {
        #expect(try taken(from: try page().replacingOccurrences(of: "\n", with: "\r\n")) == bundle)
    }

    @Test func `is told apart from a page by the first character`() {
        #expect(BundleInPage.isPage("<!DOCTYPE html>".utf8))
        #expect(BundleInPage.isPage("\u{FEFF}\r\n <html>".utf8))
        #expect(!BundleInPage.isPage(bundle))
        #expect(!BundleInPage.isPage([]))
        #expect(!BundleInPage.isPage("x<".utf8))
    }

    @Test func `is absent from a page without its line, and from one with more in that line`() throws {
        #expect(refusal(of: "<html></html>") == .absent)
        #expect(refusal(of: "") == .absent)
        let line = Self.beginning.dropLast()
        #expect(refusal(of: "<p>" + Self.beginning + "AAAA\n</script>") == .absent)
        #expect(refusal(of: line + " \nAAAA\n</script>") == .absent)
        #expect(refusal(of: line.dropLast() + "\nAAAA\n</script>") == .absent)
        #expect(refusal(of: Self.beginning + "AAAA\n</script>") == nil)
    }

    @Test func `is none of two`() throws {
        let one = Self.beginning + "AAAA\n</script>\n"
        #expect(refusal(of: one + one) == .several)
        #expect(refusal(of: try page() + "\n" + one) == .several)
        #expect(refusal(of: one + "<!--\n" + one + "-->") == .several)
    }

    @Test(arguments: ["AAA", "AAAA=", "AA=A", "A===", "====", "AAA&#65;", "AA AA", "AB==", "AAB=", "AAA=AAAA", "AA-_"])
    func `is refused in any other spelling than its one`(letters: String) {
        #expect(refusal(of: Self.beginning + letters + "\n</script>") == .unreadable)
    }

    @Test func `is refused where the page ends within it`() {
        #expect(refusal(of: Self.beginning) == .unreadable)
        #expect(refusal(of: Self.beginning + "AAAA\n") == .unreadable)
        #expect(refusal(of: Self.beginning + "AAAA\n</script") == .unreadable)
        #expect(refusal(of: Self.beginning + "AAAA\n<p></script>") == .unreadable)
    }

    @Test func `has as many bytes as a page may hold and not one more`() throws {
        func page(of count: Int) -> String {
            Self.beginning + Base64.lines(of: [UInt8](repeating: 7, count: count)) + "</script>"
        }
        #expect(try taken(from: page(of: PageLimits.bundleByteCount)).count == PageLimits.bundleByteCount)
        #expect(refusal(of: page(of: PageLimits.bundleByteCount + 1)) == .tooLong)
    }

    @Test func `knows the page that this version writes from every other`() throws {
        let html = try page()
        func isAsWritten(_ html: String) throws -> Bool? { try BundleInPage(Array(html.utf8)).isAsWritten }
        #expect(try isAsWritten(html) == true)
        #expect(try isAsWritten(html.replacingOccurrences(of: "<h1>", with: "<h1>Not the ")) == false)
        #expect(try isAsWritten(html + "\n") == false)
        #expect(try isAsWritten(Self.beginning + "AAAA\n</script>") == nil)
    }
}
