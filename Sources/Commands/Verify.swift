internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Renditions
internal import Verification
internal import Wording

/// `syngraph verify FILE…`
struct Verify: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Check files, offline: what is in force, who agreed, what is wrong.",
        discussion: """
            Examples:

              syngraph verify agreement.syngraph --roadmap 3fd2…a1c0 --require 9a8b7c6d
              syngraph verify from-east.syngraph from-west.syngraph
              syngraph verify article-4.syngraph invitation.syngraph
              syngraph verify agreement.html

            The roadmap's id is all that you must know by other means; without it the answer is about some roadmap \
            that calls itself so. Several files are taken together: what one lacks another may bring, and what \
            contradicts comes to light. Of a web page the bundle in it is checked, and whether the page is as this \
            version writes it.

            Exit codes: 0 it holds; 1 incomplete, or what was required is not in force; 2 invalid; 3 valid, and it \
            proves a lie; 65 not a bundle; 66 no such file.
            """)

    @Argument(help: "One or more bundles of one roadmap, or web pages that hold one.") var files: [String]
    @Option(name: .long, help: ArgumentHelp("The roadmap's whole id, as you know it.", valueName: "id"))
    var roadmap: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("An instrument that must be in force; may be repeated.", valueName: "instrument"))
    var require: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A party's key record that you know to be its own, by its whole id: for proofs; may be repeated.",
            valueName: "id"))
    var keys: [String] = []
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "Say what was in force at the end of this day, by the dates that the signers claim.", valueName: "day"))
    var asOf: String?
    @Flag(name: .long, help: "Say also who signed what, and every id in full.") var details = false
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let expected = try roadmap.map { typed throws(Complaint) in
            try Self.whole(typed, noun: "a roadmap", danger: "a shorter one could be met by another roadmap")
        }
        let known = try keys.map { typed throws(Complaint) in
            try Self.whole(typed, noun: "a key record", danger: "a shorter one could be met by another record")
        }
        let prefixes = try require.map { typed throws(Complaint) in try IDPrefix(typed) }
        let lastSecond = try asOf.map { typed throws(Complaint) in try Typed.endOfDay(typed) }
        let report: VerificationReport
        let given = try files.map { file throws(Complaint) in try GivenFile(file) }
        do {
            report = try VerificationReport(reading: given.map(\.pieces), expecting: expected, knowing: Set(known))
        } catch {
            throw Complaint.notABundle(files[error.file])
        }
        let required = try prefixes.map { prefix throws(Complaint) in try Required(prefix, in: report) }
        let day = lastSecond.flatMap { second in
            report.findings.map { (asOf!, DayFindings($0, until: second)) }
        }
        let pages = given.compactMap { file in file.page.map { ReadPage(file: file.path, isAsWritten: $0.isAsWritten) }
        }
        if wantsJSON {
            voice.result(VerifyJSON(report, required, day, files, pages).value)
        } else {
            VerifyText(report, required, day, files, pages, details: details, voice).speak()
        }
        return exitCode(report, required)
    }

    private static func whole(_ typed: String, noun: String, danger: String) throws(Complaint) -> Digest {
        guard let id = try IDPrefix(typed).whole else {
            throw .usage("\(noun) is named by all 64 digits of its id", hint: danger)
        }
        return id
    }

    private func exitCode(_ report: VerificationReport, _ required: [Required]) -> ExitCode {
        switch report.verdict {
        case .invalid: .invalid
        case .forked: .provesLie
        case .incomplete: .notSo
        case .valid: required.allSatisfy(\.isInForce) ? .holds : .notSo
        }
    }
}

/// An instrument that the person wants in force, and whether it is.
struct Required: Hashable, Sendable {
    /// As typed, where the file could not tell which it is.
    let id: String
    let isInForce: Bool

    /// A whole id may be absent; a prefix must say which instrument it means, unless the file is invalid.
    ///
    /// What a proof shows is in force for whoever knows the keys of all who certify it, and for nobody else.
    init(_ prefix: IDPrefix, in report: VerificationReport) throws(Complaint) {
        let known = report.findings?.evaluation.instrumentIDs ?? []
        let shown = report.proofs.map(\.contents.proof.subject.leaf.version)
        guard !known.isEmpty || !shown.isEmpty else {
            id = prefix.digits
            isInForce = false
            return
        }
        let found: InstrumentID
        if let whole = prefix.whole {
            found = whole
        } else {
            found = try prefix.resolve(
                among: known + shown, noun: "instrument",
                place: "in this file; one that may be absent is named by its whole id", absent: .usage)
        }
        id = found.hex
        isInForce =
            report.findings?.evaluation.inForce.contains(found) ?? false
            || report.proofs.contains { $0.areKeysChecked && $0.contents.proof.subject.leaf.version == found }
    }
}

/// A web page whose bundle was verified, and whether the page is as this version writes it.
struct ReadPage: Hashable, Sendable {
    let file: String
    /// Nil where this version writes none of that bundle.
    let isAsWritten: Bool?
}

/// The published object of `verify`.
struct VerifyJSON {
    private let report: VerificationReport
    private let required: [Required]
    private let day: (day: String, found: DayFindings)?
    private let files: [String]
    private let pages: [ReadPage]

    init(
        _ report: VerificationReport, _ required: [Required], _ day: (day: String, found: DayFindings)?,
        _ files: [String], _ pages: [ReadPage]
    ) {
        self.report = report
        self.required = required
        self.day = day
        self.files = files
        self.pages = pages
    }

    var value: JSONValue {
        let json = report.findings.map(FindingsJSON.init)
        var fields: [(String, JSONValue)] = [
            ("verdict", .string(report.verdict.rawValue)),
            ("lacking", FindingsJSON.ids(report.findings?.lacking ?? [])),
            ("evidence", json?.evidence ?? .array([])),
            ("accusations", json?.accusations ?? .array([])),
            ("refusal", report.refusal.map(refusal) ?? .null),
            ("roadmap", .string(report.roadmap.hex)),
            ("roadmapChecked", .bool(report.roadmapChecked)),
        ]
        fields += json?.state ?? Self.nothing
        fields += [
            ("instruments", json?.instruments ?? .array([])),
            ("parties", json?.parties ?? .array([])),
            ("concordance", report.findings.map { .bool($0.concordance.isReached) } ?? .null),
            ("proofs", .array(report.proofs.map { ProofJSON(findings: $0).value })),
            ("asOf", day.map { asOf($0.day, $0.found) } ?? .null),
            ("records", count(\.recordCount, \.recordCount)),
            ("signatures", count(\.signatureCheckCount, \.signatureCheckCount)),
            ("required", .array(required.map(Self.answer))), ("pages", .array(pages.map(Self.page))),
        ]
        return .object(fields)
    }

    private static func answer(to required: Required) -> JSONValue {
        .object([("id", .string(required.id)), ("inForce", .bool(required.isInForce))])
    }

    private func count(_ ofWhole: KeyPath<BundleContents, Int>, _ ofProof: KeyPath<ProofContents, Int>) -> JSONValue {
        guard report.verdict != .invalid else { return .null }
        let whole = report.findings.map { $0.contents[keyPath: ofWhole] } ?? 0
        return .number(report.proofs.reduce(whole) { $0 + $1.contents[keyPath: ofProof] })
    }

    private static func page(_ page: ReadPage) -> JSONValue {
        .object([("file", .string(page.file)), ("asWritten", page.isAsWritten.map { .bool($0) } ?? .null)])
    }

    private func asOf(_ day: String, _ found: DayFindings) -> JSONValue {
        .object([
            ("day", .string(day)), ("stateRoot", .string(found.roots.inForce.hex)),
            ("perfected", FindingsJSON.ids(found.evaluation.perfected)),
            ("inForce", FindingsJSON.ids(found.evaluation.inForce)),
            ("contested", FindingsJSON.ids(found.evaluation.contestedIDs)),
            ("restsOn", .array(found.restsOn.map(dated))), ("confirmed", .array(found.confirmed.map(dated))),
        ])
    }

    private func dated(_ claim: DayFindings.Dated) -> JSONValue {
        .object([("party", .string(claim.party.string)), ("at", .string(Timestamp.text(claim.at)))])
    }

    /// Of an invalid file nothing is said.
    private static let nothing: [(String, JSONValue)] = [
        ("stateRoot", .null), ("perfectedRoot", .null), ("perfected", .array([])), ("inForce", .array([])),
        ("contested", .array([])),
    ]

    private func refusal(_ refusal: BundleRefusal) -> JSONValue {
        .object([
            ("file", .string(files[report.refusedFile ?? 0])),
            ("record", refusal.record.map { .number($0) } ?? .null), ("offset", .number(refusal.offset)),
            ("code", .string(refusal.code.word)), ("message", .string(refusal.code.sentence)),
        ])
    }
}

/// What `verify` tells a person: plain words first, then the lists they rest on.
struct VerifyText {
    private let report: VerificationReport
    private let required: [Required]
    private let day: (day: String, found: DayFindings)?
    private let files: [String]
    private let pages: [ReadPage]
    private let details: Bool
    private let voice: CommandVoice

    init(
        _ report: VerificationReport, _ required: [Required], _ day: (day: String, found: DayFindings)?,
        _ files: [String], _ pages: [ReadPage], details: Bool, _ voice: CommandVoice
    ) {
        self.report = report
        self.required = required
        self.day = day
        self.files = files
        self.pages = pages
        self.details = details
        self.voice = voice
    }

    func speak() {
        voice.result(voice.paragraph("\(report.subject): \(voice.marked(report.sentence, emphasis))"))
        voice.result(voice.marked("roadmap \(report.roadmap.hex)", .faint))
        for page in pages { speak(page) }
        if let refusal = report.refusal { return speak(refusal) }
        for proof in report.proofs { speak(proof) }
        if let findings = report.findings {
            let tables = FindingsTables(findings, voice)
            speak(tables.judgements())
            let isExcerpt = findings.contents.scope == .evidence
            if !isExcerpt || details { speakOfForce(findings, tables) }
            if details { speak(numbers(findings)) }
        } else {
            speak(requirements(nil))
        }
        if !report.roadmapChecked {
            voice.talk("\ncompare the roadmap's id with the one you know, or give it with --roadmap")
        }
    }

    private func speak(_ refusal: BundleRefusal) {
        let record = refusal.record.map { "record \($0), " } ?? ""
        let place = "\(record)\(refusal.offset) bytes into"
        voice.result(voice.paragraph("\(place) \(terminalSafe(files[report.refusedFile ?? 0]))", indent: 2))
        voice.talk("believe nothing in this file; ask whoever gave it to you for another copy")
    }

    /// That it was the bundle which was checked, and whether the page says the same.
    private func speak(_ page: ReadPage) {
        let name = terminalSafe(page.file)
        let sentence =
            switch page.isAsWritten {
            case true?: "\(name) is a page, and is letter for letter what this version writes of the bundle in it"
            case false?:
                "\(name) is a page, of which the bundle was checked and nothing else; another version wrote the page, or it "
                    + "was changed: do not go by what it shows"
            case nil: "\(name) is a page, of which the bundle was checked and nothing else: do not go by what it shows"
            }
        voice.result(voice.paragraph(sentence, indent: 2))
        if page.isAsWritten != true, report.refusal == nil { voice.talk("syngraph show --in FILE shows the text") }
    }

    /// The text that a proof shows, what follows from the file, and on whose word the rest stands.
    private func speak(_ proof: ProofFindings) {
        let content = proof.subject.content
        let number = content.number.map { terminalSafe($0.string) }
        let heading = content.heading.map { terminalSafe($0.text(in: nil).string) }
        let label = [proof.subject.provision.string, number, heading].compactMap(\.self).joined(separator: " ")
        voice.result("\n" + voice.marked(label, .heading))
        for language in content.text?.languages ?? [] {
            let text = terminalSafe(content.text!.byLanguage[language]!.string)
            voice.result(voice.paragraph("\(language): \(text)", indent: 2, hanging: 4))
        }
        for line in content.reserved?.lines ?? [] { voice.result(voice.paragraph(line, indent: 2, hanging: 4)) }
        speak("what the file shows", proof.shown)
        speak("on whose word the rest stands", proof.restsOn)
        guard details || !proof.areKeysChecked else { return }
        let rows = proof.parties.map { party in
            [party.id.string, party.isKnown ? "known" : "to compare", party.keys.root.hex]
        }
        voice.result("\n\(voice.marked("key records", .heading))\n" + voice.table(rows))
    }

    private func speak(_ heading: String, _ sentences: [String]) {
        let lines = sentences.map { voice.paragraph($0, indent: 2, hanging: 4) }
        voice.result("\n" + ([voice.marked(heading, .heading)] + lines).joined(separator: "\n"))
    }

    private func speakOfForce(_ findings: VerificationReport.Findings, _ tables: FindingsTables) {
        voice.result("\n" + voice.paragraph(findings.forceSentence))
        speak(tables.inForce(limit: limit))
        if let day { speakOfDay(day.day, day.found, tables.book) }
        speak(tables.open(limit: limit))
        speak(tables.keys())
        speak(tables.evidence())
        speak(requirements(tables.book))
        let isAgreed = findings.parties.allSatisfy { $0.state.map { $0.inForce == findings.roots.inForce } ?? true }
        if details {
            speak(tables.givenUp())
            speak(tables.replaced())
        }
        if details || !isAgreed { speak(tables.parties()) }
    }

    private func speakOfDay(_ day: String, _ found: DayFindings, _ book: Phrasebook) {
        let rows = found.evaluation.inForce.map { [Quoting.short($0), book.name($0)] }
        speak("\(voice.marked("in force at the end of \(day)", .heading))\n" + voice.table(rows))
        voice.result(voice.paragraph(found.sentence(of: day), indent: 2))
    }

    private var limit: Int? { details ? nil : FindingsTables.rowLimit }

    private func speak(_ text: String?) {
        if let text { voice.result("\n" + text) }
    }

    private func requirements(_ book: Phrasebook?) -> String? {
        guard !required.isEmpty else { return nil }
        let rows = required.map { required -> [String] in
            let name = Digest(hex: required.id).flatMap { book?.name($0) } ?? required.id
            return [required.isInForce ? voice.marked("in force", .good) : voice.marked("not in force", .bad), name]
        }
        return "\(voice.marked("required", .heading))\n" + voice.table(rows)
    }

    private func numbers(_ findings: VerificationReport.Findings) -> String {
        var lines = [
            voice.marked("checked", .heading),
            "  \(Quoting.count(findings.contents.recordCount, "record")), "
                + Quoting.count(findings.contents.signatureCheckCount, "signature check"),
            "  state root      \(findings.roots.inForce.hex)",
            "  perfected root  \(findings.roots.perfected.hex)",
        ]
        lines += findings.lacking.map { "  not here        \($0.hex)" }
        return lines.joined(separator: "\n")
    }

    private var emphasis: Emphasis {
        switch report.verdict {
        case .valid: .good
        case .incomplete: .waiting
        case .forked, .invalid: .bad
        }
    }
}
