import Commands
import Foundation
import Testing

@Suite("syngraph party accede")
struct AccedeTests {
    private func newcomer(_ stream: Stream) async throws {
        let made = await typed(
            words: ["party", "new", "NORTH", "--home", stream.home("NORTH"), "--no-passphrase"], isRandom: true,
            atHome: true)
        try #require(made.code == .holds)
    }

    /// MILL puts an amendment on the table that lets a party in.
    private func letIn(_ card: String, _ stream: Stream) async throws {
        let file = try stream.folder.file(
            "accession.yaml",
            Array(
                """
                syngraph: amendment/1
                title: { en: NORTH joins }
                changes:
                  - party: NORTH
                    card: \(card)
                  - roster: side
                    holders: [MILL, NORTH, TOWN]

                """.utf8))
        try #require(await stream.at("MILL", "amend", file).code == .holds)
        try #require(await stream.at("MILL", "export", "--out", "\(stream.folder.path)/m").code == .holds)
    }

    private func accede(_ stream: Stream, _ words: String...) async -> Answer {
        await typed(
            words: ["party", "accede"] + words + ["--home", stream.home("NORTH"), "--yes", "--json"], isRandom: true,
            atHome: true)
    }

    @Test func `joins and accepts in one step, and a second time says nothing new`() async throws {
        let stream = try await Stream()
        try await newcomer(stream)
        let file = "\(stream.folder.path)/m"
        try await letIn("NORTH/NORTH.card", stream)
        #expect(await accede(stream, file).code == .usage, "without the id")
        let wrong = await accede(stream, file, "--roadmap", String(repeating: "0", count: 64))
        #expect(try stream.text(wrong, "error") == "other-roadmap")
        let done = await accede(stream, file, "--roadmap", stream.roadmap)
        try #require(done.code == .holds, "\(done.talk)")
        #expect(try done.json["party"] as? String == "NORTH" && done.json["verdict"] as? String == "accept")
        let again = await accede(stream)
        #expect(try again.json["seal"] as? String == done.json["seal"] as? String)
        try await stream.carry(from: "NORTH", to: "MILL")
    }

    @Test func `accepts nothing that brings another card`() async throws {
        let stream = try await Stream()
        try await newcomer(stream)
        let other = await typed(
            words: ["party", "new", "NORTH", "--home", stream.home("OTHER"), "--no-passphrase"], isRandom: true,
            atHome: true)
        try #require(other.code == .holds)
        try await letIn("OTHER/NORTH.card", stream)
        let answer = await accede(stream, "\(stream.folder.path)/m", "--roadmap", stream.roadmap)
        #expect(answer.code == .notYours)
        #expect(try stream.text(answer, "error") == "other-keys")
        // Another file of the same roadmap, from before.
        #expect(
            await stream.at("NORTH", "join", "\(stream.folder.path)/invitation", "--roadmap", stream.roadmap).code
                == .holds)
        let nothing = await accede(stream)
        #expect(try stream.text(nothing, "error") == "not-let-in" && nothing.code == .notSo)
    }
}
