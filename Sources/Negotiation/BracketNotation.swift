/// The notation of brackets, read and written: what is read is written again byte for byte.
///
/// `[` and `]` are brackets, always. Brackets with nothing or one space between them are alternatives to each other,
/// unless each begins with another letter or number in parentheses, as subparagraphs do: `[(b) …] [(c) …]` are two. At
/// the end of a bracket, ` **(US, ROK)**` names the parties whose wording it is.
extension BracketedText {
    /// What cannot be read as brackets, and where, in Unicode scalars from 0.
    public enum NotationError: Error, Hashable, Sendable {
        case opensAndNeverCloses(at: Int)
        case closesNothing(at: Int)
        /// More brackets within each other than ``notationDepth``.
        case tooDeep(at: Int)
    }

    /// Brackets that may stand within each other: more than anybody could read, and safe to walk.
    public static let notationDepth = 64

    public init(notation: String) throws(NotationError) {
        var reader = NotationReader()
        var position = 0
        for scalar in notation.unicodeScalars {
            try reader.take(scalar, at: position)
            position += 1
        }
        self = try reader.finished()
    }

    public var notation: String {
        var written = ""
        write(to: &written)
        return written
    }

    private func write(to written: inout String) {
        for piece in pieces {
            switch piece {
            case .words(let words): written += words
            case .bracket(let bracket): bracket.write(to: &written)
            }
        }
    }

    fileprivate func writeAlternative(by parties: [String], to written: inout String) {
        written += "["
        write(to: &written)
        if !parties.isEmpty { written += Attribution.opening + parties.joined(separator: ", ") + Attribution.closing }
        written += "]"
    }
}

extension Bracket {
    fileprivate func write(to written: inout String) {
        for (index, alternative) in alternatives.enumerated() {
            if index > 0 { written += separators[index - 1] }
            alternative.text.writeAlternative(by: alternative.parties, to: &written)
        }
    }
}

/// Reads brackets with a stack of its own, so that no depth of them can exhaust the machine's.
private struct NotationReader {
    /// Where the open brackets begin, in scalars.
    private var starts: [Int] = []
    /// The text outside of all brackets, and that within each open one.
    private var texts = [BracketedText()]
    private var words = String.UnicodeScalarView()

    mutating func take(_ scalar: Unicode.Scalar, at position: Int) throws(BracketedText.NotationError) {
        switch scalar {
        case "[": try opens(at: position)
        case "]": try closes(at: position)
        default: words.append(scalar)
        }
    }

    private mutating func opens(at position: Int) throws(BracketedText.NotationError) {
        guard starts.count < BracketedText.notationDepth else { throw .tooDeep(at: position) }
        flushWords()
        starts.append(position)
        texts.append(BracketedText())
    }

    private mutating func closes(at position: Int) throws(BracketedText.NotationError) {
        guard starts.popLast() != nil else { throw .closesNothing(at: position) }
        flushWords()
        let alternative = Attribution.taken(from: texts.removeLast())
        texts[texts.count - 1].append(alternative)
    }

    private mutating func flushWords() {
        texts[texts.count - 1].append(String(words))
        words = String.UnicodeScalarView()
    }

    mutating func finished() throws(BracketedText.NotationError) -> BracketedText {
        if let start = starts.last { throw .opensAndNeverCloses(at: start) }
        flushWords()
        return texts[0]
    }
}

extension BracketedText {
    /// Adds what a bracket holds: to the bracket it stands beside, if it is an alternative to that.
    fileprivate mutating func append(_ alternative: Bracket.Alternative) {
        let separator = endsWithSpaceBetween ? " " : ""
        let place = pieces.count - 1 - separator.utf8.count
        guard stands(alternative, besideBracketAt: place) else {
            pieces.append(.bracket(Bracket([alternative])))
            return
        }
        pieces.removeSubrange((place + 1)...)
        // Taken out before it grows: else each of many alternatives would copy all before it.
        guard case .bracket(var bracket)? = pieces.popLast() else { return }
        bracket.alternatives.append(alternative)
        bracket.separators.append(separator)
        pieces.append(.bracket(bracket))
    }

    private func stands(_ alternative: Bracket.Alternative, besideBracketAt place: Int) -> Bool {
        guard place >= 0, case .bracket(let bracket) = pieces[place] else { return false }
        return !bracket.isList(with: alternative)
    }

    /// Whether one space is all that stands behind the last bracket.
    private var endsWithSpaceBetween: Bool {
        guard pieces.count > 1, case .words(let words) = pieces[pieces.count - 1] else { return false }
        return words.utf8.elementsEqual(" ".utf8)
    }

    /// The `(b)` or `(ii)` that it begins with, without its parentheses.
    fileprivate var enumerator: [UInt8]? {
        guard case .words(let words)? = pieces.first, words.utf8.first == UInt8(ascii: "(") else { return nil }
        let inside = Array(words.utf8.dropFirst().prefix(6))
        guard let end = inside.firstIndex(of: UInt8(ascii: ")")), end > 0 else { return nil }
        return inside[..<end].allSatisfy(\.isLetterOrDigit) ? Array(inside[..<end]) : nil
    }
}

extension Bracket {
    /// Whether what follows is the next of a list, and no alternative: each begins with a number of its own.
    fileprivate func isList(with next: Bracket.Alternative) -> Bool {
        guard let mine = alternatives[alternatives.count - 1].text.enumerator, let other = next.text.enumerator else {
            return false
        }
        return mine != other
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

/// Who would have a wording, at the end of its bracket. Judged by bytes: no table has a say in it.
private enum Attribution {
    static let opening = " **("
    static let closing = ")**"

    /// The alternative that a bracket's text is, its parties apart. What is spelled otherwise stays words.
    static func taken(from text: BracketedText) -> Bracket.Alternative {
        guard case .words(let words)? = text.pieces.last else { return Bracket.Alternative(text) }
        let bytes = Array(words.utf8)
        guard bytes.suffix(closing.utf8.count).elementsEqual(closing.utf8), let start = lastOpening(in: bytes),
            let parties = names(in: bytes[start...].dropFirst(opening.utf8.count).dropLast(closing.utf8.count))
        else { return Bracket.Alternative(text) }
        var rest = text
        rest.pieces.removeLast()
        rest.append(String(decoding: bytes[..<start], as: UTF8.self))
        return Bracket.Alternative(rest, parties: parties)
    }

    private static func lastOpening(in bytes: [UInt8]) -> Int? {
        let needle = Array(opening.utf8)
        return stride(from: bytes.count - needle.count, through: 0, by: -1).first {
            bytes[$0..<$0 + needle.count].elementsEqual(needle)
        }
    }

    /// Names with a comma and a space between them, none empty and none with a sign of the notation in it.
    private static func names(in bytes: ArraySlice<UInt8>) -> [String]? {
        let parts = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        var names: [String] = []
        for (index, part) in parts.enumerated() {
            let isSpaced = part.first == UInt8(ascii: " ")
            guard isSpaced == (index > 0) else { return nil }
            let name = isSpaced ? part.dropFirst() : part
            guard !name.isEmpty, !name.contains(where: { "(*)".utf8.contains($0) }) else { return nil }
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
