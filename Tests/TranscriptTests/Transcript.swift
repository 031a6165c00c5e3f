import Foundation
import Testing

/// A story in `Docs/Transcripts`: prose, files that it begins with, and commands with what they answer.
///
/// A fenced block ` ```yaml charter.yaml ` is a file. In a block ` ```console ` a line that begins with `$ ` is a command,
/// continued on the next line after a backslash; what follows is what it prints, on either stream, and in brackets its exit
/// code if that is not 0. Source: `Docs/Transcripts/README.md`.
struct Transcript: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [Step]
    /// Programs without which it cannot be run.
    let needs: [String]

    enum Step: Sendable {
        case file(name: String, text: String)
        case command(Command)
    }

    struct Command: Sendable {
        let line: Int
        let words: String
        let answer: [String]
        let exitCode: Int32
    }

    var testDescription: String { name }

    init(name: String, text: String) {
        self.name = name
        needs = Self.needs(in: text)
        var steps: [Step] = []
        var block: [(number: Int, text: String)] = []
        var opening: String?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let begun = opening, line == "```" {
                steps += Self.steps(in: block, of: begun)
                opening = nil
            } else if opening != nil {
                block.append((number + 1, String(line)))
            } else if line.hasPrefix("```") {
                opening = String(line.dropFirst(3))
                block = []
            }
        }
        self.steps = steps
    }

    private static func needs(in text: String) -> [String] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Needs `") }) else { return [] }
        // Every other piece between backticks is a name.
        return line.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    /// Those of its programs that this machine does not have.
    var missing: [String] {
        needs.filter { program in
            !["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
        }
    }

    private static func steps(in block: [(number: Int, text: String)], of opening: String) -> [Step] {
        let words = opening.split(separator: " ")
        if words == ["console"] { return commands(in: block).map { .command($0) } }
        guard words.count == 2 else { return [] }
        return [.file(name: String(words[1]), text: block.map { $0.text + "\n" }.joined())]
    }

    private static func commands(in block: [(number: Int, text: String)]) -> [Command] {
        var commands: [Command] = []
        var rest = block[...]
        while let first = rest.popFirst() {
            guard first.text.hasPrefix("$ ") else { continue }
            var words = String(first.text.dropFirst(2))
            while words.hasSuffix("\\"), let next = rest.popFirst() { words += "\n" + next.text }
            var answer: [String] = []
            while let line = rest.first, !line.text.hasPrefix("$ ") {
                answer.append(line.text)
                rest = rest.dropFirst()
            }
            var exitCode: Int32 = 0
            if let last = answer.last, last.hasPrefix("["), last.hasSuffix("]"),
                let code = Int32(last.dropFirst().dropLast())
            {
                exitCode = code
                answer.removeLast()
            }
            commands.append(Command(line: first.number, words: words, answer: answer, exitCode: exitCode))
        }
        return commands
    }
}

extension Transcript {
    /// `Docs`, where they and the examples are.
    static let documents = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Docs")

    /// Every transcript in the documents.
    static let all: [Transcript] = {
        let folder = documents.appendingPathComponent("Transcripts")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { $0.hasSuffix(".md") && $0 != "README.md" }.map { name in
            let text = (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
            return Transcript(name: name, text: text)
        }
    }()
}
