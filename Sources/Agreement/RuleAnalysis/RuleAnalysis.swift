public import Identity

/// Who can pass what under a constitution, and how many would have to lie before it could be split.
///
/// Exact, or not given: what costs too much is named as not analysed. Source: `Docs/Specification/rules.md`.
public struct RuleAnalysis: Hashable, Sendable {
    /// Ascending by class.
    public let classes: [ClassAnalysis]
    /// The fewest of all classes; nil unless every pair of classes was analysed, or none is needed.
    public let liarsToSplitAcross: Int?

    public init(of constitution: Constitution) {
        var analyst = Analyst(constitution)
        let classes = analyst.classes()
        self.classes = classes
        let fewest = classes.compactMap(\.liarsToSplitAcross).min()
        let isWhole = classes.allSatisfy { $0.liarsToSplitAcross != nil || !$0.obstacles.isEmpty }
        liarsToSplitAcross = isWhole || fewest == 0 ? fewest : nil
    }

    /// True if parties can pass two contradicting instruments, and none of them lies.
    public var isSplittable: Bool { liarsToSplitAcross == 0 }
}

/// What the rule of one class comes down to.
public struct ClassAnalysis: Hashable, Sendable {
    public let provisionClass: Identifier
    /// Why it can never be passed; none if it can. The figures that follow are nil then, but those through amendment.
    public let obstacles: [RuleObstacle]
    /// How many parties the rule counts.
    public let partyCount: Int
    public internal(set) var coalitions: Coalitions?
    /// The fewest parties that committed to both of two instruments of this class that completed.
    public internal(set) var liarsToSplit: Int?
    /// The same where the second is of any class.
    public internal(set) var liarsToSplitAcross: Int?
    /// A class that attains the number before with this one: the first, other ones before this one.
    public internal(set) var acrossWith: Identifier?
    public internal(set) var throughAmendment: ThroughAmendment?
    /// The limit because of which something above is nil.
    public private(set) var notAnalysed: AnalysisExcess?

    init(_ provisionClass: Identifier, _ obstacles: [RuleObstacle], partyCount: Int) {
        self.provisionClass = provisionClass
        self.obstacles = obstacles
        self.partyCount = partyCount
    }

    /// The first limit that was met is the one that is told.
    mutating func note(_ excess: AnalysisExcess) { notAnalysed = notAnalysed ?? excess }

    /// The coalitions of a class: sets of parties that pass it if they all accept, whatever the others do.
    public struct Coalitions: Hashable, Sendable {
        public let smallestSize: Int
        /// How many there are of exactly that size.
        public let smallestCount: Natural
        /// Parties without whose acceptance, or abstention that counts, nothing passes; ascending.
        public let vetoHolders: [Identifier]
        /// The fewest parties that can stop it by giving neither.
        public let smallestBlockingSize: Int
    }

    /// Who could pass the class in steps, by first amending rules, rosters or party records under their own rules.
    public struct ThroughAmendment: Hashable, Sendable {
        public let smallestSize: Int
        /// Parties without whom the class can never be passed again, however the constitution is amended; ascending.
        public let vetoHolders: [Identifier]
        public let liarsToSplit: Int?
        /// Which of `party`, `roster` and `rule` so few can amend first, where fewer can than can pass the class at once.
        public let by: [Identifier]
    }

    /// Any so many of the parties that the rule counts may be silent, and the others can still pass it.
    public var worstSilenceTolerated: Int? { coalitions.map { $0.smallestBlockingSize - 1 } }
    /// So many of them may be silent, if they are the right ones.
    public var bestSilenceTolerated: Int? { coalitions.map { partyCount - $0.smallestSize } }
}
