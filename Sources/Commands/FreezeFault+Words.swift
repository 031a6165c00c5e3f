internal import Agreement
internal import Drafting
internal import Identity
internal import Negotiation
internal import Wording

extension Complaint {
    /// What speaks against freezing a draft: all of it, for a person to go through.
    init(notRipe refusal: FreezeRefusal, _ book: Phrasebook) {
        let sentences = refusal.faults.map { $0.sentence(in: book) }
        let isPointedOut = refusal.faults.allSatisfy(\.isPointedOut)
        let hasOpen = refusal.faults.contains { if case .openBracket = $0 { true } else { false } }
        let hint =
            isPointedOut
            ? "if it is meant so, freeze it with --as-it-is; nothing was changed"
            : hasOpen
                ? "settle it, or choose with --choose BRACKET=in, =out or the number of a wording; nothing was changed"
                : "nothing was changed"
        self.init(
            .notSo, isPointedOut ? "pointed-out" : "not-ripe",
            "the draft is not ripe: " + sentences.joined(separator: "; "), hint: hint)
    }
}

extension FreezeFault {
    func sentence(in book: Phrasebook) -> String {
        switch self {
        case .choosesUnknownBracket(let name): return "there is no bracket \(name.text())"
        case .choosesFollower(let name, let other):
            return "the bracket \(name.text()) comes to what \(other.text()) comes to: choose there"
        case .choosesSettled(let name): return "the bracket \(name.text()) is settled otherwise"
        case .choosesNoAlternative(let name): return "the bracket \(name.text()) has no such alternative"
        case .openBracket(let name, let provision, let language):
            return "the bracket \(name.text()) is open\(Self.place(provision, language))"
        case .crossing(let name, let provision, let language):
            return "the bracket \(name.text()) crosses another that came to other words"
                + Self.place(provision, language)
        case .contested(let provision, let field):
            return "two values stand for \(field.words) of \(provision)"
        case .contestedTitle: return "two titles stand"
        case .sharedIdentifier(let name): return "two provisions have the id \(name)"
        case .reservedIdentifier(let name):
            return "\(name) is no id for a text: such provisions are amended without a draft"
        case .draftLacksLanguages(let languages): return "it is not written in \(Quoting.list(languages))"
        case .lacksWords(let provision, let field, let languages):
            return "the \(field.rawValue) of \(provision) is not there in \(Quoting.list(languages))"
        case .titleLacksLanguages(let languages): return "its title is not there in \(Quoting.list(languages))"
        case .unsignable(let provision, let field, let language, let fault):
            return "the \(field.rawValue) of \(provision)\(language.map { " in \($0)" } ?? "") \(fault)"
        case .nothingChanges: return "it reads what is in force"
        case .changedUnderneath(let clash): return book.sentence(for: clash)
        case .differs(let provision, let field, let finding):
            return "in \(provision) " + LanguageComparison.words(for: finding, in: field == .heading ? .heading : .text)
        case .reserved(let reservation, let provision):
            return "\(reservation.party) has reserved its position" + (provision.map { " on \($0)" } ?? "")
        case .bracketsInWords(let provision, let language):
            return "there are square brackets in the words of \(provision) in \(language)"
        }
    }

    private static func place(_ provision: Identifier?, _ language: Identifier?) -> String {
        guard let provision else { return "" }
        return " in \(provision)" + (language.map { " (\($0))" } ?? "")
    }
}

extension NodeField {
    fileprivate var words: String {
        switch self {
        case .kind: "the kind"
        case .provisionClass: "the class"
        case .identifier: "the id"
        case .number: "the number"
        case .heading(let language): "the heading in \(language)"
        case .attribute(let name): "the attribute \(name)"
        }
    }
}
