internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// What an operation made.
enum Made: Sendable {
    case node(ProvisionTree.Node, PlaceLists.Place)
    case place(PlaceLists.Place)
    case bracket(Int)
    case alternative(Int)
    /// A bracket, and an alternative of it.
    case suggestion(bracket: Int, alternative: Int)
    case reservation(Int)
    case note(Int)
    /// A reply, by the note that its thread is about.
    case reply(note: Int)

    var node: ProvisionTree.Node? { if case .node(let node, _) = self { node } else { nil } }

    var place: PlaceLists.Place? {
        switch self {
        case .node(_, let place), .place(let place): place
        default: nil
        }
    }

    var bracket: Int? {
        switch self {
        case .bracket(let bracket), .suggestion(let bracket, _): bracket
        default: nil
        }
    }

    var alternative: Int? {
        switch self {
        case .alternative(let alternative), .suggestion(_, let alternative): alternative
        default: nil
        }
    }

    var note: Int? {
        switch self {
        case .note(let note), .reply(let note): note
        default: nil
        }
    }
}

/// A provision, of the base or added.
struct DraftedNode: Sendable {
    /// Nil for a provision of the base.
    let maker: PlaceLists.Maker?
    let identifier: Identifier
    let kind: Identifier
    let provisionClass: Identifier
    /// Its texts, and those of alternatives in them, as far as anything was said of them.
    var texts: [Int] = []
    /// Brackets on the node itself.
    var brackets: [Int] = []
    var presence = Register<Bool>()
    var fields: [NodeField: Register<CanonicalValue>] = [:]
}

/// A text that something was said of: it was edited, bracketed or noted.
struct DraftedText: Sendable {
    enum Key: Hashable, Sendable {
        case node(ProvisionTree.Node, Identifier)
        case alternative(Int)
    }

    let key: Key
    let node: ProvisionTree.Node
    let language: Identifier
    /// 0 for a node's own, one more for each bracket around.
    let level: Int
    /// Nil as long as nobody edited it.
    var text: DraftText?
    /// By lane, the entries that edit it, ascending.
    var editors: [DraftGraph.Lane: [DraftGraph.Entry]] = [:]
    var brackets: [Int] = []
    var notes: [Int] = []
}

/// An anchor whose entry is known.
enum Point: Hashable, Sendable {
    case beginning
    case end
    case scalar(entry: DraftGraph.Entry, number: Int, side: Anchor.Side)
}

struct DraftedBracket: Sendable {
    enum Subject: Sendable {
        case node(ProvisionTree.Node)
        case span(text: Int, start: Point, end: Point)
    }

    /// An alternative, by this copy's numbers.
    enum Choice: Hashable, Sendable {
        case standing
        case nothing
        case added(Int)
    }

    let maker: PlaceLists.Maker
    let subject: Subject
    var isSuggestion = false
    var reason: Words?
    /// The bracket whose outcome decides this one's; that one follows none.
    var follows: Int?
    var alternatives: [Int] = []
    var outcome = Register<Choice?>()
    var positions: [Identifier: Register<Set<Choice>>] = [:]
}

struct DraftedAlternative: Sendable {
    let maker: PlaceLists.Maker
    let bracket: Int
}

struct DraftedReservation: Sendable {
    enum Subject: Sendable {
        case node(ProvisionTree.Node)
        case bracket(Int)
    }

    let maker: PlaceLists.Maker
    let subject: Subject
    let kind: ReservationKind
    let words: Words?
    var isLifted = false
}

struct DraftedNote: Sendable {
    enum Subject: Sendable {
        case node(ProvisionTree.Node)
        case span(text: Int, start: Point, end: Point)
    }

    let maker: PlaceLists.Maker
    let subject: Subject
    let words: Words
    var replies: [(maker: PlaceLists.Maker, words: Words)] = []
    var isResolved = Register<Bool>()
}
