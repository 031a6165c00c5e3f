internal import Identity

/// Every coalition for one condition, party by party: which sets of parties meet it, without naming them all.
///
/// The parties stand in one order. Before each of them there are *states*: what the condition still asks of those who
/// are left. Two partial coalitions that leave the same to ask are one state, so parties that stand in the same places
/// are counted and not told apart. Each state has two ways on: without the party, and with it.
struct CoalitionDiagram: Sendable {
    struct Branch: Sendable {
        let without: Int32
        let with: Int32
    }

    /// The condition cannot be met any more. In every layer.
    static let lost = 0
    /// The condition is met already. In every layer.
    static let won = 1

    /// By party in order, by state before it: the states after it.
    let layers: [[Branch]]
    /// The state before the first party.
    let start: Int

    var stateCounts: [Int] { layers.map(\.count) }

    /// - Throws: an ``AnalysisExcess`` if there are too many states.
    init(
        _ condition: Condition, _ order: PartyOrder, _ budget: inout AnalysisBudget
    ) throws(AnalysisExcess) {
        var builder = DiagramBuilder(condition, order)
        start = builder.begin()
        var layers: [[Branch]] = []
        var stateCount = 0
        for party in order.parties {
            stateCount += builder.states.count
            guard stateCount <= RuleAnalysisLimits.statesPerRule else { throw .statesPerRule }
            // As many steps as terms are looked at, for either way on.
            try budget.spend(2 * builder.states.count * builder.termCount)
            layers.append(builder.layer(at: party))
        }
        self.layers = layers
    }
}

/// The order in which parties are decided on, the same for all diagrams of an analysis.
struct PartyOrder: Sendable {
    let parties: [Identifier]

    /// Those that stand in the same sets are neighbours; and so are, as far as can be, those of a smaller set: what it
    /// asks is then settled soon, and need not be remembered.
    init(_ everybody: Set<Identifier>, _ conditions: some Sequence<Condition>) {
        var sets: Set<Set<Identifier>> = []
        for condition in conditions { condition.collect(into: &sets) }
        let ranked = sets.map { (parties: $0, names: $0.sorted()) }.sorted { one, other in
            one.names.count == other.names.count
                ? one.names.lexicographicallyPrecedes(other.names) : one.names.count > other.names.count
        }
        let placed = everybody.map { party in
            (places: ranked.indices.filter { ranked[$0].parties.contains(party) }, party: party)
        }
        parties = placed.sorted { one, other in
            one.places == other.places
                ? one.party < other.party : one.places.lexicographicallyPrecedes(other.places)
        }.map(\.party)
    }
}

extension Condition {
    fileprivate func collect(into sets: inout Set<Set<Identifier>>) {
        switch self {
        case .atLeast(_, let parties): sets.insert(parties)
        case .all(let parts), .any(let parts):
            for part in parts { part.collect(into: &sets) }
        }
    }
}

/// Builds a diagram layer by layer.
private struct DiagramBuilder {
    /// By state from the third on: for each term `atLeast` how many more it asks for. The first two are lost and won.
    private(set) var states: [[Int32]] = [[], []]

    private var terms: [(number: Int, parties: Set<Identifier>)] = []
    /// For each term how many of its parties are still to be decided on.
    private var left: [Int32] = []
    private let root: Node
    let termCount: Int

    private indirect enum Node {
        case term(Int)
        case all([Node])
        case any([Node])
    }

    private enum Truth: Int32 {
        case yes = -1
        case no = -2
        case open = -3
    }

    init(_ condition: Condition, _ order: PartyOrder) {
        var placeOf: [Condition: Int] = [:]
        var terms: [(number: Int, parties: Set<Identifier>)] = []
        root = Self.node(condition, &placeOf, &terms)
        self.terms = terms
        left = terms.map { Int32($0.parties.count) }
        termCount = condition.termCount
    }

    private static func node(
        _ condition: Condition, _ placeOf: inout [Condition: Int],
        _ terms: inout [(number: Int, parties: Set<Identifier>)]
    ) -> Node {
        switch condition {
        case .atLeast(let number, let parties):
            if let known = placeOf[condition] { return .term(known) }
            placeOf[condition] = terms.count
            terms.append((number, parties))
            return .term(terms.count - 1)
        case .all(let parts): return .all(parts.map { node($0, &placeOf, &terms) })
        case .any(let parts): return .any(parts.map { node($0, &placeOf, &terms) })
        }
    }

    /// The state before the first party.
    mutating func begin() -> Int {
        let needs = terms.map { Int32($0.number) }
        var key: [Int32] = []
        switch judge(root, needs, &key) {
        case .no: return CoalitionDiagram.lost
        case .yes: return CoalitionDiagram.won
        case .open:
            states.append(needs)
            return states.count - 1
        }
    }

    /// Decides on one party, in every state.
    mutating func layer(at party: Identifier) -> [CoalitionDiagram.Branch] {
        let asked = terms.indices.filter { terms[$0].parties.contains(party) }
        for term in asked { left[term] -= 1 }
        var next: [[Int32]] = [[], []]
        var known: [[Int32]: Int32] = [:]
        var branches = [
            CoalitionDiagram.Branch(without: Int32(CoalitionDiagram.lost), with: Int32(CoalitionDiagram.lost)),
            CoalitionDiagram.Branch(without: Int32(CoalitionDiagram.won), with: Int32(CoalitionDiagram.won)),
        ]
        branches.reserveCapacity(states.count)
        for needs in states.dropFirst(2) {
            let without = enter(needs, &next, &known)
            var fewer = needs
            for term in asked where fewer[term] > 0 { fewer[term] -= 1 }
            branches.append(CoalitionDiagram.Branch(without: without, with: enter(fewer, &next, &known)))
        }
        states = next
        return branches
    }

    /// The place of a state in the next layer.
    private func enter(_ needs: [Int32], _ next: inout [[Int32]], _ known: inout [[Int32]: Int32]) -> Int32 {
        var key: [Int32] = []
        switch judge(root, needs, &key) {
        case .no: return Int32(CoalitionDiagram.lost)
        case .yes: return Int32(CoalitionDiagram.won)
        case .open:
            if let place = known[key] { return place }
            let place = Int32(next.count)
            known[key] = place
            next.append(needs)
            return place
        }
    }

    /// What is known of a condition with those who are left still open, and in `key` what it still asks: of terms that
    /// do not matter any more, nothing, so that states that differ in these alone are one.
    private func judge(_ node: Node, _ needs: [Int32], _ key: inout [Int32]) -> Truth {
        let mark = key.count
        let truth: Truth
        switch node {
        case .term(let term):
            truth = needs[term] == 0 ? .yes : needs[term] > left[term] ? .no : .open
            if truth == .open { key.append(needs[term]) }
        case .all(let parts): truth = judge(parts, needs, &key, deciding: .no, otherwise: .yes)
        case .any(let parts): truth = judge(parts, needs, &key, deciding: .yes, otherwise: .no)
        }
        if truth != .open {
            key.removeLast(key.count - mark)
            key.append(truth.rawValue)
        }
        return truth
    }

    private func judge(
        _ parts: [Node], _ needs: [Int32], _ key: inout [Int32], deciding: Truth, otherwise: Truth
    ) -> Truth {
        var isOpen = false
        for part in parts {
            let truth = judge(part, needs, &key)
            if truth == deciding { return deciding }
            if truth == .open { isOpen = true }
        }
        return isOpen ? .open : otherwise
    }
}
