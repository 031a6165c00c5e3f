internal import ArgumentParser

/// `syngraph show`
struct Show: Verb {
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        throw Complaint.usage("not there yet")
    }
}
