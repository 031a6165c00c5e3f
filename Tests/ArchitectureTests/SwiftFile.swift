import Foundation
import TestSupport

/// A source file, as far as the architecture cares: what it imports, and its code without comments.
struct SwiftFile {
    let path: String
    let imports: [String]
    let code: String

    init(_ path: String) {
        self.path = path
        let lines = Repository.text(at: path).split(separator: "\n", omittingEmptySubsequences: false)
        let pattern = /^(?:@\w+ )?(?:(?:public|package|internal|private) )?import (?:(?:enum|struct) )?(?<name>\w+).*$/
        imports = lines.compactMap { $0.wholeMatch(of: pattern).map { String($0.name) } }
        code = lines.map { line in
            guard let comment = line.firstRange(of: "//") else { return String(line) }
            return String(line[..<comment.lowerBound])
        }.joined(separator: "\n")
    }

    /// All files below a folder.
    static func all(in folder: String) -> [SwiftFile] {
        Repository.names(in: folder).flatMap { name -> [SwiftFile] in
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".swift") { return [SwiftFile(path)] }
            return name.contains(".") || folder.contains("COpenSSL") ? [] : all(in: path)
        }
    }
}
