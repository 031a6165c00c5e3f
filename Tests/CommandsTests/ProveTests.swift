import Commands
import Cryptography
import Foundation
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@Suite("syngraph prove")
struct ProveTests {
    private let folder: Folder
    private let bundle: String
    private let roadmap: SmallRoadmap

    init() throws {
        folder = try Folder()
        var roadmap = SmallRoadmap()
        for signatory in Signatory.all { roadmap.confirm(by: signatory) }
        self.roadmap = roadmap
        bundle = try folder.file("agreement.syngraph", roadmap.bundle)
    }

    private func prove(_ provision: String) async -> (answer: Answer, path: String) {
        let path = folder.path + "/proof.syngraph"
        return (await typed("prove", provision, "--from", bundle, "--out", path, "--json"), path)
    }

    @Test func `writes a file that verify checks, and that holds nothing of another article`() async throws {
        let (made, path) = await prove("article-1")
        #expect(made.code == .holds)
        #expect(try made.json["certifiedBy"] as? [String] == ["CHN", "KOR", "PRK"])
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(try made.json["bytes"] as? Int == bytes.count && bytes.count < 8192)
        #expect(bytes.range(of: Data("No party shall use force.".utf8)) != nil)
        #expect(bytes.range(of: Data("meet twice a year".utf8)) == nil)
        let answer = await typed("verify", path, "--roadmap", roadmap.id.hex, "--json")
        #expect(answer.code == .holds)
        let proof = try #require((try answer.json["proofs"] as? [[String: Any]])?.first)
        #expect(
            Set(proof.keys) == [
                "provision", "version", "content", "leaf", "place", "count", "path", "root", "rule", "ruleMet",
                "keysChecked", "parties",
            ])
        #expect(proof["keysChecked"] as? Bool == false && proof["ruleMet"] as? Bool == true)
        let beside = await typed("verify", path, bundle, "--json")
        let shown = try #require((try beside.json["proofs"] as? [[String: Any]])?.first)
        #expect(beside.code == .holds && shown["keysChecked"] as? Bool == true)
    }

    @Test func `holds the word of those alone who are named, and is the smaller for it`() async throws {
        let (_, whole) = await prove("article-1")
        let path = folder.path + "/two.syngraph"
        let made = await typed(
            "prove", "article-1", "--from", bundle, "--by", "KOR", "--by", "CHN", "--out", path, "--json")
        #expect(made.code == .holds)
        #expect(try made.json["certifiedBy"] as? [String] == ["CHN", "KOR"])
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(try bytes.count < Data(contentsOf: URL(filePath: whole)).count)
        #expect(bytes.range(of: Data("party/PRK".utf8)) == nil)
        let answer = await typed("verify", path, "--roadmap", roadmap.id.hex, "--json")
        let proof = try #require((try answer.json["proofs"] as? [[String: Any]])?.first)
        #expect(answer.code == .holds && proof["ruleMet"] as? Bool == false)
        #expect((proof["parties"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["CHN", "KOR"])
        let unknown = await typed("prove", "article-1", "--from", bundle, "--by", "X", "--out", path)
        #expect(unknown.code == .noSuchFile && unknown.talk.contains("X is no party"))
    }

    @Test func `says plainly on whose word the rest stands`() async throws {
        let (_, path) = await prove("article-1")
        let answer = await typed("verify", path)
        #expect(answer.output.contains("some who call themselves CHN, KOR and PRK"))
        #expect(answer.output.contains("on whose word the rest stands"))
        for signatory in Signatory.all { #expect(answer.output.contains(signatory.record.id.hex)) }
        let told = await typed(words: ["verify", path] + Signatory.all.flatMap { ["--keys", $0.record.id.hex] })
        #expect(told.code == .holds && !told.output.contains("some who call themselves"))
    }

    @Test func `is enough for what is required only where the keys are known`() async throws {
        let (_, path) = await prove("article-1")
        let required = ["verify", path, "--require", roadmap.id.hex]
        #expect(await typed(words: required).code == .notSo)
        let told = await typed(words: required + Signatory.all.flatMap { ["--keys", $0.record.id.hex] })
        #expect(told.code == .holds)
    }

    @Test func `refuses what is not in force, and a proof where a roadmap belongs`() async throws {
        #expect(await prove("article-9").answer.code == .noSuchFile)
        let (_, path) = await prove("article-1")
        let shown = await typed("show", "--in", path)
        #expect(shown.code == .usage && shown.talk.contains("shows article-1 alone"))
    }

    @Test func `that nobody has certified says so, and verify calls it incomplete`() async throws {
        let plain = try folder.file("plain.syngraph", SmallRoadmap().bundle)
        let path = folder.path + "/proof.syngraph"
        let made = await typed("prove", "article-1", "--from", plain, "--out", path)
        #expect(made.code == .holds && made.talk.contains("nobody's"))
        #expect(await typed("verify", path).code == .notSo)
    }
}
