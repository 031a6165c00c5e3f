internal import ArgumentParser

/// Which program this is.
public enum SyngraphVersion {
    public static let current = "0.1.0"
    /// The formats it reads and writes, by their names in the files.
    static let formats = [
        "syngraph/bundle/1", "syngraph/bundle/2", "syngraph/card/1", "syngraph/instrument/1", "syngraph/seal/1",
        "syngraph/state/1",
    ]
}

/// `syngraph version`
struct Version: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Say which program this is, and which formats it knows.",
        discussion: """
            Example:

              syngraph version --json
            """)

    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if wantsJSON {
            voice.result(
                .object([
                    ("version", .string(SyngraphVersion.current)),
                    ("formats", .array(SyngraphVersion.formats.map { .string($0) })),
                ]))
        } else {
            voice.result("syngraph \(SyngraphVersion.current)")
            voice.result("formats: " + SyngraphVersion.formats.joined(separator: ", "))
        }
        return .holds
    }
}
