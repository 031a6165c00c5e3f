public import ArgumentParser
internal import NodeRuntime

/// The root of the command line: its verbs are what a person would say.
public struct SyngraphCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "syngraph",
        abstract: "One agreement between parties that do not trust each other, each with its own copy.",
        discussion: """
            Every party holds the text, every amendment and every signature. What is in force follows from these \
            alone, so anyone with one file can check it, offline:

              syngraph verify agreement.syngraph --roadmap ID
            """,
        version: SyngraphVersion.current,
        groupedSubcommands: [
            CommandGroup(name: "Running", subcommands: [Node.self, Demo.self]),
            CommandGroup(name: "Drafting", subcommands: [DraftVerb.self]),
            agreeing,
            CommandGroup(
                name: "Reading",
                subcommands: [
                    Verify.self, Prove.self, Status.self, Inbox.self, Show.self, Rolling.self, Diff.self,
                    BlameVerb.self,
                    ConcordVerb.self, Why.self, WhatIf.self, Bound.self, Rules.self, Inspect.self, Version.self,
                ]),
        ])

    public init() {}
}

extension SyngraphCommand {
    /// Runs one command line and says how it went.
    ///
    /// - Parameter arguments: the words typed, without the program's name.
    public static func perform(
        _ arguments: [String], in surroundings: Surroundings = .process
    ) async -> ExitCode {
        await Surroundings.$current.withValue(surroundings) {
            let words = arguments.prefix { $0 != "--" }
            let voice = CommandVoice(json: words.contains("--json"), in: surroundings)
            do {
                var command = try parseAsRoot(arguments)
                if let verb = command as? any Verb { return try await verb.perform(voice) }
                try command.run()
                return .holds
            } catch {
                return answer(to: error, voice)
            }
        }
    }

    /// Says what an error means; a request for help is none.
    private static func answer(to error: any Error, _ voice: CommandVoice) -> ExitCode {
        if let complaint = (error as? Complaint) ?? Complaint(about: error) {
            voice.complain(complaint)
            return complaint.code
        }
        if exitCode(for: error).isSuccess {
            voice.result(fullMessage(for: error))
            return .holds
        }
        let isUsage = exitCode(for: error).rawValue == ExitCode.usage.rawValue
        let complaint =
            isUsage ? Complaint.usage(inOurVoice(message(for: error)), hint: usageHint(for: error)) : .unforeseen(error)
        voice.complain(complaint)
        return complaint.code
    }

    private static func inOurVoice(_ message: String) -> String {
        var message = message.split(separator: "\n").joined(separator: "; ")
        while message.hasSuffix(".") { message.removeLast() }
        return message.prefix(1).lowercased() + message.dropFirst()
    }

    private static func usageHint(for error: any Error) -> String? {
        fullMessage(for: error).split(separator: "\n").last { $0.hasPrefix("  See '") }
            .map { "see" + $0.dropFirst(5).replacing(" for more information.", with: "") }
    }
}
