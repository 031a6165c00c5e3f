public import Cryptography
public import Identity
public import Journal
public import NodeLogic

/// What a verb may do with a party's home, whether its node runs or not: see what it holds, and add to it.
///
/// While a node runs, its control socket is the door; otherwise the store is opened by whoever comes. Both do the same
/// checks and give the same answers.
public protocol HomeDoor: Sendable {
    /// Everything the home holds of the agreement, as a bundle of scope `agreement`.
    func bundle() async throws -> [UInt8]

    /// Adds records, journalled by this party's node; they are on disk when this returns.
    ///
    /// All or none: the first that is refused is named. Records that are held already change nothing.
    ///
    /// - Returns: how many were new.
    func publish(_ records: [PublishedRecord]) async throws -> Int

    func status() async throws -> NodeStatus

    /// Both stories of each writer that told two, without what their entries say; ascending by writer.
    func forks() async throws -> [ForkProof]

    /// Records that no journal carries, and all journals from `start` on, as a bundle of scope `full`.
    func journals(since start: ExportStart) async throws -> [UInt8]

    /// Takes in a bundle of scope `full`; each batch is checked as if a peer had sent it, and what was taken is on disk
    /// when this returns.
    func takeIn(journals file: [UInt8]) async throws -> JournalImport

    /// Lets go of the home, or of the connection to its node.
    func close() async
}

/// What a node knows of itself and its peers.
public struct NodeStatus: Hashable, Sendable {
    public let party: Identifier
    public let roadmap: Digest
    /// False if the home was opened without its node.
    public let isRunning: Bool
    public let writer: Digest?
    public let entryCount: Int
    /// The port it listens on, if it does.
    public let port: Int?
    public let peers: [PeerStatus]

    public init(
        party: Identifier, roadmap: Digest, isRunning: Bool, writer: Digest?, entryCount: Int, port: Int?,
        peers: [PeerStatus]
    ) {
        self.party = party
        self.roadmap = roadmap
        self.isRunning = isRunning
        self.writer = writer
        self.entryCount = entryCount
        self.port = port
        self.peers = peers
    }
}

/// A live connection to another party's node.
public struct PeerStatus: Hashable, Sendable {
    public let party: Identifier
    public let isDialled: Bool
    /// True while both have said that their copies are equal.
    public let isSettled: Bool

    public init(party: Identifier, isDialled: Bool, isSettled: Bool) {
        self.party = party
        self.isDialled = isDialled
        self.isSettled = isSettled
    }
}
