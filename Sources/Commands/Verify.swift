internal import ArgumentParser

/// `syngraph verify`
struct Verify: Verb {
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        throw Complaint.usage("not there yet")
    }
}
