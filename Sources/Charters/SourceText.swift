/// A file as the YAML parser is given it: every character that has no place in it reported and covered, and every
/// asterisk exchanged for a stand-in, so that no alias can unfold into more than was written.
///
/// Lines and columns stay as they are, for each scalar is exchanged for one scalar.
struct SourceText {
    private(set) var lines: [[Unicode.Scalar]]

    /// Stands for an asterisk, which begins an alias where a value is expected and is a letter elsewhere.
    static let asterisk: Unicode.Scalar = "\u{e000}"
    /// Each stands for the first letter of a key that was written twice, which would end the parser's work.
    static let renamed = (0xe001...0xe0ff as ClosedRange<UInt32>)
    private var renamedCount: UInt32 = 0
    private static let cover: Unicode.Scalar = "\u{25a1}"

    init(_ text: String, _ findings: inout Findings) {
        lines = [[]]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\n" where previous == "\r": continue
            case "\n", "\r":
                coverEscapes(&findings)
                lines.append([])
            case "\t": append(scalar)
            case "*": append(Self.asterisk)
            case "\u{feff}" where lines == [[]]: continue  // some editors begin a file with a byte order mark
            default:
                if let forbidden = ForbiddenCharacter(scalar) {
                    report(scalar, forbidden, &findings)
                    append(Self.cover)
                } else {
                    append(scalar)
                }
            }
        }
        coverEscapes(&findings)
    }

    var text: String {
        var text = String.UnicodeScalarView()
        for line in lines {
            text.append(contentsOf: line)
            text.append("\n")
        }
        return String(text)
    }

    /// Exchanges the first letter of a key for a stand-in of its own; false where there is none.
    mutating func rename(keyAt place: Place) -> Bool {
        guard lines.indices.contains(place.line - 1),
            let standIn = Unicode.Scalar(Self.renamed.lowerBound + renamedCount), Self.renamed.contains(standIn.value)
        else { return false }
        let line = lines[place.line - 1]
        var column = place.column - 1
        if line.indices.contains(column), line[column] == "\"" || line[column] == "'" { column += 1 }
        guard line.indices.contains(column), !Self.renamed.contains(line[column].value), line[column] != "\\" else {
            return false
        }
        lines[place.line - 1][column] = standIn
        renamedCount += 1
        return true
    }

    /// The text of a scalar as it was written.
    static func restored(_ scalar: String) -> String {
        guard scalar.unicodeScalars.contains(asterisk) else { return scalar }
        var restored = String.UnicodeScalarView()
        for letter in scalar.unicodeScalars { restored.append(letter == asterisk ? "*" : letter) }
        return String(restored)
    }

    private mutating func append(_ scalar: Unicode.Scalar) { lines[lines.count - 1].append(scalar) }

    private func report(_ scalar: Unicode.Scalar, _ forbidden: ForbiddenCharacter, _ findings: inout Findings) {
        let place = Place(line: lines.count, column: lines[lines.count - 1].count + 1)
        findings.report(
            .forbiddenCharacter, at: place,
            "Here stands \(scalar.codePoint), \(forbidden.reason). Delete it or write another character.")
    }

    /// The stand-ins are private to this reading: nobody may write them, not even as an escape.
    private mutating func coverEscapes(_ findings: inout Findings) {
        let line = lines[lines.count - 1]
        for column in line.indices where line[column] == "\\" && Self.isEscapedStandIn(line[(column + 1)...]) {
            findings.report(
                .forbiddenCharacter, at: Place(line: lines.count, column: column + 1),
                "This escape stands for a private-use character, which looks different on every machine. Delete it.")
            lines[lines.count - 1][column] = Self.cover
        }
    }

    private static func isEscapedStandIn(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        let digits = rest.dropFirst().prefix(8).map { String($0).lowercased() }.joined()
        return switch rest.first {
        case "u": digits.hasPrefix("e0")
        case "U": digits.hasPrefix("0000e0")
        default: false
        }
    }
}
