internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// What each operation does. An operation that names what is not there does nothing.
///
/// Source: `Docs/Specification/drafting.md`, sections 7, 8 and 9.
extension Draft {
    /// Whether the operation did something is for tests and for those who write here; the draft never asks.
    @discardableResult
    mutating func perform(_ operation: DraftOperation, by maker: PlaceLists.Maker) -> Bool {
        switch operation {
        case .add, .move, .strike, .keep, .set: return performOnTree(operation, by: maker)
        case .bracket, .suggest, .bracketFollowing, .bracketNode, .alternative:
            return performBracket(operation, by: maker)
        case .position, .choose, .reserve, .lift: return performStance(operation, by: maker)
        case .note, .noteOnRange, .reply, .resolve, .reopen: return performNote(operation, by: maker)
        case .title(let words):
            titles.write(words, by: maker, isPast: isPast(of: maker.entry))
        case .close, .openAgain:
            states.write(operation == .close, by: maker, isPast: isPast(of: maker.entry))
        }
        return true
    }

    /// Whether an entry is in the past of another one, for registers.
    private func isPast(of entry: DraftGraph.Entry) -> (DraftGraph.Entry) -> Bool {
        { [graph] in graph.isPast($0, of: entry) }
    }

    // MARK: The tree

    private mutating func performOnTree(_ operation: DraftOperation, by maker: PlaceLists.Maker) -> Bool {
        switch operation {
        case .add(let parent, let left, let right, let identifier, let kind, let provisionClass):
            guard let standing = standing(beneath: parent, left, right, by: maker) else { return false }
            let node = tree.add(standing)
            nodes.append(
                DraftedNode(
                    maker: maker, identifier: identifier, kind: kind, provisionClass: provisionClass))
            products[maker] = .node(node, standing.place!)
        case .move(let name, let parent, let left, let right):
            guard let node = node(name, by: maker.entry),
                let standing = standing(beneath: parent, left, right, by: maker)
            else { return false }
            tree.append(ProvisionTree.Move(node, to: standing, by: maker))
            products[maker] = .place(standing.place!)
        case .strike(let name), .keep(let name):
            guard let node = node(name, by: maker.entry) else { return false }
            nodes[node].presence.write(operation.code == 3, by: maker, isPast: isPast(of: maker.entry))
        case .set(let name, let field, let value):
            guard let node = node(name, by: maker.entry), has(node, field) else { return false }
            nodes[node].fields[field, default: Register()].write(value, by: maker, isPast: isPast(of: maker.entry))
        default: preconditionFailure("no operation on the tree")
        }
        return true
    }

    private func has(_ node: ProvisionTree.Node, _ field: NodeField) -> Bool {
        switch field {
        case .identifier: nodes[node].maker != nil
        case .heading(let language): opening.languages.contains(language)
        case .kind, .provisionClass, .number, .attribute: true
        }
    }

    /// Makes a place beneath a parent; nil if the parent is not there.
    private mutating func standing(
        beneath parent: NodeName?, _ left: PlaceName?, _ right: PlaceName?, by maker: PlaceLists.Maker
    ) -> ProvisionTree.Standing? {
        var number = ProvisionTree.top
        if let parent {
            guard let node = node(parent, by: maker.entry) else { return nil }
            number = node
        }
        let root = list(of: number)
        let leftPlace = left.flatMap { place($0, in: root, by: maker.entry) }
        let rightPlace = right.flatMap { place($0, in: root, by: maker.entry) }
        let graph = graph
        let made = places.insert(maker, left: leftPlace ?? root, right: rightPlace, in: root) { one, other in
            one.entry == other.entry ? one.operation < other.operation : graph.precedes(one.entry, other.entry)
        }
        return ProvisionTree.Standing(parent: number, place: made)
    }

    private func place(
        _ name: PlaceName, in root: PlaceLists.Place, by entry: DraftGraph.Entry
    ) -> PlaceLists.Place? {
        let found: PlaceLists.Place? =
            switch name {
            case .base(let identifier): baseNodes[identifier].flatMap { basePlaces[$0].place }
            case .made(let name): made(name, by: entry)?.place
            }
        return found.flatMap { places.isPlace($0, in: root) ? $0 : nil }
    }

    /// The list of a parent, with the places of the base if it is new.
    mutating func list(of parent: ProvisionTree.Node) -> PlaceLists.Place {
        if let root = lists[parent] { return root }
        let root = places.addList()
        var last = root
        for node in baseChildren[parent] ?? [] {
            last = places.insert(PlaceLists.Maker(entry: -1, operation: node), left: last, right: nil, in: root) {
                $0.operation < $1.operation
            }
            basePlaces[node].place = last
        }
        lists[parent] = root
        return root
    }

    // MARK: Brackets

    private mutating func performBracket(_ operation: DraftOperation, by maker: PlaceLists.Maker) -> Bool {
        switch operation {
        case .bracket(let text, let start, let end):
            return addBracket(in: text, start, end, by: maker) != nil
        case .suggest(let text, let start, let end, let reason):
            guard let bracket = addBracket(in: text, start, end, by: maker) else { return false }
            brackets[bracket].isSuggestion = true
            brackets[bracket].reason = reason
            products[maker] = .suggestion(bracket: bracket, alternative: addAlternative(to: bracket, by: maker))
        case .bracketFollowing(let other, let text, let start, let end):
            let followed = made(other, by: maker.entry)?.bracket
            guard let bracket = addBracket(in: text, start, end, by: maker) else { return false }
            brackets[bracket].follows = followed.map { brackets[$0].follows ?? $0 }
        case .bracketNode(let name):
            guard let node = node(name, by: maker.entry) else { return false }
            nodes[node].brackets.append(append(DraftedBracket(maker: maker, subject: .node(node))))
        case .alternative(let name):
            guard let bracket = made(name, by: maker.entry)?.bracket, case .span = brackets[bracket].subject else {
                return false
            }
            products[maker] = .alternative(addAlternative(to: bracket, by: maker))
        default: preconditionFailure("no bracket")
        }
        return true
    }

    private mutating func addBracket(
        in text: TextName, _ start: Anchor, _ end: Anchor, by maker: PlaceLists.Maker
    ) -> Int? {
        guard let start = point(start, by: maker.entry), let end = point(end, by: maker.entry),
            let text = self.text(text, by: maker.entry), texts[text].level < DraftLimits.bracketLevel
        else { return nil }
        let bracket = append(DraftedBracket(maker: maker, subject: .span(text: text, start: start, end: end)))
        texts[text].brackets.append(bracket)
        return bracket
    }

    private mutating func append(_ bracket: DraftedBracket) -> Int {
        products[bracket.maker] = .bracket(brackets.count)
        brackets.append(bracket)
        return brackets.count - 1
    }

    private mutating func addAlternative(to bracket: Int, by maker: PlaceLists.Maker) -> Int {
        brackets[bracket].alternatives.append(alternatives.count)
        alternatives.append(DraftedAlternative(maker: maker, bracket: bracket))
        return alternatives.count - 1
    }

    private func point(_ anchor: Anchor, by entry: DraftGraph.Entry) -> Point? {
        switch anchor {
        case .beginning: return .beginning
        case .end: return .end
        case .scalar(let name, let number, let side):
            guard let name else { return .scalar(entry: entry, number: number, side: side) }
            guard let other = graph.numbers[name], graph.isPast(other, of: entry) else { return nil }
            return .scalar(entry: other, number: number, side: side)
        }
    }

    // MARK: Stances

    private mutating func performStance(_ operation: DraftOperation, by maker: PlaceLists.Maker) -> Bool {
        let party = party(of: maker.entry)
        switch operation {
        case .position(let name, let accepted):
            guard let bracket = made(name, by: maker.entry)?.bracket else { return false }
            let choices = accepted.compactMap { choice($0, of: bracket, by: maker.entry) }
            guard choices.count == accepted.count else { return false }
            brackets[bracket].positions[party, default: Register()].write(
                Set(choices), by: maker, isPast: isPast(of: maker.entry))
        case .choose(let name, let alternative):
            guard let bracket = made(name, by: maker.entry)?.bracket else { return false }
            let chosen = alternative.flatMap { choice($0, of: bracket, by: maker.entry) }
            guard alternative == nil || chosen != nil else { return false }
            brackets[bracket].outcome.write(chosen, by: maker, isPast: isPast(of: maker.entry))
        case .reserve(let subject, let kind, let words):
            guard let subject = self.subject(subject, by: maker.entry) else { return false }
            products[maker] = .reservation(reservations.count)
            reservations.append(DraftedReservation(maker: maker, subject: subject, kind: kind, words: words))
        case .lift(let name):
            guard case .reservation(let reservation)? = made(name, by: maker.entry),
                self.party(of: reservations[reservation].maker.entry) == party
            else { return false }
            reservations[reservation].isLifted = true
        default: preconditionFailure("no stance")
        }
        return true
    }

    func choice(
        _ alternative: Alternative, of bracket: Int, by entry: DraftGraph.Entry
    ) -> DraftedBracket.Choice? {
        switch alternative {
        case .standing: return .standing
        case .nothing: return .nothing
        case .added(let name):
            guard let number = made(name, by: entry)?.alternative, alternatives[number].bracket == bracket else {
                return nil
            }
            return .added(number)
        }
    }

    private func subject(
        _ subject: ReservationSubject, by entry: DraftGraph.Entry
    ) -> DraftedReservation.Subject? {
        switch subject {
        case .base(let identifier): return baseNodes[identifier].map { .node($0) }
        case .made(let name):
            let subject = made(name, by: entry)
            if let node = subject?.node { return .node(node) }
            return subject?.bracket.map { .bracket($0) }
        }
    }

    // MARK: Notes

    private mutating func performNote(_ operation: DraftOperation, by maker: PlaceLists.Maker) -> Bool {
        switch operation {
        case .note(let name, let words):
            guard let node = node(name, by: maker.entry) else { return false }
            addNote(DraftedNote(maker: maker, subject: .node(node), words: words))
        case .noteOnRange(let text, let start, let end, let words):
            guard let start = point(start, by: maker.entry), let end = point(end, by: maker.entry),
                let text = self.text(text, by: maker.entry)
            else { return false }
            texts[text].notes.append(notes.count)
            addNote(DraftedNote(maker: maker, subject: .span(text: text, start: start, end: end), words: words))
        case .reply(let name, let words):
            guard let note = made(name, by: maker.entry)?.note else { return false }
            products[maker] = .reply(note: note)
            notes[note].replies.append((maker, words))
        case .resolve(let name), .reopen(let name):
            guard let note = made(name, by: maker.entry)?.note else { return false }
            notes[note].isResolved.write(operation.code == 16, by: maker, isPast: isPast(of: maker.entry))
        default: preconditionFailure("no note")
        }
        return true
    }

    private mutating func addNote(_ note: DraftedNote) {
        products[note.maker] = .note(notes.count)
        notes.append(note)
    }
}
