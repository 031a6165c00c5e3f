internal import Foundation

/// The repository that these tests were compiled from: its documents and vectors are read where they stand.
public enum Repository {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The place of a file on this machine, by its path from the top of the repository.
    public static func path(of path: String) -> String { root.appending(path: path).path }

    /// The text of a file, by its path from the top of the repository.
    public static func text(at path: String) -> String {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
            preconditionFailure("there is no text at \(path)")
        }
        return text
    }

    /// The bytes of a file, likewise.
    public static func bytes(at path: String) -> [UInt8] {
        guard let data = try? Data(contentsOf: root.appending(path: path)) else {
            preconditionFailure("there is nothing at \(path)")
        }
        return Array(data)
    }

    /// Names of what is in a folder, in bytewise order.
    public static func names(in path: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path) else {
            preconditionFailure("there is no folder at \(path)")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
