internal import Charters
internal import Foundation
internal import Identity
internal import Redline
internal import Wording

/// Treaties in files, as a person names them.
enum TreatyFiles {
    /// - Parameters:
    ///   - typed: FILE or LANGUAGE=FILE, each.
    ///   - parties: who will found a charter of it.
    /// - Throws: a ``Complaint`` about what is no treaty.
    static func read(
        _ typed: [String], parties: [Identifier] = [Identifier("nobody")!], provisionClass: Identifier
    ) throws(Complaint) -> TreatyImport {
        var files: [TreatyImport.File] = []
        for item in typed { files.append(try source(item).file) }
        do {
            return try TreatyImport(of: files, parties: parties, provisionClass: provisionClass)
        } catch {
            throw Complaint(about: error)
        }
    }

    /// A remark of an import, with its place.
    static func sentence(_ note: TreatyImport.Note) -> String {
        let place = [note.provision, note.language.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
        return (place.isEmpty ? "" : terminalSafe(place) + ": ") + terminalSafe(note.message)
    }

    private static func source(_ typed: String) throws(Complaint) -> (path: String, file: TreatyImport.File) {
        var path = typed
        var language: String?
        if let equals = typed.firstIndex(of: "="), Identifier(String(typed[..<equals])) != nil {
            language = String(typed[..<equals])
            path = String(typed[typed.index(after: equals)...])
        }
        return (
            path,
            TreatyImport.File(text: try CharterFiles.text(of: path), language: language ?? Self.language(of: path))
        )
    }

    /// `fr` of `treaty-fr.txt`: two or three small letters behind a hyphen, a point or an underscore.
    private static func language(of path: String) -> String? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.split(separator: ".").dropLast().joined(separator: ".")
        let last = stem.split { "-._".contains($0) }.last.map(String.init) ?? ""
        let isCode = (2...3).contains(last.utf8.count) && last.utf8.allSatisfy { (0x61...0x7a).contains($0) }
        return isCode && last != stem ? last : nil
    }
}

extension Complaint {
    fileprivate init(about fault: TreatyFault) {
        switch fault {
        case .notATreaty:
            self.init(
                .notOurFormat, "not-a-treaty", "a file is neither text nor JSON with `articles` or `units`",
                hint: "see Docs/Specification/charter.md, From a treaty")
        case .languageUnknown:
            self = .usage("a file does not say its language", hint: "write LANGUAGE=FILE, as in fr=treaty.txt")
        case .badLanguage(let language): self = .usage("\(Typed.shown(language)) is no name of a language")
        case .languageTwice(let language): self = .usage("two files bring the language \(terminalSafe(language))")
        case .nothingThere: self.init(.notOurFormat, "no-text", "there is no text in these files")
        case .noArticles(let language):
            self.init(
                .notOurFormat, "no-articles", "no heading of an article was found in \(terminalSafe(language))",
                hint: "a heading begins a line, as in Article 1, Статья 1 or 第一条")
        case .refused(let faults):
            self.init(.notOurFormat, "faults", "what was made is no charter: \(faults.faults[0].message)")
        }
    }
}
