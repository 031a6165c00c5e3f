internal import Cryptography
internal import Redline

/// An id as a person types it: whole, or at least its first eight digits.
///
/// Upper case and blanks do not matter, so that a fingerprint can be pasted.
struct IDPrefix: Hashable, Sendable {
    /// Lower-case hexadecimal digits, 8 to 64 of them.
    let digits: String

    static let shortestDigitCount = 8

    /// - Throws: a ``Complaint`` about what is no id, or too short.
    init(_ typed: String) throws(Complaint) {
        let digits = typed.lowercased().filter { $0 != " " && $0 != "-" }
        guard digits.allSatisfy(\.isHexDigit), digits.utf8.count == digits.count, digits.count <= 64 else {
            throw .usage("an id is up to 64 hexadecimal digits, and this is not: \(Self.shown(typed))")
        }
        guard digits.count >= Self.shortestDigitCount else {
            throw .usage(
                "\(Self.shown(typed)) is too short for an id: give at least \(Self.shortestDigitCount) digits")
        }
        self.digits = digits
    }

    /// The id itself, if all of its digits were typed.
    var whole: Digest? { Digest(hex: digits) }

    func matches(_ id: Digest) -> Bool { id.hex.hasPrefix(digits) }

    /// The one id among `ids` that begins so.
    ///
    /// - Parameters:
    ///   - noun: what the ids are of, for the complaint.
    ///   - place: where they were looked for: `in this file`.
    ///   - absent: the exit code if there is none.
    /// - Throws: a ``Complaint`` if there is none, or more than one.
    func resolve(
        among ids: some Sequence<Digest>, noun: String, place: String, absent: ExitCode = .noSuchFile
    ) throws(Complaint) -> Digest {
        let matching = Set(ids.filter(matches)).sorted()
        guard let found = matching.first else {
            throw Complaint(absent, "no-such-id", "there is no \(noun) \(digits) \(place)")
        }
        guard matching.count == 1 else {
            throw .usage(
                "\(digits) is the beginning of \(matching.count) ids \(place)",
                hint: "give more: " + matching.prefix(4).map { String($0.hex.prefix(16)) }.joined(separator: ", "))
        }
        return found
    }

    private static func shown(_ typed: String) -> String { "'\(terminalSafe(String(typed.prefix(72))))'" }
}
