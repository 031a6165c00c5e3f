import CanonicalEncoding
import Cryptography
import DraftingReference
import Identity

@testable import Drafting

/// Delegations that edit one draft at random, hear of each other late and by half, lie, and fork.
struct RandomDrafting {
    private var random: SplitMix64
    private var delegations: [Delegation]
    /// All entries, in the order in which they were made.
    private(set) var entries: [DraftEntry] = []
    /// What anybody ever made, whoever knows of it.
    private var pool: [OperationName] = []
    private var texts: [TextName] = [.english("1"), .english("2.a"), .node("2.b", language: "ko")]

    init(seed: UInt64, delegationCount: Int) {
        random = SplitMix64(seed: seed)
        let parties: [Identifier] = ["CHN", "KOR", "PRK", "USA"]
        delegations = (0..<delegationCount).map {
            Delegation(parties[$0 % parties.count], writer: "\(parties[$0 % parties.count])\($0)")
        }
    }

    var copies: [Draft] { delegations.map(\.draft) }

    mutating func run(entryCount: Int) {
        for _ in 0..<entryCount {
            let index = random.below(delegations.count)
            if random.chance(60) { hear(index) }
            let entry = random.chance(75) ? write(index) : lie(index)
            if let entry { note(entry) }
        }
    }

    /// Everybody hears everything.
    mutating func meet() { for index in delegations.indices { delegations[index].draft.merge(entries) } }

    private mutating func note(_ entry: DraftEntry) {
        entries.append(entry)
        for (number, operation) in entry.edits.operations.enumerated() {
            let name = OperationName(entry: entry.stamp.id, number: number)
            pool.append(name)
            switch operation {
            case .add: texts.append(.english(.added(name)))
            case .alternative, .suggest: texts.append(.alternative(name))
            default: break
            }
        }
    }

    private mutating func hear(_ index: Int) {
        guard let from = random.pick(Array(entries.indices)) else { return }
        let some = entries[from...].filter { _ in random.chance(70) }
        delegations[index].draft.merge(random.shuffled(Array(some)))
    }

    /// What an honest delegation does.
    private mutating func write(_ index: Int) -> DraftEntry? {
        for _ in 0..<random.within(1...4) {
            if random.chance(45) { edit(index) } else { delegations[index].draft.perform(operation()) }
            if random.chance(25), let node = nodes(index).randomElement(using: &random) { place(index, node) }
        }
        return delegations[index].draft.hasOpenWork ? delegations[index].close() : nil
    }

    private func nodes(_ index: Int) -> [NodeName] { delegations[index].draft.documentOrder.map(\.name) }

    private mutating func place(_ index: Int, _ node: NodeName) {
        let shown = delegations[index].draft.documentOrder
        let sibling = random.pick(shown)
        let parent = sibling.flatMap(\.parent)
        if random.chance(50) {
            delegations[index].draft.move(node, beneath: parent, behind: random.chance(80) ? sibling?.name : nil)
        } else {
            delegations[index].draft.add(
                identifier(), kind: "article", provisionClass: "text", beneath: parent, behind: sibling?.name)
        }
    }

    private mutating func edit(_ index: Int) {
        guard let text = random.pick(texts), let count = delegations[index].draft.scalarCount(of: text) else { return }
        if count > 0, random.chance(30) {
            let start = random.below(count)
            delegations[index].draft.delete(start..<min(count, start + random.within(1...4)), in: text)
        } else {
            delegations[index].draft.insert(word(), in: text, at: random.below(count + 1))
        }
        guard let length = delegations[index].draft.scalarCount(of: text), random.chance(50) else { return }
        let start = random.below(length + 1)
        let end = random.within(start...min(length, start + 9))
        guard let (from, to) = delegations[index].draft.anchors(around: start..<end, in: text) else { return }
        delegations[index].draft.perform(spanOperation(text, from, to))
    }

    private mutating func spanOperation(_ text: TextName, _ start: Anchor, _ end: Anchor) -> DraftOperation {
        switch random.below(4) {
        case 0: .suggest(text, start: start, end: end, reason: "why")
        case 1: .noteOnRange(text, start: start, end: end, "look")
        case 2: .bracketFollowing(name(), text, start: start, end: end)
        default: .bracket(text, start: start, end: end)
        }
    }

    /// An entry that nobody's tool would write: any parents, any names, any bytes, and now and then a second story.
    private mutating func lie(_ index: Int) -> DraftEntry? {
        let known = entries.filter { delegations[index].draft.contains($0.stamp.id) }
        let parents = (0..<random.below(3)).compactMap { _ in random.pick(known)?.stamp.id }
        let operations = (0..<random.below(5)).map { number in
            random.chance(25) && number > 0 ? operation(naming: number) : operation()
        }
        var edits: [DraftEdits.TextEdits] = []
        for text in Set((0..<random.below(3)).compactMap { _ in random.pick(texts) }) {
            edits.append(DraftEdits.TextEdits(text: text, edits: bytes()))
        }
        guard
            let body = try? DraftEdits(
                draft: delegations[index].draft.id, parents: parents, operations: operations, texts: edits)
        else { return nil }
        let own = delegations[index].made.map(\.stamp.id)
        let forked = random.chance(30) ? random.pick(own) : delegations[index].previous
        return delegations[index].craft(body, after: .some(forked))
    }

    private mutating func bytes() -> [UInt8] {
        if random.chance(20) { return (0..<random.below(6)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        var log = EditLog()
        for _ in 0..<random.within(1...3) {
            let position = random.below(14)
            if random.chance(30) {
                log.delete(1, at: position)
            } else {
                Array(word().utf8).withUnsafeBufferPointer {
                    log.insert($0, scalarCount: TextRope.scalarCount(of: $0), at: position)
                }
            }
        }
        return log.encoded
    }

    // MARK: Operations

    private mutating func operation(naming own: Int? = nil) -> DraftOperation {
        let name = own.map { OperationName(entry: nil, number: random.below($0)) } ?? self.name()
        let node: NodeName = random.chance(50) ? .added(name) : random.pick(["1", "2", "2.a", "2.b", "9"])!
        switch random.below(16) {
        case 0:
            return .add(
                parent: random.chance(60) ? node : nil, left: place(), right: place(), identifier: identifier(),
                kind: "article", provisionClass: "text")
        case 1, 2: return .move(self.node(), parent: random.chance(70) ? node : nil, left: place(), right: place())
        case 3: return .strike(node)
        case 4: return .keep(node)
        case 5: return .set(node, field(), random.chance(20) ? .null : .text(identifier().string))
        case 6: return .bracketNode(node)
        case 7: return .alternative(bracket: name)
        case 8, 9: return .position(bracket: name, accepts: Set((0..<random.below(3)).map { _ in alternative() }))
        case 10, 11: return .choose(bracket: name, random.chance(80) ? alternative() : nil)
        case 12: return random.chance(60) ? .reserve(subject(name), .scrutiny, "r") : .lift(reservation: name)
        case 13: return random.chance(50) ? .note(node, "n") : .reply(note: name, "reply")
        case 14: return random.chance(50) ? .resolve(note: name) : .reopen(note: name)
        default: return [.title(random.pick(["A", "B", "C"])!), .close, .openAgain][random.below(3)]
        }
    }

    private mutating func subject(_ name: OperationName) -> ReservationSubject {
        random.chance(50) ? .made(name) : .base("1")
    }

    private mutating func name() -> OperationName {
        random.pick(random.chance(50) ? Array(pool.suffix(8)) : pool)
            ?? OperationName(entry: Digest(padding: [7]), number: 0)
    }

    private mutating func node() -> NodeName {
        random.chance(50) ? .added(name()) : random.pick(["1", "2", "2.a", "2.b", "2.c"])!
    }

    private mutating func place() -> PlaceName? {
        switch random.below(3) {
        case 0: nil
        case 1: .made(name())
        default: random.pick(["1", "2", "2.a", "2.b", "2.c"])
        }
    }

    private mutating func alternative() -> Alternative {
        switch random.below(4) {
        case 0: .standing
        case 1: .nothing
        default: .added(name())
        }
    }

    private mutating func field() -> NodeField {
        random.pick([.kind, .provisionClass, .identifier, .heading(language: "en"), .attribute("due")])!
    }

    private mutating func identifier() -> Identifier { Identifier("n\(random.below(30))")! }
    private mutating func word() -> String { random.pick(["shall ", "대표부", "x", "the parties agree, "])! }
}
