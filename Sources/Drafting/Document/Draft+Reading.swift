public import CanonicalEncoding
public import Cryptography
public import Identity

/// A value and who wrote it.
public struct Attributed<Value: Hashable & Sendable>: Hashable, Sendable {
    public let value: Value
    public let party: Identifier
    /// Nil for what is in no entry as yet.
    public let entry: Digest?
}

/// What a field reads: all values that stand, in the order of everything.
public struct Reading<Value: Hashable & Sendable>: Hashable, Sendable {
    /// None where nobody wrote it.
    public let written: [Attributed<Value>]
    /// What the base, the add or the opening says, and is read where nobody wrote it.
    public let original: Value?

    /// The different values that stand.
    public var values: [Value] {
        guard !written.isEmpty else { return original.map { [$0] } ?? [] }
        var seen: Set<Value> = []
        return written.map(\.value).filter { seen.insert($0).inserted }
    }

    public var isContested: Bool { values.count > 1 }
}

/// A provision of the draft where it stands.
public struct DraftNode: Hashable, Sendable {
    public let name: NodeName
    public let parent: NodeName?
    /// 0 at the top.
    public let depth: Int
    public let isStruck: Bool
    /// Some strike and some keep stand: it is kept.
    public let isPresenceContested: Bool
    /// Somebody edited a text of it without knowing that it was struck.
    public let wasEditedWhileStruck: Bool
}

/// The document as all entries make it, those open ones too.
///
/// Source: `Docs/Specification/drafting.md`, sections 7 to 9.
extension Draft {
    /// All nodes, parents before their children, siblings in their order.
    public var documentOrder: [DraftNode] {
        var children: [ProvisionTree.Node: [ProvisionTree.Node]] = [:]
        for (node, standing) in tree.standings.enumerated() { children[standing.parent, default: []].append(node) }
        var found: [DraftNode] = []
        var open = ordered(children[ProvisionTree.top] ?? []).reversed().map { ($0, 0) }
        while let (node, depth) = open.popLast() {
            found.append(shown(node, depth: depth))
            open += ordered(children[node] ?? []).reversed().map { ($0, depth + 1) }
        }
        return found
    }

    private func ordered(_ siblings: [ProvisionTree.Node]) -> [ProvisionTree.Node] {
        guard siblings.count > 1 else { return siblings }
        guard let first = place(of: siblings[0]) else { return siblings.sorted() }
        return siblings.map { ($0, place(of: $0) ?? first) }.sorted { places.precedes($0.1, $1.1) }.map(\.0)
    }

    /// Where a node stands among its siblings; nil for one of the base in a list that nothing was ever added to.
    func place(of node: ProvisionTree.Node) -> PlaceLists.Place? {
        tree.standings[node].place ?? basePlaces[node].place
    }

    private func shown(_ node: ProvisionTree.Node, depth: Int) -> DraftNode {
        let presence = Set(nodes[node].presence.standing.map(\.value))
        let parent = tree.standings[node].parent
        return DraftNode(
            name: name(of: node), parent: parent == ProvisionTree.top ? nil : name(of: parent), depth: depth,
            isStruck: presence == [false], isPresenceContested: presence.count > 1,
            wasEditedWhileStruck: wasEditedWhileStruck(node))
    }

    /// Who struck a provision, and who keeps it: false and true as values. Nil if there is no such provision.
    public func presence(of name: NodeName) -> Reading<Bool>? {
        number(of: name).map { Reading(written: attributed(nodes[$0].presence), original: true) }
    }

    func isStruck(_ node: ProvisionTree.Node) -> Bool {
        let presence = nodes[node].presence.standing
        return !presence.isEmpty && presence.allSatisfy { !$0.value }
    }

    private func wasEditedWhileStruck(_ node: ProvisionTree.Node) -> Bool {
        nodes[node].presence.standing.contains { written in
            !written.value && nodes[node].texts.contains { wasEdited($0, apartFrom: written.maker.entry) }
        }
    }

    /// Whether an entry edits a text that has not seen this one, nor was seen by it.
    private func wasEdited(_ text: Int, apartFrom entry: DraftGraph.Entry) -> Bool {
        guard entry < graph.count else { return false }
        return texts[text].editors.contains { lane, editors in
            let seen = graph.seenCount(of: lane, by: entry)
            // Along a lane what was seen only grows: if the first one that it had not seen has seen it, all have.
            let first = editors.partitioningIndex { graph.place(of: $0) >= seen }
            return first < editors.count && !graph.isPast(entry, of: editors[first])
        }
    }

    // MARK: Fields

    /// What a field of a node reads; nil if there is no such node. Null is an empty field.
    public func reading(of field: NodeField, of name: NodeName) -> Reading<CanonicalValue>? {
        guard let node = number(of: name) else { return nil }
        return Reading(
            written: attributed(nodes[node].fields[field] ?? Register()), original: original(field, of: node))
    }

    /// All attributes of a node that anybody wrote, or the base has, ascending.
    public func attributes(of name: NodeName) -> [Identifier] {
        guard let node = number(of: name) else { return [] }
        let written = nodes[node].fields.keys.compactMap { field in
            if case .attribute(let attribute) = field { attribute } else { nil }
        }
        let original = node < base.provisions.count ? Array(base.provisions[node].attributes.keys) : []
        return Set(written + original).sorted()
    }

    private func original(_ field: NodeField, of node: ProvisionTree.Node) -> CanonicalValue? {
        let provision = node < base.provisions.count ? base.provisions[node] : nil
        return switch field {
        case .kind: nodes[node].kind.value
        case .provisionClass: nodes[node].provisionClass.value
        case .identifier: nodes[node].identifier.value
        case .number: provision?.number.map { .text($0) }
        case .heading(let language): provision?.headings[language].map { .text($0) }
        case .attribute(let name): provision?.attributes[name]
        }
    }

    func attributed<Value>(_ register: Register<Value>) -> [Attributed<Value>] {
        register.standing.sorted { precedes($0.maker, $1.maker) }.map { attributed($0.value, by: $0.maker) }
    }

    func attributed<Value>(_ value: Value, by maker: PlaceLists.Maker) -> Attributed<Value> {
        Attributed(value: value, party: party(of: maker.entry), entry: name(of: maker).entry)
    }

    /// Nodes that share an identifier with another, by any value that stands; such a draft cannot be frozen.
    public var sharedIdentifiers: [Identifier: [NodeName]] {
        var found: [Identifier: [NodeName]] = [:]
        for node in nodes.indices {
            let reading = reading(of: .identifier, of: name(of: node))
            for case .text(let text) in reading?.values ?? [] {
                if let identifier = Identifier(text.string) { found[identifier, default: []].append(name(of: node)) }
            }
        }
        return found.filter { $0.value.count > 1 }
    }

    // MARK: The draft itself

    public var title: Reading<Words> { Reading(written: attributed(titles), original: opening.title) }
    /// True as values mean that it is closed.
    public var closings: Reading<Bool> { Reading(written: attributed(states), original: false) }
    public var isClosed: Bool { closings.values == [true] }

    // MARK: Texts

    /// The words of a text; nil if there is no such text.
    public func string(of name: TextName) -> String? {
        guard let key = key(of: name) else { return nil }
        if let number = textNumbers[key], let text = texts[number].text { return text.string }
        guard case .node(let node, let language) = key else { return "" }
        return baseText(of: node, language)?.string ?? ""
    }

    public func scalarCount(of name: TextName) -> Int? {
        guard let key = key(of: name) else { return nil }
        if let number = textNumbers[key], let text = texts[number].text { return text.scalarCount }
        return string(of: name)?.unicodeScalars.count
    }

    /// A text with its history: who wrote what, and what it was. Nil while nobody edited it.
    public func history(of name: TextName) -> DraftText? { number(ofText: name).flatMap { texts[$0].text } }

    /// The party whose writer made an entry; nil if it is not here.
    public func party(ofEntry id: Digest) -> Identifier? { graph.numbers[id].map { parties[$0] } }

    /// All texts that anybody edited, bracketed or noted, in an order of this copy's own.
    public var touchedTexts: [TextName] {
        // A bracket that does nothing, for it is too deep, leaves a text of which nothing was said.
        texts.indices.filter { number in
            let text = texts[number]
            return text.text != nil || !text.brackets.isEmpty || !text.notes.isEmpty
        }.map { name(ofText: $0) }
    }

    /// The entries that edit a text, by their ids, ascending.
    public func editors(of name: TextName) -> [Digest] {
        guard let number = number(ofText: name) else { return [] }
        return texts[number].editors.values.joined().map { graph.stamps[$0].id }.sorted()
    }

    /// The number of a text that something was said of.
    func number(ofText name: TextName) -> Int? { key(of: name).flatMap { textNumbers[$0] } }

    private func key(of name: TextName) -> DraftedText.Key? {
        switch name {
        case .node(let node, let language):
            guard opening.languages.contains(language) else { return nil }
            return number(of: node).map { .node($0, language) }
        case .alternative(let name): return made(name, by: graph.count)?.alternative.map { .alternative($0) }
        }
    }

    func name(ofText number: Int) -> TextName {
        switch texts[number].key {
        case .node(let node, let language): .node(name(of: node), language: language)
        case .alternative(let alternative): .alternative(name(of: alternatives[alternative].maker))
        }
    }
}
