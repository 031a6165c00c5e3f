internal import Agreement
internal import Identity
internal import Verification
internal import Wording

/// What `verify` and `status` show a person alike: what is in force, what waits for whom, who confirms what.
struct FindingsTables {
    let findings: VerificationReport.Findings
    let book: Phrasebook
    let voice: CommandVoice

    init(_ findings: VerificationReport.Findings, _ voice: CommandVoice) {
        self.findings = findings
        self.voice = voice
        let languages = findings.contents.ledger.instruments[findings.contents.roadmap]?.languages ?? []
        book = Phrasebook(
            findings,
            language: ReaderLanguage.preferred(among: languages, in: Surroundings.current.environment))
    }

    func inForce() -> String {
        let ids = findings.evaluation.inForce
        let provisions = findings.evaluation.textInForce.count
        let heading = voice.marked("in force", .heading)
        guard !ids.isEmpty else { return "\(heading): nothing yet" }
        let size = "\(Quoting.count(ids.count, "instrument")), \(Quoting.count(provisions, "provision"))"
        return "\(heading): \(size)\n"
            + voice.table(inOrder(ids).map { [Quoting.short($0), title($0), book.verdicts(on: $0)] })
    }

    /// All that is not in force, or in force and contested, with the next step and whose it is; nil for none.
    func open() -> String? {
        let settled: Set<InstrumentState> = [.inForce, .replaced]
        let ids = findings.evaluation.instrumentIDs.filter { id in
            findings.evaluation.state(of: id).map { !settled.contains($0) } ?? false
        }
        guard !ids.isEmpty else { return nil }
        let rows = ids.map { id -> [String] in
            let state = book.state(of: id)!
            return [
                Quoting.short(id), title(id), voice.marked(state.state.words, emphasis(state.state)),
                state.summary,
            ]
        }
        return "\(voice.marked("waiting", .heading))\n" + voice.table(rows)
    }

    func replaced() -> String? {
        let ids = findings.evaluation.instrumentIDs.filter { findings.evaluation.state(of: $0) == .replaced }
        guard !ids.isEmpty else { return nil }
        return "\(voice.marked("replaced", .heading))\n"
            + voice.table(ids.map { [Quoting.short($0), title($0), book.state(of: $0)!.sentence] })
    }

    func evidence() -> String? {
        guard !findings.evidence.isEmpty else { return nil }
        let lines = findings.evidence.map { found in
            voice.paragraph(
                "\(book.sentence(for: found)); records \(Quoting.list(found.records.map(Quoting.short)))", indent: 2,
                hanging: 4)
        }
        return ([voice.marked("proof of a lie", .bad)] + lines).joined(separator: "\n")
    }

    /// Who confirms which state.
    ///
    /// - Parameter remark: what else is known of a party, by its name.
    func parties(remark: (VerificationReport.PartyFinding) -> String = { _ in "" }) -> String {
        let rows = findings.parties.map { party -> [String] in
            [party.id.string, Quoting.list(party.standings), confirmation(of: party) + remark(party)]
        }
        return "\(voice.marked("parties", .heading))\n" + voice.table(rows)
    }

    private func confirmation(of party: VerificationReport.PartyFinding) -> String {
        guard let state = party.state else { return voice.marked("confirmed no state", .faint) }
        let agrees = state.inForce == findings.roots.inForce
        let what = agrees ? voice.marked("confirmed this state", .good) : voice.marked("confirmed another state", .bad)
        return "\(what) at \(Timestamp.text(state.at)) (certificate \(state.sequence))"
    }

    private func title(_ id: InstrumentID) -> String {
        findings.contents.ledger.instruments[id].map(book.title) ?? "not here"
    }

    /// What is built on comes first.
    private func inOrder(_ ids: [InstrumentID]) -> [InstrumentID] {
        let evaluation = findings.evaluation
        let depth = Dictionary(
            uniqueKeysWithValues: ids.map { id in (id, ids.count { evaluation.isBuilt(id, on: $0) }) })
        return ids.sorted { (depth[$0]!, $0) < (depth[$1]!, $1) }
    }

    private func emphasis(_ state: InstrumentState) -> Emphasis {
        switch state {
        case .inForce: .good
        case .illFormed, .contested: .bad
        case .awaitingRecords, .replaced, .suspended, .stale, .rejected, .conditional, .sealed, .unsealed: .waiting
        }
    }
}
