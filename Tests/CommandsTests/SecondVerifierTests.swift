import AgreementBridge
import Commands
import Foundation
import TestSupport
import Testing

/// `Docs/verifier/verify.py` beside `syngraph verify`; `make verifiers` asks them of thousands.
@Suite("The second verifier", .enabled(if: ForeignPython.has("cryptography")))
struct SecondVerifierTests {
    private let python = ForeignPython.shared!

    /// What is compared: everything but sentences for people.
    private func facts(_ said: String) throws -> NSDictionary {
        var json = try #require(JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any])
        json["instruments"] = (json["instruments"] as? [[String: Any]])?.map { instrument in
            var instrument = instrument
            instrument["illFormed"] = !(instrument["illFormed"] is NSNull)
            return instrument
        }
        if var refusal = json["refusal"] as? [String: Any] {
            refusal["message"] = nil
            json["refusal"] = refusal
        }
        return json as NSDictionary
    }

    private func expectAgreement(_ words: [String], _ comment: String) async throws {
        let (code, said) = try python.run([Repository.path(of: "Docs/verifier/verify.py")] + words + ["--json"])
        let answer = await typed(words: ["verify"] + words + ["--json"])
        #expect(try facts(answer.output) == facts(said), "\(comment)")
        #expect(answer.code.rawValue == code, "\(comment)")
    }

    /// The first twelve, and those in which the two once differed.
    @Test(arguments: Array(1...12) + [184, 699, 781] as [UInt64])
    func `says of a random history what the first says: whole, in part, two parts together, and of a day`(
        seed: UInt64
    ) async throws {
        let folder = try Folder()
        let bundle = HistoryBundle(seed: seed)
        let whole = try folder.file("whole.syngraph", bundle.whole)
        let parts = try bundle.parts.enumerated().map { try folder.file("\($0).syngraph", $1) }
        try await expectAgreement([whole, "--as-of", "2026-03-01"], "seed \(seed), whole")
        try await expectAgreement(parts, "seed \(seed), two parts")
        for part in parts { try await expectAgreement([part], "seed \(seed), a part") }
    }

    @Test(arguments: [248, 255, 391] as [UInt64])
    func `says of the evidence in a history what the first says, alone and beside a part of it`(seed: UInt64)
        async throws
    {
        let folder = try Folder()
        let bundle = HistoryBundle(seed: seed)
        let part = try folder.file("part.syngraph", bundle.parts[0])
        let whole = try folder.file("whole.syngraph", bundle.whole)
        #expect(await typed("export", "--evidence", folder.path + "/files", "--from", whole).code == .holds)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/files").sorted()
        #expect(!files.isEmpty)
        for name in files.prefix(3) {
            let evidence = folder.path + "/files/" + name
            try await expectAgreement([evidence], "seed \(seed), \(name)")
            try await expectAgreement([evidence, part], "seed \(seed), \(name), beside a part")
        }
    }

    @Test func `says of a proof what the first says, alone, beside the bundle it is of, and changed`() async throws {
        let folder = try Folder()
        let vectors = Vector.all(of: "provision").filter { ["valid", "incomplete"].contains($0.expectation) }
        for vector in vectors {
            let proof = try folder.file("\(vector.name).syngraph", vector.bytes)
            try await expectAgreement([proof], vector.name)
        }
        let whole = Vector.all(of: "bundle").first { $0.name == "founding-and-open-amendment" }!
        let beside = try folder.file("whole.syngraph", whole.bytes)
        let proof = folder.path + "/an-article.syngraph"
        try await expectAgreement([proof, beside, "--roadmap", whole["roadmap"]], "beside its bundle")
        let cut = try folder.file("cut.syngraph", Array(vectors[0].bytes.dropLast(3)))
        try await expectAgreement([proof, cut], "beside what is cut")
        let keys = "30ef9918309231d68575db277d21ca325c9428d4d4f7319389b89add778014c9"
        try await expectAgreement([proof, "--keys", keys, "--require", "36d29523"], "with its keys told")
    }
}
