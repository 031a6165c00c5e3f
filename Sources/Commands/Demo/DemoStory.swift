internal import Foundation

/// The story itself, chapter by chapter: who did what, what is still missing, and why.
///
/// Judges by `status --json` of every node and by `verify` of the file, never by what it did itself.
struct DemoStory {
    let stage: DemoStage
    let cast: DemoCast
    let charters: URL
    let voice: CommandVoice
    let havoc: Havoc?

    /// Seals whose verb answered that they are on disk; each must be in the file at the end.
    private let acknowledged = Acknowledged()

    private actor Acknowledged {
        private(set) var seals: Set<String> = []
        func note(_ id: String) { seals.insert(id) }
    }

    private static let partyNames = [
        "CHN": "China", "FRA": "France", "GBR": "the United Kingdom", "JPN": "Japan", "KOR": "the ROK",
        "PRK": "the DPRK", "RUS": "Russia", "USA": "the United States",
    ]

    func tell() async throws {
        let start = ContinuousClock.now
        say("Eight parties, each with its own keys, its own node, its own copy. No server, no chair.", .heading)
        try await makeParties()
        let roadmap = try await found()
        try await startNodes(roadmap)
        async let raging: Void = rage()
        try await sealFounding(roadmap)
        let (step, guarantee) = try await offerBoth()
        try await breakDeadlock(step, guarantee)
        let accession = try await admitObserver()
        try await raging
        let root = try await agreeOnState(inForce: [roadmap, step, guarantee, accession])
        try await verifyOffline(roadmap, [step, guarantee, accession], root)
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        let record = DemoRecord(
            roadmap: roadmap, step: step, guarantee: guarantee, accession: accession,
            ports: Dictionary(uniqueKeysWithValues: cast.players.compactMap { p in p.port.map { (p.code, $0) } }),
            stateRoot: root, seconds: seconds, kills: await havoc?.killed.count ?? 0, seed: havoc?.seed)
        try write(record)
        await conclude(roadmap, seconds)
    }

    // MARK: 1. Parties and founding

    private func makeParties() async throws {
        chapter("Each party makes its keys")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for player in cast.players + [cast.observer] {
                group.addTask {
                    var words = ["party", "new", player.code, "--home", stage.home(player.code), "--no-passphrase"]
                    for name in player.names { words += ["--name", name] }
                    if let endpoint = player.endpoint { words += ["--endpoint", endpoint] }
                    try await must(words)
                    try copy("homes/\(player.code)/\(player.code).card", to: "cards/\(player.code).card")
                }
            }
            try await group.waitForAll()
        }
        say("Eight homes, and eight cards: the public half of each, signed by every key in it.")
    }

    private func found() async throws -> String {
        chapter("The ROK writes the charter and founds the roadmap")
        let facts: FoundFacts = try await mustDecode([
            "found", charters.appending(path: "korea.yaml").path, "--home", stage.home("KOR"), "--cards",
            stage.file("cards"), "--json",
        ])
        say("The roadmap's id is \(facts.roadmap). It is read aloud over the telephone; everything hangs on it.")
        let invitation = stage.file("invitation.syngraph")
        try await must(["invite", "--home", stage.home("KOR"), "--out", invitation])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for player in cast.players where player.code != "KOR" {
                group.addTask {
                    try await must([
                        "join", invitation, "--roadmap", facts.roadmap, "--home", stage.home(player.code),
                    ])
                }
            }
            try await group.waitForAll()
        }
        try Data((facts.roadmap + "\n").utf8).write(to: URL(filePath: stage.file("roadmap.id")))
        say("Seven others take the invitation, check that it is that very roadmap, and keep a copy.")
        return facts.roadmap
    }

    private func startNodes(_ roadmap: String) async throws {
        chapter("Eight nodes start")
        for player in cast.players { try await stage.startNode(player) }
        say(
            "They speak mutual TLS 1.3. The DPRK's node listens nowhere and "
                + "keeps to China's; all reach it through there.")
        if let havoc {
            say("Nodes will be killed \(havoc.count) times at random moments (seed \(havoc.seed)).", .waiting)
        }
    }

    private func sealFounding(_ roadmap: String) async throws {
        chapter("All eight seal the founding")
        for player in cast.players.dropLast() { try await seal("accept", roadmap, by: player.code) }
        let facts = try await everywhere("seven seals on the founding are known") {
            $0.missing(for: roadmap)?.parties == ["USA"]
        }
        try claim(facts.values.allSatisfy { $0.inForce.isEmpty }, "nothing may be in force before all have sealed")
        say(
            "Seven have sealed. Every node says the same: the United "
                + "States is missing, so nothing is in force.", .waiting)
        try await seal("accept", roadmap, by: "USA")
        _ = try await everywhere("the founding is in force") { $0.inForce == [roadmap] }
        say("The United States seals. The roadmap is in force, in every copy.", .good)
    }

    // MARK: 2. The deadlock

    private func offerBoth() async throws -> (step: String, guarantee: String) {
        chapter("Two amendments are offered: a denuclearisation step, and a security guarantee")
        let step = try await amend("korea-step.yaml", by: "KOR")
        let guarantee = try await amend("korea-guarantee.yaml", by: "CHN")
        _ = try await everywhere("both amendments are known") {
            $0.state(of: step) != nil && $0.state(of: guarantee) != nil
        }
        say("Here is the old deadlock: neither the DPRK nor the United States will move first.")
        return (step, guarantee)
    }

    private func breakDeadlock(_ step: String, _ guarantee: String) async throws {
        chapter("Nobody moves first")
        try await loseJapan()
        for code in ["CHN", "KOR"] {
            try await seal("accept", step, by: code)
            try await seal("accept", guarantee, by: code)
        }
        for code in ["FRA", "GBR"] {
            try await seal("abstain", step, by: code)
            try await seal("accept", guarantee, by: code)
        }
        try await seal("abstain", step, by: "RUS")
        try await seal("accept", guarantee, by: "RUS")
        try await bringJapanBack()
        for id in [step, guarantee] { try await seal("accept", id, by: "JPN") }
        say(
            "China and the ROK accept both. France and Britain abstain on "
                + "the step, which vetoes nothing. Japan accepts.")

        try await seal("accept", step, by: "PRK", provided: guarantee)
        try await seal("accept", guarantee, by: "PRK")
        try await seal("accept", step, by: "USA")
        say("The DPRK accepts the step, provided that the guarantee stands. The United States accepts the step.")
        let facts = try await everywhere("the step waits only for the guarantee") {
            $0.state(of: step) == "conditional" && $0.missing(for: guarantee)?.parties == ["USA"]
        }
        try claim(
            facts.values.allSatisfy { !$0.inForce.contains(step) && !$0.inForce.contains(guarantee) },
            "neither may be in force while one condition is open")
        try claim(
            facts.values.allSatisfy { $0.missing(for: step)?.instruments == [guarantee] },
            "the step must be missing the guarantee and nothing else")
        say(
            "Every node says: the step is sealed by all it needs and waits "
                + "for the guarantee alone. Nothing is in force.", .waiting)

        try await seal("accept", guarantee, by: "USA", provided: step)
        say("The United States accepts the guarantee, provided that the step stands.")
        let sightings = Sightings()
        let both = try await everywhere("step and guarantee are in force") { facts in
            await sightings.note(facts.inForce.contains(step), facts.inForce.contains(guarantee))
            return facts.inForce.contains(step) && facts.inForce.contains(guarantee)
        }
        try claim(await !sightings.sawOneAlone, "no node may ever see one of the two in force without the other")
        try claim(both.values.allSatisfy { $0.contested.isEmpty }, "nothing may be contested")
        say("Both are in force at one instant, in every copy. Neither side went first.", .good)
    }

    /// Whether any node was ever seen with one of two linked instruments in force and not the other.
    private actor Sightings {
        private(set) var sawOneAlone = false
        func note(_ one: Bool, _ other: Bool) { if one != other { sawOneAlone = true } }
    }

    private func loseJapan() async throws {
        guard havoc == nil else { return }
        await stage.killNode("JPN")
        say("Meanwhile the power fails in Tokyo: Japan's node is killed.", .waiting)
    }

    private func bringJapanBack() async throws {
        guard havoc == nil else { return }
        try await stage.startNode(cast.players.first { $0.code == "JPN" }!)
        say("Japan's node starts again from its disk, and catches up with what it missed.")
    }

    // MARK: 3. The observer

    private func admitObserver() async throws -> String {
        chapter("An observer enters")
        let accession = try await amend("korea-accession.yaml", by: "KOR")
        let toObserver = stage.file("to-observer.syngraph")
        let fromObserver = stage.file("from-observer.syngraph")
        let roadmap = try String(contentsOfFile: stage.file("roadmap.id"), encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try await must(["export", "--home", stage.home("KOR"), "--out", toObserver])
        try await must(["join", toObserver, "--roadmap", roadmap, "--home", stage.home("IAEA")])
        try await seal("accept", accession, by: "IAEA")
        try await must(["export", "--home", stage.home("IAEA"), "--out", fromObserver])
        try await must(["import", fromObserver, "--home", stage.home("KOR")])
        say(
            "The International Atomic Energy Agency runs no node. It seals "
                + "its own accession on a file, carried by hand.")
        _ = try await everywhere("the accession is known") { $0.state(of: accession) != nil }
        for code in DemoCast.codes where code != "JPN" { try await seal("accept", accession, by: code) }
        _ = try await everywhere("the accession is in force") { $0.inForce.contains(accession) }
        say(
            "The key states and the concerned parties accept. The observer "
                + "is admitted; all before it stays in force.", .good)
        return accession
    }

    // MARK: 4. The same everywhere, and offline

    private func agreeOnState(inForce expected: [String]) async throws -> String {
        chapter("Does everybody hold the same?")
        let codes = Set(DemoCast.codes)
        let facts = try await everywhere("every node holds everybody's certificate of the same state") { facts in
            let agreeing = facts.parties.filter { $0.state?.root == facts.stateRoot }.map(\.id)
            return Set(agreeing).isSuperset(of: codes) && facts.inForce == expected.sorted()
        }
        let roots = Set(facts.values.map(\.stateRoot))
        try claim(roots.count == 1, "all nodes must have one state root")
        say("One state root, \(roots.first!.prefix(16))…, and every node holds all eight signatures on it.", .good)
        return roots.first!
    }

    private func verifyOffline(_ roadmap: String, _ required: [String], _ root: String) async throws {
        chapter("A stranger verifies, offline, from one file")
        let file = stage.file("roadmap.syngraph")
        try await must(["export", "--home", stage.home("PRK"), "--out", file])
        var words = ["verify", file, "--roadmap", roadmap, "--json"]
        for id in required { words += ["--require", id] }
        let facts: VerifyFacts = try await mustDecode(words)
        try claim(facts.verdict == "valid" && facts.roadmapChecked, "the file must be valid and about this roadmap")
        try claim(facts.stateRoot == root, "the file must give the state root that the parties signed")
        try claim(
            facts.inForce == ([roadmap] + required).sorted(),
            "exactly the four instruments must be "
                + "in force in the file")
        try await checkNothingLost(file)
        say(
            "\(facts.records) records, \(facts.signatures) signatures checked, "
                + "verdict: valid. The file came from the DPRK's copy.", .good)
        try await tamper(file, roadmap)
    }

    private func checkNothingLost(_ file: String) async throws {
        let bytes = try Data(contentsOf: URL(filePath: file))
        let outcome = try await stage.type(["inspect", file, "--json"])
        let seals = await acknowledged.seals
        let lost = seals.filter { !outcome.output.contains($0) }
        try claim(lost.isEmpty, "\(lost.count) of \(seals.count) acknowledged seals are not in the file")
        try claim(!bytes.isEmpty, "the file must not be empty")
        if let havoc {
            let killed = await havoc.killed.count
            say("Nodes were killed \(killed) times; all \(seals.count) acknowledged seals are in the file.", .good)
        }
    }

    private func tamper(_ file: String, _ roadmap: String) async throws {
        var bytes = try Data(contentsOf: URL(filePath: file))
        bytes[bytes.count / 2] ^= 1
        let copy = stage.file("tampered.syngraph")
        try bytes.write(to: URL(filePath: copy))
        let outcome = try await stage.type(["verify", copy, "--roadmap", roadmap])
        try claim(outcome.code == 2, "a file with one changed byte must be refused with exit code 2")
        say("The same file with one bit changed is refused.")
    }
}

// MARK: - Acts

extension DemoStory {
    private func seal(_ verdict: String, _ id: String, by code: String, provided: String? = nil) async throws {
        var words = ["seal", verdict, id, "--home", stage.home(code), "--yes", "--json"]
        if let provided { words += ["--provided", provided] }
        let facts: SealFacts = try await mustDecode(words)
        await acknowledged.note(facts.seal)
    }

    private func amend(_ name: String, by code: String) async throws -> String {
        // Beside the cards, where an amendment that brings a party finds its card.
        let file = stage.file("cards/\(name)")
        if !FileManager.default.fileExists(atPath: file) {
            try FileManager.default.copyItem(atPath: charters.appending(path: name).path, toPath: file)
        }
        let facts: AmendFacts = try await mustDecode(["amend", file, "--home", stage.home(code), "--json"])
        return facts.instrument
    }

    /// Asks every node until all say so; a minute at the most.
    private func everywhere(
        _ what: String, _ isSo: (StatusFacts) async -> Bool
    ) async throws -> [String: StatusFacts] {
        var facts: [String: StatusFacts] = [:]
        var waiting = cast.players.map(\.code)
        let end = ContinuousClock.now + .seconds(havoc == nil ? 40 : 90)
        while !waiting.isEmpty {
            guard ContinuousClock.now < end else {
                throw DemoFailure(
                    "after a long wait it is still not so that \(what), at "
                        + "\(waiting.joined(separator: ", "))")
            }
            var stillWaiting: [String] = []
            for code in waiting {
                guard let answer = try await status(of: code), await isSo(answer) else {
                    stillWaiting.append(code)
                    continue
                }
                facts[code] = answer
            }
            waiting = stillWaiting
            if !waiting.isEmpty { try await Task.sleep(for: .milliseconds(60)) }
        }
        return facts
    }

    private func status(of code: String) async throws -> StatusFacts? {
        let outcome = try await stage.type(["status", "--home", stage.home(code), "--json"])
        guard outcome.code == 0 else {
            // A node that was just killed or is just starting answers a moment later.
            try claim(outcome.code == 75 || outcome.code == 69, "status of \(code) failed: \(outcome.talk)")
            return nil
        }
        return try JSONDecoder().decode(StatusFacts.self, from: Data(outcome.output.utf8))
    }

    @discardableResult
    private func must(_ words: [String]) async throws -> DemoStage.Outcome {
        // Where nodes are killed at random a verb may meet one that has just died: it says so, and is typed again.
        var attemptsLeft = havoc == nil ? 0 : 50
        while true {
            let outcome = try await stage.type(words)
            if outcome.code == 0 { return outcome }
            guard attemptsLeft > 0, outcome.code == 75 || outcome.code == 69 else {
                let command = words.joined(separator: " ")
                throw DemoFailure("`syngraph \(command)` ended with \(outcome.code): \(outcome.talk)")
            }
            attemptsLeft -= 1
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func mustDecode<Facts: Decodable>(_ words: [String]) async throws -> Facts {
        let outcome = try await must(words)
        do {
            return try JSONDecoder().decode(Facts.self, from: Data(outcome.output.utf8))
        } catch {
            throw DemoFailure("the answer of `syngraph \(words[0])` cannot be read: \(error)")
        }
    }

    private func rage() async throws {
        try await havoc?.rage(on: stage, players: cast.players)
    }

    private func claim(_ isSo: Bool, _ sentence: String) throws {
        guard isSo else { throw DemoFailure(sentence) }
    }

    private func copy(_ source: String, to destination: String) throws {
        try FileManager.default.copyItem(atPath: stage.file(source), toPath: stage.file(destination))
    }

    private func write(_ record: DemoRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(record).write(to: URL(filePath: stage.file("demo.json")))
    }

    // MARK: Telling

    private func chapter(_ title: String) { voice.result("\n" + voice.marked(title, .heading)) }

    private func say(_ sentence: String, _ emphasis: Emphasis? = nil) {
        let text = voice.paragraph(sentence, indent: emphasis == .heading ? 0 : 2)
        guard let emphasis else { return voice.result(text) }
        voice.result(text.split(separator: "\n").map { voice.marked(String($0), emphasis) }.joined(separator: "\n"))
    }

    private func conclude(_ roadmap: String, _ seconds: Double) async {
        let folder = stage.folder.path
        chapter("Done in \(Int(seconds.rounded())) seconds, with \(await stage.typedCount) commands")
        voice.result(
            """
              To look around:
                syngraph show --home \(folder)/homes/KOR denuclearisation
                syngraph status --home \(folder)/homes/PRK
                syngraph verify \(folder)/roadmap.syngraph --roadmap \(roadmap.prefix(16))… (the whole id is in roadmap.id)
                syngraph inspect \(folder)/roadmap.syngraph
                syngraph node run --home \(folder)/homes/USA
            """)
    }
}
