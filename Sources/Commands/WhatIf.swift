internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// `syngraph what-if ID --with A,B`
struct WhatIf: Verb {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Say what would be in force if some parties sealed some instruments; changes nothing.",
        discussion: """
            Examples:

              syngraph what-if 9a8b7c6d --with KOR,PRK
              syngraph what-if 9a8b7c6d --with KOR,RUS:abstain
              syngraph what-if 9a8b7c6d 51e0aa37 --with KOR --with 51e0aa37=PRK

            A party accepts unless :abstain or :reject stands behind it. What is named without an instrument goes for \
            all of them. It also says what each party's own software would refuse, and why.
            """)

    @Argument(help: "The instruments, in the order in which they are sealed: ids, or at least 8 digits.")
    var ids: [String]
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Who seals: PARTY[:VERDICT],… or ID=PARTY[:VERDICT],…; may be repeated.", valueName: "who"))
    var with: [String]
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    /// More would be a script's mistake, and each instrument costs an evaluation.
    static let sealLimit = 4_096
    static let instrumentLimit = 64

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let prefixes = try ids.map { typed throws(Complaint) in try IDPrefix(typed) }
        let casts = try with.map { typed throws(Complaint) in try Cast(typed) }
        let findings = try await source.findings()
        try refuseStrangers(among: casts, to: findings.contents.ledger)
        let known = findings.contents.ledger.instruments.keys
        func resolve(_ prefix: IDPrefix) throws(Complaint) -> InstrumentID {
            try prefix.resolve(among: known, noun: "instrument", place: source.place)
        }
        let instruments = try prefixes.map(resolve)
        guard Set(instruments).count == instruments.count, instruments.count <= Self.instrumentLimit else {
            throw Complaint.usage("name each instrument once, and at most \(Self.instrumentLimit) of them")
        }
        let seals = try supposed(on: instruments, casts, resolve)
        let supposition = Supposition(seals, on: findings.evaluation)
        let book = Phrasebook.here(findings)
        if wantsJSON {
            voice.result(json(supposition, instruments, findings.evaluation, book))
        } else {
            let tale = SuppositionInWords(supposition, on: instruments, in: book)
            for line in tale.lines {
                voice.result(voice.paragraph(line.text, indent: line.indent, hanging: line.indent + 2))
            }
            voice.talk("nothing was changed")
        }
        return .holds
    }

    /// Who has a key record nowhere here can seal nothing, so an answer would hide a slip of the pen.
    private func refuseStrangers(among casts: [Cast], to ledger: Ledger) throws(Complaint) {
        let known = Set(ledger.keyChains.all.map(\.party))
        let named = casts.flatMap(\.votes).map(\.party)
        guard let stranger = named.first(where: { !known.contains($0) }) else { return }
        throw Complaint(
            .noSuchFile, "no-such-party", "there is no party \(stranger) \(source.place)",
            hint: "they are \(Quoting.list(known.sorted()))")
    }

    /// The seals in the order of the instruments, and on each in the order typed.
    private func supposed(
        on instruments: [InstrumentID], _ casts: [Cast], _ resolve: (IDPrefix) throws(Complaint) -> InstrumentID
    ) throws(Complaint) -> [SupposedSeal] {
        var seals: [InstrumentID: [SupposedSeal]] = [:]
        for cast in casts {
            let only = try cast.instrument.map { prefix throws(Complaint) in try resolve(prefix) }
            if let only, !instruments.contains(only) {
                throw .usage("\(Quoting.short(only)) is not among the instruments asked about")
            }
            for id in only.map({ [$0] }) ?? instruments {
                for (party, verdict) in cast.votes {
                    guard !(seals[id] ?? []).contains(where: { $0.party == party }) else {
                        throw .usage("\(party) is named twice for \(Quoting.short(id))")
                    }
                    seals[id, default: []].append(SupposedSeal(verdict, on: id, by: party))
                }
            }
        }
        let all = instruments.flatMap { seals[$0] ?? [] }
        guard all.count <= Self.sealLimit else { throw .usage("at most \(Self.sealLimit) seals can be supposed") }
        return all
    }

    // MARK: For a program

    private func json(
        _ supposition: Supposition, _ instruments: [InstrumentID], _ before: Evaluation, _ book: Phrasebook
    ) -> JSONValue {
        .object([
            ("seals", .array(supposition.outcomes.map { json($0, book) })),
            (
                "instruments",
                .array(
                    instruments.map { id in
                        let missing = supposition.after.missing(of: id)
                        return .object([
                            ("id", .string(id.hex)),
                            ("before", before.state(of: id).map { .string($0.rawValue) } ?? .null),
                            ("after", supposition.after.state(of: id).map { .string($0.rawValue) } ?? .null),
                            (
                                "missing",
                                .object([
                                    ("parties", missing.parties.map(FindingsJSON.names) ?? .null),
                                    ("instruments", FindingsJSON.ids(missing.instruments)),
                                ])
                            ),
                        ])
                    })
            ),
            ("perfected", FindingsJSON.ids(supposition.shift.perfected)),
            ("intoForce", FindingsJSON.ids(supposition.shift.intoForce)),
            ("outOfForce", FindingsJSON.ids(supposition.shift.outOfForce)),
            ("contested", FindingsJSON.ids(supposition.shift.contested)),
        ])
    }

    private func json(_ outcome: Supposition.Outcome, _ book: Phrasebook) -> JSONValue {
        .object([
            ("instrument", .string(outcome.seal.instrument.hex)), ("party", .string(outcome.seal.party.string)),
            ("verdict", .string(outcome.seal.verdict.rawValue)), ("counts", .bool(outcome.counts)),
            (
                "objections",
                .array(
                    outcome.objections.map {
                        .object([("word", .string($0.word)), ("message", .string(book.sentence(for: $0)))])
                    })
            ),
        ])
    }
}

/// One `--with`: who seals, how, and perhaps what alone.
private struct Cast {
    let instrument: IDPrefix?
    let votes: [(party: Identifier, verdict: Seal.Verdict)]

    init(_ typed: String) throws(Complaint) {
        let parts = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        instrument = parts.count == 2 ? try IDPrefix(String(parts[0])) : nil
        var votes: [(party: Identifier, verdict: Seal.Verdict)] = []
        for vote in parts[parts.count - 1].split(separator: ",", omittingEmptySubsequences: false) {
            let halves = vote.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let party = try Typed.party(halves[0])
            guard halves.count == 2 else {
                votes.append((party, .accept))
                continue
            }
            guard let verdict = Seal.Verdict(rawValue: halves[1]) else {
                throw .usage(
                    "\(Typed.shown(halves[1])) is no verdict",
                    hint: "write \(party):accept, \(party):abstain or \(party):reject; a party alone accepts")
            }
            votes.append((party, verdict))
        }
        self.votes = votes
    }
}
