/// What is meant to happen in one night: who takes part, who may speak to whom, and what is planned when.
///
/// All of it follows from the seed. Leaving planned happenings out gives a smaller night that is played the same way.
public struct Scenario: Sendable {
    public let seed: UInt64
    let partyCount: Int
    /// Parties that lie, ascending.
    let liars: [Int]
    /// Parties whose nodes can be dialled.
    let hasEndpoint: [Bool]
    /// Parties whose nodes speak older versions of the exchange only: the first, or the first two.
    private(set) var older: Set<Int>
    /// Parties on no roster: their nodes hold and verify everything, and their word is not asked for.
    private(set) var observers: Set<Int>
    /// Honest parties that run a second node.
    private(set) var withTwin: Set<Int>
    /// Honest parties whose nodes show a key in handshakes that no record names, and their authority vouches for.
    private(set) var vouched: Set<Int>
    /// Who has new keys takes them up when its neighbours have heard of them.
    var isPatient: Bool { seed % 2 == 0 }
    /// An honest party that the founding does not know, and an amendment lets in.
    private(set) var newcomer: Int?
    /// Parties with several officials, of whom several must sign: how many there are, and how many must.
    private(set) var boards: [Int: Officials.Board]
    /// So few statements may wait for keys at a node that rereading is owed soon.
    private(set) var isNarrow: Bool
    /// Nodes take so little of a key in a day that much waits for the next one.
    private(set) var isMeagre: Bool
    /// A liar has hundreds of writers.
    private(set) var isCrowded: Bool
    /// Liars write entries that are longer than a frame.
    private(set) var isHeavy: Bool
    /// Pairs that may ever speak to each other, the lower first.
    let links: Set<Pair>
    public internal(set) var plan: [Planned]
    /// Milliseconds after which nothing goes wrong any more.
    private(set) var peaceAt: UInt64

    struct Pair: Hashable, Sendable {
        let one: Int
        let other: Int

        init(_ one: Int, _ other: Int) {
            self.one = min(one, other)
            self.other = max(one, other)
        }
    }

    /// One happening, with dice of its own.
    public struct Planned: Hashable, Sendable, CustomStringConvertible {
        let at: UInt64
        public let what: Happening
        let who: Int
        let seed: UInt64

        public var description: String { "\(at) ms: \(what.rawValue) by party \(who)" }
    }

    /// - Parameter parties: how many take part; by default two to five.
    public init(seed: UInt64, parties: Int? = nil) {
        var dice = Dice(seed)
        let count = parties ?? dice.pick([2, 3, 3, 3, 4, 4, 5])!
        let liarCount = dice.chance(55) ? (count >= 5 && dice.chance(30) ? 2 : 1) : 0
        let liars = Array((0..<count).shuffled(using: &dice).prefix(min(liarCount, count - 1))).sorted()
        let honest = (0..<count).filter { !liars.contains($0) }
        var hasEndpoint = (0..<count).map { _ in dice.chance(70) }
        hasEndpoint[honest[0]] = true
        var links: Set<Pair> = []
        for (place, one) in honest.enumerated().dropFirst() {
            // Honest parties are never cut off from each other for good, so that they must come to agree.
            let other = dice.pick(Array(honest[..<place]))!
            if !hasEndpoint[one], !hasEndpoint[other] { hasEndpoint[one] = true }
            links.insert(Pair(one, other))
        }
        for one in 0..<count {
            for other in (one + 1)..<max(count, one + 1) {
                let isOfLiar = liars.contains(one) || liars.contains(other)
                if dice.chance(isOfLiar ? 80 : count > 8 ? 800 / (count * count) : 55) {
                    links.insert(Pair(one, other))
                }
            }
        }
        for liar in liars {
            if !hasEndpoint[liar], !honest.contains(where: { hasEndpoint[$0] && links.contains(Pair(liar, $0)) }) {
                links.insert(Pair(liar, honest[0]))
            }
        }
        // Dice of their own: what else a seed means stays as it was.
        var traits = Dice(seed &+ 3)
        older = Set((0..<count).filter { _ in traits.chance(15) })
        observers = count > 2 && traits.chance(25) ? Set(traits.pick(honest.filter { $0 > 0 }).map { [$0] } ?? []) : []
        let withTwin = Set(honest.filter { _ in count <= 8 && traits.chance(12) })
        self.withTwin = withTwin
        isHeavy = traits.chance(5)
        isCrowded = !isHeavy && traits.chance(4) && !liars.isEmpty
        let alone = honest.filter { !withTwin.contains($0) }
        vouched = Set(alone.filter { _ in traits.chance(10) })
        let peaceAt = dice.within(8_000...40_000 as ClosedRange<UInt64>)
        // And others again, for the same reason.
        var customs = Dice(seed &+ 4)
        boards = [:]
        for party in 0..<count where customs.chance(15) { boards[party] = customs.pick([(2, 2), (3, 2), (3, 3)])! }
        isNarrow = customs.chance(20)
        var measures = Dice(seed &+ 5)
        isMeagre = !isCrowded && !isHeavy && measures.chance(10)
        // The last honest one, without which the others are connected all the same.
        let last = honest[honest.count - 1]
        let mayBeNew = honest.count > 2 && !observers.contains(last) && !withTwin.contains(last)
        newcomer = mayBeNew && customs.chance(20) ? last : nil
        self.seed = seed
        partyCount = count
        self.liars = liars
        self.hasEndpoint = hasEndpoint
        self.links = links
        self.peaceAt = peaceAt
        plan = Self.plan(&dice, liars: liars, honest: honest, until: peaceAt)
        if isCrowded {
            plan.append(
                Planned(
                    at: customs.within(3_000...6_000 as ClosedRange<UInt64>), what: .crowd,
                    who: customs.pick(liars)!, seed: customs.next()))
        }
        if newcomer != nil {
            // Somebody sees to it, and again if it did not come to be.
            for _ in 0..<2 {
                plan.append(
                    Planned(
                        at: customs.within(3_000...peaceAt), what: .admit,
                        who: customs.pick(honest.dropLast())!, seed: customs.next()))
            }
        }
        plan.sort { ($0.at, $0.seed) < ($1.at, $1.seed) }
    }

    /// How many officials a party has, and how many must sign.
    func board(of party: Int) -> Officials.Board { boards[party] ?? (1, 1) }

    private static func plan(_ dice: inout Dice, liars: [Int], honest: [Int], until peaceAt: UInt64) -> [Planned] {
        var plan: [Planned] = []
        func add(_ sort: Happening.Sort, _ count: Int, by who: [Int]) {
            // Nothing can be amended before the founding is in force, which takes the parties some seconds.
            let earliest: UInt64 = sort == .act ? 3_000 : 300
            let bag = Happening.allCases.filter { $0.sort == sort }.flatMap { Array(repeating: $0, count: $0.weight) }
            for _ in 0..<count {
                plan.append(
                    Planned(
                        at: dice.within(earliest...peaceAt), what: dice.pick(bag)!, who: dice.pick(who)!,
                        seed: dice.next()))
            }
        }
        add(.act, dice.within(6...24), by: honest + liars)
        add(.fault, dice.within(0...8), by: honest)
        if !liars.isEmpty { add(.lie, dice.within(1...6), by: liars) }
        return plan.sorted { ($0.at, $0.seed) < ($1.at, $1.seed) }
    }

    /// The same night, each time without one of the things that make it harder to read.
    var plainer: [Scenario] {
        var nights: [Scenario] = []
        func add(_ change: (inout Scenario) -> Void) {
            var night = self
            change(&night)
            nights.append(night)
        }
        if isHeavy { add { $0.isHeavy = false } }
        if isCrowded { add { $0.isCrowded = false } }
        if isNarrow { add { $0.isNarrow = false } }
        if isMeagre { add { $0.isMeagre = false } }
        for party in boards.keys.sorted() { add { $0.boards[party] = nil } }
        for party in vouched.sorted() { add { $0.vouched.remove(party) } }
        for party in older.sorted() { add { $0.older.remove(party) } }
        for party in withTwin.sorted() { add { $0.withTwin.remove(party) } }
        for party in observers.sorted() { add { $0.observers.remove(party) } }
        let end = (plan.last?.at ?? 0) + 1_000
        if end < peaceAt { add { $0.peaceAt = end } }
        return nights
    }

    /// Who takes part, in words.
    public var cast: String {
        func names(_ numbers: some Sequence<Int>) -> String {
            numbers.sorted().map { "P\($0)" }.joined(separator: ", ")
        }
        var words = ["\(partyCount) parties"]
        if !liars.isEmpty { words.append("\(names(liars)) lying") }
        if !observers.isEmpty { words.append("\(names(observers)) observing") }
        if !withTwin.isEmpty { words.append("\(names(withTwin)) with two nodes") }
        if !older.isEmpty { words.append("\(names(older)) with older nodes") }
        if !vouched.isEmpty { words.append("\(names(vouched)) with certificates") }
        for (party, board) in boards.sorted(by: { $0.key < $1.key }) {
            words.append("P\(party) signing by \(board.threshold) of \(board.count)")
        }
        if let newcomer { words.append("P\(newcomer) not in the founding") }
        if isNarrow { words.append("little room to wait") }
        if isMeagre { words.append("small allowances") }
        if isCrowded { words.append("hundreds of writers") }
        if isHeavy { words.append("long entries") }
        let pairs = links.map { ($0.one, $0.other) }.sorted { $0 < $1 }.map { "P\($0)-P\($1)" }
        return words.joined(separator: ", ") + "; links \(pairs.joined(separator: " ")); whole again at \(peaceAt) ms"
    }

    /// The same night with less in it.
    func keeping(_ plan: [Planned]) -> Scenario {
        var smaller = self
        smaller.plan = plan
        return smaller
    }
}
