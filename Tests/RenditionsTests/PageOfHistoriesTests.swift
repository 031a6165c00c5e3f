import Agreement
import AgreementBridge
import Cryptography
import Foundation
import Identity
import Testing
import Verification

@testable import Renditions

/// The page's verifier beside the product's, of random histories: a slice in every run, any number by `make pages`.
@Suite("A page of a random history", .enabled(if: Browser.program != nil), .serialized, .timeLimit(.minutes(60)))
struct PageOfHistoriesTests {
    @Test func `holds, and finds in its browser what the verifier finds, whole and in part`() throws {
        let browser = try Browser()
        var reached: [String: Int] = [:]
        for seed in Self.seeds {
            let history = HistoryBundle(seed: seed)
            for (name, bytes) in zip(["whole", "a part", "another part"], [history.whole] + history.parts) {
                let example = try #require(Example("seed \(seed), \(name)", bytes))
                let opened = try Opened(example.html, in: browser)
                #expect(opened.verdict == "valid", "\(example): \(opened.words)")
                #expect(try Facts(opened) == Facts(example), "\(example)")
                for feature in Self.features(of: example) { reached[feature, default: 0] += 1 }
            }
        }
        // So that the histories go on being worth the while; one alone need not have everything.
        guard Self.seeds.count >= 24 else { return }
        #expect(Set(reached.keys) == ["forked", "incomplete", "valid", "contested", "missing", "requests", "states"])
    }

    @Test func `of one of its provisions holds, and finds in its browser what the verifier finds`() throws {
        let browser = try Browser()
        var reached: Set<String> = []
        for seed in Self.seeds {
            let whole = try #require(Example("seed \(seed)", HistoryBundle(seed: seed).whole))
            let count = whole.findings.evaluation.textInForce.count
            for example in ProofExample.some(of: whole, from: Int(seed) % max(count, 1), every: max(count, 1)) {
                let opened = try Opened(example.page.html, in: browser)
                #expect(opened.verdict == "valid", "\(example): \(opened.words)")
                #expect(opened.bundle == example.page.report.verdict.rawValue, "\(example)")
                #expect(try ProofFacts(opened) == ProofFacts(example.findings), "\(example)")
                reached.formUnion(Self.features(of: example.findings))
            }
        }
        guard Self.seeds.count >= 24 else { return }
        #expect(reached.isSuperset(of: ["certified", "by nobody", "met", "not met", "conditions"]), "\(reached)")
    }

    private static func features(of proof: ProofFindings) -> Set<String> {
        var features: Set = [proof.certifying.isEmpty ? "by nobody" : "certified"]
        if let isMet = proof.isRuleMet { features.insert(isMet ? "met" : "not met") }
        if proof.parties.contains(where: { !$0.disputed.isEmpty }) { features.insert("disputed") }
        if proof.parties.contains(where: { $0.keys.links.count > 1 }) { features.insert("keys that changed") }
        if proof.parties.flatMap(\.seals).contains(where: { !$0.provided.isEmpty }) { features.insert("conditions") }
        return features
    }

    private static var seeds: ClosedRange<UInt64> {
        let ends = (ProcessInfo.processInfo.environment["PAGE_SEEDS"] ?? "1-24").split(separator: "-").map {
            UInt64($0)
        }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            preconditionFailure("PAGE_SEEDS is like 1-500")
        }
        return first...last
    }

    private static func features(of example: Example) -> [String] {
        let findings = example.findings
        var features = [example.report.verdict.rawValue]
        if !findings.evaluation.contestedIDs.isEmpty { features.append("contested") }
        if !findings.contents.requests.isEmpty { features.append("requests") }
        if findings.parties.contains(where: { $0.state != nil }) { features.append("states") }
        if findings.evaluation.instrumentIDs.contains(where: {
            !(findings.evaluation.missing(of: $0).parties ?? []).isEmpty
        }) {
            features.append("missing")
        }
        return features
    }
}

/// What a verifier finds, in one form.
private struct Facts: Equatable {
    let verdict: String
    let roots: [String]
    let sets: [[String]]
    let evidence: [String]
    let instruments: [String]
    let counts: [Int]

    init(_ opened: Opened) throws {
        let result = opened.result
        verdict = opened.bundle
        roots = ["stateRoot", "perfectedRoot"].map { result[$0] as? String ?? "" }
        sets = ["perfected", "inForce", "contested", "lacking"].map(opened.ids)
        evidence = opened.evidence
        instruments = (result["instruments"] as? [[String: Any]] ?? []).map { found in
            let missing = found["missing"] as? [String: Any] ?? [:]
            return Self.line(
                found["id"] as? String ?? "", found["state"] as? String ?? "", missing["parties"] as? [String],
                missing["instruments"] as? [String] ?? ["?"])
        }
        counts = ["records", "signatures"].map { result[$0] as? Int ?? -1 }
    }

    init(_ example: Example) {
        let (findings, evaluation) = (example.findings, example.findings.evaluation)
        verdict = example.report.verdict.rawValue
        roots = [findings.roots.inForce.hex, findings.roots.perfected.hex]
        sets = [evaluation.perfected, evaluation.inForce, evaluation.contestedIDs, findings.lacking].map {
            $0.map(\.hex)
        }
        evidence = findings.evidence.map(Opened.inOneLine)
        instruments = evaluation.instrumentIDs.map { id in
            let missing = evaluation.missing(of: id, trying: PageLimits.missingSearch, among: PageLimits.silentParties)
            return Self.line(
                id.hex, evaluation.state(of: id)?.rawValue ?? "", missing.parties?.map(\.string),
                missing.instruments.map(\.hex))
        }
        counts = [findings.contents.recordCount, findings.contents.signatureCheckCount]
    }

    private static func line(_ id: String, _ state: String, _ parties: [String]?, _ instruments: [String]) -> String {
        "\(id) \(state): \(parties.map { $0.joined(separator: " ") } ?? "no answer"); \(instruments.joined(separator: " "))"
    }
}
