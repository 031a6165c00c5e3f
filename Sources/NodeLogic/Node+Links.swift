internal import Agreement
public import Cryptography
public import Exchange
public import Identity
package import Journal

/// Names a connection within this process.
public struct LinkID: Hashable, Comparable, Sendable {
    public let number: Int

    public init(number: Int) { self.number = number }

    public static func < (one: LinkID, other: LinkID) -> Bool { one.number < other.number }
}

/// A node's connections, and what is said on them.
extension Node {
    /// Who is at the other end of a connection, as its certificate was judged.
    public struct Peer: Hashable, Sendable {
        public let party: Identifier
        /// The key that the peer has shown: a node key of its party's record, but where an authority vouched.
        public let key: PublicKey
        /// The party's authority vouched for the key, which no record names.
        public let isVouchedFor: Bool
        /// The key that this node has shown: its own, unless TLS has one for itself.
        public let shown: KeyID
        public let isDialled: Bool
        /// 32 bytes exported from the TLS session.
        public let exportedKey: [UInt8]

        public init(
            party: Identifier, key: PublicKey, isVouchedFor: Bool = false, shown: KeyID, isDialled: Bool,
            exportedKey: [UInt8]
        ) {
            self.party = party
            self.key = key
            self.isVouchedFor = isVouchedFor
            self.shown = shown
            self.isDialled = isDialled
            self.exportedKey = exportedKey
        }
    }

    /// One connection to a peer's node, with its conversation.
    public struct Link: Sendable {
        public internal(set) var conversation: Conversation
        public let peer: Peer
        /// Bytes of frames that the connection has not taken yet.
        public internal(set) var waitingByteCount = 0
        public internal(set) var wakeAt: Moment?
        public internal(set) var wasHeard = false
        /// The peer asked how this node's key came about, and was shown it.
        var hasShown = false

        public var party: Identifier { peer.party }
        public var isDialled: Bool { peer.isDialled }

        /// What was said before the conversation began was not counted as waiting.
        mutating func noteTaken(_ byteCount: Int) { waitingByteCount = max(0, waitingByteCount - byteCount) }
    }

    /// Begins a conversation, unless another connection to the same node is kept instead, or this node takes none now.
    mutating func open(_ id: LinkID, with peer: Peer, _ world: Circumstances) {
        precondition(links[id] == nil, "a connection is named once")
        let isOtherKept = links.values.contains { rival in
            rival.peer.key == peer.key && rival.wasHeard
                && !isPreferred(peer, to: rival.peer)
        }
        // The records may have changed since the handshake.
        guard takesConnections(at: world.now), admission.admits(peer), !isOtherKept else {
            return effects.append(.disconnect(id))
        }
        let conversation = Conversation(
            as: peer.isDialled ? .dialler : .listener, about: roadmap, exportedKey: peer.exportedKey,
            versions: limits.exchangeVersions, limits: limits.conversation)
        links[id] = Link(conversation: conversation, peer: peer)
        report(.connected(peer.party, isDialled: peer.isDialled))
        feed(.connected, to: id, world)
    }

    mutating func hear(_ frame: [UInt8], on id: LinkID, _ world: Circumstances) {
        // It counts as heard, and costs another connection, only with what a peer says that knows this node.
        if introduceItself(frame, on: id, world) { return }
        if let link = links[id], !link.wasHeard {
            links[id]?.wasHeard = true
            leaveRivals(of: link, id, world)
        }
        feed(.frame(frame), to: id, world)
    }

    /// Wakes the conversations whose time has come.
    mutating func wakeDue(_ world: Circumstances) {
        for (id, link) in links.sorted(by: { $0.key < $1.key }) {
            if let wakeAt = link.wakeAt, wakeAt <= world.now { feed(.wake, to: id, world) }
        }
    }

    mutating func pushToAll(except source: LinkID?, _ world: Circumstances) {
        for id in links.keys.sorted() where id != source { feed(.journalGrew, to: id, world) }
    }

    /// Ends the conversations with nodes that are no longer their party's by the records in force.
    mutating func leaveStrangers(_ admission: Admission, _ world: Circumstances) {
        for (id, link) in links.sorted(by: { $0.key < $1.key })
        where !admission.admits(link.peer) {
            feed(.leave, to: id, world)
        }
    }

    /// Ends every conversation; peers that are still admitted are back in a moment.
    mutating func reconnect(_ world: Circumstances) {
        for id in links.keys.sorted() { feed(.leave, to: id, world) }
    }

    /// Ends the other connections to the same node, but not before this one was heard: a connection that its other end
    /// never takes up must not cost one that works.
    private mutating func leaveRivals(of link: Link, _ id: LinkID, _ world: Circumstances) {
        for (rival, other) in links.sorted(by: { $0.key < $1.key })
        where rival != id && other.peer.key == link.peer.key {
            guard isPreferred(link.peer, to: other.peer) else { continue }
            if link.isDialled != other.isDialled || rival < id { feed(.leave, to: rival, world) }
        }
    }

    /// Of two connections between the same two nodes, one dialled from either side, both ends keep the one dialled by
    /// the lower key; of two from one side the newer.
    private func isPreferred(_ new: Peer, to old: Peer) -> Bool {
        new.isDialled == old.isDialled || new.isDialled == (new.shown < new.key.id)
    }

    mutating func feed(_ input: Conversation.Input, to link: LinkID, _ world: Circumstances) {
        guard let new = answer(input, on: link, world) else { return }
        asked += new.map { (link, $0) }
    }

    /// By itself, so that nothing of what the conversation saw is held while its effects change it.
    private mutating func answer(
        _ input: Conversation.Input, on id: LinkID, _ world: Circumstances
    ) -> [Conversation.Effect]? {
        guard links[id] != nil else { return nil }
        let durable = durable(reading: world.store, on: world.today)
        let effects = links[id]?.conversation.receive(input, journal: durable, at: world.now)
        if let failure = durable.findings.failure { noteReading(failure) }
        for postponement in durable.findings.postponements { notePostponed(postponement, world) }
        return effects
    }

    /// What this node's conversations see of it.
    ///
    /// - Parameter today: days since 1970-01-01 (UTC).
    package func durable(reading store: any StoreReading, on today: UInt64) -> DurableJournal {
        DurableJournal(
            journal: journal, store: store, keys: copy.ledger.keyChains, allowances: allowances,
            unsealed: copy.unsealed, today: today)
    }

    /// Says that a key has used up an allowance, once in a day.
    private mutating func notePostponed(_ postponement: Postponement, _ world: Circumstances) {
        guard allowances.isNew(postponement, today: world.today) else { return }
        report(
            .postponed(
                postponement.key, of: copy.ledger.parties(ofNode: postponement.key), beyond: postponement.allowance))
    }

    /// Does what conversations asked for, one after the other, until something must wait for the disk: storing makes
    /// them ask for more, which waits its turn, or an answer would overtake what was said before it.
    mutating func performAsked(_ world: Circumstances) {
        var next = 0
        while next < asked.count, pending == nil {
            let (id, effect) = asked[next]
            next += 1
            perform(effect, on: id, world)
        }
        asked.removeFirst(next)
    }

    private mutating func perform(_ effect: Conversation.Effect, on id: LinkID, _ world: Circumstances) {
        guard let link = links[id] else { return }
        switch effect {
        case .send(let frames): put(frames, id)
        case .store(let batch, let token):
            guard failure == nil else { return feed(.leave, to: id, world) }
            store(batch, from: (id, token))
        case .wakeAt(let moment): links[id]?.wakeAt = moment
        case .settled: levelSince = levelSince ?? world.now
        case .close(let reason):
            report(.ended(link.party, reason))
            forget(id)
        }
    }

    /// Whoever asks without reading the answers is not waited for.
    private mutating func put(_ frames: [[UInt8]], _ id: LinkID) {
        guard let link = links[id] else { return }
        let waiting = link.waitingByteCount + frames.reduce(0) { $0 + $1.count }
        guard waiting <= limits.outboxByteCount else {
            report(.peerDoesNotRead(link.party))
            return forget(id)
        }
        links[id]?.waitingByteCount = waiting
        effects.append(.send(frames, on: id))
    }

    private mutating func forget(_ id: LinkID) {
        links[id] = nil
        effects.append(.disconnect(id))
    }
}

/// What dialling is decided by.
extension Node {
    public var connectedParties: Set<Identifier> { Set(links.values.map(\.party)) }

    /// The endpoints of other nodes that are not connected, by the records in force.
    ///
    /// Each node of a party is dialled, those of this node's own party too: nobody promises that they are connected to
    /// each other, and what only one of them holds would wait for ever.
    public var dialTargets: [Dialling.Target] {
        partyRecords.flatMap { party, record in
            endpointsToDial(of: record, party).map { Dialling.Target(party: party, endpoint: $0) }
        }
    }

    private func endpointsToDial(of record: PartyRecord, _ party: Identifier) -> [String] {
        let connected = Set(links.values.filter { $0.party == party }.map(\.peer.key))
        let nodes = record.nodes.filter { $0.key.id != id }
        // Who was let in by an authority has a key that no record names: it may be any of them.
        guard connected.isSubset(of: record.nodes.map(\.key)) else { return [] }
        let reached = nodes.filter { connected.contains($0.key) }.flatMap(\.endpoints) + ownEndpoints
        return Set(nodes.filter { !connected.contains($0.key) }.flatMap(\.endpoints)).subtracting(reached).sorted()
    }

    /// The endpoints that the record in force names for this node.
    public var ownEndpoints: [String] {
        partyRecords.first { $0.party == party }?.record.nodes.first { $0.key.id == id }?.endpoints ?? []
    }
}

extension Admission {
    /// Whether a peer may speak for its party: the party's record names its key, or there is one and its authority
    /// vouched.
    fileprivate func admits(_ peer: Node.Peer) -> Bool {
        party(ofNode: peer.key) == peer.party || peer.isVouchedFor && isParty(peer.party)
    }
}
