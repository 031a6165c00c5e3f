import Commands
import Foundation
import Testing

/// Parties with homes on disk, all keys in the clear: MILL, and TOWN whose keys change.
struct Stream {
    let folder: Folder
    let roadmap: String

    /// - Parameter town: further options with which TOWN is made.
    init(town: String...) async throws {
        let folder = try Folder()
        func run(_ words: [String]) async throws -> Answer {
            let answer = await typed(words: words, isRandom: true, atHome: true)
            try #require(answer.code == .holds, "\(words): \(answer.talk)")
            return answer
        }
        for party in ["MILL", "TOWN"] {
            let home = ["--home", "\(folder.path)/\(party)", "--no-passphrase"]
            _ = try await run(["party", "new", party] + home + (party == "TOWN" ? town : []))
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/\(party)/\(party).card", toPath: "\(folder.path)/\(party).card")
        }
        let charter = try folder.file("charter.yaml", Array(Self.charter.utf8))
        let founded = try await run([
            "found", charter, "--home", "\(folder.path)/MILL", "--out", "\(folder.path)/invitation", "--json",
        ])
        roadmap = try #require(founded.json["roadmap"] as? String)
        _ = try await run([
            "join", "\(folder.path)/invitation", "--roadmap", roadmap, "--home", "\(folder.path)/TOWN",
        ])
        self.folder = folder
        for party in ["TOWN", "MILL"] {
            _ = try await run(["seal", "accept", roadmap, "--home", home(party), "--yes"])
            try await carry(from: party, to: party == "TOWN" ? "MILL" : "TOWN")
        }
    }

    private static let charter = """
        syngraph: charter/1
        title: { en: The mill stream }
        languages: [en]
        proposer: MILL
        parties: [MILL, TOWN]
        standings:
          side: [MILL, TOWN]
        rules:
          water: { need: all, of: side }
          roster: { need: all, of: side }
          rule: { need: all, of: side }
          party: { need: all, of: side }
        provisions:
          - id: weir
            kind: article
            class: water
            text: { en: "The weir stands open at night." }

        """

    func home(_ party: String) -> String { "\(folder.path)/\(party)" }
    func key(_ party: String, _ name: String) -> String { "\(home(party))/keys/\(name).pem" }

    /// Types a verb at a party's home.
    func at(_ party: String, _ words: String..., inTheClear: Bool = true) async -> Answer {
        let isChange = words.first == "party" && words[1] != "freeze"
        return await typed(
            words: words + ["--home", home(party)] + (isChange && inTheClear ? ["--no-passphrase"] : []),
            isRandom: true, atHome: true)
    }

    func carry(from one: String, to other: String) async throws {
        let file = "\(folder.path)/carried"
        #expect(await at(one, "export", "--out", file).code == .holds)
        let taken = await at(other, "import", file)
        #expect(taken.code == .holds, "\(taken.talk)")
    }

    /// All records that a party's copy holds, as the bytes of a bundle.
    func export(from party: String) async throws -> [UInt8] {
        let file = "\(folder.path)/held"
        #expect(await at(party, "export", "--out", file).code == .holds)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    /// Puts an amendment on MILL's table that writes another text, and gives its id.
    func amend(_ text: String) async throws -> String {
        let file = try folder.file(
            "amendment.yaml",
            Array(
                """
                syngraph: amendment/1
                title: { en: "\(text)" }
                changes:
                  - amend: weir
                    text: { en: "\(text)" }

                """.utf8))
        return try #require(try await at("MILL", "amend", file, "--json").json["instrument"] as? String)
    }

    func files(_ party: String) throws -> [String: [UInt8]] {
        let folder = "\(home(party))/keys"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.reduce(into: [:]) { files, name in
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if !isFolder.boolValue { files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
        }
    }

    func text(_ answer: Answer, _ field: String) throws -> String {
        try #require(answer.json[field] as? String, "\(answer.talk)")
    }
}
