public import CanonicalEncoding
public import Cryptography
public import Identity

/// An entry that edits a draft, as the journal proves it and as its body says.
public struct DraftEntry: Hashable, Sendable {
    public let stamp: EditStamp
    /// The party whose record certifies the writer's key.
    public let party: Identifier
    /// The writer's own entry of this draft before it in its chain: what the journal proves, not what the body claims.
    public let previous: Digest?
    public let edits: DraftEdits

    public init(stamp: EditStamp, party: Identifier, previous: Digest?, edits: DraftEdits) {
        self.stamp = stamp
        self.party = party
        self.previous = previous
        self.edits = edits
    }

    /// - Throws: what is wrong with a body; one that is refused is no entry of any draft.
    public init(stamp: EditStamp, party: Identifier, previous: Digest?, body: [UInt8]) throws(DecodingRefusal) {
        self.init(stamp: stamp, party: party, previous: previous, edits: try DraftEdits(body: body))
    }
}

/// A tree of provisions that several write at once, apart: texts, attributes, brackets, positions, notes.
///
/// Any set of entries that holds the past of each has one meaning, whatever the order in which they came, whoever forked
/// or lied. Numbers of entries, nodes, texts and brackets in here are this copy's own; they decide nothing.
///
/// Source: `Docs/Specification/drafting.md`, sections 5 to 9.
public struct Draft: Sendable {
    public let opening: DraftOpening
    let base: DraftBase

    var graph: DraftGraph
    /// By entry; of the opening the party that opened it.
    var parties: [Identifier]
    /// All but the opening, in the order in which they were added.
    var entries: [DraftEntry] = []
    /// By what is missing.
    private var waiting: [Digest: [DraftEntry]] = [:]
    private var waitingIDs: Set<Digest> = []

    var products: [PlaceLists.Maker: Made] = [:]
    var nodes: [DraftedNode] = []
    var tree = ProvisionTree()
    var places = PlaceLists()
    /// By parent: the root of its list, where one was made.
    var lists: [ProvisionTree.Node: PlaceLists.Place] = [:]
    /// By node of the base: its parent there, and its place if the list was made.
    var basePlaces: [(parent: ProvisionTree.Node, place: PlaceLists.Place?)] = []
    var baseNodes: [Identifier: ProvisionTree.Node] = [:]
    var baseChildren: [ProvisionTree.Node: [ProvisionTree.Node]] = [:]

    var texts: [DraftedText] = []
    var textNumbers: [DraftedText.Key: Int] = [:]
    var brackets: [DraftedBracket] = []
    var alternatives: [DraftedAlternative] = []
    var reservations: [DraftedReservation] = []
    var notes: [DraftedNote] = []
    var titles = Register<Words>()
    var states = Register<Bool>()

    /// The party that speaks in what is written here. Positions and reservations are its own.
    public var writingParty: Identifier
    /// What was done here since the last entry.
    var openOperations: [DraftOperation] = []
    /// The entries that these speak of.
    var openNames: Set<Digest> = []
    var openTexts: Set<Int> = []

    /// - Parameters:
    ///   - stamp: that of the entry that opens it, whose id is the draft's.
    ///   - party: the party that opened it; until it is changed, also the ``writingParty``.
    ///   - base: the text of the instruments that the opening names.
    public init(_ opening: DraftOpening, stamp: EditStamp, party: Identifier, base: DraftBase) {
        self.opening = opening
        self.base = base
        graph = DraftGraph(opening: stamp)
        parties = [party]
        writingParty = party
        for provision in base.provisions { addBaseNode(provision) }
    }

    private mutating func addBaseNode(_ provision: DraftBase.Provision) {
        let parent = provision.parent.flatMap { baseNodes[$0] } ?? ProvisionTree.top
        let node = tree.add(ProvisionTree.Standing(parent: parent, place: nil))
        nodes.append(
            DraftedNode(
                maker: nil, identifier: provision.identifier, kind: provision.kind,
                provisionClass: provision.provisionClass))
        baseNodes[provision.identifier] = node
        basePlaces.append((parent, nil))
        baseChildren[parent, default: []].append(node)
    }

    public var id: Digest { graph.stamps[DraftGraph.opening].id }

    // MARK: Entries

    /// Entries that no other has seen, ascending: the parents of the next one made here.
    public var heads: [Digest] { graph.heads.map { graph.stamps[$0].id }.sorted() }
    /// All entries taken in, the opening among them.
    public var entryCount: Int { graph.count }
    public var waitingCount: Int { waitingIDs.count }
    /// What those that wait are waiting for, ascending.
    public var missing: [Digest] { waiting.keys.filter { !waitingIDs.contains($0) }.sorted() }
    public func contains(_ id: Digest) -> Bool { graph.numbers[id] != nil }

    /// Takes in entries, in any order, known ones too; those of other drafts are passed over. Nothing is open.
    ///
    /// An entry whose past is not here waits within the draft, and comes in with the last of what it needs.
    public mutating func merge(_ arriving: [DraftEntry]) {
        precondition(!hasOpenWork, "open work becomes an entry before others come in")
        var edits: [Int: [EditEntry]] = [:]
        for entry in arriving where entry.edits.draft == id && !contains(entry.stamp.id) {
            if waitingIDs.insert(entry.stamp.id).inserted { takeIn(entry, &edits) }
        }
        for (text, entries) in edits {
            let waiting = texts[text].text!.merge(entries)
            precondition(waiting.isEmpty, "an entry of a draft comes to a text after its past")
        }
        tree.settle(by: precedes)
    }

    /// Adds an entry and those that waited for it; or leaves it waiting for the first that is missing.
    private mutating func takeIn(_ entry: DraftEntry, _ edits: inout [Int: [EditEntry]]) {
        var ready = [entry]
        while let entry = ready.popLast() {
            let needed = (entry.previous.map { [$0] } ?? []) + entry.edits.parents
            if let missing = needed.first(where: { !contains($0) }) {
                waiting[missing, default: []].append(entry)
                continue
            }
            waitingIDs.remove(entry.stamp.id)
            add(entry, &edits)
            ready += waiting.removeValue(forKey: entry.stamp.id) ?? []
        }
    }

    private mutating func add(_ entry: DraftEntry, _ edits: inout [Int: [EditEntry]]) {
        let number = graph.add(
            entry.stamp, previous: entry.previous.map { graph.numbers[$0]! },
            parents: entry.edits.parents.map { graph.numbers[$0]! })
        entries.append(entry)
        parties.append(entry.party)
        for (index, operation) in entry.edits.operations.enumerated() {
            perform(operation, by: PlaceLists.Maker(entry: number, operation: index))
        }
        for item in entry.edits.texts {
            guard let text = text(item.text, by: number) else { continue }
            prepare(text)
            edits[text, default: []].append(
                EditEntry(stamp: entry.stamp, parents: editorsSeen(of: text, by: number), edits: item.edits))
            texts[text].editors[graph.lane(of: number), default: []].append(number)
        }
    }

    /// The newest entries that edit a text among what an entry had seen; all others of them are in these ones' past.
    private func editorsSeen(of text: Int, by entry: DraftGraph.Entry) -> [Digest] {
        var found: [DraftGraph.Entry] = []
        for (lane, editors) in texts[text].editors {
            let seen = graph.seenCount(of: lane, by: entry)
            let end = editors.partitioningIndex { graph.place(of: $0) >= seen }
            if end > 0 { found.append(editors[end - 1]) }
        }
        if found.isEmpty, !baseText(of: text).isEmpty { return [id] }
        return found.sorted().map { graph.stamps[$0].id }
    }

    // MARK: Texts

    /// The number of a text, if it is there for an entry and the operations of that entry so far.
    mutating func text(_ name: TextName, by entry: DraftGraph.Entry) -> Int? {
        switch name {
        case .node(let node, let language):
            guard let node = self.node(node, by: entry), opening.languages.contains(language),
                isEditable(node, language)
            else { return nil }
            return textNumber(.node(node, language))
        case .alternative(let name):
            return made(name, by: entry)?.alternative.map { textNumber(.alternative($0)) }
        }
    }

    /// A text of the base may be longer than an entry could ever insert; such a text nobody edits.
    private func isEditable(_ node: ProvisionTree.Node, _ language: Identifier) -> Bool {
        guard let text = baseText(of: node, language), text.utf8.count > DraftingLimits.editsPerEntry else {
            return true
        }
        return text.string.unicodeScalars.count <= DraftingLimits.editsPerEntry
    }

    private mutating func textNumber(_ key: DraftedText.Key) -> Int {
        if let number = textNumbers[key] { return number }
        let number = texts.count
        switch key {
        case .node(let node, let language):
            texts.append(DraftedText(key: key, node: node, language: language, level: 0))
        case .alternative(let alternative):
            guard case .span(let around, _, _) = brackets[alternatives[alternative].bracket].subject else {
                preconditionFailure("an alternative is of a bracket in a text")
            }
            let (node, language, level) = (texts[around].node, texts[around].language, texts[around].level)
            texts.append(DraftedText(key: key, node: node, language: language, level: level + 1))
        }
        textNumbers[key] = number
        nodes[texts[number].node].texts.append(number)
        return number
    }

    func baseText(of node: ProvisionTree.Node, _ language: Identifier) -> ExactText? {
        node < base.provisions.count ? base.provisions[node].texts[language] : nil
    }

    func baseText(of text: Int) -> String {
        guard case .node(let node, let language) = texts[text].key else { return "" }
        return baseText(of: node, language)?.string ?? ""
    }

    /// Makes a text that can be edited of one that nobody edited so far: the opening inserts what the base says.
    mutating func prepare(_ text: Int) {
        guard texts[text].text == nil else { return }
        var prepared = DraftText()
        let words = baseText(of: text)
        if !words.isEmpty {
            prepared.insert(words, at: 0)
            prepared.close(as: graph.stamps[DraftGraph.opening])
        }
        texts[text].text = prepared
    }

    // MARK: Names

    /// What an operation made, if it is there for an entry and the operations of that entry so far.
    func made(_ name: OperationName, by entry: DraftGraph.Entry) -> Made? {
        guard let other = name.entry else { return products[PlaceLists.Maker(entry: entry, operation: name.number)] }
        guard let number = graph.numbers[other], graph.isPast(number, of: entry) else { return nil }
        return products[PlaceLists.Maker(entry: number, operation: name.number)]
    }

    func node(_ name: NodeName, by entry: DraftGraph.Entry) -> ProvisionTree.Node? {
        switch name {
        case .base(let identifier): baseNodes[identifier]
        case .added(let name): made(name, by: entry)?.node
        }
    }

    /// The order of everything.
    func precedes(_ one: PlaceLists.Maker, _ other: PlaceLists.Maker) -> Bool {
        one.entry == other.entry ? one.operation < other.operation : graph.precedes(one.entry, other.entry)
    }

    /// How others name an operation; one that is in no entry as yet by its number alone.
    func name(of maker: PlaceLists.Maker) -> OperationName {
        OperationName(
            entry: maker.entry < graph.count ? graph.stamps[maker.entry].id : nil, number: maker.operation)
    }

    func name(of node: ProvisionTree.Node) -> NodeName {
        nodes[node].maker.map { .added(name(of: $0)) } ?? .base(nodes[node].identifier)
    }

    func party(of entry: DraftGraph.Entry) -> Identifier {
        entry < parties.count ? parties[entry] : writingParty
    }

    // MARK: The past

    /// The draft as of some entries and their past; nil if one of them is not here.
    ///
    /// Costs what merging these entries costs.
    public func version(asOf heads: [Digest]) -> Draft? {
        let numbers = heads.compactMap { graph.numbers[$0] }
        guard numbers.count == heads.count else { return nil }
        var past = Draft(opening, stamp: graph.stamps[DraftGraph.opening], party: parties[0], base: base)
        past.merge(graph.past(of: numbers).filter { $0 != DraftGraph.opening }.map { entries[$0 - 1] })
        return past
    }
}
