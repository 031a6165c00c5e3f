internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeRuntime
internal import Verification
internal import Wording

/// `syngraph status`
struct Status: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Say how things stand: who confirms which text, who is reachable, what waits for whom.",
        discussion: """
            Example:

              syngraph status --home ~/korea

            Works whether the node runs or not.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let (status, bytes, forks) = try await homeOptions.withDoor {
            (try await $0.status(), try await $0.bundle(), try await $0.forks())
        }
        let findings = try RoadmapSource.findings(in: bytes, of: homeOptions.location.path)
        if wantsJSON {
            voice.result(json(status, findings, forks))
        } else {
            speak(status, findings, forks, voice)
        }
        return .holds
    }

    private func json(
        _ status: NodeStatus, _ findings: VerificationReport.Findings, _ forks: [ForkProof]
    ) -> JSONValue {
        let json = FindingsJSON(findings)
        var fields: [(String, JSONValue)] = [
            ("party", .string(status.party.string)),
            ("roadmap", .string(status.roadmap.hex)),
            ("running", .bool(status.isRunning)),
            ("writer", status.writer.map { .string($0.hex) } ?? .null),
            ("entries", .number(status.entryCount)),
            ("port", status.port.map { .number($0) } ?? .null),
        ]
        fields += json.state
        fields += [
            ("instruments", json.instruments),
            ("parties", json.parties),
            ("peers", .array(status.peers.map(json(of:)))),
            ("concordance", .bool(findings.concordance.isReached)),
            ("evidence", json.evidence),
            ("forks", json.forks(forks)),
            (
                "counts",
                .object(status.counts.sorted { $0.key < $1.key }.map { ($0.key, .number(Int(clamping: $0.value))) })
            ),
        ]
        return .object(fields)
    }

    private func json(of peer: PeerStatus) -> JSONValue {
        .object([
            ("party", .string(peer.party.string)), ("dialled", .bool(peer.isDialled)),
            ("settled", .bool(peer.isSettled)),
        ])
    }

    private func speak(
        _ status: NodeStatus, _ findings: VerificationReport.Findings, _ forks: [ForkProof], _ voice: CommandVoice
    ) {
        let tables = FindingsTables(findings, voice)
        let port = status.port.map { ", listening on port \($0)" } ?? ""
        let node = status.isRunning ? "its node runs\(port)" : "its node does not run"
        voice.result(
            voice.paragraph(
                "\(status.party) in \(tables.book.name(status.roadmap)): \(node), "
                    + Quoting.count(status.entryCount, "entry", "entries")))
        voice.result(voice.paragraph(sentence(findings.concordance, voice)))
        voice.result("\n" + tables.parties { remark($0.id, status) })
        voice.result("\n" + tables.inForce(limit: FindingsTables.rowLimit))
        let parts = [tables.open(limit: nil), tables.givenUp(), tables.keys(), tables.evidence(), tables.forks(forks)]
        for part in parts.compactMap({ $0 }) {
            voice.result("\n" + part)
        }
        warnOfForeignKeys(status.party, findings, voice)
        speakTasks(status.party, tables, voice)
    }

    /// Whoever has this party's seal keys can change them, also who stole them: its own home then has others.
    private func warnOfForeignKeys(
        _ party: Identifier, _ findings: VerificationReport.Findings, _ voice: CommandVoice
    ) {
        guard let newest = findings.parties.first(where: { $0.id == party })?.keys?.newest.record, newest.version > 0,
            let own = try? Home.readKey(at: homeOptions.location.nodeKeyPath, passphrase: { nil }).publicKey,
            !newest.lastRecord.nodes.contains(where: { $0.key == own })
        else { return }
        voice.talk(
            "\n"
                + voice.paragraph(
                    "beware: version \(newest.version) of \(party)'s keys does not name this home's node; if nobody of yours "
                        + "made it, `syngraph party recover` takes its place", hanging: 2))
    }

    /// What waits for this very party.
    private func speakTasks(_ party: Identifier, _ tables: FindingsTables, _ voice: CommandVoice) {
        let tasks = tables.findings.evaluation.instrumentIDs.compactMap { id -> String? in
            guard let next = tables.book.state(of: id)?.next, next.parties.contains(party) else { return nil }
            return voice.paragraph("- \(tables.book.name(id)): \(next.sentence)", indent: 2, hanging: 4)
        }
        if !tasks.isEmpty { voice.talk((["\nwaits for you"] + tasks).joined(separator: "\n")) }
    }

    private func remark(_ party: Identifier, _ status: NodeStatus) -> String {
        if party == status.party { return "; this is you" }
        guard let peer = status.peers.first(where: { $0.party == party }) else { return "" }
        return peer.isSettled ? "; connected, copies equal" : "; connected, still exchanging"
    }

    private func sentence(_ concordance: Concordance, _ voice: CommandVoice) -> String {
        if concordance.isReached {
            return voice.marked("concordance: all parties with a node confirm the same text", .good)
        }
        guard !concordance.lacking.isEmpty else { return "no concordance: no party in force has a node" }
        return "no concordance yet: "
            + voice.marked("\(Quoting.list(concordance.lacking)) did not confirm the text in force here", .waiting)
    }
}

/// Whether all parties that can have confirmed the same text.
struct Concordance: Hashable, Sendable {
    /// Parties with a node in their newest key record, ascending.
    let asked: [Identifier]
    /// Those of them whose newest certificate names another root than ours, or that have none.
    let lacking: [Identifier]

    var isReached: Bool { !asked.isEmpty && lacking.isEmpty }
}

extension VerificationReport.Findings {
    var concordance: Concordance {
        let asked = parties.filter { !($0.keys?.newest.record.lastRecord.nodes.isEmpty ?? true) }
        return Concordance(
            asked: asked.map(\.id), lacking: asked.filter { $0.state?.inForce != roots.inForce }.map(\.id))
    }
}
