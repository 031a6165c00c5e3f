internal import Agreement
internal import NodeRuntime
internal import Verification

/// All that a home holds of the agreement, as a file that was just written.
struct WrittenBundle {
    let contents: BundleContents
    let byteCount: Int

    /// Asks the home, checks what it gives as a stranger would, and writes it.
    init(of home: HomeOptions, to path: String, json: Bool) async throws {
        try OutputPath.check(path, json: json)
        let bytes = try await home.withDoor { try await $0.bundle() }
        contents = try RoadmapSource.findings(in: bytes, of: home.location.path).contents
        try FileWriting.write(bytes, to: path)
        byteCount = bytes.count
    }
}
