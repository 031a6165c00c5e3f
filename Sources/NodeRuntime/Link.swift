internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic

/// Names a connection within this process.
struct LinkID: Hashable, Comparable, Sendable {
    let number: Int
    static func < (one: LinkID, other: LinkID) -> Bool { one.number < other.number }
}

/// One connection to a peer's node, with its conversation.
struct Link {
    var conversation: Conversation
    let party: Identifier
    /// The peer's node key.
    let node: KeyID
    let isDialled: Bool
    /// Frames on their way out, in order; finishing it closes the connection after what was sent.
    let outbox: AsyncStream<[[UInt8]]>.Continuation
    var wakeAt: Moment?
    var isSettled = false
}

extension NodeCore {
    /// Begins a conversation on a connection that stands.
    ///
    /// - Returns: the link, and the frames to send, in order, until the stream ends; then the connection is to be closed.
    ///   Nil if another connection to the same node is kept instead.
    func open(
        with party: Identifier, node: KeyID, isDialled: Bool, exportedKey: [UInt8]
    ) -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        for (rival, link) in links.sorted(by: { $0.key < $1.key }) where link.node == node {
            guard isPreferred(isDialled, to: link.isDialled, with: node) else { return nil }
            feed(.leave, to: rival)
        }
        let (stream, continuation) = AsyncStream.makeStream(of: [[UInt8]].self)
        let id = LinkID(number: nextLink)
        nextLink += 1
        let conversation = Conversation(
            as: isDialled ? .dialler : .listener, about: roadmap, exportedKey: exportedKey)
        links[id] = Link(
            conversation: conversation, party: party, node: node, isDialled: isDialled, outbox: continuation)
        log.info("connected", metadata: ["party": "\(party)", "dialled": "\(isDialled)"])
        feed(.connected, to: id)
        return (id, stream)
    }

    func hear(_ frame: [UInt8], on id: LinkID) { feed(.frame(frame), to: id) }

    func end(_ id: LinkID) {
        guard links[id] != nil else { return }
        feed(.closed, to: id)
        forget(id)
    }

    /// Ends every conversation, telling the peers.
    func leaveAll() {
        for id in links.keys.sorted() { feed(.leave, to: id) }
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

    var connectedParties: Set<Identifier> { Set(links.values.map(\.party)) }

    /// Of two connections between the same two nodes, one dialled from either side, both ends keep the one dialled by the
    /// lower key; of two from one side the newer.
    private func isPreferred(_ newIsDialled: Bool, to oldIsDialled: Bool, with node: KeyID) -> Bool {
        newIsDialled == oldIsDialled || newIsDialled == (ownNode < node)
    }

    private func feed(_ input: Conversation.Input, to id: LinkID) {
        guard var link = links[id] else { return }
        let effects = link.conversation.receive(input, journal: durable, at: now)
        links[id] = link
        for effect in effects { perform(effect, on: id) }
    }

    private func perform(_ effect: Conversation.Effect, on id: LinkID) {
        switch effect {
        case .send(let frames): links[id]?.outbox.yield(frames)
        case .store(let batch, let token): storeAndTell(batch, token, id)
        case .wakeAt(let moment): links[id]?.wakeAt = moment
        case .settled: links[id]?.isSettled = true
        case .close(let reason):
            let party = links[id].map { "\($0.party)" } ?? ""
            log.info("conversation ended: \(reason.sentence)", metadata: ["party": "\(party)"])
            forget(id)
        }
    }

    /// Store first; only then is anything acknowledged, and only then do the others hear of it.
    private func storeAndTell(_ batch: VerifiedBatch, _ token: BatchToken, _ id: LinkID) {
        links[id]?.isSettled = false
        do {
            try takeIn(batch)
        } catch {
            // Without room or a sound disk nothing is acknowledged; the peer will offer it again.
            log.error("cannot store what a peer sent: \(error)")
            links[id]?.outbox.finish()
            links[id] = nil
            return
        }
        feed(.stored(token), to: id)
        pushToAll(except: id)
    }

    private func forget(_ id: LinkID) {
        links[id]?.outbox.finish()
        links[id] = nil
    }
}
