internal import Agreement
public import Exchange

/// How long a node waits for what, how much may wait for a peer, and which versions it speaks.
public struct NodeLimits: Sendable {
    /// Milliseconds after a change before its certificate, so that a catch-up is certified once.
    public var certifyAfter: UInt64
    /// Milliseconds without newcomers after something could not be stored.
    public var rest: UInt64
    /// Milliseconds for which each party before this one may journal what no journal carries.
    public var carryingTurn: UInt64
    /// Bytes that may wait for one peer to read them: the longest batch, and what may be under way beside it.
    public var outboxByteCount = ExchangeLimits.longMessageByteCount + 2 * ExchangeLimits.bytesInFlight
    /// What this node sets for each of its conversations.
    public var conversation = ConversationLimits()
    /// Bytes that a peer whose key is unknown may say before it is known.
    public var introductionByteCount = ExchangeLimits.introductionByteCount
    /// Milliseconds for such a peer to become known.
    public var introductionPatience = ExchangeLimits.introductionPatience

    /// How much is taken of each node key.
    public var allowances = AllowanceLimits()

    /// Statements that may wait for keys, and state certificates for a record that names their node: what has no room is
    /// read again from the store once that has come.
    public var waitingStatements = StatementLimits.waitingStatements
    public var waitingCertificates = RoadmapCopy.unplacedLimit

    /// Versions of the exchange that are offered; fewer only where an operator or a test wants a node to seem older.
    public var exchangeVersions = ExchangeLimits.oldestVersion...ExchangeLimits.protocolVersion

    public init(certifyAfter: UInt64 = 20, rest: UInt64 = 5_000, carryingTurn: UInt64 = 60_000) {
        self.certifyAfter = certifyAfter
        self.rest = rest
        self.carryingTurn = carryingTurn
    }
}
