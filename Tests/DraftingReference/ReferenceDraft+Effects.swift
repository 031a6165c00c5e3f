extension ReferenceDraft {
    /// What an operation does, if it does anything.
    public enum Effect {
        /// A place in the list of a parent, and a node put there.
        case place(Node, parent: Node?, left: Place?, right: Place?)
        case write(Register, Value)
        case bracket(Bracket)
        case alternative(bracket: Name)
        case reserve(Node?, bracket: Name?, kind: String, words: String?)
        case lift(Name)
        case note(Node?, Range?, words: String)
        case reply(note: Name, words: String)
    }

    public enum Place: Hashable {
        case base(String)
        case made(Name)
    }

    public struct Bracket {
        /// One of the two.
        public var node: Node?
        public var range: Range?
        public var isSuggestion = false
        public var words: String?
        public var follows: Name?
    }

    public struct Range {
        public var text: Text
        public var start: Anchor
        public var end: Anchor
    }

    public enum Anchor: Hashable {
        case beginning
        case end
        case scalar(isBehind: Bool, entry: ID, number: Int)
    }

    public enum Register: Hashable {
        case presence(Node)
        case field(Node, Said.Field)
        case outcome(Name)
        case position(Name, party: [UInt8])
        case note(Name)
        case draft
        case title
    }

    public enum Value: Hashable {
        /// Struck, resolved or closed, or not.
        case flag(Bool)
        case text(String?)
        case alternative(Alternative?)
        case alternatives(Set<Alternative>)
    }

    mutating func perform() {
        for id in order {
            for (number, operation) in (entries[id]?.operations ?? []).enumerated() {
                let name = Name(entry: id, number: number)
                guard let effect = effect(of: operation, at: name) else { continue }
                effects[name] = effect
                acts.append(name)
            }
        }
    }

    /// Whether the one is in the version of the other.
    public func isThere(_ made: Name, at version: Name) -> Bool {
        made.entry == version.entry
            ? made.number < version.number : pasts[version.entry]!.contains(made.entry)
    }

    private func effect(of operation: Said.Operation, at here: Name) -> Effect? {
        switch operation {
        case .add(let parent, let left, let right, _, _, _):
            if let parent, node(parent, at: here) == nil { return nil }
            return .place(
                .added(here), parent: parent.flatMap { node($0, at: here) },
                left: left.map { place($0, at: here) }, right: right.map { place($0, at: here) })
        case .move(let moved, let parent, let left, let right):
            guard let moved = node(moved, at: here) else { return nil }
            if let parent, node(parent, at: here) == nil { return nil }
            return .place(
                moved, parent: parent.flatMap { node($0, at: here) },
                left: left.map { place($0, at: here) }, right: right.map { place($0, at: here) })
        case .strike(let struck): return node(struck, at: here).map { .write(.presence($0), .flag(true)) }
        case .keep(let kept): return node(kept, at: here).map { .write(.presence($0), .flag(false)) }
        case .set(let changed, let field, let value): return setting(field, of: changed, to: value, at: here)
        case .title(let words): return .write(.title, .text(words))
        case .close: return .write(.draft, .flag(true))
        case .openAgain: return .write(.draft, .flag(false))
        default: return effectOnText(of: operation, at: here)
        }
    }

    private func setting(_ field: Said.Field, of changed: Said.Node, to value: String?, at here: Name) -> Effect? {
        guard let node = node(changed, at: here) else { return nil }
        if case .base = node, field == .identifier { return nil }
        if case .heading(let language) = field, !opening.languages.contains(language) { return nil }
        return .write(.field(node, field), .text(value))
    }

    private func effectOnText(of operation: Said.Operation, at here: Name) -> Effect? {
        switch operation {
        case .bracket(let said):
            return bracketRange(said, at: here).map { .bracket(Bracket(range: $0)) }
        case .suggest(let said, let words):
            return bracketRange(said, at: here).map { .bracket(Bracket(range: $0, isSuggestion: true, words: words)) }
        case .follow(let said, let other):
            let other = resolved(other, at: here)
            let followed = bracket(other, at: here).map { $0.follows ?? other }
            return bracketRange(said, at: here).map { .bracket(Bracket(range: $0, follows: followed)) }
        case .bracketNode(let said):
            return node(said, at: here).map { .bracket(Bracket(node: $0)) }
        case .alternative(let reference):
            let name = resolved(reference, at: here)
            guard let bracket = bracket(name, at: here), bracket.node == nil else { return nil }
            return .alternative(bracket: name)
        case .position(let reference, let said):
            let name = resolved(reference, at: here)
            let alternatives = said.map { alternative($0, of: name, at: here) }
            guard bracket(name, at: here) != nil, !alternatives.contains(nil) else { return nil }
            return .write(
                .position(name, party: party(of: here.entry)), .alternatives(Set(alternatives.compactMap { $0 })))
        case .choose(let reference, let said):
            let name = resolved(reference, at: here)
            guard bracket(name, at: here) != nil else { return nil }
            guard let said else { return .write(.outcome(name), .alternative(nil)) }
            return alternative(said, of: name, at: here).map { .write(.outcome(name), .alternative($0)) }
        default: return effectOfWords(of: operation, at: here)
        }
    }

    private func effectOfWords(of operation: Said.Operation, at here: Name) -> Effect? {
        switch operation {
        case .reserve(let said, let kind, let words):
            if let node = node(said, at: here) { return .reserve(node, bracket: nil, kind: kind, words: words) }
            guard case .added(let reference) = said else { return nil }
            let name = resolved(reference, at: here)
            return bracket(name, at: here).map { _ in .reserve(nil, bracket: name, kind: kind, words: words) }
        case .lift(let reference):
            let name = resolved(reference, at: here)
            guard isThere(name, at: here), case .reserve = effects[name],
                party(of: name.entry) == party(of: here.entry)
            else { return nil }
            return .lift(name)
        case .note(let said, let words):
            return node(said, at: here).map { .note($0, nil, words: words) }
        case .noteOnRange(let said, let words):
            return range(said, at: here).map { .note(nil, $0, words: words) }
        case .reply(let reference, let words):
            return note(of: reference, at: here).map { .reply(note: $0, words: words) }
        case .resolve(let reference):
            return note(of: reference, at: here).map { .write(.note($0), .flag(true)) }
        case .reopen(let reference):
            return note(of: reference, at: here).map { .write(.note($0), .flag(false)) }
        default: preconditionFailure("the other operations are judged before")
        }
    }
}

/// What is named, if it is there.
extension ReferenceDraft {
    func resolved(_ reference: Said.Reference, at here: Name) -> Name {
        Name(entry: reference.entry ?? here.entry, number: reference.number)
    }

    /// The version of an entry: its past and all its own operations.
    static func end(of entry: ID) -> Name { Name(entry: entry, number: .max) }

    func node(_ said: Said.Node, at here: Name) -> Node? {
        switch said {
        case .base(let identifier):
            return opening.base.contains { $0.identifier == identifier } ? .base(identifier) : nil
        case .added(let reference):
            let name = resolved(reference, at: here)
            guard isThere(name, at: here), case .place(.added(name), _, _, _) = effects[name] else { return nil }
            return .added(name)
        }
    }

    /// The place that is named: whether it is there and of the right list is asked where the list is known.
    func place(_ said: Said.Place, at here: Name) -> Place {
        switch said {
        case .base(let identifier): .base(identifier)
        case .made(let reference): .made(resolved(reference, at: here))
        }
    }

    func bracket(_ name: Name, at here: Name) -> Bracket? { isThere(name, at: here) ? bracket(name) : nil }

    public func bracket(_ name: Name) -> Bracket? {
        guard case .bracket(let bracket) = effects[name] else { return nil }
        return bracket
    }

    /// The bracket that `name` is an added alternative of.
    public func bracket(ofAlternative name: Name) -> Name? {
        switch effects[name] {
        case .alternative(let bracket): bracket
        case .bracket(let bracket) where bracket.isSuggestion: name
        default: nil
        }
    }

    private func alternative(_ said: Said.Alternative, of bracket: Name, at here: Name) -> Alternative? {
        switch said {
        case .stands: return .stands
        case .nothing: return .nothing
        case .added(let reference):
            let name = resolved(reference, at: here)
            return isThere(name, at: here) && self.bracket(ofAlternative: name) == bracket ? .added(name) : nil
        }
    }

    /// The note of a thread, named by itself or by one of its replies.
    private func note(of reference: Said.Reference, at here: Name) -> Name? {
        let name = resolved(reference, at: here)
        guard isThere(name, at: here) else { return nil }
        switch effects[name] {
        case .note: return name
        case .reply(let note, _): return note
        default: return nil
        }
    }

    func text(_ said: Said.Text, at here: Name) -> Text? {
        switch said {
        case .node(let said, let language):
            guard let node = node(said, at: here), opening.languages.contains(language) else { return nil }
            return .node(node, language: language)
        case .alternative(let reference):
            let name = resolved(reference, at: here)
            return isThere(name, at: here) && bracket(ofAlternative: name) != nil ? .alternative(name) : nil
        }
    }

    private func range(_ said: Said.Range, at here: Name) -> Range? {
        guard let text = text(said.text, at: here), let start = anchor(said.start, at: here),
            let end = anchor(said.end, at: here)
        else { return nil }
        return Range(text: text, start: start, end: end)
    }

    private func bracketRange(_ said: Said.Range, at here: Name) -> Range? {
        range(said, at: here).flatMap { level(of: $0.text) == 16 ? nil : $0 }
    }

    private func anchor(_ said: Said.Anchor, at here: Name) -> Anchor? {
        switch said {
        case .beginning: return .beginning
        case .end: return .end
        case .scalar(let isBehind, let entry, let number):
            let entry = entry ?? here.entry
            // The opening is in everybody's past.
            guard entry == here.entry || pasts[here.entry]!.contains(entry) else { return nil }
            return .scalar(isBehind: isBehind, entry: entry, number: number)
        }
    }

    /// 0 for the text of a node.
    public func level(of text: Text) -> Int {
        guard case .alternative(let name) = text else { return 0 }
        return 1 + level(of: bracket(bracket(ofAlternative: name)!)!.range!.text)
    }

    /// The node that a text is of, through all alternatives.
    public func node(of text: Text) -> Node {
        switch text {
        case .node(let node, _): node
        case .alternative(let name): node(of: bracket(bracket(ofAlternative: name)!)!.range!.text)
        }
    }
}
