internal import Cryptography

/// A page of the specification, for what tests compare with the code: its tables and its blocks.
public struct SpecificationPage: Sendable {
    private let name: String
    private let lines: [Substring]

    /// - Parameter name: the file in `Docs/Specification`, such as `encoding.md`.
    public init(_ name: String) {
        self.name = name
        lines = Repository.text(at: "Docs/Specification/\(name)").split(
            separator: "\n", omittingEmptySubsequences: false)
    }

    /// The rows of the first table under `heading`, of the second or third level, without its head; code marks around a
    /// whole cell are taken off.
    public func table(under heading: String) -> [[String]] {
        let section = lines.drop { $0 != "## \(heading)" && $0 != "### \(heading)" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }
        let table = section.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
        precondition(table.count > 2, "\(name) has no table under \(heading)")
        return table.dropFirst(2).map { row in
            row.split(separator: "|").map { cell in
                let words = cell.trimmed(of: " ")
                let inner = words.trimmed(of: "`")
                return String(inner.contains("`") ? words : inner)
            }
        }
    }

    /// A table of limits: the name of each and its number.
    public func limits(under heading: String) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: table(under: heading).map { row in
                guard let number = Int(row[1].filter { $0 != "," }) else {
                    preconditionFailure("\(name): \(row[1]) is no number")
                }
                return (row[0], number)
            })
    }

    /// The bytes of every block marked `language`, in their order.
    public func blocks(_ language: String) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var rest = lines[...]
        while let start = rest.firstIndex(of: "```\(language)") {
            let content = rest[(start + 1)...].prefix { $0 != "```" }
            guard let bytes = Hexadecimal.bytes(of: content.joined()) else {
                preconditionFailure("\(name), line \(start + 1): not hexadecimal")
            }
            blocks.append(bytes)
            rest = rest[content.endIndex...]
        }
        precondition(!blocks.isEmpty, "\(name) has no block \(language)")
        return blocks
    }
}

extension Substring {
    fileprivate func trimmed(of character: Character) -> Substring {
        let start = drop { $0 == character }
        guard let end = start.lastIndex(where: { $0 != character }) else { return "" }
        return start[...end]
    }
}
