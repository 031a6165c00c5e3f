internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Verification
internal import Wording

/// `syngraph verify FILE`
struct Verify: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Check one file, offline: what is in force, who agreed, what is wrong.",
        discussion: """
            Example:

              syngraph verify agreement.syngraph --roadmap 3fd2…a1c0 --require 9a8b7c6d

            The roadmap's id is all that you must know by other means; without it the answer is about some roadmap \
            that calls itself so.

            Exit codes: 0 it holds; 1 incomplete, or what was required is not in force; 2 invalid; 3 valid, and it \
            proves a lie; 65 not a bundle; 66 no such file.
            """)

    @Argument(help: "The bundle.") var file: String
    @Option(name: .long, help: ArgumentHelp("The roadmap's whole id, as you know it.", valueName: "id"))
    var roadmap: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("An instrument that must be in force; may be repeated.", valueName: "instrument"))
    var require: [String] = []
    @Flag(name: .long, help: "Say also who signed what, and every id in full.") var details = false
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let expected = try expectedRoadmap()
        let prefixes = try require.map { typed throws(Complaint) in try IDPrefix(typed) }
        let bytes = try FileReading.bytes(of: file)
        let report: VerificationReport
        do {
            report = try VerificationReport(verifying: bytes, expecting: expected)
        } catch {
            throw Complaint.notABundle(file)
        }
        let required = try prefixes.map { prefix throws(Complaint) in try Required(prefix, in: report) }
        if wantsJSON {
            voice.result(VerifyJSON.object(report, required))
        } else {
            VerifyText(report, required, details: details, voice).speak()
        }
        return exitCode(report, required)
    }

    private func expectedRoadmap() throws(Complaint) -> InstrumentID? {
        guard let roadmap else { return nil }
        guard let id = try IDPrefix(roadmap).whole else {
            throw .usage(
                "a roadmap is named by all 64 digits of its id", hint: "a shorter one could be met by another roadmap")
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
    init(_ prefix: IDPrefix, in report: VerificationReport) throws(Complaint) {
        guard let evaluation = report.findings?.evaluation else {
            id = prefix.digits
            isInForce = false
            return
        }
        let found: InstrumentID
        if let whole = prefix.whole {
            found = whole
        } else {
            found = try prefix.resolve(
                among: evaluation.instrumentIDs, noun: "instrument",
                place: "in this file; one that may be absent is named by its whole id", absent: .usage)
        }
        id = found.hex
        isInForce = evaluation.inForce.contains(found)
    }
}

/// The published object of `verify`.
enum VerifyJSON {
    static func object(_ report: VerificationReport, _ required: [Required]) -> JSONValue {
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
        fields += json?.state ?? nothing
        fields += [
            ("instruments", json?.instruments ?? .array([])),
            ("parties", json?.parties ?? .array([])),
            ("records", report.findings.map { .number($0.contents.recordCount) } ?? .null),
            ("signatures", report.findings.map { .number($0.contents.signatureCheckCount) } ?? .null),
            (
                "required",
                .array(required.map { .object([("id", .string($0.id)), ("inForce", .bool($0.isInForce))]) })
            ),
        ]
        return .object(fields)
    }

    /// Of an invalid file nothing is said.
    private static let nothing: [(String, JSONValue)] = [
        ("stateRoot", .null), ("perfectedRoot", .null), ("perfected", .array([])), ("inForce", .array([])),
        ("contested", .array([])),
    ]

    private static func refusal(_ refusal: BundleRefusal) -> JSONValue {
        .object([
            ("record", refusal.record.map { .number($0) } ?? .null), ("offset", .number(refusal.offset)),
            ("code", .string(refusal.code.word)), ("message", .string(refusal.code.sentence)),
        ])
    }
}

/// What `verify` tells a person: plain words first, then the lists they rest on.
struct VerifyText {
    private let report: VerificationReport
    private let required: [Required]
    private let details: Bool
    private let voice: CommandVoice

    init(_ report: VerificationReport, _ required: [Required], details: Bool, _ voice: CommandVoice) {
        self.report = report
        self.required = required
        self.details = details
        self.voice = voice
    }

    func speak() {
        voice.result(voice.paragraph("\(report.subject): \(voice.marked(report.sentence, emphasis))"))
        voice.result(voice.marked("roadmap \(report.roadmap.hex)", .faint))
        guard let findings = report.findings else {
            voice.talk("believe nothing in this file; ask whoever gave it to you for another copy")
            return
        }
        let tables = FindingsTables(findings, voice)
        speak(tables.judgements())
        let isExcerpt = findings.contents.scope == .evidence
        if !isExcerpt || details { speakOfForce(findings, tables) }
        if details { speak(numbers(findings)) }
        if !report.roadmapChecked {
            voice.talk("\ncompare the roadmap's id with the one you know, or give it with --roadmap")
        }
    }

    private func speakOfForce(_ findings: VerificationReport.Findings, _ tables: FindingsTables) {
        voice.result("\n" + voice.paragraph(findings.forceSentence))
        speak(tables.inForce(limit: limit))
        speak(tables.open(limit: limit))
        speak(tables.keys())
        speak(tables.evidence())
        speak(requirements(tables.book))
        if details {
            speak(tables.givenUp())
            speak(tables.replaced())
            speak(tables.parties())
        }
    }

    private var limit: Int? { details ? nil : FindingsTables.rowLimit }

    private func speak(_ text: String?) {
        if let text { voice.result("\n" + text) }
    }

    private func requirements(_ book: Phrasebook) -> String? {
        guard !required.isEmpty else { return nil }
        let rows = required.map { required -> [String] in
            let name = Digest(hex: required.id).map(book.name) ?? required.id
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
