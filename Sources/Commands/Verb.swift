internal import ArgumentParser

/// A verb: parses, calls one room, and speaks.
protocol Verb: AsyncParsableCommand {
    /// True if the person asked for JSON.
    var wantsJSON: Bool { get }

    /// Does what was asked and says how it went.
    ///
    /// - Throws: ``Complaint``, or a room's failure that ``Complaint/init(about:)`` knows.
    func perform(_ voice: CommandVoice) async throws -> ExitCode
}

extension Verb {
    /// Verbs are run by ``SyngraphCommand/perform(_:in:)``, which needs their answer.
    func run() async throws { preconditionFailure("verbs are performed, not run") }
}

/// `--json`, where a verb prints data.
struct JSONOption: ParsableArguments {
    @Flag(name: .long, help: "Print the same facts as one JSON object.")
    var json = false
}
