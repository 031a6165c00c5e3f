import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import TestSupport
import Testing
import Verification
import Wording

@testable import Renditions

@Suite("The page of a proof")
struct ProofPageTests {
    @Test func `shows the provision in its languages, and by whose word it is in force`() {
        let words = ProofExample.hotline.page.words
        #expect(words.contains("lang=\"ko\""))
        #expect(words.contains("In force on the word of some who call themselves CHN."))
        #expect(words.contains("Nothing on this page shows that the keys are those of CHN."))
        #expect(words.contains("What they signed since, and what else the roadmap says, is not in this file."))
    }

    @Test func `shows no other article`() throws {
        let examples = ProofExample.some(of: .korea, every: 20)
        let shown = try #require(examples.first { $0.findings.subject.content.text != nil })
        let texts = Example.korea.findings.evaluation.textInForce.compactMap { provision in
            provision.id == shown.findings.subject.provision ? nil : provision.content.text
        }
        #expect(texts.count > 50)
        for text in texts.flatMap(\.byLanguage.values) where !text.string.isEmpty {
            #expect(!shown.page.words.contains(HTML.escaped(text.string)), "\(text.string)")
        }
    }

    @Test func `says that it is nobody's word where nobody certifies it`() throws {
        let example = try #require(ProofExample.vectors.first { $0.findings.certifying.isEmpty })
        #expect(example.page.words.contains(ProofFindings.nobodysWord))
        #expect(!example.page.words.contains("In force on the word"))
    }

    @Test func `is known from every other page of its bundle`() throws {
        let html = ProofExample.hotline.page.html
        #expect(try BundleInPage(Array(html.utf8)).isAsWritten == true)
        let changed = html.replacingOccurrences(of: "<h1>", with: "<h1>Not ")
        #expect(try BundleInPage(Array(changed.utf8)).isAsWritten == false)
    }
}

@Suite("The page of a proof in a browser", .enabled(if: Browser.program != nil), .serialized, .timeLimit(.minutes(5)))
struct ProofPageInBrowserTests {
    @Test func `holds, and finds what the verifier finds, of every proof`() throws {
        let browser = try Browser()
        #expect(ProofExample.vectors.count >= 5)
        let many = ProofExample.some(of: .korea, every: 7)
        for example in ProofExample.vectors + ProofExample.some(of: .hotline) + many {
            let opened = try Opened(example.page.html, in: browser)
            #expect(opened.verdict == "valid", "\(example): \(opened.words)")
            #expect(opened.bundle == example.page.report.verdict.rawValue, "\(example)")
            #expect(opened.requests == [], "\(example)")
            #expect(try ProofFacts(opened) == ProofFacts(example.findings), "\(example)")
        }
    }

    @Test func `has key records compared, and takes no roadmap's id for one`() throws {
        let browser = try Browser()
        let example = ProofExample.hotline
        func answer(to id: String, on page: WrittenPage) throws -> String {
            let typing = """
                (() => {
                  const field = document.getElementById("known");
                  field.value = "\(id)";
                  field.dispatchEvent(new Event("input"));
                  return document.querySelector("output").textContent;
                })()
                """
            return try browser.open(page.html, then: typing)
        }
        let party = example.findings.parties[0]
        #expect(try answer(to: party.keys.root.hex, on: example.page) == "A key record of \(party.id).")
        #expect(try answer(to: example.page.report.roadmap.hex, on: example.page) == "No key record of it.")
        let whole = Example.hotline.page
        #expect(try answer(to: Quoting.fingerprint(whole.report.roadmap), on: whole) == "The same roadmap.")
        #expect(try answer(to: party.keys.root.hex, on: whole) == "Another roadmap: do not believe this page.")
    }

    @Test func `turns red for each of a hundred and more changes`() throws {
        let browser = try Browser()
        let changes = Tampering.changes(of: .hotline)
        #expect(changes.count >= 100)
        for change in changes {
            let opened = try Opened(change.html, in: browser)
            #expect(opened.verdict == "invalid", "\(change.name): \(opened.words)")
            #expect(opened.requests == [], "\(change.name)")
        }
        #expect(try Opened(ProofExample.hotline.page.html, in: browser).verdict == "valid")
    }

    @Test func `is grey where the browser has no Ed25519, and red all the same where more is wrong`() throws {
        let browser = try Browser()
        let grey = Tampering.withoutEd25519(ProofExample.hotline.page.html)
        #expect(try Opened(grey, in: browser).verdict == "unknown")
        let wrong = grey.replacingOccurrences(of: "<h1>", with: "<h1>Not the ")
        #expect(try Opened(wrong, in: browser).verdict == "invalid")
    }
}

/// What is found of a proof, in one form.
struct ProofFacts: Equatable {
    let shown: [String]
    let path: [String]
    let isRuleMet: Bool?
    let parties: [[String]]
    let counts: [Int]

    init(_ opened: Opened) throws {
        let proof = try #require((opened.result["proofs"] as? [[String: Any]])?.first)
        shown = ["provision", "version", "leaf", "root"].map { proof[$0] as? String ?? "" }
        path = proof["path"] as? [String] ?? ["?"]
        isRuleMet = proof["ruleMet"] as? Bool
        parties = (proof["parties"] as? [[String: Any]] ?? []).map { party in
            let names = ["id", "keys", "record"].map { party[$0] as? String ?? "" }
            let seals = (party["seals"] as? [[String: Any]] ?? []).map { seal in
                Self.seal(seal["id"] as? String ?? "", seal["disputed"] as? Bool ?? false)
            }
            return names + [(party["state"] as? [String: Any])?["id"] as? String ?? "none"] + seals
        }
        counts =
            ["records", "signatures"].map { opened.result[$0] as? Int ?? -1 }
            + ["place", "count"].map { proof[$0] as? Int ?? -1 }
    }

    init(_ findings: ProofFindings) {
        let proof = findings.contents.proof
        let leaf = findings.subject
        shown = [leaf.provision.string, leaf.version.hex, Hexadecimal.text(of: leaf.encoded), proof.root.hex]
        path = proof.path.map(\.hex)
        isRuleMet = findings.isRuleMet
        parties = findings.parties.map { party in
            let names = [party.id.string, party.keys.root.hex, party.keys.newest.record.id.hex]
            let seals = party.seals.map { Self.seal($0.id.hex, party.disputed.contains($0.id)) }
            return names + [party.state?.id.hex ?? "none"] + seals
        }
        counts = [
            findings.contents.recordCount, findings.contents.signatureCheckCount, Int(proof.subject.place),
            Int(proof.count),
        ]
    }

    private static func seal(_ id: String, _ isDisputed: Bool) -> String { "\(id) \(isDisputed)" }
}
