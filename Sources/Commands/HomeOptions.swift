internal import ArgumentParser
internal import NodeRuntime

/// `--home`, for verbs that act for a party.
struct HomeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The party's home: its keys and its copy.",
            discussion: "Default: SYNGRAPH_HOME, or else syngraph in XDG_DATA_HOME.", valueName: "dir"))
    var home: String?

    /// The folder meant, whether or not it is there.
    var location: Home {
        let environment = Surroundings.current.environment
        func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = home ?? named("SYNGRAPH_HOME") { return Home(path: path) }
        let data = named("XDG_DATA_HOME") ?? (named("HOME") ?? "") + "/.local/share"
        return Home(path: data + "/syngraph")
    }

    /// Does something with the home, and lets go of it.
    func withDoor<Answer: Sendable>(_ body: (any HomeDoor) async throws -> Answer) async throws -> Answer {
        let door = try await Surroundings.current.openHome(location)
        do {
            let answer = try await body(door)
            await door.close()
            return answer
        } catch {
            await door.close()
            throw error
        }
    }
}
