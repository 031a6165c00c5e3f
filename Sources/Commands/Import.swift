internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph import FILE`
struct Import: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Take the records of a file into this copy, after checking all of them.",
        discussion: """
            Example:

              syngraph import from-river.syngraph

            All or none: what is refused changes nothing. Records that are here already change nothing either. Seals \
            and other statements of other parties that too few keys signed count for nothing, and are left out; so is \
            what was signed in this party's name against its word, where the file brings more than that.

            Of a file of journals (export --full, export --since) each batch is checked as if a peer had sent it; what \
            begins after the entries that are here is left out, and said.
            """)

    @Argument(help: "The bundle.") var file: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let home = homeOptions.location
        let settings = try home.settings()
        guard let roadmap = settings.roadmap else { throw HomeFailure.noRoadmapYet(path: home.path) }
        let bytes = try FileReading.bytes(of: file)
        guard !JournalBundleReader.isFull(bytes) else {
            try await JournalFile.takeIn(bytes, of: file, into: homeOptions, voice, json: wantsJSON)
            return .holds
        }
        let findings = try RoadmapSource.findings(in: bytes, of: file)
        let contents = findings.contents
        guard contents.roadmap == roadmap else {
            throw HomeFailure.otherRoadmap(held: roadmap, offered: contents.roadmap)
        }
        let (count, leftOut) = try await homeOptions.withDoor { door in
            let taken = try await Publishing.takeIn(contents, for: settings.party, through: door)
            try await HomeKeys(home: home).settle(through: door, of: settings.party, voice)
            return taken
        }
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(roadmap.hex)), ("new", .number(count)),
                    ("records", .number(contents.recordCount)), ("leftOut", FindingsJSON.ids(leftOut.ids)),
                    ("lacking", FindingsJSON.ids(findings.lacking)),
                    ("evidence", FindingsJSON(findings).evidence),
                ]))
        } else {
            let records = Quoting.count(contents.recordCount, "record")
            voice.result("\(terminalSafe(file)): \(records), \(count == 0 ? "none" : "\(count)") of them new")
        }
        let book = Phrasebook(findings)
        for lie in leftOut.lies {
            voice.talk(voice.paragraph("left out: " + Complaint(about: lie, book).message))
        }
        if !leftOut.lies.isEmpty {
            voice.talk(
                voice.paragraph(
                    "beware: whoever holds that can show it as a lie of \(settings.party); if \(settings.party) never signed it, "
                        + "its keys are stolen, and `syngraph party recover` sets others"))
        }
        for statement in leftOut.halfSigned {
            voice.talk(
                voice.paragraph(
                    "left out: the \(statement.kind.noun) \(Quoting.short(statement.id)) of \(statement.party), which too few "
                        + "keys signed"))
        }
        BundleRemarks.speak(findings, book, voice)
        return .holds
    }
}
