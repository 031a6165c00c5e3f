internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeRuntime
internal import Redline
internal import Renditions
internal import Verification
internal import Wording

/// `syngraph export --out FILE`, `syngraph export --page FILE`, `syngraph export --evidence FOLDER`
struct Export: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Write all that this copy holds of the agreement into one file, or what it holds against whom.",
        discussion: """
            Example:

              syngraph export --out agreement.syngraph
              syngraph verify agreement.syngraph --roadmap ID
              syngraph export --page agreement.html
              syngraph export --page agreement.html --from agreement.syngraph
              syngraph export --page article-4.html --from article-4.syngraph
              syngraph export --evidence proofs
              syngraph export --since last-month.syngraph --out news.syngraph

            With --full or --since it writes journals, for a home that no link reaches: carry the file there and import \
            it.

            With --page it writes a web page that anybody reads in a browser, offline: the text in force, who sealed \
            what, the rules and the history, with the bundle and a program that checks the page against it. Of the \
            proof of one provision (prove) it shows that provision, and on whose word it is in force.

            With --evidence it writes a file for every contradiction and every forked journal, each with all that it \
            takes to judge it and no more. Whoever has one needs nobody's word.
            """)

    @OptionGroup var source: RoadmapSource
    @Option(name: .long, help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var out: String?
    @Option(
        name: .long, help: ArgumentHelp("Write a page that checks itself; - for standard output.", valueName: "file"))
    var page: String?
    @Option(
        name: .long, help: ArgumentHelp("Write files of evidence into this folder instead.", valueName: "folder"))
    var evidence: String?
    @Flag(name: .long, help: "With --out: whole journals, for another node to import where no link reaches.")
    var full = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --out: of the journals only what came later: after a day or moment, what the writer of an entry had not "
                + "seen, or what does not stand in an earlier file.", valueName: "entry-or-time-or-file"))
    var since: String?
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if full || since != nil {
            guard let out, page == nil, evidence == nil, source.bundle == nil else {
                throw Complaint.usage("--full and --since go with --out FILE, and with a home")
            }
            try await JournalFile.write(since: since, to: out, of: source.homeOptions, voice, json: wantsJSON)
            return .holds
        }
        switch (out, page, evidence) {
        case (let out?, nil, nil): try await exportAgreement(to: out, voice)
        case (nil, let page?, nil): try await exportPage(to: page, voice)
        case (nil, nil, let folder?): try await exportEvidence(into: folder, voice)
        default: throw Complaint.usage("say either --out FILE, --page FILE or --evidence FOLDER")
        }
        return .holds
    }

    private func exportAgreement(to out: String, _ voice: CommandVoice) async throws {
        guard source.bundle == nil else {
            throw Complaint.usage("with --out it is a home that is exported; --in goes with --page and --evidence")
        }
        let written = try await WrittenBundle(of: source.homeOptions, to: out, json: wantsJSON)
        let contents = written.contents
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(contents.roadmap.hex)), ("file", .string(out)),
                    ("records", .number(contents.recordCount)), ("bytes", .number(written.byteCount)),
                ]))
        } else if out != "-" {
            voice.result("\(terminalSafe(out)): \(Quoting.count(contents.recordCount, "record"))")
        }
    }

    // MARK: A page

    private func exportPage(to path: String, _ voice: CommandVoice) async throws {
        try OutputPath.check(path, json: wantsJSON)
        let bundle = try await source.bundleBytes()
        let report = try RoadmapSource.report(on: bundle, of: source.bundle ?? source.homeOptions.location.path)
        let page: SelfVerifyingPage
        do { page = try SelfVerifyingPage(report, bundle: bundle)! } catch { throw Complaint(error) }
        let html = Array(page.html.utf8)
        try FileWriting.write(html, to: path)
        let count = report.findings?.contents.recordCount ?? report.proof?.contents.recordCount ?? 0
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(report.roadmap.hex)), ("file", .string(path)),
                    ("records", .number(count)), ("bytes", .number(html.count)),
                ]))
        } else if path != "-" {
            voice.result("\(terminalSafe(path)): \(Quoting.count(count, "record"))")
        }
    }

    // MARK: Evidence

    private func exportEvidence(into folder: String, _ voice: CommandVoice) async throws {
        let (bytes, forks) = try await recordsAndForks()
        let path = source.bundle ?? source.homeOptions.location.path
        let contents = try RoadmapSource.findings(in: bytes, of: path).contents
        let files = EvidenceWriter(contents.ledger).files(and: forks)
        if !files.isEmpty { try FileWriting.makeFolder(folder) }
        for file in files { try FileWriting.write(file.bytes, to: "\(folder)/\(file.name)") }
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(contents.roadmap.hex)), ("folder", .string(folder)),
                    ("files", .array(files.map(json))),
                ]))
        } else {
            speak(files, folder, voice)
        }
    }

    /// A bundle shows no forks: journals stay at home.
    private func recordsAndForks() async throws -> (bytes: [UInt8], forks: [ForkProof]) {
        guard source.bundle == nil else { return (try await source.bundleBytes(), []) }
        return try await source.homeOptions.withDoor { (try await $0.bundle(), try await $0.forks()) }
    }

    private func json(_ file: EvidenceFile) -> JSONValue {
        .object([
            ("file", .string(file.name)), ("party", .string(file.accusation.party.string)),
            ("kind", .string(file.accusation.kind.rawValue)), ("records", FindingsJSON.ids(file.accusation.records)),
            ("writer", file.accusation.writer.map { .string($0.hex) } ?? .null), ("bytes", .number(file.bytes.count)),
        ])
    }

    private func speak(_ files: [EvidenceFile], _ folder: String, _ voice: CommandVoice) {
        for file in files {
            let accusation = file.accusation
            voice.result("\(terminalSafe(folder))/\(file.name): \(accusation.kind.words), by \(accusation.party)")
        }
        if files.isEmpty { voice.result("nothing here convicts anybody") }
    }
}

extension Complaint {
    fileprivate init(_ refusal: PageRefusal) {
        let hint = "syngraph export --out writes a bundle, which syngraph verify checks at any size"
        switch refusal {
        case .tooLong(let byteCount):
            self.init(
                .invalid, "too-large-for-a-page",
                "a page holds a bundle of \(PageLimits.bundleByteCount) bytes at most, and this one has \(byteCount)",
                hint: hint)
        case .tooManyInstruments(let count):
            self.init(
                .invalid, "too-large-for-a-page",
                "a page holds \(PageLimits.instruments) instruments at most, and this bundle has \(count)", hint: hint)
        }
    }
}
