internal import NodeRuntime

/// How verbs come into a home.
enum Doors {
    /// The door to a home: its running node's, or the store itself.
    static func open(_ home: Home) async throws -> any HomeDoor { try await home.door() }
}
