package import Agreement
package import Drafting
package import Identity
package import Redline

/// Why a draft is not ripe: what is to be settled, written or looked at before it can be frozen.
///
/// Source: `Docs/Specification/negotiation.md`, section 3.
package enum FreezeFault: Hashable, Sendable {
    // What somebody chose who freezes it.
    case choosesUnknownBracket(OperationName)
    /// It comes to what the other one comes to.
    case choosesFollower(OperationName, of: OperationName)
    case choosesSettled(OperationName)
    case choosesNoAlternative(OperationName)

    // What is not settled.
    case openBracket(OperationName, provision: Identifier?, language: Identifier?)
    /// Two brackets whose spans cross came to other words.
    case crossing(OperationName, provision: Identifier?, language: Identifier?)
    case contested(Identifier, NodeField)
    case contestedTitle
    case sharedIdentifier(Identifier)
    case reservedIdentifier(Identifier)

    // The languages.
    /// The draft is not written in these of the roadmap's languages.
    case draftLacksLanguages([Identifier])
    case lacksWords(Identifier, Field, languages: [Identifier])
    case titleLacksLanguages([Identifier])
    /// Something that must not stand in what people sign; `fault` goes on behind "it ".
    case unsignable(Identifier, Field, language: Identifier?, fault: String)

    // The text in force.
    case nothingChanges
    case changedUnderneath(Rebase.Clash)

    // What is pointed out, and may be so on purpose.
    case differs(Identifier, Field, Concord.Finding)
    case reserved(DraftReservation, provision: Identifier?)
    /// Square brackets in the words themselves.
    case bracketsInWords(Identifier, language: Identifier)

    package enum Field: String, Hashable, Sendable {
        case number, heading, text
    }

    /// Whether it is only pointed out: somebody who has seen it may freeze the draft all the same.
    package var isPointedOut: Bool {
        switch self {
        case .differs, .reserved, .bracketsInWords: true
        default: false
        }
    }
}

/// Everything that speaks against freezing a draft, in the order in which it was found.
package struct FreezeRefusal: Error, Hashable, Sendable {
    package let faults: [FreezeFault]
}
