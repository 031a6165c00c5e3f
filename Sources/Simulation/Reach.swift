internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal

/// What it costs that many parties hear of each other: a tree of nodes, in which every party writes one entry.
///
/// Conversations and journals alone, on a network that loses nothing and keeps every order; no agreement, no disk and no
/// clock.
public struct Reach: Sendable {
    public let parties: Int
    /// Entries that each node has in the end: of each writer the one with its key, and one more.
    public let entries: Int
    /// On all connections, both ways.
    public private(set) var messages = 0
    public private(set) var bytes = 0
    /// Bytes of an entry's header and body and the share of its checkpoint, as it is kept; of all entries the mean.
    public let entryBytes: Int

    /// - Parameters:
    ///   - parties: how many there are, each with one node; at least two.
    ///   - arity: how many nodes are connected to each from below.
    public init(parties: Int, arity: Int = 3) {
        let tree = Tree(parties: parties, arity: arity)
        tree.meet()
        tree.writeAll()
        self.parties = parties
        entries = tree.entryCount
        messages = tree.messageCount
        bytes = tree.byteCount
        entryBytes = tree.entryBytes
    }
}

/// The nodes, what is under way between them, and what was sent. A class, for it is one network.
private final class Tree {
    private let roadmap = Digest(of: [1])
    private var nodes: [Node]
    private var links: [Link] = []
    /// Frames under way, by link and the end that sent them, in the order in which they arrive.
    private var underWay: [(link: Int, from: Int, frame: [UInt8])] = []
    /// What each writer has written: every node that holds it holds the same.
    private var written: [WriterID: [ReceivedBatch]] = [:]
    private(set) var messageCount = 0
    private(set) var byteCount = 0

    private struct Node {
        var journal: Journal
        let key: SigningKey
        var composition: Composition
        var links: [(link: Int, end: Int)] = []
    }

    private struct Link {
        let nodes: [Int]
        var conversations: [Conversation]
    }

    init(parties: Int, arity: Int) {
        let roadmap = roadmap
        nodes = (0..<parties).map { number in
            let key = SigningKey(seed: Digest(of: Array("reach/\(number)".utf8)).bytes)
            let incarnation = Incarnation(Digest(of: Array("\(number)".utf8)).bytes.prefix(16))!
            return Node(
                journal: Journal(roadmap: roadmap), key: key,
                composition: Composition(roadmap: roadmap, key: key.publicKey, incarnation: incarnation, at: 7))
        }
        for number in nodes.indices.dropFirst() {
            let ends = [(number - 1) / arity, number]
            for end in 0...1 { nodes[ends[end]].links.append((links.count, end)) }
            let exported = Digest(of: Array("link/\(number)".utf8)).bytes
            links.append(
                Link(
                    nodes: ends,
                    conversations: [Role.listener, .dialler].map {
                        Conversation(as: $0, about: roadmap, exportedKey: exported)
                    }))
        }
    }

    var entryCount: Int { nodes[nodes.count - 1].journal.entryCount }
    var entryBytes: Int {
        let batches = written.values.joined()
        return batches.reduce(0) { $0 + $1.byteCount } / max(1, batches.reduce(0) { $0 + $1.entries.count })
    }

    /// All connections begin, and nobody has written anything.
    func meet() {
        for link in links.indices { for end in 0...1 { hand(.connected, to: link, end) } }
        deliverAll()
    }

    /// Everybody writes, before anybody hears of the others.
    func writeAll() {
        for number in nodes.indices {
            nodes[number].composition.compose(.note, body: CanonicalValue.unsigned(7).encoded(), at: 8)
            for batch in nodes[number].composition.finish(signing: nodes[number].key) {
                nodes[number].journal.append(batch)
                written[batch.writer, default: []].append(batch.received)
            }
        }
        for number in nodes.indices { tell(number, except: nil) }
        deliverAll()
        let heads = nodes[0].journal.heads
        precondition(nodes.allSatisfy { $0.journal.heads == heads }, "all nodes come to hold the same")
    }

    private func deliverAll() {
        while !underWay.isEmpty {
            let arriving = underWay
            underWay = []
            for (link, from, frame) in arriving { hand(.frame(frame), to: link, 1 - from) }
        }
    }

    private func tell(_ number: Int, except link: Int?) {
        for (other, end) in nodes[number].links where other != link { hand(.journalGrew, to: other, end) }
    }

    private func hand(_ input: Conversation.Input, to link: Int, _ end: Int) {
        let number = links[link].nodes[end]
        for effect in answer(input, on: link, end) {
            switch effect {
            case .send(let frames):
                messageCount += frames.count
                byteCount += frames.reduce(0) { $0 + $1.count }
                underWay += frames.map { (link, end, $0) }
            case .store(let batch, let token):
                nodes[number].journal.append(batch)
                hand(.stored(token), to: link, end)
                tell(number, except: link)
            case .wakeAt, .settled: break
            case .close(let reason): preconditionFailure("nobody has a reason to leave: \(reason)")
            }
        }
    }

    /// By itself, so that nothing of the journal is held while it grows.
    private func answer(_ input: Conversation.Input, on link: Int, _ end: Int) -> [Conversation.Effect] {
        let seen = Seen(journal: nodes[links[link].nodes[end]].journal, written: written)
        return links[link].conversations[end].receive(input, journal: seen, at: .start)
    }

    /// What a conversation sees of its node.
    private struct Seen: JournalReading {
        let journal: Journal
        let written: [WriterID: [ReceivedBatch]]

        func batch(
            of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int
        ) -> ReceivedBatch? {
            var next: UInt64 = 0
            for batch in written[writer] ?? [] {
                if next == sequence { return batch }
                next += UInt64(batch.entries.count)
            }
            return nil
        }

        func mayWrite(_ key: PublicKey) -> Bool { true }
        var admittedKeyCount: Int { 0 }
        func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? { nil }
    }
}
