public import Drafting

/// Why an edited notation cannot be taken as edits of a draft.
public enum TextEditingFault: Error, Hashable, Sendable {
    case notation(BracketedText.NotationError)
    /// A wording of a bracket is gone whose bracket is still there: others may hold it.
    case alternativeGone(OperationName)
    /// Names beside a wording that are not the writer's own were added or taken away.
    case speaksForOthers([String])
    /// The words of a bracket that is still there cannot be replaced without leaving it: it holds one character, or
    /// another bracket ends where it does.
    case noRoom(OperationName)
    /// What was typed could not be shown so: brackets on the same words, or one that was moved to others.
    case cannotBeSaid
    /// Brackets stand within each other more often than a draft allows.
    case tooDeep
    /// The entry is full.
    case tooMuch
}

/// What editing a text came to.
public struct TextEdited: Hashable, Sendable {
    /// Scalars, of all texts that were edited.
    public internal(set) var inserted = 0
    public internal(set) var deleted = 0
    /// By their names in the entry that is open.
    public internal(set) var bracketed: [OperationName] = []
    /// Brackets whose signs were taken away, and the wording that was left of each.
    public internal(set) var chosen: [OperationName] = []
    /// Brackets on which the writer's party took another position.
    public internal(set) var positioned: [OperationName] = []

    public var isNothing: Bool { self == TextEdited() }
}
