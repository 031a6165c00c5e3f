import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Drafting
@testable import Negotiation

/// Parties that edit and bracket one draft at random.
struct RandomNegotiation {
    var table = Table()
    private var random: SplitMix64
    private let allowsCrossing: Bool
    private static let parties = ["CHN", "KOR", "PRK", "USA"]

    init(seed: UInt64, steps: Int, allowsCrossing: Bool) {
        random = SplitMix64(seed: seed)
        self.allowsCrossing = allowsCrossing
        for _ in 0..<steps { step() }
    }

    private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &random) }

    private var texts: [TextName] {
        let nodes = table.draft.documentOrder.map(\.name).flatMap { node in
            table.draft.opening.languages.map { TextName.node(node, language: $0) }
        }
        let added = table.draft.allBrackets().flatMap(\.alternatives).compactMap { alternative -> TextName? in
            if case .added(let name) = alternative { .alternative(name) } else { nil }
        }
        return nodes + added
    }

    private mutating func step() {
        let party = pick(Self.parties)!
        switch below(12) {
        case 0...3: edit(party)
        case 4...6: bracket(party)
        case 7, 8: takePosition(party)
        case 9: restructure(party)
        case 10: bracketNode(party)
        default: choose(party)
        }
    }

    private mutating func edit(_ party: String) {
        guard let text = pick(texts), let count = table.draft.scalarCount(of: text) else { return }
        let place = below(count + 1)
        let word = pick([" shall", "협의 ", "x", ", ", " [", ". "].filter { $0 != " [" })!
        let end = min(count, place + below(4))
        let deletes = below(3) == 0 && end - place < count - 8
        table.write(party) { draft in
            if deletes { draft.delete(place..<end, in: text) } else { draft.insert(word, in: text, at: place) }
        }
    }

    private mutating func bracket(_ party: String) {
        guard let text = pick(texts), let count = table.draft.scalarCount(of: text) else { return }
        let start = below(count + 1)
        let range = start..<min(count, start + below(12))
        if !allowsCrossing, table.draft.contestedSpans(of: text).contains(where: { $0.range.crosses(range) }) { return }
        let other = pick(["every month", "", " now", "달마다", "12"])!
        let isSuggestion = below(3) == 0
        table.write(party) { draft in
            guard let (from, to) = draft.anchors(around: range, in: text) else { return }
            guard
                let name = draft.perform(
                    isSuggestion
                        ? .suggest(text, start: from, end: to, reason: nil) : .bracket(text, start: from, end: to))
            else { return }
            let added = isSuggestion ? name : draft.perform(.alternative(bracket: name))
            if let added { draft.insert(other, in: .alternative(added), at: 0) }
        }
    }

    private mutating func takePosition(_ party: String) {
        guard let bracket = pick(table.draft.allBrackets()) else { return }
        let accepted = Set(bracket.alternatives.filter { _ in Bool.random(using: &random) })
        table.perform(party, .position(bracket: bracket.name, accepts: accepted))
    }

    private mutating func choose(_ party: String) {
        guard let bracket = pick(table.draft.allBrackets()) else { return }
        table.perform(party, .choose(bracket: bracket.name, pick(bracket.alternatives)))
    }

    private mutating func bracketNode(_ party: String) {
        guard let node = pick(table.draft.documentOrder) else { return }
        table.perform(party, .bracketNode(node.name))
    }

    private mutating func restructure(_ party: String) {
        let shown = table.draft.documentOrder
        guard let node = pick(shown), let sibling = pick(shown) else { return }
        let (what, number) = (below(4), below(40))
        table.write(party) { draft in
            switch what {
            case 0: draft.perform(.strike(node.name))
            case 1: draft.move(node.name, beneath: sibling.parent, behind: sibling.name)
            case 2: draft.perform(.set(node.name, .number, .text("\(number)")))
            default:
                let added = draft.add(
                    Identifier("n-\(number)")!, kind: "article", provisionClass: "procedure",
                    beneath: sibling.parent, behind: sibling.name)
                guard let added else { return }
                draft.insert("New words.", in: .node(added, language: "en"), at: 0)
                draft.insert("새 조항.", in: .node(added, language: "ko"), at: 0)
            }
        }
    }

    /// For every bracket that is open, whoever counts, some alternative.
    mutating func choices(counting: (Identifier) -> Bool) -> [OperationName: Drafting.Alternative] {
        var choices: [OperationName: Drafting.Alternative] = [:]
        for bracket in table.draft.allBrackets(counting: counting) where bracket.isOpen && bracket.follows == nil {
            choices[bracket.name] = pick(bracket.alternatives)
        }
        return choices
    }
}

extension Range<Int> {
    fileprivate func crosses(_ other: Range<Int>) -> Bool {
        self == other
            || (overlaps(other) && !(contains(other.lowerBound) && upperBound >= other.upperBound)
                && !(other.contains(lowerBound) && other.upperBound >= upperBound))
    }
}

@Suite("Random negotiations")
struct RandomNegotiationTests {
    @Test(arguments: UInt64(1)...60)
    func `segments with every outcome chosen are the text of that outcome`(seed: UInt64) {
        var negotiation = RandomNegotiation(seed: seed, steps: 40, allowsCrossing: false)
        let choices = negotiation.choices { _ in true }
        var draft = negotiation.table.draft
        draft.indexTexts()
        let rolling = RollingText(of: draft)
        let outcomes = Outcomes(of: draft, choosing: choices)
        var reader = TextReader(draft, outcomes)
        // Spans that edits have made empty or equal are told apart elsewhere.
        let tangled = draft.touchedTexts.filter { text in
            draft.contestedSpans(of: text).contains { $0.range.isEmpty || $0.brackets.count > 1 }
        }.compactMap { outcomes.place(of: $0) }
        for provision in rolling.provisions {
            for words in provision.words
            where !tangled.contains(where: { $0.node == provision.node && $0.language == words.language }) {
                // Brackets on provisions are around the text; all of those stay.
                let settled = words.text.settled { _, shown in
                    guard let mark = shown.mark else { return .stays(0) }
                    let bracket = rolling.brackets[mark]
                    guard case .text? = outcomes.brackets[bracket.names[0]]?.subject else { return .stays(0) }
                    let chosen = outcomes.reads(bracket.names[0])
                    return bracket.choices.firstIndex { $0.alternative == chosen }.map { .stays($0) } ?? .nothing
                }
                let reading = reader.read(.node(provision.node!, language: words.language))
                #expect(settled.isClean)
                #expect(Array(settled.notation.utf8) == Array(reading.words.utf8), "seed \(seed)")
                #expect(reading.open.isEmpty && reading.crossing.isEmpty)
            }
        }
    }

    @Test(arguments: UInt64(1)...60)
    func `counts brackets as the draft does, and by text, provision and party`(seed: UInt64) {
        let draft = RandomNegotiation(seed: seed, steps: 60, allowsCrossing: true).table.draft
        let rolling = RollingText(of: draft)
        let open = draft.openBrackets()
        #expect(rolling.openCount == open.all.count && rolling.openByParty == open.byParty)
        #expect(rolling.openByProvision.reduce(0) { $0 + $1.count } == open.all.count, "seed \(seed)")
        let onNodes = Set(draft.allBrackets().filter { if case .node = $0.subject { true } else { false } }.map(\.name))
        for provision in rolling.provisions where !provision.words.isEmpty {
            let own = open.all.filter { name in
                onNodes.contains(name) && draft.bracket(name)?.subject == .node(provision.node!)
            }.count
            let inTexts = provision.words.reduce(0) { $0 + $1.openBrackets - own }
            #expect(inTexts + own <= provision.openBrackets)
        }
    }

    @Test func `reads the same in force as in the draft that was frozen`() throws {
        var frozen = 0
        for seed in UInt64(1)...80 {
            var negotiation = RandomNegotiation(seed: seed, steps: 30, allowsCrossing: seed % 4 == 0)
            let counted = negotiation.table.freezing().counted
            let choices = negotiation.choices(counting: counted.contains)
            var table = negotiation.table
            let before = table.freezing(choosing: choices).reading
            let instrument: Instrument
            do {
                instrument = try table.frozen(choosing: choices) { $0.isLookedAt = true }.instrument
            } catch is FreezeRefusal { continue } catch is AmendmentRefusal { continue }
            frozen += 1
            try table.roadmap.put(instrument)
            for signatory in Signatory.all { table.roadmap.seal(instrument.id, by: signatory) }
            #expect(table.roadmap.evaluation.inForce.contains(instrument.id), "seed \(seed)")
            let after = DraftReading(of: Table(on: table.roadmap).draft)
            #expect(before.shown == after.shown, "seed \(seed)")
            #expect(Table(on: table.roadmap).faults() == [.nothingChanges])
            #expect(table.faults(choosing: choices).filter { !$0.isPointedOut } == [.nothingChanges], "seed \(seed)")
        }
        #expect(frozen > 20)
    }
}

extension DraftReading {
    /// Everything that it reads, in its order.
    fileprivate var shown: [String] {
        provisions.map { provision in
            let texts = provision.texts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.words)" }
            let headings = provision.headings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "\(provision.identifier) in \(provision.parent?.string ?? "-") \(provision.kind) "
                + "\(provision.provisionClass) \(provision.number?.string ?? "-") \(headings) \(texts)"
        }
    }
}
