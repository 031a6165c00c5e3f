/// What a command is expected to print: words, `…` for what differs, and `<NAME>` for an id that is told again later.
///
/// A line that is `…` alone stands for any number of lines. The first `<NAME>` takes the hexadecimal digits that stand in
/// its place; every later one must find the same.
struct OutputPattern {
    let lines: [String]

    /// The ids known after reading `output`; nil if it does not fit.
    func match(_ output: [String], knowing known: [String: String]) -> [String: String]? {
        var (line, place) = (0, 0)
        var names = known
        // Where the last `…` line stands, and up to where it reached: there the search resumes when a line does not fit.
        var gap: (line: Int, place: Int, names: [String: String])?
        while place < output.count {
            if line < lines.count, lines[line] == "…" {
                line += 1
                gap = (line, place, names)
            } else if line < lines.count, let found = Self.match(lines[line], output[place], knowing: names) {
                names = found
                line += 1
                place += 1
            } else if let last = gap {
                (line, place, names) = (last.line, last.place + 1, last.names)
                gap = (line, place, names)
            } else {
                return nil
            }
        }
        while line < lines.count, lines[line] == "…" { line += 1 }
        return line == lines.count ? names : nil
    }

    private static func match(
        _ pattern: String, _ text: String, knowing known: [String: String]
    ) -> [String: String]? {
        var names = known
        return match(pattern[...], text[...], &names) ? names : nil
    }

    private static func match(_ pattern: Substring, _ text: Substring, _ names: inout [String: String]) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "…" {
            let rest = pattern.dropFirst()
            var tail = text
            while true {
                var attempt = names
                if match(rest, tail, &attempt) {
                    names = attempt
                    return true
                }
                guard !tail.isEmpty else { return false }
                tail = tail.dropFirst()
            }
        }
        if let (name, rest) = name(at: pattern) {
            let digits = names[name] ?? String(text.prefix { $0.isHexDigit })
            guard !digits.isEmpty, text.hasPrefix(digits) else { return false }
            names[name] = digits
            return match(rest, text.dropFirst(digits.count), &names)
        }
        guard text.first == first else { return false }
        return match(pattern.dropFirst(), text.dropFirst(), &names)
    }

    /// `<NAME>` in capitals at the beginning of a pattern.
    private static func name(at pattern: Substring) -> (String, Substring)? {
        guard pattern.first == "<", let end = pattern.firstIndex(of: ">") else { return nil }
        let name = pattern[pattern.index(after: pattern.startIndex)..<end]
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isUppercase }) else { return nil }
        return (String(name), pattern[pattern.index(after: end)...])
    }
}
