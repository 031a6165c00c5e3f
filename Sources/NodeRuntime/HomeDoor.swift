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

    /// Every entry of the kind draft operations that counts, in the order of their storing: what ``Drafts`` is made of.
    func draftEntries() async throws -> [JournalledDraftEntry]

    /// Adds one entry to a draft, or opens one; journalled by this party's node, on disk when this returns.
    ///
    /// - Parameters:
    ///   - body: an opening, or edits made on what ``draftEntries()`` gave.
    ///   - previous: the newest entry of this node's writer in that draft, as the edits were made; nil if there is none.
    /// - Throws: ``NodeRefusal`` for a body that is malformed, or speaks of a draft or of parents that are not here.
    func publishDraft(_ body: [UInt8], after previous: Digest?) async throws -> DraftPublication

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
    /// How often what happened to connections since the node began, by the names of the transport's specification.
    public let counts: [String: UInt64]

    public init(
        party: Identifier, roadmap: Digest, isRunning: Bool, writer: Digest?, entryCount: Int, port: Int?,
        peers: [PeerStatus], counts: [String: UInt64] = [:]
    ) {
        self.party = party
        self.roadmap = roadmap
        self.isRunning = isRunning
        self.writer = writer
        self.entryCount = entryCount
        self.port = port
        self.peers = peers
        self.counts = counts
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
