internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic
internal import Synchronization

/// Names a connection within this process.
struct LinkID: Hashable, Comparable, Sendable {
    let number: Int
    static func < (one: LinkID, other: LinkID) -> Bool { one.number < other.number }
}

/// One connection to a peer's node, with its conversation.
struct Link {
    var conversation: Conversation
    let party: Identifier
    /// The key that the peer has shown: a node key of its party's record, but where an authority vouched.
    let key: PublicKey
    /// The party's authority vouched for the key, which no record names.
    let isVouchedFor: Bool
    let isDialled: Bool
    /// Frames on their way out, in order; finishing it closes the connection after what was sent.
    let outbox: AsyncStream<[[UInt8]]>.Continuation
    /// Bytes of frames in the outbox that the connection has not taken yet.
    var waitingByteCount = 0
    var wakeAt: Moment?
    var wasHeard = false

    var node: KeyID { key.id }
}

extension NodeCore {
    /// Begins a conversation on a connection that stands.
    ///
    /// - Returns: the link, and the frames to send, in order, until the stream ends; then the connection is to be
    ///   closed. Nil if another connection to the same node is kept instead, or this node takes none now.
    func open(
        with party: Identifier, node key: PublicKey, isVouchedFor: Bool = false, isDialled: Bool, exportedKey: [UInt8]
    ) -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        guard !isLeaving, restUntil <= now else { return nil }
        // The records may have changed since the handshake.
        let admission = admitted.withLock { $0 }
        guard admission.admits(key, of: party, isVouchedFor: isVouchedFor) else { return nil }
        let isOtherKept = links.values.contains { rival in
            rival.key == key && rival.wasHeard && !isPreferred(isDialled, to: rival.isDialled, with: key.id)
        }
        guard !isOtherKept else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: [[UInt8]].self)
        let id = LinkID(number: nextLink)
        nextLink += 1
        let conversation = Conversation(
            as: isDialled ? .dialler : .listener, about: roadmap, exportedKey: exportedKey)
        links[id] = Link(
            conversation: conversation, party: party, key: key, isVouchedFor: isVouchedFor, isDialled: isDialled,
            outbox: continuation)
        log.info("connected", metadata: ["party": "\(party)", "dialled": "\(isDialled)"])
        feed(.connected, to: id)
        return (id, stream)
    }

    func hear(_ frame: [UInt8], on id: LinkID) {
        if let link = links[id], !link.wasHeard {
            links[id]?.wasHeard = true
            leaveRivals(of: link, id)
        }
        feed(.frame(frame), to: id)
    }

    /// The connection has taken these frames from the outbox.
    func noteSent(_ frames: [[UInt8]], on id: LinkID) {
        links[id]?.waitingByteCount -= Self.byteCount(of: frames)
    }

    func end(_ id: LinkID) {
        feed(.closed, to: id)
        forget(id)
    }

    /// Wakes the conversations whose time has come.
    func wakeDue() {
        let now = self.now
        for (id, link) in links.sorted(by: { $0.key < $1.key }) {
            if let wakeAt = link.wakeAt, wakeAt <= now { feed(.wake, to: id) }
        }
    }

    func pushToAll(except source: LinkID? = nil) {
        for id in links.keys.sorted() where id != source { feed(.journalGrew, to: id) }
    }

    /// Ends the conversations with nodes that are no longer their party's by the records in force.
    func leaveStrangers(_ admission: Admission) {
        for (id, link) in links.sorted(by: { $0.key < $1.key })
        where !admission.admits(link.key, of: link.party, isVouchedFor: link.isVouchedFor) {
            feed(.leave, to: id)
        }
    }

    /// Ends every conversation; peers that are still admitted are back in a moment.
    func reconnect() {
        for id in links.keys.sorted() { feed(.leave, to: id) }
    }

    var connectedParties: Set<Identifier> { Set(links.values.map(\.party)) }

    /// Ends the other connections to the same node, but not before this one was heard: a connection that its other end
    /// never takes up must not cost one that works.
    private func leaveRivals(of link: Link, _ id: LinkID) {
        for (rival, other) in links.sorted(by: { $0.key < $1.key }) where rival != id && other.key == link.key {
            guard isPreferred(link.isDialled, to: other.isDialled, with: link.node) else { continue }
            if link.isDialled != other.isDialled || rival < id { feed(.leave, to: rival) }
        }
    }

    /// Of two connections between the same two nodes, one dialled from either side, both ends keep the one dialled by
    /// the lower key; of two from one side the newer.
    private func isPreferred(_ newIsDialled: Bool, to oldIsDialled: Bool, with node: KeyID) -> Bool {
        newIsDialled == oldIsDialled || newIsDialled == (shownKey.withLock { $0 } < node)
    }

    func feed(_ input: Conversation.Input, to id: LinkID) {
        guard let new = answer(input, on: id) else { return }
        effects += new.map { (id, $0) }
        performAll()
    }

    /// By itself, so that nothing of what the conversation saw is held while its effects change it.
    private func answer(_ input: Conversation.Input, on id: LinkID) -> [Conversation.Effect]? {
        guard links[id] != nil else { return nil }
        let durable = self.durable
        let now = self.now
        let effects = links[id]?.conversation.receive(input, journal: durable, at: now)
        if let failure = durable.failure.first { note(failure) }
        return effects
    }

    /// Does what was asked for, one after the other: storing makes conversations ask for more, which waits its turn, or
    /// an answer would overtake what was said before it.
    private func performAll() {
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        var next = 0
        while next < effects.count {
            let (id, effect) = effects[next]
            next += 1
            perform(effect, on: id)
        }
        effects = []
    }

    private func perform(_ effect: Conversation.Effect, on id: LinkID) {
        switch effect {
        case .send(let frames): put(frames, id)
        case .store(let batch, let token): storeAndTell(batch, token, id)
        case .wakeAt(let moment): links[id]?.wakeAt = moment
        case .settled: levelSince = levelSince ?? now
        case .close(let reason):
            guard let party = links[id]?.party else { return }
            log.info("conversation ended: \(reason.sentence)", metadata: ["party": "\(party)"])
            forget(id)
        }
    }

    /// Whoever asks without reading the answers is not waited for.
    private func put(_ frames: [[UInt8]], _ id: LinkID) {
        guard let link = links[id] else { return }
        let waiting = link.waitingByteCount + Self.byteCount(of: frames)
        guard waiting <= limits.outboxByteCount else {
            log.warning("the peer does not read what it asks for", metadata: ["party": "\(link.party)"])
            return forget(id)
        }
        links[id]?.waitingByteCount = waiting
        link.outbox.yield(frames)
    }

    private static func byteCount(of frames: [[UInt8]]) -> Int { frames.reduce(0) { $0 + $1.count } }

    /// Store first; only then is anything acknowledged, and only then do the others hear of it.
    private func storeAndTell(_ batch: VerifiedBatch, _ token: BatchToken, _ id: LinkID) {
        guard links[id] != nil else { return }
        do {
            try takeIn(batch)
        } catch {
            // Without room or a sound disk nothing is acknowledged; the peer will offer it again.
            log.error("cannot store what a peer sent: \(error)")
            rest()
            return feed(.leave, to: id)
        }
        feed(.stored(token), to: id)
        pushToAll(except: id)
    }

    private func forget(_ id: LinkID) {
        links[id]?.outbox.finish()
        links[id] = nil
    }
}

extension Admission {
    /// Whether a key may speak for a party: its record names the key, or the party is one and its authority vouched.
    fileprivate func admits(_ key: PublicKey, of party: Identifier, isVouchedFor: Bool) -> Bool {
        self.party(ofNode: key) == party || isVouchedFor && isParty(party)
    }
}
