internal import Foundation

/// The editor of the person at the keyboard.
enum TextEditor {
    /// Lets somebody edit a text in a file of its own, which goes when they are done.
    ///
    /// - Throws: a ``Complaint`` if no editor is named, or it fails: its file is kept then.
    static func edit(_ text: String, named name: String) throws -> String {
        let environment = Surroundings.current.environment
        guard let editor = ["VISUAL", "EDITOR"].compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else {
            throw Complaint.usage("no editor is named", hint: "set EDITOR, or give the new text with --file")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = folder + "/\(name.filter { $0.isLetter || $0.isNumber || $0 == "-" }.prefix(40)).txt"
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let status = try run(editor, on: path, environment)
        guard status == 0 else {
            throw Complaint(
                .notSo, "editor-failed", "the editor \(Typed.shown(editor)) failed: nothing was changed",
                hint: "what you wrote may be in \(path)")
        }
        var edited = try CharterFiles.text(of: path)
        if edited.hasSuffix("\n"), !text.hasSuffix("\n") { edited.unicodeScalars.removeLast() }
        try? FileManager.default.removeItem(atPath: folder)
        return edited
    }

    /// Runs it as git does: an editor may be words with options, and the shell takes them apart. It stays in our process
    /// group, for it reads from the terminal.
    private static func run(_ editor: String, on path: String, _ environment: [String: String]) throws -> Int32 {
        let words = ["sh", "-c", "\(editor) \"$@\"", editor, path]
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, "/bin/sh", nil, nil, &arguments, &variables) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}

extension String {
    /// In NFC.
    var precomposed: String { precomposedStringWithCanonicalMapping }
}
