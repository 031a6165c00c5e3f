import Agreement
import Cryptography
import Foundation
import RoadmapFixtures
import TestSupport
import Verification
import Wording

@testable import Renditions

/// What a page said of itself once it had finished.
struct Opened {
    let verdict: String
    let bundle: String
    let words: String
    let milliseconds: Int
    let result: [String: Any]
    /// Whatever it asked for besides itself.
    let requests: [String]

    init(_ html: String, in browser: Browser) throws {
        let expression = """
            JSON.stringify({ ...document.documentElement.dataset, words: document.getElementById("verdict").innerText,
              result: document.getElementById("result")?.textContent ?? "{}" })
            """
        let answer = try browser.open(html, then: expression)
        let said = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: String] ?? [:]
        verdict = said["verdict"] ?? ""
        bundle = said["bundle"] ?? ""
        words = said["words"] ?? ""
        milliseconds = Int(said["milliseconds"] ?? "") ?? -1
        result = try JSONSerialization.jsonObject(with: Data((said["result"] ?? "{}").utf8)) as? [String: Any] ?? [:]
        requests = browser.requests
    }

    func ids(_ field: String) -> [String] { result[field] as? [String] ?? [] }

    /// Each contradiction that it found, as ``inOneLine(_:)`` has it.
    var evidence: [String] {
        (result["evidence"] as? [[String: Any]] ?? []).map { found in
            let words = [found["party"] as? String ?? "", found["kind"] as? String ?? ""]
            return (words + (found["records"] as? [String] ?? [])).joined(separator: " ")
        }
    }

    static func inOneLine(_ found: Contradiction) -> String {
        (["\(found.party)", found.kind.rawValue] + found.records.map(\.hex)).joined(separator: " ")
    }
}

/// A bundle that is not invalid, and its page.
struct WrittenPage: CustomStringConvertible {
    let name: String
    let bundle: [UInt8]
    let report: VerificationReport
    let html: String
    var description: String { name }

    /// Nil for a bundle of which no page is made.
    init?(_ name: String, _ bundle: [UInt8]) {
        guard let report = try? VerificationReport(verifying: bundle, expecting: nil),
            let page = try? SelfVerifyingPage(report, bundle: bundle)
        else { return nil }
        self.name = name
        self.bundle = bundle
        self.report = report
        html = page.html
    }

    /// What people read of it: all before the bundle.
    var words: Substring { html[..<html.range(of: "<script type=")!.lowerBound] }

    /// The page with another bundle in the place of its own.
    func holding(_ other: [UInt8]) -> String {
        html.replacingOccurrences(of: Base64.lines(of: bundle), with: Base64.lines(of: other))
    }
}

/// The bundle of a roadmap, and its page.
struct Example: CustomStringConvertible {
    let page: WrittenPage
    let findings: VerificationReport.Findings
    var description: String { page.name }
    var bundle: [UInt8] { page.bundle }
    var report: VerificationReport { page.report }
    var html: String { page.html }

    init?(_ name: String, _ bundle: [UInt8]) {
        guard let page = WrittenPage(name, bundle), let findings = page.report.findings else { return nil }
        self.page = page
        self.findings = findings
    }

    /// The Korean roadmap of the demonstration.
    static let korea = Example("korea", Repository.bytes(at: "Tests/Fixtures/page/korea.syngraph"))!

    /// All vectors that are valid, incomplete, or prove a lie: rotations, recoveries, freezes, voids, closings, contested
    /// pairs, accusations.
    static let vectors = ["bundle", "evidence"].flatMap(Vector.all).compactMap { Example("\($0)", $0.bytes) }

    /// Three parties and two instruments, in two languages.
    static let hotline: Example = {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline", "ko": "직통전화"], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(hotline.id, by: signatory) }
        roadmap.confirm(by: .china)
        return Example("hotline", roadmap.bundle)!
    }()

    /// The one of them with the most records.
    static let eventful = vectors.max { $0.findings.contents.recordCount < $1.findings.contents.recordCount }!
}

/// The proof of one provision, and its page.
struct ProofExample: CustomStringConvertible {
    let page: WrittenPage
    let findings: ProofFindings
    var description: String { page.name }

    init?(_ name: String, _ bundle: [UInt8]) {
        guard let page = WrittenPage(name, bundle), let findings = page.report.proof else { return nil }
        self.page = page
        self.findings = findings
    }

    /// Of provisions that are in force in an example.
    static func some(of example: Example, from first: Int = 0, every step: Int = 1) -> [ProofExample] {
        let text = example.findings.evaluation.textInForce
        return stride(from: first, to: text.count, by: step).map { place in
            let provision = text[place].id
            return ProofExample("\(provision) of \(example)", ProofWriter(example.findings).proof(of: provision)!)!
        }
    }

    /// All vectors that show something: with keys that changed, with disputed seals, without a certificate.
    static let vectors = Vector.all(of: "provision").compactMap { ProofExample("\($0)", $0.bytes) }

    /// A text in two languages, sealed by three parties, and certified by one.
    static let hotline = some(of: .hotline).first { $0.findings.subject.content.text != nil }!
}
