internal import Agreement
internal import Cryptography
internal import Identity
internal import Journal
internal import Verification
internal import Wording

/// What `verify` and `status` show a person alike: what is in force, what waits for whom, who confirms what.
struct FindingsTables {
    let findings: VerificationReport.Findings
    let book: Phrasebook
    let voice: CommandVoice

    /// Rows that a person is shown of a list unless they ask for all.
    static let rowLimit = 40

    init(_ findings: VerificationReport.Findings, _ voice: CommandVoice) {
        self.findings = findings
        self.voice = voice
        let languages = findings.contents.ledger.instruments[findings.contents.roadmap]?.languages ?? []
        book = Phrasebook(
            findings,
            language: ReaderLanguage.preferred(among: languages, in: Surroundings.current.environment))
    }

    func inForce(limit: Int?) -> String {
        let ids = findings.evaluation.inForce
        let provisions = findings.evaluation.textInForce.count
        let heading = voice.marked("in force", .heading)
        guard !ids.isEmpty else { return "\(heading): nothing yet" }
        let size = "\(Quoting.count(ids.count, "instrument")), \(Quoting.count(provisions, "provision"))"
        return "\(heading): \(size)\n"
            + table(inOrder(ids), limit: limit) { [Quoting.short($0), title($0), book.verdicts(on: $0)] }
    }

    private func table(_ ids: [InstrumentID], limit: Int?, _ row: (InstrumentID) -> [String]) -> String {
        let shown = limit.map { ids.prefix($0) } ?? ids[...]
        let rest = ids.count - shown.count
        return voice.table(shown.map(row)) + (rest == 0 ? "" : "\n  and \(rest) more, which --json lists")
    }

    /// All that is not in force, or in force and contested, with the next step and whose it is; nil for none.
    func open(limit: Int?) -> String? {
        let settled: Set<InstrumentState> = [.inForce, .replaced]
        let ids = findings.evaluation.instrumentIDs.filter { id in
            findings.evaluation.state(of: id).map { !settled.contains($0) } ?? false
        }.filter { findings.evaluation.end(of: $0) == nil }
        guard !ids.isEmpty else { return nil }
        let rows = table(ids, limit: limit) { id in
            let state = book.state(of: id)!
            return [
                Quoting.short(id), title(id), voice.marked(state.state.words, emphasis(state.state)),
                state.summary,
            ]
        }
        return "\(voice.marked("waiting", .heading))\n" + rows
    }

    /// What was offered with a closing and has ended by another one; nil for nothing.
    func givenUp() -> String? {
        let ids = findings.evaluation.instrumentIDs.filter { findings.evaluation.end(of: $0) != nil }
        guard !ids.isEmpty else { return nil }
        return "\(voice.marked("given up", .heading))\n"
            + voice.table(ids.map { [Quoting.short($0), title($0), book.state(of: $0)!.sentence] })
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

    /// What a file of evidence shows of its accusations; nil for any other file.
    func judgements() -> String? {
        guard !findings.judgements.isEmpty else { return nil }
        let lines = findings.judgements.map { judgement in
            let word = voice.marked(judgement.verdict.words, emphasis(judgement.verdict))
            return voice.paragraph("\(word): \(book.sentence(for: judgement))", indent: 2, hanging: 4)
        }
        return ([voice.marked("accusations", .heading)] + lines).joined(separator: "\n")
    }

    /// The writers that told two stories; nil for none.
    func forks(_ forks: [ForkProof]) -> String? {
        guard !forks.isEmpty else { return nil }
        let lines = forks.map { fork in
            let parties = findings.parties(toldBy: fork)
            let whose = parties.isEmpty ? "a node of nobody's" : "a node of \(Quoting.list(parties))"
            let entries = Quoting.list(fork.entries.map { Quoting.short($0.digest) })
            return voice.paragraph(
                "\(whose) told two stories as writer \(Quoting.short(fork.writer.digest)): entries \(entries) at place "
                    + "\(fork.parting); its key or its store is in somebody else's hands too", indent: 2, hanging: 4)
        }
        return ([voice.marked("forked journals", .bad)] + lines).joined(separator: "\n")
    }

    private func emphasis(_ verdict: Judgement.Verdict) -> Emphasis {
        switch verdict {
        case .convicted: .bad
        case .acquitted: .good
        case .incomplete: .waiting
        }
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

    /// Who has changed its keys, whose seals are disputed, who leaves; nil for nobody.
    func keys() -> String? {
        let rows = findings.parties.flatMap { party in
            (changes(of: party) + disputes(of: party) + departures(of: party)).map { [party.id.string, $0] }
        }
        guard !rows.isEmpty else { return nil }
        return "\(voice.marked("keys and leave", .heading))\n" + voice.table(rows)
    }

    private func changes(of party: VerificationReport.PartyFinding) -> [String] {
        guard let keys = party.keys, let statement = keys.newest.statement, let authority = keys.newest.authority else {
            return []
        }
        let reason = statement.reason.map { ": \(Quoting.quoted($0))" } ?? ""
        let version = "version \(statement.version), by its \(authority.rawValue) keys\(reason)"
        let now = statement.isFreeze ? voice.marked("frozen since", .bad) : "has keys of"
        let overruled = keys.links.count(where: \.isSuperseded)
        let changes = Quoting.count(overruled, "change")
        return ["\(now) \(version)"] + (overruled == 0 ? [] : ["\(changes) of its keys overruled by recovery"])
    }

    private func disputes(of party: VerificationReport.PartyFinding) -> [String] {
        guard !party.disputedSeals.isEmpty else { return [] }
        let seals = Quoting.count(party.disputedSeals.count, "seal")
        let ids = Quoting.list(party.disputedSeals.prefix(3).map(Quoting.short))
        let rest = party.disputedSeals.count > 3 ? ", the first being" : ":"
        let voids = findings.evaluation.voidSeals
        let void = party.disputedSeals.filter(voids.contains)
        return [voice.marked("\(seals) by keys that it has given up, disputed\(rest) \(ids)", .bad)]
            + (void.isEmpty ? [] : ["of these void: \(Quoting.list(void.map(Quoting.short)))"])
    }

    private func departures(of party: VerificationReport.PartyFinding) -> [String] {
        party.withdrawals.map { finding in
            let withdrawal = finding.withdrawal
            let isVoid = findings.evaluation.voidWithdrawals.contains(withdrawal.id)
            let doubt = finding.isDisputed ? voice.marked(isVoid ? "; disputed and void" : "; disputed", .bad) : ""
            return "\(book.act(of: withdrawal)), at \(Timestamp.text(withdrawal.at)) by its own clock"
                + "\(book.reason(of: withdrawal))\(doubt)"
        }
    }

    private func confirmation(of party: VerificationReport.PartyFinding) -> String {
        guard let state = party.state else { return voice.marked("confirmed no state", .faint) }
        let agrees = state.inForce == findings.roots.inForce
        let what =
            agrees
            ? voice.marked("confirmed this state", .good)
            : voice.marked("confirmed another state, \(Quoting.short(state.inForce)),", .bad)
        let since = state.ownEntry.map { ", since its entry \($0)" } ?? ""
        return "\(what) at \(Timestamp.text(state.at)) (certificate \(state.sequence)\(since))"
    }

    private func title(_ id: InstrumentID) -> String {
        findings.contents.ledger.instruments[id].map(book.title) ?? "not here"
    }

    /// What is built on comes first; of equals the lowest id.
    private func inOrder(_ ids: [InstrumentID]) -> [InstrumentID] {
        var depth: [InstrumentID: Int] = [:]
        var open = ids
        while let id = open.last {
            let ground = findings.contents.ledger.instruments[id]?.ground ?? []
            let unknown = ground.filter { depth[$0] == nil }
            open += unknown
            guard unknown.isEmpty else { continue }
            depth[id] = 1 + (ground.compactMap { depth[$0] }.max() ?? 0)
            open.removeLast()
        }
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
