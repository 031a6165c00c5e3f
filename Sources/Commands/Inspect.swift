internal import ArgumentParser

/// `syngraph inspect`
struct Inspect: Verb {
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        throw Complaint.usage("not there yet")
    }
}
