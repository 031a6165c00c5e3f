internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph invite --out FILE`
struct Invite: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Write the file with which another party joins.",
        discussion: """
            Example:

              syngraph invite --out invitation.syngraph

            Send the file by any way. Read the roadmap's id to the other party by another way, best aloud: whoever \
            could change both would found a roadmap of their own.
            """)

    @OptionGroup var homeOptions: HomeOptions
    @Option(name: .long, help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var out: String
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let contents = try await WrittenBundle(of: homeOptions, to: out, json: wantsJSON).contents
        let roadmap = contents.roadmap
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(roadmap.hex)), ("fingerprint", .string(Quoting.fingerprint(roadmap))),
                    ("file", .string(out)), ("records", .number(contents.recordCount)),
                ]))
        } else if out == "-" {
            voice.talk("roadmap \(roadmap.hex)")
        } else {
            voice.result("roadmap \(roadmap.hex)")
            voice.result("to be read aloud: \(Quoting.fingerprint(roadmap))")
            voice.talk("the other party joins with `syngraph join FILE --roadmap ID`")
        }
        return .holds
    }
}
