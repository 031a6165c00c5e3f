internal import Cryptography
internal import Drafting
internal import Redline

/// What an operation of a draft made, as people name it: the first digits of its entry, a stop, and its number there, as
/// in `1f2e3d4c.0`.
enum BracketName {
    static func shown(_ name: OperationName) -> String {
        "\(name.entry.map { String($0.hex.prefix(IDPrefix.shortestDigitCount)) } ?? "").\(name.number)"
    }

    /// The one of some names that was typed.
    static func resolve(
        _ typed: String, among names: some Sequence<OperationName>, noun: String
    ) throws(Complaint) -> OperationName {
        let parts = typed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), number >= 0 else {
            throw .usage(
                "a \(noun) is named as in 1f2e3d4c.0, and this is not: '\(terminalSafe(String(typed.prefix(72))))'",
                hint: "syngraph rolling names those that are open")
        }
        let prefix = try IDPrefix(String(parts[0]))
        let matching = names.filter { $0.number == number && $0.entry.map(prefix.matches) == true }
        guard let found = matching.first else {
            throw Complaint(
                .noSuchFile, "no-such-bracket", "there is no \(noun) \(terminalSafe(typed)) in this draft",
                hint: "syngraph rolling names those that are open")
        }
        guard Set(matching).count == 1 else {
            throw .usage("\(terminalSafe(typed)) is the beginning of \(Set(matching).count) names: give more digits")
        }
        return found
    }
}

/// `BRACKET=ALTERNATIVE`, as it is typed: the alternative is `in`, `out`, a number from 1 among those that were added, or
/// the name of one of these.
enum TypedChoice {
    static func choices(
        _ typed: [String], in draft: Draft
    ) throws(Complaint) -> [OperationName: Drafting.Alternative] {
        let brackets = draft.allBrackets()
        var choices: [OperationName: Drafting.Alternative] = [:]
        for text in typed {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw .usage("write BRACKET=ALTERNATIVE, as in 1f2e3d4c.0=in, and not '\(terminalSafe(text))'")
            }
            let name = try BracketName.resolve(parts[0], among: brackets.map(\.name), noun: "bracket")
            guard choices[name] == nil else {
                throw .usage("the bracket \(BracketName.shown(name)) is chosen for twice")
            }
            choices[name] = try alternative(parts[1], of: brackets.first { $0.name == name }!)
        }
        return choices
    }

    private static func alternative(
        _ typed: String, of bracket: DraftBracket
    ) throws(Complaint) -> Drafting.Alternative {
        let added = bracket.alternatives.compactMap { alternative -> OperationName? in
            if case .added(let name) = alternative { name } else { nil }
        }
        switch typed {
        case "in": return .standing
        case "out": return .nothing
        default:
            if let number = Int(typed) {
                guard (1...max(1, added.count)).contains(number), !added.isEmpty else {
                    throw .usage(
                        "the bracket \(BracketName.shown(bracket.name)) has \(added.count) alternatives beside in and out,"
                            + " and none of number \(number)")
                }
                return .added(added[number - 1])
            }
            return .added(try BracketName.resolve(typed, among: added, noun: "alternative"))
        }
    }
}
