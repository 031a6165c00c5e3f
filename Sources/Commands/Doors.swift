internal import NodeRuntime

/// How verbs come into a home.
enum Doors {
    /// The door to a home: its running node's, or the store itself.
    static func open(_ home: Home) async throws -> any HomeDoor {
        throw HomeFailure.notReached(path: home.path, reason: "this build has no way into a home yet")
    }
}
