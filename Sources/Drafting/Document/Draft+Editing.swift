internal import CanonicalEncoding
public import Cryptography
public import Identity

/// Writing a draft: each call takes effect at once and is noted; ``close(as:previous:)`` makes an entry of what was
/// noted, once its body is signed.
///
/// What is made here is named by its number alone until then: ``OperationName/closed(in:)`` gives the name others use.
extension Draft {
    public var hasOpenWork: Bool { !openOperations.isEmpty || !openTexts.isEmpty }
    /// Operations since the last entry.
    public var openOperationCount: Int { openOperations.count }
    /// Whether one more operation, or one more text, finds room in the open entry. (How many bytes a body may have is
    /// for the journal to say.)
    public var hasRoom: Bool {
        // No operation speaks of more entries than a position of so many alternatives.
        let named = openNames.count + openTexts.count + DraftLimits.alternativesPerPosition + 4
        return openOperations.count < DraftLimits.operationsPerEntry && openTexts.count < DraftLimits.textsPerEntry
            && named <= DraftLimits.entriesNamed
    }

    /// Notes an operation. What it makes bears the name that is answered; nil if it would do nothing or is none, and it
    /// is not noted then.
    ///
    /// - Precondition: ``hasRoom``, and nothing waits to be gathered (``gathering``).
    @discardableResult
    public mutating func perform(_ operation: DraftOperation) -> OperationName? {
        precondition(hasRoom, "more operations than an entry can hold")
        precondition(gathering == nil, "heads are gathered before anything is written")
        let maker = PlaceLists.Maker(entry: graph.count, operation: openOperations.count)
        guard let names = entriesNamed(by: operation), perform(operation, by: maker) else { return nil }
        openOperations.append(operation)
        openNames.formUnion(names)
        tree.settle(by: precedes)
        return OperationName(entry: nil, number: maker.operation)
    }

    /// The entries that an operation speaks of; nil if a body that has it would be refused.
    private func entriesNamed(by operation: DraftOperation) -> Set<Digest>? {
        var search = OperationWriting(draft: id)
        _ = search.value(operation)
        let entries = search.named.sorted()
        var writing = OperationWriting(draft: id, entries: entries)
        var reading = OperationReading(draft: id, entries: entries)
        reading.ownCount = openOperations.count
        // As deep as in a body, which is a map that has a list of operations.
        let nested = CanonicalValue.array([.array([writing.value(operation)])])
        guard case .array(let outer)? = try? CanonicalDecoder.decode(nested.encoded()),
            case .array(let inner)? = outer.first,
            (try? reading.operation(Field(inner[0], path: ""))) != nil
        else { return nil }
        return search.named
    }

    // MARK: The tree

    /// Adds a provision beneath `parent` (nil: at the top), behind its child `sibling` (nil: before all children).
    ///
    /// Answers nil if the parent is not there.
    @discardableResult
    public mutating func add(
        _ identifier: Identifier, kind: Identifier, provisionClass: Identifier, beneath parent: NodeName?,
        behind sibling: NodeName?
    ) -> NodeName? {
        guard let (left, right) = neighbours(beneath: parent, behind: sibling) else { return nil }
        return perform(
            .add(
                parent: parent, left: left, right: right, identifier: identifier, kind: kind,
                provisionClass: provisionClass)
        ).map { .added($0) }
    }

    /// Moves a provision, and all beneath it. Answers false, and does nothing, where that would make a cycle.
    @discardableResult
    public mutating func move(_ node: NodeName, beneath parent: NodeName?, behind sibling: NodeName?) -> Bool {
        guard let (left, right) = neighbours(beneath: parent, behind: sibling), let number = number(of: node),
            tree.mayStand(number, beneath: parent.flatMap { self.number(of: $0) } ?? ProvisionTree.top)
        else { return false }
        return perform(.move(node, parent: parent, left: left, right: right)) != nil
    }

    /// The places between which a child comes to stand behind `sibling`, as the list is now.
    private mutating func neighbours(
        beneath parent: NodeName?, behind sibling: NodeName?
    ) -> (left: PlaceName?, right: PlaceName?)? {
        var parentNumber = ProvisionTree.top
        if let parent {
            guard let number = number(of: parent) else { return nil }
            parentNumber = number
        }
        let root = list(of: parentNumber)
        var left = root
        if let sibling {
            guard let number = number(of: sibling), tree.standings[number].parent == parentNumber,
                let place = place(of: number)
            else { return nil }
            left = place
        }
        return (left == root ? nil : placeName(left), places.next(after: left).map { placeName($0) })
    }

    private func placeName(_ place: PlaceLists.Place) -> PlaceName {
        let maker = places.maker(of: place)
        return maker.entry < 0 ? .base(nodes[maker.operation].identifier) : .made(name(of: maker))
    }

    /// A node that is there now; the names of what is in no entry as yet are taken too.
    func number(of name: NodeName) -> ProvisionTree.Node? { node(name, by: graph.count) }

    // MARK: Texts

    /// Inserts `string` before the scalar at `position` of a text, from 0 to its ``scalarCount(of:)``.
    ///
    /// Answers false if there is no such text.
    @discardableResult
    public mutating func insert(_ string: String, in text: TextName, at position: Int) -> Bool {
        guard let number = openText(text) else { return false }
        texts[number].text!.insert(string, at: position)
        noteOpenText(number)
        return true
    }

    /// Deletes the scalars of a range of a text. Answers false if there is no such text.
    @discardableResult
    public mutating func delete(_ range: Range<Int>, in text: TextName) -> Bool {
        guard let number = openText(text) else { return false }
        texts[number].text!.delete(range)
        noteOpenText(number)
        return true
    }

    private mutating func openText(_ name: TextName) -> Int? {
        precondition(gathering == nil, "heads are gathered before anything is written")
        guard let number = text(name, by: graph.count) else { return nil }
        precondition(openTexts.contains(number) || hasRoom, "more texts than an entry can hold")
        prepare(number)
        return number
    }

    private mutating func noteOpenText(_ number: Int) {
        if texts[number].text!.hasOpenEdits { openTexts.insert(number) }
    }

    /// Takes back what an entry, one of the writer's own, still does: to texts, as ``DraftText/undo(_:)`` says, and its
    /// strikes. Answers false if there is nothing to take back. Nothing is open before; what is open then is an edit as
    /// any other.
    public mutating func undo(_ id: Digest) -> Bool {
        precondition(!hasOpenWork, "open work becomes an entry before anything is taken back")
        guard let number = graph.numbers[id] else { return false }
        for text in texts.indices where texts[text].editors[graph.lane(of: number)]?.contains(number) == true {
            // Texts of a draft are never read from a file of their own, so nothing can be missing.
            if (try? texts[text].text!.undo(id)) == true { openTexts.insert(text) }
        }
        for node in nodes.indices
        where nodes[node].presence.standing.contains(where: { $0.maker.entry == number && !$0.value }) {
            perform(.keep(name(of: node)))
        }
        return hasOpenWork
    }

    // MARK: Entries

    /// Where more heads are here than an entry can name: an entry that gathers some, to be signed and merged first.
    public var gathering: DraftEdits? {
        guard graph.heads.count > DraftLimits.parentsPerEntry else { return nil }
        return try? DraftEdits(draft: id, parents: Array(heads.prefix(DraftLimits.parentsPerEntry)))
    }

    /// What was done since the last entry, as a body has it.
    public var openEdits: DraftEdits {
        let edited = openTexts.map { number in
            DraftEdits.TextEdits(text: name(ofText: number), edits: texts[number].text!.openEdits)
        }
        do throws(DecodingRefusal) {
            return try DraftEdits(
                draft: id, parents: heads.filter { $0 != id }, operations: openOperations, texts: edited)
        } catch {
            preconditionFailure("what is written here is within the limits: \(error)")
        }
    }

    /// Makes an entry of what was done since the last one. `stamp` is that of the journal's entry with the body of
    /// ``openEdits``; `previous` the writer's own entry of this draft before it. Returns the entry.
    @discardableResult
    public mutating func close(as stamp: EditStamp, previous: Digest?) -> DraftEntry {
        precondition(!contains(stamp.id), "an entry is closed once")
        let entry = DraftEntry(stamp: stamp, party: writingParty, previous: previous, edits: openEdits)
        let number = graph.add(
            stamp, previous: previous.flatMap { graph.numbers[$0] }, parents: Array(graph.heads))
        entries.append(entry)
        parties.append(writingParty)
        for text in openTexts {
            texts[text].text!.close(as: stamp)
            texts[text].editors[graph.lane(of: number), default: []].append(number)
        }
        openOperations = []
        openNames = []
        openTexts = []
        return entry
    }
}
