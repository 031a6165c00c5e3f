internal import Cryptography
public import Drafting
public import Identity

extension EditableText {
    /// Makes edits of what somebody wrote in the notation's place.
    ///
    /// - Words that changed are edits of the texts that they stand in, and nothing more.
    /// - New signs are a new bracket on the words of its first wording; further wordings are its alternatives. A wording
    ///   added to a bracket is an alternative of that.
    /// - Signs taken away are a choice: of the wording of which most is left, or of nothing.
    /// - The writer's own party beside a wording is its position.
    ///
    /// - Parameters:
    ///   - draft: the one that this was made of, as it was.
    ///   - party: the writer's, as the notation names it.
    public func apply(
        _ edited: String, to draft: inout Draft, by party: Identifier
    ) throws(TextEditingFault) -> TextEdited {
        let editing = try TextEditing(self, edited, party)
        do throws(TextEditingFault) {
            return try editing.performed(on: &draft)
        } catch .cannotBeSaid {
            return try editing.typingBehindBracketsAnew.performed(on: &draft)
        }
    }
}

/// One edited notation on its way into operations.
struct TextEditing {
    let before: EditableText
    let party: String
    let scalars: [Unicode.Scalar]
    /// By scalar of the edited notation, the one of the notation before.
    var kept: [Int?]
    let root: PlacedText
    var result = TextEdited()

    /// Where words of the edited notation belong.
    enum Container: Hashable {
        case text(TextName)
        /// A wording that is to become an alternative, by where its sign opens.
        case new(Int)
    }

    /// A wording as it was before.
    struct Former: Hashable {
        let bracket: OperationName
        let alternative: Drafting.Alternative
    }

    /// By where a wording's sign opens: which one it was before.
    var identities: [Int: Former] = [:]
    var known: Set<Former> = []
    var claimed: Set<OperationName> = []
    /// By bracket whose signs are gone: what is chosen.
    var choices: [OperationName: Drafting.Alternative] = [:]
    /// Wordings shown before that are not chosen, and all in them: their words stay where they are, unread.
    var lost: Set<Int> = []
    /// By where a bracket's first sign opens: the text that it is a bracket of.
    var homes: [Int: Container] = [:]
    /// By container, what stands in it, in order.
    var items: [Container: [Item]] = [:]
    /// By container, the scalars of the edited notation as they stand in it now; nil for what was not shown.
    var mirrors: [Container: [Int?]] = [:]

    var typesBehindBracketsAnew = false
    /// By text, where notes and brackets stand in it.
    var marks: [TextName: [Range<Int>]] = [:]

    enum Item {
        /// A scalar of the edited notation; nil if it was typed, else its position before.
        case scalar(Int, position: Int?)
        case enters(OperationName)
        case leaves(OperationName)
    }

    init(_ before: EditableText, _ edited: String, _ party: Identifier) throws(TextEditingFault) {
        self.before = before
        self.party = party.string
        scalars = Array(edited.unicodeScalars)
        guard !before.isPlain else {
            var plain = BracketedText()
            plain.append(edited)
            root = PlacedText(plain)
            kept = KeptScalars(from: before.notation, to: edited).origins
            return
        }
        do throws(BracketedText.NotationError) {
            root = PlacedText(try BracketedText(notation: edited))
        } catch {
            throw .notation(error)
        }
        kept = Self.keptWords(before, scalars, root)
    }

    /// Names of parties are left out where words are compared: many are alike, and would tie unlike wordings together.
    private static func keptWords(
        _ before: EditableText, _ scalars: [Unicode.Scalar], _ root: PlacedText
    ) -> [Int?] {
        let old = before.origins.indices.filter { before.origins[$0].sign != .attribution }
        let names = Set(root.attributions.joined())
        let new = scalars.indices.filter { !names.contains($0) }
        let notation = Array(before.notation.unicodeScalars)
        let found = KeptScalars(
            from: String(String.UnicodeScalarView(old.map { notation[$0] })),
            to: String(String.UnicodeScalarView(new.map { scalars[$0] }))
        ).origins
        var kept = [Int?](repeating: nil, count: scalars.count)
        for (place, origin) in zip(new, found) { kept[place] = origin.map { old[$0] } }
        return kept
    }

    /// Performs it on a draft; where it throws, the draft is as it was.
    func performed(on draft: inout Draft) throws(TextEditingFault) -> TextEdited {
        var (editing, edited) = (self, draft)
        try editing.perform(on: &edited)
        draft = edited
        return editing.result
    }

    /// The same, for brackets that end behind a scalar which was deleted long ago: what is typed right behind their words
    /// would stand before that scalar, and so within. It is put behind the next scalar, which is typed anew behind it.
    var typingBehindBracketsAnew: TextEditing {
        var editing = self
        editing.typesBehindBracketsAnew = true
        return editing
    }

    private mutating func perform(on draft: inout Draft) throws(TextEditingFault) {
        identify(root)
        try checkAlternatives(root)
        choose()
        try place(root, in: .text(before.name))
        marks = Self.marks(in: draft)
        for text in shownTexts { try edit(text, items[.text(text)] ?? [], &draft) }
        try bracket(root, in: .text(before.name), &draft)
        for (bracket, alternative) in choices.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            guard draft.hasRoom else { throw .tooMuch }
            guard draft.perform(.choose(bracket: bracket, alternative)) != nil else { continue }
            result.chosen.append(bracket)
        }
        try checkResult(in: draft)
    }

    /// What was typed is what is shown then, but for the order of wordings; unless some bracket is settled by it.
    private func checkResult(in draft: Draft) throws(TextEditingFault) {
        let brackets = claimed.union(result.bracketed)
        guard choices.isEmpty, brackets.allSatisfy({ draft.bracket($0)?.isOpen == true }) else { return }
        let after = EditableText(of: before.name, in: draft, plainly: before.isPlain)?.notation ?? ""
        let edited = String(String.UnicodeScalarView(scalars))
        if before.isPlain {
            guard after.utf8.elementsEqual(edited.utf8) else { throw .cannotBeSaid }
            return
        }
        guard let one = try? BracketedText(notation: after), let other = try? BracketedText(notation: edited),
            one.unordered.utf8.elementsEqual(other.unordered.utf8)
        else { throw .cannotBeSaid }
    }

    private static func order(_ name: OperationName) -> String { "\(name.entry?.hex ?? "") \(name.number)" }
}

extension BracketedText {
    /// The notation with the wordings of each bracket in an order of their own, and a blank between them.
    fileprivate var unordered: String {
        pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .bracket(let bracket):
                bracket.alternatives.map { "[\($0.text.unordered)\(PlacedAlternative.attribution(of: $0.parties))]" }
                    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: " ")
            }
        }.joined()
    }
}
