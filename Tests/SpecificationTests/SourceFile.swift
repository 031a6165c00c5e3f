import TestSupport

/// A file of the code, for what only its text says: the cases of an enum whose cases carry values, numbers that no
/// other room may see.
struct SourceFile {
    private let lines: [Substring]

    /// - Parameter path: from the top of the repository.
    init(_ path: String) {
        lines = Repository.text(at: path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    struct Case: Hashable {
        let name: String
        let rawValue: String?
    }

    /// The cases that an enum declares, in their order.
    func cases(of declaration: String) -> [Case] {
        let pattern = /^ *case (?<name>\w+)(?:\(.*\))?(?: = "?(?<raw>[\w-]+)"?)?$/
        return body(of: "enum \(declaration)").flatMap { line -> [Case] in
            let cases = line.wholeMatch(of: pattern).map {
                [Case(name: String($0.name), rawValue: $0.raw.map(String.init))]
            }
            return cases ?? Self.severalCases(on: line)
        }
    }

    /// `case accept, abstain`
    private static func severalCases(on line: Substring) -> [Case] {
        guard let match = line.wholeMatch(of: /^ *case (?<names>\w+(?:, \w+)+)$/) else { return [] }
        return match.names.split(separator: ", ").map { Case(name: String($0), rawValue: nil) }
    }

    /// The numbers that an enum names as constants: `static let depth = 64 << 20`.
    func numbers(of declaration: String) -> [String: Int] {
        let pattern =
            /^ *(?:public |package )?static let (?<name>\w+)(?:: \w+)? = (?<number>[\d_]+)(?: << (?<shift>\d+))?$/
        let pairs = body(of: "enum \(declaration)").compactMap { $0.wholeMatch(of: pattern) }.map { match in
            (
                String(match.name),
                Int(match.number.filter { $0 != "_" })! << (match.shift.flatMap { Int($0) } ?? 0)
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Texts in quotation marks behind `opening`, in their order, within what `declaration` begins.
    func texts(behind opening: String, in declaration: String) -> [String] {
        body(of: declaration).flatMap { line in
            line.ranges(of: opening).compactMap { range in
                let rest = line[range.upperBound...]
                return rest.firstIndex(of: "\"").map { String(rest[..<$0]) }
            }
        }
    }

    /// The lines within the braces that the first line with `declaration` opens.
    private func body(of declaration: String) -> ArraySlice<Substring> {
        guard let start = lines.firstIndex(where: { $0.contains(declaration) }) else {
            preconditionFailure("there is no \(declaration)")
        }
        let margin = lines[start].prefix { $0 == " " }
        return lines[(start + 1)...].prefix { $0 != margin + "}" }
    }
}
