/// Several writers of several parties who draft apart, meet, fork and lie, by chance: one seed, one story.
///
/// Nothing in it is refused as a body, but much of it does nothing: references to what is not there, anchors
/// nowhere, neighbours of other lists, moves in circles. Some entries wait for ever.
public struct RandomDraftHistory {
    typealias Said = ReferenceDraftEntry
    typealias ID = [UInt8]

    public let opening: ReferenceDraftOpening
    /// In an order in which each comes after its past; those that wait for ever among them.
    public private(set) var entries: [ReferenceDraftEntry] = []
    public private(set) var parties: [[UInt8]] = []
    private var random: SplitMix64
    private var branches: [Branch] = []
    private var pasts: [ID: Set<ID>] = [:]
    private var letters = 0
    private var names = 0

    /// A copy of the draft in the hands of one writer; of a forked writer there are several.
    private struct Branch {
        var writer: [UInt8]
        var party: [UInt8]
        var sequence: UInt64
        var previous: ID?
        /// Entries that it has, of which the others are the past.
        var heads: [ID]
    }

    /// What the entry that is being written has so far.
    struct Page {
        var draft: ReferenceDraft
        var operations: [Said.Operation] = []
        /// Numbers of its own operations.
        var nodes: [Int] = []
        var places: [(number: Int, parent: Said.Node?)] = []
        var brackets: [Int] = []
        var alternatives: [(number: Int, bracket: Said.Reference)] = []
        var notes: [Int] = []
        var reservations: [Int] = []
    }

    /// Tells `entryCount` entries of `writerCount` writers.
    public init(seed: UInt64, writerCount: Int, entryCount: Int) {
        var random = SplitMix64(seed: seed)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        let parties = (0..<random.within(1...4)).map { _ in bytes(32) }
        let writers = (0..<writerCount).map { _ in bytes(32) }
        opening = ReferenceDraftOpening(
            id: bytes(32), writer: writers[0], sequence: UInt64(random.below(3)), party: parties[0], title: "draft",
            languages: random.chance(30) ? ["en"] : ["en", "fr"], base: Self.base(&random))
        self.parties = parties
        pasts[opening.id] = []
        for (number, writer) in writers.enumerated() {
            branches.append(
                Branch(
                    writer: writer, party: parties[number % parties.count],
                    sequence: number == 0 ? opening.sequence + 1 : UInt64(random.below(3)),
                    previous: number == 0 ? opening.id : nil, heads: [opening.id]))
        }
        self.random = random
        for _ in 0..<entryCount { tell() }
    }

    private static func base(_ random: inout SplitMix64) -> [ReferenceDraftOpening.Provision] {
        var base: [ReferenceDraftOpening.Provision] = []
        for number in 0..<random.within(0...5) {
            // In the order in which a text shows them, a parent is the one before or one above that.
            var parent = base.last?.identifier
            while let above = parent, random.chance(60) { parent = base.first { $0.identifier == above }!.parent }
            base.append(
                ReferenceDraftOpening.Provision(
                    identifier: "p\(number)", parent: parent, kind: "article", class: "binding",
                    number: random.chance(70) ? "\(number + 1)" : nil,
                    headings: random.chance(50) ? ["en": "Heading \(number)", "de": "Titel"] : [:],
                    texts: random.chance(70) ? ["en": "The text of \(number).", "de": "Ein Text."] : [:],
                    attributes: random.chance(30) ? ["date": "tomorrow"] : [:]))
        }
        return base
    }

    private mutating func tell() {
        // At times one writes for long and the others are away.
        let branch = random.chance(30) ? 0 : random.below(branches.count)
        if random.chance(40) { meet(branch) }
        if random.chance(5) { branches.append(branches[branch]) }
        write(branch)
    }

    /// The branch takes in what another one has, or some earlier entry.
    private mutating func meet(_ branch: Int) {
        var news = branches[random.below(branches.count)].heads
        if random.chance(20), let entry = random.pick(entries), pasts[entry.id] != nil { news = [entry.id] }
        for head in news where !branches[branch].heads.contains(head) { branches[branch].heads.append(head) }
    }

    private mutating func write(_ number: Int) {
        let branch = branches[number]
        var parents = branch.heads.filter { $0 != opening.id || random.chance(20) }
        if random.chance(50) { parents.removeAll { $0 == branch.previous } }
        // A liar forgets whom it has read.
        if random.chance(4) { parents = [] }
        let named = [opening.id] + parents + (branch.previous.map { [$0] } ?? [])
        let past = named.reduce(into: Set(named)) { $0.formUnion(pasts[$1]!) }
        var page = Page(draft: ReferenceDraft(opening: opening, entries: entries.filter { past.contains($0.id) }))
        for _ in 0..<random.within(random.chance(15) ? 0...0 : 1...4) { say(on: &page) }
        if random.chance(1) { build(on: &page) }
        let texts = random.chance(55) ? typed(on: page) : []
        let id = bytes(32)
        let entry = ReferenceDraftEntry(
            id: id, writer: branch.writer, sequence: branch.sequence, party: branch.party, previous: branch.previous,
            parents: parents, operations: page.operations, texts: texts)
        entries.append(entry)
        if random.chance(2) { wait(for: entry) }
        pasts[id] = past
        branches[number].previous = id
        branches[number].sequence += UInt64(random.within(1...3))
        branches[number].heads = [id]
    }

    /// One who names an entry that nobody has, and one who has read that.
    private mutating func wait(for model: ReferenceDraftEntry) {
        for isFirst in [true, false] {
            var entry = model
            entry.parents = [isFirst ? bytes(32) : entries.last!.id]
            entry.id = bytes(32)
            entries.append(entry)
        }
    }

    /// What limits are for: a tower of nodes with a move to its top, and brackets within brackets.
    private mutating func build(on page: inout Page) {
        let first = page.operations.count
        if random.chance(50) {
            for level in 0..<random.within(62...67) {
                let parent = level == 0 ? nil : Said.Node.added(.init(number: first + level - 1))
                page.operations.append(
                    .add(parent: parent, left: nil, right: nil, identifier: "t", kind: "level", class: "binding"))
            }
            let top = Said.Node.added(.init(number: page.operations.count - 1))
            guard let node = node(on: page) else { return }
            page.operations.append(.move(node: node, parent: top, left: nil, right: nil))
        } else if var text = text(on: page) {
            for level in 0..<random.within(15...18) {
                page.operations.append(.suggest(.init(text: text, start: .beginning, end: .end), words: nil))
                text = .alternative(.init(number: first + level))
            }
        }
    }
}

// MARK: - References

extension RandomDraftHistory {
    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// A reference to anything or to nothing; none but to earlier operations of the same entry.
    private mutating func lie(on page: Page) -> Said.Reference {
        if random.chance(20) {
            return .init(entry: random.chance(30) ? opening.id : bytes(32), number: random.below(3))
        }
        if !page.operations.isEmpty, random.chance(20) { return .init(number: random.below(page.operations.count)) }
        guard let entry = random.pick(entries) else { return .init(entry: opening.id, number: 0) }
        return .init(entry: entry.id, number: random.below(entry.operations.count + 1))
    }

    private mutating func reference(_ there: [ReferenceDraft.Name], own: [Int], on page: Page) -> Said.Reference? {
        if random.chance(5) { return lie(on: page) }
        // The newest, as often as all others: there it is crowded.
        let all = own.map { Said.Reference(number: $0) } + there.reversed().map { Said.Reference($0) }
        return random.chance(50) ? all.first : random.pick(all)
    }

    private mutating func node(on page: Page) -> Said.Node? {
        if random.chance(5) { return random.chance(20) ? .base("p9") : .added(lie(on: page)) }
        return random.pick(page.draft.nodes.map { Said.Node($0) } + page.nodes.map { .added(.init(number: $0)) })
    }

    private mutating func bracket(on page: Page) -> Said.Reference? {
        reference(page.draft.brackets, own: page.brackets, on: page)
    }

    private mutating func note(on page: Page) -> Said.Reference? {
        let threads = page.draft.notes.flatMap { [$0] + page.draft.replies(to: $0) }
        return reference(threads, own: page.notes, on: page)
    }

    private mutating func text(on page: Page) -> Said.Text? {
        if random.chance(3) { return .alternative(lie(on: page)) }
        let alternatives =
            page.alternatives.map { Said.Text.alternative(.init(number: $0.number)) }
            + page.draft.texts.compactMap { text in
                if case .alternative(let name) = text { .alternative(Said.Reference(name)) } else { nil }
            }
        if random.chance(35), let alternative = random.pick(alternatives) { return alternative }
        let language = random.chance(3) ? "de" : random.pick(opening.languages)!
        // Where all meet: in the first provision.
        if random.chance(50), let first = page.draft.nodes.first { return .node(Said.Node(first), language: language) }
        return node(on: page).map { .node($0, language: language) }
    }

    private mutating func alternatives(of bracket: Said.Reference, on page: Page) -> [Said.Alternative] {
        if random.chance(3) { return [.added(lie(on: page))] }
        let name = ReferenceDraft.Name(entry: bracket.entry ?? [], number: bracket.number)
        var all: [Said.Alternative] = [.stands, .nothing]
        if page.draft.bracket(name) != nil {
            all += page.draft.alternatives(of: name).compactMap { alternative in
                if case .added(let name) = alternative { .added(Said.Reference(name)) } else { nil }
            }
        }
        return all + page.alternatives.filter { $0.bracket == bracket }.map { .added(.init(number: $0.number)) }
    }

    private mutating func range(on page: Page) -> Said.Range? {
        guard let text = text(on: page) else { return nil }
        return .init(text: text, start: anchor(in: text, on: page), end: anchor(in: text, on: page))
    }

    private mutating func anchor(in text: Said.Text, on page: Page) -> Said.Anchor {
        if random.chance(12) { return random.chance(50) ? .beginning : .end }
        let isBehind = random.chance(50)
        if random.chance(12) { return .scalar(isBehind: isBehind, entry: nil, number: random.below(4)) }
        if random.chance(5) {
            return .scalar(isBehind: isBehind, entry: lie(on: page).entry, number: random.below(9))
        }
        let scalars = page.draft.text(text).map { page.draft.everything(in: $0) } ?? []
        guard let scalar = random.pick(scalars) else { return isBehind ? .end : .beginning }
        return .scalar(isBehind: isBehind, entry: scalar.entry, number: scalar.number)
    }

    /// A parent, and two neighbours in its list.
    private mutating func place(on page: Page) -> (parent: Said.Node?, left: Said.Place?, right: Said.Place?) {
        let parent = random.chance(40) ? nil : node(on: page)
        if random.chance(5) {
            return (parent, .made(lie(on: page)), random.chance(50) ? .made(lie(on: page)) : .base("p1"))
        }
        if let own = page.places.last(where: { $0.parent == parent }), random.chance(50) {
            return (parent, .made(.init(number: own.number)), nil)
        }
        let list = page.draft.places(of: parent.flatMap { page.draft.node($0) }).map { Said.Place($0) }
        let index = random.pick([0, min(1, list.count), list.count, random.within(0...list.count)])!
        let right = index < list.count ? list[index] : nil
        // One who does not look whether its neighbours are neighbours.
        if random.chance(15) { return (parent, random.pick(list), random.pick(list)) }
        return (parent, index == 0 ? nil : list[index - 1], right)
    }
}

// MARK: - Operations

extension RandomDraftHistory {
    private mutating func say(on page: inout Page) {
        let operation: Said.Operation?
        switch random.below(23) {
        case 0...3: operation = tree(on: page)
        case 4...6: operation = presence(on: page)
        case 7...10: operation = bracketing(on: page)
        case 11...16: operation = outcome(on: page)
        case 17...21: operation = words(on: page)
        default: operation = random.pick([.title("title \(random.below(4))"), .close, .openAgain])
        }
        guard let operation else { return }
        remember(operation, on: &page)
    }

    private mutating func tree(on page: Page) -> Said.Operation? {
        let (parent, left, right) = place(on: page)
        if random.chance(50) {
            names += 1
            let identifier = random.chance(30) ? random.pick(["p0", "p1", "shared"])! : "n\(names)"
            return .add(
                parent: parent, left: left, right: right, identifier: identifier, kind: "article", class: "binding")
        }
        return node(on: page).map { .move(node: $0, parent: parent, left: left, right: right) }
    }

    private mutating func presence(on page: Page) -> Said.Operation? {
        guard let node = node(on: page) else { return nil }
        switch random.below(7) {
        case 0: return .strike(node)
        case 1: return .keep(node)
        default:
            let value = "v\(random.below(3))"
            let optional = random.chance(25) ? nil : value
            switch random.below(6) {
            case 0: return .set(node, .kind, value: value)
            case 1: return .set(node, .class, value: value)
            case 2: return .set(node, .identifier, value: random.pick(["p0", "shared", value])!)
            case 3: return .set(node, .number, value: optional)
            case 4: return .set(node, .heading(random.chance(10) ? "de" : "en"), value: optional)
            default: return .set(node, .attribute(random.pick(["date", "place"])!), value: optional)
            }
        }
    }

    private mutating func bracketing(on page: Page) -> Said.Operation? {
        switch random.below(10) {
        case 0...3: return range(on: page).map { .bracket($0) }
        case 4...6:
            let words = random.chance(50) ? "why" : nil
            return range(on: page).map { .suggest($0, words: words) }
        case 7: return node(on: page).map { .bracketNode($0) }
        default:
            guard let range = range(on: page), let bracket = bracket(on: page) else { return nil }
            return .follow(range, bracket)
        }
    }

    private mutating func outcome(on page: Page) -> Said.Operation? {
        guard let bracket = bracket(on: page) else { return nil }
        let all = alternatives(of: bracket, on: page)
        switch random.below(6) {
        case 0: return .alternative(bracket: bracket)
        case 1...3:
            let chosen = random.shuffled(all).prefix(random.within(0...min(2, all.count)))
            return .position(bracket: bracket, Array(chosen))
        default: return .choose(bracket: bracket, random.chance(10) ? nil : random.pick(all))
        }
    }

    private mutating func words(on page: Page) -> Said.Operation? {
        switch random.below(8) {
        case 0:
            let kind = random.pick(["position", "ad-referendum", "scrutiny"])!
            if random.chance(50), let bracket = bracket(on: page) {
                return .reserve(.added(bracket), kind: kind, words: nil)
            }
            return node(on: page).map { .reserve($0, kind: kind, words: "reserved") }
        case 1:
            return reference(page.draft.reservations, own: page.reservations, on: page).map { .lift($0) }
        case 2: return node(on: page).map { .note($0, words: "a note") }
        case 3: return range(on: page).map { .noteOnRange($0, words: "a note there") }
        case 4: return note(on: page).map { .reply($0, words: "a reply") }
        case 5, 6: return note(on: page).map { .resolve($0) }
        default: return note(on: page).map { .reopen($0) }
        }
    }

    private func remember(_ operation: Said.Operation, on page: inout Page) {
        let number = page.operations.count
        page.operations.append(operation)
        switch operation {
        case .add(let parent, _, _, _, _, _):
            page.nodes.append(number)
            page.places.append((number, parent))
        case .move(_, let parent, _, _): page.places.append((number, parent))
        case .bracket, .bracketNode, .follow: page.brackets.append(number)
        case .suggest:
            page.brackets.append(number)
            page.alternatives.append((number, .init(number: number)))
        case .alternative(let bracket): page.alternatives.append((number, bracket))
        case .note, .noteOnRange, .reply: page.notes.append(number)
        case .reserve: page.reservations.append(number)
        default: break
        }
    }
}

// MARK: - Texts

extension RandomDraftHistory {
    private mutating func typed(on page: Page) -> [Said.EditedText] {
        var edited: [Said.EditedText] = []
        for _ in 0..<random.within(1...2) {
            guard let text = text(on: page), !edited.contains(where: { $0.text == text }) else { continue }
            let length = page.draft.text(text).map { page.draft.scalars(of: $0).count } ?? 0
            edited.append(.init(text: text, edits: edits(of: length)))
        }
        return edited
    }

    /// One or two habits of hand in a text of `length` scalars; at times none.
    private mutating func edits(of length: Int) -> [ReferenceText.Edit] {
        var edits: [ReferenceText.Edit] = []
        for _ in 0..<(random.chance(5) ? 0 : random.within(1...2)) {
            var position = random.pick([0, min(3, length), length / 2, length, random.within(0...length)])!
            if random.chance(4) { position = length + random.within(1...3) }
            let count = random.within(1...3)
            switch random.below(4) {
            case 0, 1: edits += (0..<count).map { .insert(letter(), at: position + $0) }
            case 2: edits += (0..<count).map { _ in .delete(at: position) }
            default: edits += (0..<min(count, position + 1)).map { .delete(at: position - $0) }
            }
        }
        return edits
    }

    /// Each scalar another, so that texts are equal only if their scalars are the same ones.
    private mutating func letter() -> Unicode.Scalar {
        letters += 1
        let first = random.pick([0x400, 0x4E00, 0x1F300])! as UInt32
        return Unicode.Scalar(first + UInt32(letters % 700))!
    }
}

// MARK: - Names as they are said

extension ReferenceDraftEntry.Reference {
    fileprivate init(_ name: ReferenceDraft.Name) { self.init(entry: name.entry, number: name.number) }
}

extension ReferenceDraftEntry.Node {
    fileprivate init(_ node: ReferenceDraft.Node) {
        switch node {
        case .base(let identifier): self = .base(identifier)
        case .added(let name): self = .added(.init(name))
        }
    }
}

extension ReferenceDraftEntry.Place {
    fileprivate init(_ place: ReferenceDraft.Place) {
        switch place {
        case .base(let identifier): self = .base(identifier)
        case .made(let name): self = .made(.init(name))
        }
    }
}

extension ReferenceDraft {
    /// What is named by one who has all of this draft.
    fileprivate func node(_ said: Said.Node) -> Node? {
        switch said {
        case .base(let identifier): nodes.first { $0 == .base(identifier) }
        case .added(let reference):
            nodes.first { $0 == .added(Name(entry: reference.entry ?? [], number: reference.number)) }
        }
    }

    fileprivate func text(_ said: Said.Text) -> Text? {
        switch said {
        case .node(let said, let language): return node(said).map { .node($0, language: language) }
        case .alternative(let reference):
            let name = Name(entry: reference.entry ?? [], number: reference.number)
            return bracket(ofAlternative: name) == nil ? nil : .alternative(name)
        }
    }
}
