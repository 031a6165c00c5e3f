internal import Agreement
internal import Cryptography
internal import Exchange
internal import Foundation
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic
internal import Storage
internal import Synchronization
internal import Verification

/// The one owner of an open home: its store, and its node, whose decisions it performs.
///
/// Everything that changes the store goes through here, one step after the other; a step that stores returns only when
/// what it stored is on disk, and changes nothing if it fails. Freed by whoever opened it, with ``close()``.
actor NodeCore {
    let home: Home
    let log: Logger
    /// Who may connect, as the transport asks on its own threads.
    nonisolated let admitted = Mutex(Admission([(party: Identifier, record: PartyRecord)]()))
    /// The key that this node shows in handshakes: its own, unless TLS has one for itself.
    nonisolated let shownKey: Mutex<KeyID>
    nonisolated let counters = NodeCounters()
    /// Reads certificates and authorities again, where a node runs that uses them; true if something had changed.
    nonisolated let reloading = Mutex<(@Sendable () async throws -> Bool)?>(nil)
    /// What this node cannot go on after: it no longer knows what its disk holds. For one consumer.
    nonisolated let failures: AsyncStream<HomeFailure>
    nonisolated let party: Identifier
    nonisolated let publicKey: PublicKey

    private let failed: AsyncStream<HomeFailure>.Continuation
    /// Nil once this home is closed.
    private var lock: HomeLock?
    private var openStore: (any JournalStore)?
    private(set) var node: Node
    /// Frames on their way out, in order; finishing one closes the connection after what was sent.
    private var outboxes: [LinkID: AsyncStream<[[UInt8]]>.Continuation] = [:]
    /// Those whose key was unknown.
    private(set) var callers: [LinkID: Caller] = [:]
    private var nextLink = 0
    private(set) var listeningPort: Int?
    private let start = ContinuousClock.now

    /// Who is at the other end of a connection whose key was unknown.
    struct Caller: Sendable {
        let address: String
        let key: String
        let whyUnknown: String
    }

    typealias StoreOpening = @Sendable (_ path: String, _ roadmap: Digest) throws(StoreFailure) -> any JournalStore

    /// Opens the home for this process alone.
    ///
    /// - Throws: ``HomeFailure``; everything stored is checked first, as if a peer had sent it.
    init(
        _ home: Home, log: Logger, limits: NodeLimits = NodeLimits(),
        openStore: StoreOpening = { (path: String, roadmap: Digest) throws(StoreFailure) in
            try SQLiteStore(path: path, roadmap: roadmap)
        }
    ) throws {
        let settings = try home.settings()
        guard let roadmap = settings.roadmap else { throw HomeFailure.noRoadmapYet(path: home.path) }
        let key = try Home.readKey(at: home.nodeKeyPath) { nil }
        self.home = home
        self.log = log
        party = settings.party
        publicKey = key.publicKey
        shownKey = Mutex(key.publicKey.id)
        (failures, failed) = AsyncStream.makeStream()
        do throws(StoreFailure) {
            lock = try HomeLock(home: home.path)
            let store = try openStore(home.storePath, roadmap)
            Self.tell(store.recovery, log)
            var node = try Node(
                of: settings.party, signing: key, limits: limits, place: StorePlace.of(home.storePath),
                hasLost: store.hasLost, reading: store)
            for effect in node.receive(.opened, in: Self.circumstances(store, .start)) {
                guard case .store(let batches, let settings) = effect else { continue }
                try store.append(batches, settings: settings)
                _ = node.receive(.stored, in: Self.circumstances(store, .start))
            }
            store.noteLossHandled()
            self.openStore = store
            self.node = node
        } catch {
            throw HomeFailure(error, home: home)
        }
        let admission = node.admission
        admitted.withLock { $0 = admission }
    }

    /// Says what became of a log that was not closed in order.
    private static func tell(_ recovery: LogRecovery?, _ log: Logger) {
        guard let recovery else { return }
        log.info("the store was not closed in order: \(recovery.keptPageCount) pages of its log count")
        if recovery.unfinishedPageCount > 0 {
            log.info("\(recovery.unfinishedPageCount) pages of a change that nobody was told of were dropped")
        }
        guard recovery.lostPageCount > 0 else { return }
        log.warning(
            """
            the store has lost \(recovery.lostPageCount) pages at the end of its log, and what they held: peers are asked for \
            it, and this node writes on as a new writer
            """)
    }

    /// Lets go of the home: nothing is stored from here on, and another process may open it.
    func close() {
        leaveAll()
        failed.finish()
        // The database first: whoever has the lock must find it closed.
        openStore = nil
        lock = nil
    }

    /// The store, for a question that may come when the home is closed already.
    func readableStore() throws(HomeFailure) -> any JournalStore {
        guard let openStore else { throw HomeFailure.notReached(path: home.path, reason: "the home is closed") }
        return openStore
    }

    // MARK: What is asked of it

    /// Judges and journals records; on disk when this returns. Nothing is taken in when it throws.
    @discardableResult
    func publish(_ records: [PublishedRecord]) throws -> Int {
        guard case .published(let count) = try ask(.publish(records)) else {
            preconditionFailure("who publishes is told how much was new")
        }
        return count
    }

    /// Judges and journals an entry of a draft; on disk when this returns.
    func publishDraft(_ body: [UInt8], after previous: Digest?) throws -> DraftPublication {
        guard case .draftPublished(let publication) = try ask(.publishDraft(body, after: previous)) else {
            preconditionFailure("who adds to a draft is told what became of it")
        }
        return publication
    }

    /// The entries of drafts that count, from a number of their storing on.
    func draftPage(after number: UInt64) throws -> DraftPage {
        let store = try readableStore()
        let rows: [NumberedEntry]
        do throws(StoreFailure) {
            rows = try store.draftEntries(after: number, byteLimit: ControlLimits.draftPageByteCount)
        } catch {
            throw HomeFailure(error, home: home)
        }
        return DraftPage(
            entries: rows.compactMap { row in
                guard node.counts(row.header), let key = node.journal[row.header.writer]?.key.id else { return nil }
                return JournalledDraftEntry(header: row.header, key: key, body: row.body)
            }, next: rows.last?.number)
    }

    /// Signs a state certificate if what is in force here is no longer what the last one says.
    func certify() throws { _ = try ask(.certify) }

    /// Everything held of the agreement, as a bundle.
    func bundle() -> [UInt8] {
        BundleWriter(node.copy.ledger, certificates: node.copy.certificates.values.map(\.statement)).encoded()
    }

    /// Both stories of each writer that told two, without what their entries say; ascending by writer.
    func forks() throws -> [ForkProof] {
        let store = try readableStore()
        do throws(StoreFailure) {
            return try node.forks(reading: store)
        } catch {
            throw HomeFailure(error, home: home)
        }
    }

    func status(isRunning: Bool) -> NodeStatus {
        NodeStatus(
            party: party, roadmap: node.roadmap, isRunning: isRunning, writer: node.writerID?.digest,
            entryCount: node.journal.entryCount, port: listeningPort,
            peers: node.links.values.map {
                PeerStatus(party: $0.party, isDialled: $0.isDialled, isSettled: $0.conversation.isSettled)
            }.sorted { ($0.party, $0.isDialled ? 1 : 0) < ($1.party, $1.isDialled ? 1 : 0) },
            counts: counters.all)
    }

    /// Does what has come due.
    func tick() { perform(.tick) }

    func leaveAll() { perform(.leave) }

    /// Ends every conversation; peers that are still admitted are back in a moment.
    func reconnect() { perform(.reconnect) }

    // MARK: Connections

    /// Begins a conversation on a connection that stands.
    ///
    /// - Returns: the link, and the frames to send, in order, until the stream ends; then the connection is to be
    ///   closed. Nil if another connection to the same node is kept instead, or this node takes none now.
    func open(
        with party: Identifier, node key: PublicKey, isVouchedFor: Bool = false, isDialled: Bool, exportedKey: [UInt8]
    ) -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        connect { id in
            .connected(
                id,
                Node.Peer(
                    party: party, key: key, isVouchedFor: isVouchedFor, shown: shownKey.withLock { $0 },
                    isDialled: isDialled, exportedKey: exportedKey))
        }
    }

    /// Begins to hear a peer whose key is unknown; what ``open(with:node:isVouchedFor:isDialled:exportedKey:)`` returns.
    ///
    /// - Parameters:
    ///   - parties: whose node it may turn out to be; nil for any party's.
    ///   - caller: who that is, for the log.
    func meet(
        _ key: PublicKey, of parties: Set<Identifier>?, isDialled: Bool, exportedKey: [UInt8], _ caller: Caller
    ) -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        connect(caller) { id in
            .met(
                id,
                Node.Stranger(
                    key: key, parties: parties, shown: shownKey.withLock { $0 }, isDialled: isDialled,
                    exportedKey: exportedKey))
        }
    }

    private func connect(
        _ caller: Caller? = nil, _ input: (LinkID) -> Node.Input
    ) -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        let (stream, outbox) = AsyncStream.makeStream(of: [[UInt8]].self)
        let id = LinkID(number: nextLink)
        nextLink += 1
        outboxes[id] = outbox
        callers[id] = caller
        perform(input(id))
        return outboxes[id].map { _ in (id, stream) }
    }

    /// The party at the other end, once it is known.
    func party(on id: LinkID) -> Identifier? { node.links[id]?.party }

    /// - Returns: true if the peer says it to a node that it knows.
    @discardableResult
    func hear(_ frame: [UInt8], on id: LinkID) -> Bool {
        perform(.frame(frame, on: id))
        return node.links[id]?.wasHeard ?? false
    }

    /// The connection has taken these frames from the outbox.
    func noteSent(_ frames: [[UInt8]], on id: LinkID) {
        perform(.taken(byteCount: frames.reduce(0) { $0 + $1.count }, on: id))
    }

    func end(_ id: LinkID) {
        perform(.disconnected(id))
        outboxes.removeValue(forKey: id)?.finish()
        callers[id] = nil
    }

    func noteListening(at port: Int) { listeningPort = listeningPort ?? port }

    // MARK: What the node decides

    /// Milliseconds since this node was opened.
    var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(milliseconds: UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000))
    }

    private static func circumstances(_ store: any JournalStore, _ now: Moment) -> Node.Circumstances {
        Node.Circumstances(now: now, seconds: WallClock.seconds, store: store) {
            Incarnation(SystemRandomness.bytes(count: JournalLimits.incarnationByteCount))!
        }
    }

    /// Asks the node for something that is answered.
    func ask(_ input: Node.Input) throws -> Node.Answer {
        _ = try readableStore()
        switch perform(input) {
        case .refused(let refusal): throw NodeRefusal(refusal)
        case .failed(let failure): throw HomeFailure(failure, home: home)
        case .draftRefused(let refusal): throw NodeRefusal(refusal)
        case .published(let count): return .published(count)
        case .draftPublished(let publication): return .draftPublished(publication)
        case .done: return .done
        case nil: preconditionFailure("what is asked is answered")
        }
    }

    /// Hands the node an input and does what it says, in order; what became of storing is its next input.
    @discardableResult
    private func perform(_ input: Node.Input) -> Node.Answer? {
        var answer: Node.Answer?
        var next: Node.Input? = input
        while let input = next, let store = openStore {
            next = nil
            for effect in node.receive(input, in: Self.circumstances(store, now)) {
                switch effect {
                case .store(let batches, let settings): next = put(batches, settings, in: store)
                case .send(let frames, let id): outboxes[id]?.yield(frames)
                case .disconnect(let id): outboxes.removeValue(forKey: id)?.finish()
                case .admit(let admission): admitted.withLock { $0 = admission }
                case .answer(let given): answer = given
                case .report(let report): say(report)
                case .stop(let failure): failed.yield(HomeFailure(failure, home: home))
                }
            }
        }
        return answer
    }

    private func put(
        _ batches: [VerifiedBatch], _ settings: [String: [UInt8]], in store: any JournalStore
    ) -> Node.Input {
        do throws(StoreFailure) {
            try store.append(batches, settings: settings)
            return .stored
        } catch {
            return .notStored(error)
        }
    }
}

/// The wall clock, in seconds since 1970-01-01T00:00:00Z; it decides nothing.
enum WallClock {
    static var seconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec))
    }
}

extension HomeFailure {
    init(_ failure: StoreFailure, home: Home) {
        switch failure {
        case .diskFull: self = .diskFull(path: home.storePath)
        case .homeInUse(let path): self = .inUse(path: path)
        case .cannotOpen(let path, let code):
            self = .cannotWrite(path: path, reason: String(cString: strerror(code)))
        case .newerFormat: self = .storeDamaged(path: home.storePath, reason: "a newer version wrote it")
        case .anotherRoadmap(let found): self = .storeDamaged(path: home.storePath, reason: "it is about \(found)")
        case .notDurable, .outOfStep, .damagedHistory, .damaged, .sqlite:
            self = .storeDamaged(path: home.storePath, reason: "\(failure)")
        }
    }
}
