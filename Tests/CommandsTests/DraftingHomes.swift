import Commands
import Foundation
import Testing

/// US and DPRK, each with a home on disk, a roadmap of two languages in force, and a draft open on it that both have.
///
/// They have no link: what one wrote is carried to the other in a file of journals.
final class DraftingHomes: Sendable {
    let path: String
    let roadmap: String
    let draft: String

    /// Made once: every test works on a copy.
    private static let template = Task { try await Template() }

    init() async throws {
        let template = try await Self.template.value
        path = NSTemporaryDirectory() + "/syngraph-tests-" + UUID().uuidString
        (roadmap, draft) = (template.roadmap, template.draft)
        try FileManager.default.copyItem(atPath: Template.path, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Types a verb at a party's home.
    func at(_ party: String, _ words: String..., environment: [String: String] = [:]) async -> Answer {
        await at(party, words: words, environment: environment)
    }

    func at(_ party: String, words: [String], environment: [String: String] = [:]) async -> Answer {
        await typed(
            words: words + ["--home", "\(path)/\(party)"], environment: environment, isRandom: true, atHome: true)
    }

    /// Types a verb about the draft: `strike offices` is `draft strike DRAFT offices`.
    @discardableResult
    func write(_ party: String, _ verb: String, _ words: String...) async throws -> Answer {
        let answer = await at(party, words: ["draft", verb, draft] + words)
        try #require(answer.code == .holds, "\(verb) \(words): \(answer.talk)")
        return answer
    }

    /// The same for a program: what it made, by what that is, and which entry it is.
    @discardableResult
    func make(_ party: String, _ verb: String, _ words: String...) async throws -> Made {
        let answer = await at(party, words: ["draft", verb, draft] + words + ["--json"])
        try #require(answer.code == .holds && answer.talk.isEmpty, "\(verb) \(words): \(answer.output)")
        let json = try answer.json
        #expect(Set(json.keys) == ["draft", "entry", "done", "made", "remarks"], "\(verb)")
        #expect(json["draft"] as? String == draft)
        let made = try #require(json["made"] as? [[String: String]])
        #expect(made.allSatisfy { Set($0.keys) == ["what", "name"] })
        return Made(
            entry: json["entry"] as? String, done: json["done"] as? String ?? "",
            names: made.map { ($0["what"]!, $0["name"]!) }, remarks: json["remarks"] as? [String] ?? [])
    }

    struct Made {
        let entry: String?
        let done: String
        let names: [(what: String, name: String)]
        let remarks: [String]

        var name: String { names[0].name }
    }

    /// Types a verb about the draft that is refused: nothing is written then.
    func refusal(_ party: String, _ verb: String, _ words: String...) async throws -> Refusal {
        let before = try await shown(party)
        let answer = await at(party, words: ["draft", verb, draft] + words + ["--json"])
        let json = try answer.json
        #expect(try await shown(party)["heads"] as? [String] == before["heads"] as? [String], "\(verb) \(words)")
        return Refusal(
            code: answer.code, error: json["error"] as? String ?? "", message: json["message"] as? String ?? "",
            hint: json["hint"] as? String)
    }

    struct Refusal {
        let code: ExitCode
        let error: String
        let message: String
        let hint: String?
    }

    /// What `draft show --json` says.
    func shown(_ party: String, _ words: String...) async throws -> [String: Any] {
        let answer = await at(party, words: ["draft", "show", draft] + words + ["--json"])
        try #require(answer.code == .holds, "\(answer.output)")
        return try answer.json
    }

    /// What it says of one provision.
    func provision(_ name: String, at party: String = "us") async throws -> [String: Any] {
        let provisions = try #require(try await shown(party)["provisions"] as? [[String: Any]])
        return try #require(provisions.first { $0["provision"] as? String == name })
    }

    /// The notation of a provision's text.
    func text(_ name: String, _ language: String = "en", at party: String = "us") async throws -> String {
        let texts = try #require(try await provision(name, at: party)["texts"] as? [[String: Any]])
        return try #require(texts.first { $0["language"] as? String == language }?["text"] as? String)
    }

    /// Edits a text by a file with these words in it.
    @discardableResult
    func edit(_ party: String, _ provision: String, to words: String, _ options: String...) async -> Answer {
        let file = "\(path)/\(UUID().uuidString).txt"
        try? Data((words + "\n").utf8).write(to: URL(fileURLWithPath: file))
        return await at(
            party, words: ["draft", "edit", draft, provision, "--language", "en", "--file", file] + options)
    }

    /// Carries what one has to the other, and back.
    func meet() async throws {
        for (one, other) in [("us", "dprk"), ("dprk", "us")] {
            let file = "\(path)/\(UUID().uuidString).syngraph"
            try #require(await at(one, "export", "--full", "--out", file).code == .holds)
            try #require(await at(other, "import", file).code == .holds)
        }
    }
}

/// The homes of which every test has a copy.
private struct Template: Sendable {
    static let path = NSTemporaryDirectory() + "/syngraph-tests-" + UUID().uuidString
    let roadmap: String
    let draft: String

    init() async throws {
        let path = Self.path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // It is needed until the last test is over.
        atexit { try? FileManager.default.removeItem(atPath: Template.path) }
        func run(_ words: [String]) async throws -> Answer {
            let answer = await typed(words: words, isRandom: true, atHome: true)
            try #require(answer.code == .holds, "\(words): \(answer.talk)")
            return answer
        }
        let (us, dprk) = ("\(path)/us", "\(path)/dprk")
        for (party, home) in [("US", us), ("DPRK", dprk)] {
            _ = try await run(["party", "new", party, "--home", home, "--no-passphrase"])
            try FileManager.default.copyItem(atPath: "\(home)/\(party).card", toPath: "\(path)/\(party).card")
        }
        let (charter, invitation) = ("\(path)/charter.yaml", "\(path)/invitation")
        try Data(Self.charter.utf8).write(to: URL(fileURLWithPath: charter))
        let founded = try await run(["found", charter, "--home", us, "--out", invitation, "--json"])
        let roadmap = try #require(founded.json["roadmap"] as? String)
        _ = try await run(["join", invitation, "--roadmap", roadmap, "--home", dprk])
        for home in [us, dprk] { _ = try await run(["seal", "accept", roadmap, "--home", home, "--yes"]) }
        func carry(_ one: String, _ other: String) async throws {
            _ = try await run(["export", "--full", "--out", "\(path)/carried", "--home", one])
            _ = try await run(["import", "\(path)/carried", "--home", other])
        }
        try await carry(dprk, us)
        let opened = try await run([
            "draft", "open", "--title", "en=Liaison offices", "--title", "fr=Bureaux", "--home", us, "--json",
        ])
        draft = try #require(opened.json["draft"] as? String)
        try await carry(us, dprk)
        self.roadmap = roadmap
    }

    private static let charter = """
        syngraph: charter/1
        title: { en: Liaison, fr: Liaison }
        languages: [en, fr]
        proposer: US
        parties: [US, DPRK]
        standings:
          party: [US, DPRK]
        rules:
          text: { need: all, of: party }
          roster: { need: all, of: party }
          rule: { need: all, of: party }
          party: { need: all, of: party }
        provisions:
          - id: part
            kind: part
            class: text
            number: "I"
            heading: { en: Relations, fr: Relations }
            provisions:
              - id: offices
                kind: article
                class: text
                number: "4"
                text:
                  en: "The parties shall exchange liaison offices within 60 days."
                  fr: "Les parties échangent des bureaux de liaison dans les 60 jours."
              - id: costs
                kind: article
                class: text
                number: "5"
                text: { en: "Each party bears its own costs.", fr: "Chaque partie supporte ses propres frais." }

        """
}
