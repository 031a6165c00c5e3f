import Agreement
import Commands
import Foundation
import Testing
import Verification

@Suite("What was signed in a party's name, against its word")
struct StolenWordTests {
    @Test func `keeps nothing else out that a file brings`() async throws {
        let stream = try await Stream()
        let sundays = try await stream.amend("The weir stands open on Sundays.")
        try await stream.carry(from: "MILL", to: "TOWN")
        try FileManager.default.copyItem(atPath: stream.home("TOWN"), toPath: stream.home("thief"))
        #expect(await stream.at("thief", "seal", "accept", sundays, "--yes").code == .holds)
        #expect(await stream.at("TOWN", "seal", "reject", sundays, "--yes").code == .holds)
        try await stream.carry(from: "thief", to: "MILL")
        let file = "\(stream.folder.path)/from-mill"
        #expect(await stream.at("MILL", "export", "--out", file).code == .holds)
        // The file brings MILL's state certificate besides.
        let first = await stream.at("TOWN", "import", file, "--json")
        #expect(first.code == .holds, "\(first.talk)")
        #expect(try (first.json["leftOut"] as? [String])?.count == 1)
        let second = try await stream.amend("The weir stands open at noon.")
        #expect(await stream.at("MILL", "export", "--out", file).code == .holds)
        let taken = await stream.at("TOWN", "import", file, "--json")
        #expect(taken.code == .holds, "\(taken.talk)")
        #expect(try (taken.json["leftOut"] as? [String])?.count == 1)
        #expect(await stream.at("TOWN", "show", "--instrument", second).code == .holds)
    }

    @Test func `is refused where a file brings nothing else, and changes nothing`() async throws {
        let stream = try await Stream()
        let sundays = try await stream.amend("The weir stands open on Sundays.")
        try await stream.carry(from: "MILL", to: "TOWN")
        try FileManager.default.copyItem(atPath: stream.home("TOWN"), toPath: stream.home("thief"))
        #expect(await stream.at("TOWN", "seal", "reject", sundays, "--yes").code == .holds)
        let held = try await stream.export(from: "TOWN")
        #expect(await stream.at("thief", "seal", "accept", sundays, "--yes").code == .holds)
        let theirs = "\(stream.folder.path)/theirs"
        #expect(await stream.at("thief", "export", "--out", theirs).code == .holds)
        let stolen = try addingTheSeals(of: theirs, to: held, into: stream.folder)
        // All that is new to TOWN is the acceptance; and so it is at every further try.
        for _ in 1...2 {
            let refused = await stream.at("TOWN", "import", stolen, "--json")
            #expect(refused.code == .notYours, "\(refused.talk)")
            #expect(try stream.text(refused, "error") == "second-verdict")
            #expect(try await stream.export(from: "TOWN") == held)
        }
        // To others it is what it is: the two verdicts are side by side.
        try await stream.carry(from: "TOWN", to: "MILL")
        #expect(await stream.at("MILL", "import", stolen).code == .holds)
        let evidence = try await stream.at("MILL", "status", "--json").json["evidence"] as? [[String: Any]]
        #expect(evidence?.compactMap { $0["kind"] as? String } == ["two-verdicts"])
    }

    /// A bundle of what TOWN holds, and of the seals of another: a thief's copy brings a state certificate besides.
    private func addingTheSeals(of file: String, to held: [UInt8], into folder: Folder) throws -> String {
        var ledger = try BundleContents(held).ledger
        let theirs = try BundleContents([UInt8](Data(contentsOf: URL(fileURLWithPath: file)))).ledger
        for onRecord in theirs.seals.values {
            for signed in onRecord.signatures.values { try ledger.insertSeal(signed) }
        }
        return try folder.file("stolen", BundleWriter(ledger).encoded())
    }
}
