internal import Agreement
internal import Cryptography
internal import Drafting
internal import Exchange
internal import Foundation
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic
internal import Storage
internal import Synchronization
internal import Verification

/// The one owner of an open home: its store, its journal, its copy of the roadmap, and its conversations.
///
/// Everything that changes the store goes through here, one step after the other; a step that stores returns only when
/// what it stored is on disk, and changes nothing if it fails. Freed by whoever opened it, with ``close()``.
actor NodeCore {
    let home: Home
    let party: Identifier
    let roadmap: InstrumentID
    let log: Logger
    let limits: NodeLimits
    /// Who may connect, as the transport asks on its own threads.
    nonisolated let admitted = Mutex(Admission([(party: Identifier, record: PartyRecord)]()))
    /// What this node cannot go on after: it no longer knows what its disk holds. For one consumer.
    nonisolated let failures: AsyncStream<HomeFailure>

    private let failed: AsyncStream<HomeFailure>.Continuation
    /// Nil once this home is closed.
    private var lock: HomeLock?
    private var hasFailed = false
    private let key: SigningKey
    private var openStore: (any JournalStore)?
    private(set) var journal: Journal
    private(set) var copy: RoadmapCopy
    private var writer: OwnWriter
    /// By draft, the newest entry of the own writer; nil before anybody asked.
    private var ownDraftEntries: [Digest: Digest]?
    /// The parties' records in force, as of the last change.
    private(set) var partyRecords: [(party: Identifier, record: PartyRecord)] = []

    var links: [LinkID: Link] = [:]
    var nextLink = 0
    /// What conversations asked for and has not been done yet, in the order of their asking.
    var effects: [(link: LinkID, effect: Conversation.Effect)] = []
    var isPerforming = false
    /// New connections are turned away until then, for what they would bring cannot be stored.
    private(set) var restUntil = Moment.start
    private(set) var isLeaving = false
    var listeningPort: Int?

    /// Before which the store is not read again for the sake of what waits.
    private var rereadAt: Moment?
    /// What was said last of entries that cannot be read.
    private var readFailureSaid: String?
    /// When to look whether a certificate is due.
    private var certifyAt: Moment? = .start
    /// When this node first was level with a peer.
    var levelSince: Moment?
    /// Whether there may be records here that no entry carries.
    private var mayHoldLooseRecords: Bool
    var warnings = EvidenceWarnings()
    private let start = ContinuousClock.now

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
        self.home = home
        self.log = log
        self.limits = limits
        party = settings.party
        self.roadmap = roadmap
        key = try Home.readKey(at: home.nodeKeyPath) { nil }
        (failures, failed) = AsyncStream.makeStream()
        do throws(StoreFailure) {
            lock = try HomeLock(home: home.path)
            let store = try openStore(home.storePath, roadmap)
            var loaded = try Self.load(from: store, roadmap: roadmap)
            if let known = try OwnWriter(from: store, in: loaded.journal, signing: key.publicKey) {
                writer = known
            } else {
                let begun = Self.newWriter(key, loaded.journal)
                try store.append(begun.batches, settings: begun.writer.settings)
                for batch in begun.batches { loaded.journal.append(batch) }
                writer = begun.writer
            }
            mayHoldLooseRecords = try Self.mayHoldLooseRecords(store, loaded.journal)
            self.openStore = store
            journal = loaded.journal
            copy = loaded.copy
        } catch {
            throw HomeFailure(error, home: home)
        }
        partyRecords = copy.partyRecords
        let admission = copy.admission
        admitted.withLock { $0 = admission }
    }

    /// Lets go of the home: nothing is stored from here on, and another process may open it.
    func close() {
        leaveAll()
        failed.finish()
        // The database first: whoever has the lock must find it closed.
        openStore = nil
        lock = nil
    }

    /// What is on disk, for as long as this home is open.
    var store: any JournalStore {
        guard let openStore else { preconditionFailure("nobody reads the store of a home that is closed") }
        return openStore
    }

    private static func load(
        from store: any JournalStore, roadmap: InstrumentID
    ) throws(StoreFailure) -> (journal: Journal, copy: RoadmapCopy) {
        let journal = try store.loadJournal()
        var copy = RoadmapCopy(roadmap: roadmap)
        try read(store, of: journal, into: &copy)
        // Once, but where more than fits waited for a key record that came later.
        while copy.isOwedRereading { try read(store, of: journal, into: &copy) }
        return (journal, copy)
    }

    /// Takes in every record that the store holds.
    private static func read(
        _ store: any JournalStore, of journal: Journal, into copy: inout RoadmapCopy
    ) throws(StoreFailure) {
        copy.beginRereading()
        try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in
            copy.take(record.kind, record.bytes)
        }
        try store.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            copy.take(entry.header.kind, entry.body, from: journal[entry.header.writer]?.key.id)
        }
    }

    /// Offers the copy all that the store holds again, if it turned away what may have its key record by now.
    ///
    /// Not at once: whoever fills the waiting room with rubbish must not also choose how often the disk is read, nor have
    /// more than a twentieth of this node's time.
    private func rereadIfOwed(at now: Moment) {
        guard copy.isOwedRereading, rereadAt ?? now <= now else { return }
        defer {
            let then = self.now
            rereadAt = then + max(limits.rest, 19 * (then.milliseconds - now.milliseconds))
        }
        var reread = copy
        do throws(StoreFailure) {
            try Self.read(store, of: journal, into: &reread)
        } catch {
            log.error("cannot read the store again: \(noted(error))")
            return
        }
        copy = reread
        noteChange()
    }

    /// A store that never wrote, or whose writer can no longer be continued, begins a new one.
    private static func newWriter(
        _ key: SigningKey, _ journal: Journal
    ) -> (writer: OwnWriter, batches: [VerifiedBatch]) {
        let incarnation = Incarnation(SystemRandomness.bytes(count: JournalLimits.incarnationByteCount))!
        let succeeds = journal.writers.filter { journal[$0]?.key == key.publicKey }
            .compactMap { journal[$0]?.heads.first }.max { $0.sequence < $1.sequence }
        let composition = Composition(
            roadmap: journal.roadmap, key: key.publicKey, incarnation: incarnation, succeeds: succeeds?.id,
            at: WallClock.seconds)
        return (OwnWriter(id: composition.writer), composition.finish(signing: key))
    }

    nonisolated var publicKey: PublicKey { key.publicKey }
    var ownNode: KeyID { key.publicKey.id }

    /// Milliseconds since this node was opened.
    var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(milliseconds: UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000))
    }

    /// Says that entries cannot be read which a peer lacks; once, until something else is wrong.
    func note(_ failure: StoreFailure) {
        let words = "\(HomeFailure(failure, home: home))"
        guard words != readFailureSaid else { return }
        readFailureSaid = words
        log.error("cannot read what a peer lacks: \(words)")
    }

    /// Who contradicts itself by what came since this was asked last.
    func takeNewContradictions() -> [Contradiction] { copy.takeNewContradictions() }

    /// The store, for a question that may come when the home is closed already.
    func readableStore() throws(HomeFailure) -> any JournalStore {
        guard let openStore else { throw HomeFailure.notReached(path: home.path, reason: "the home is closed") }
        return openStore
    }

    var durable: DurableJournal { DurableJournal(journal: journal, store: store, keys: copy.ledger.keyChains) }

    // MARK: What is asked of it

    /// Judges and journals records; on disk when this returns. Nothing is taken in when it throws.
    func publish(_ records: [PublishedRecord]) throws -> Int {
        var accepted = copy
        let new: [PublishedRecord]
        do {
            new = try accepted.accept(records, for: party)
        } catch {
            throw NodeRefusal(error)
        }
        guard !new.isEmpty else { return 0 }
        try journalOwn(new.map { ($0.kind, $0.body) })
        copy = accepted
        noteChange()
        pushToAll()
        return new.count
    }

    /// Judges and journals an entry of a draft; on disk when this returns.
    func publishDraft(_ body: [UInt8], after previous: Digest?) throws -> DraftPublication {
        let draft = try draft(of: body)
        if let draft, try ownDraftEntry(in: draft) != previous { return .overtaken }
        let id = try journalOwn([(.draftOperations, body)])[0]
        ownDraftEntries?[draft ?? id.digest] = id.digest
        guard let head = journal[writer.id]?.heads.first else { preconditionFailure("what was journalled is there") }
        pushToAll()
        return .written(EditStamp(sequence: head.sequence, writer: writer.id.digest, id: id.digest))
    }

    /// The draft that a body edits; nil if it opens one.
    ///
    /// - Throws: ``NodeRefusal`` if it is none, or speaks of what is not here.
    private func draft(of body: [UInt8]) throws -> Digest? {
        let edits: DraftEdits
        do {
            guard case .edits(let found) = try DraftBody(body) else { return nil }
            edits = found
        } catch {
            throw NodeRefusal(words: "this is no entry of a draft: \(error)")
        }
        for id in [edits.draft] + edits.parents where try !holdsDraftEntry(id) {
            throw NodeRefusal(words: "no entry \(id.hex) of a draft is here")
        }
        return edits.draft
    }

    private func holdsDraftEntry(_ id: Digest) throws -> Bool {
        do {
            guard let header = try store.entry(EntryID(id)).map({ try EntryHeader(encoded: $0.header) }) else {
                return false
            }
            return header.kind == .draftOperations && counts(header)
        } catch let failure as StoreFailure {
            throw noted(failure)
        }
    }

    private func ownDraftEntry(in draft: Digest) throws -> Digest? {
        if let known = ownDraftEntries { return known[draft] }
        var (found, number) = ([Digest: Digest](), UInt64(0))
        while case let page = try draftPage(after: number), let next = page.next {
            for entry in page.entries where entry.header.writer == writer.id {
                guard let body = entry.body.flatMap({ try? DraftBody($0) }) else { continue }
                switch body {
                case .opening: found[entry.stamp.id] = entry.stamp.id
                case .edits(let edits): found[edits.draft] = entry.stamp.id
                }
            }
            number = next
        }
        ownDraftEntries = found
        return found[draft]
    }

    /// The entries of drafts that count, from a number of their storing on.
    func draftPage(after number: UInt64) throws -> DraftPage {
        let rows: [NumberedEntry]
        do {
            rows = try readableStore().draftEntries(after: number, byteLimit: ControlLimits.draftPageByteCount)
        } catch let failure as StoreFailure {
            throw noted(failure)
        }
        return DraftPage(
            entries: rows.compactMap { row in
                guard counts(row.header), let key = journal[row.header.writer]?.key.id else { return nil }
                return JournalledDraftEntry(header: row.header, key: key, body: row.body)
            }, next: rows.last?.number)
    }

    private func counts(_ header: EntryHeader) -> Bool {
        journal[header.writer]?.entries(at: header.sequence).contains(header.id) == true
    }

    /// Everything held of the agreement, as a bundle.
    func bundle() -> [UInt8] {
        BundleWriter(copy.ledger, certificates: copy.certificates.values.map(\.statement)).encoded()
    }

    func status(isRunning: Bool) -> NodeStatus {
        NodeStatus(
            party: party, roadmap: roadmap, isRunning: isRunning, writer: writer.id.digest,
            entryCount: journal.entryCount, port: listeningPort,
            peers: links.values.map {
                PeerStatus(party: $0.party, isDialled: $0.isDialled, isSettled: $0.conversation.isSettled)
            }.sorted { ($0.party, $0.isDialled ? 1 : 0) < ($1.party, $1.isDialled ? 1 : 0) })
    }

    // MARK: What it does of itself

    /// Does what has come due: wakes conversations, certifies, carries records that nobody carries.
    func tick() {
        wakeDue()
        warnOfEvidence()
        let now = self.now
        rereadIfOwed(at: now)
        if let certifyAt, certifyAt <= now {
            do {
                try certify()
            } catch {
                self.certifyAt = now + limits.rest
                log.error("cannot certify the state: \(error)")
            }
        }
        if isTurnToCarry(at: now) {
            do {
                try carryLooseRecords()
            } catch {
                levelSince = now
                log.error("cannot journal what no journal carries: \(error)")
            }
        }
    }

    /// Signs a state certificate if what is in force here is no longer what the last one says.
    func certify() throws {
        certifyAt = nil
        guard
            let certificate = copy.certificateDue(
                by: writer.id, signing: ownNode, of: party, heads: journal.heads, at: WallClock.seconds)
        else { return }
        let statement = SignedStatement(certificate.payload, as: .state, by: key)
        try journalOwn([(.stateCertificate, statement.encoded())])
        copy.takeCertificate(statement)
        pushToAll()
    }

    /// Makes a verified batch durable and takes in what it says.
    func takeIn(_ batch: VerifiedBatch) throws {
        let batch = journal.refitted(batch)
        try keep([batch])
        switch batch.placement {
        case .held, .growth: break
        case .parting, .dropped: mayHoldLooseRecords = true
        }
        let carrier = journal[batch.writer]?.key.id
        for entry in batch.entries where entry.header.kind.isAgreement {
            guard let body = entry.body else { continue }
            if case .refused(let refusal) = copy.take(entry.header.kind, body, from: carrier) {
                log.warning("an entry's record is refused: \(refusal)", metadata: ["entry": "\(entry.id)"])
            }
        }
        noteChange()
    }

    /// Answers the entries' ids.
    @discardableResult
    private func journalOwn(_ records: [(EntryKind, [UInt8])]) throws -> [EntryID] {
        if journal.composing(as: writer.id) == nil {
            // A fork convicts the node's custody; it must not silence its party.
            log.warning("this node's chain has forked: somebody else wrote with its key, or from a copy of its store")
            let begun = Self.newWriter(key, journal)
            try keep(begun.batches, settings: begun.writer.settings)
            writer = begun.writer
            ownDraftEntries = nil
        }
        guard var composition = journal.composing(as: writer.id) else {
            preconditionFailure("a writer that was just begun has not forked")
        }
        var author = writer
        let ids = records.map { kind, body in
            composition.compose(kind, body: body, seen: author.newlySeen(in: journal), at: WallClock.seconds)
        }
        try keep(composition.finish(signing: key), settings: author.settings)
        writer = author
        return ids
    }

    /// Stores first; only what is on disk shows in the journal.
    private func keep(_ batches: [VerifiedBatch], settings: [String: [UInt8]] = [:]) throws {
        guard let openStore, !hasFailed else {
            throw HomeFailure.notReached(path: home.path, reason: "the home is closed")
        }
        do { try openStore.append(batches, settings: settings) } catch { throw noted(error) }
        for batch in batches { journal.append(batch) }
    }

    /// Stops the node, and all storing, where it no longer knows what its disk holds.
    private func noted(_ error: StoreFailure) -> HomeFailure {
        let failure = HomeFailure(error, home: home)
        if !error.leavesStoreKnown {
            hasFailed = true
            failed.yield(failure)
        }
        return failure
    }

    private func noteChange() {
        partyRecords = copy.partyRecords
        let admission = copy.admission
        admitted.withLock { $0 = admission }
        warnings.isDue = true
        // A moment later, so that a catch-up of many batches is certified once.
        certifyAt = certifyAt ?? now + limits.certifyAfter
        leaveStrangers(admission)
    }

    /// Turns newcomers away for a while: what they bring cannot be stored now, and would come again and again.
    func rest() { restUntil = now + limits.rest }

    func leaveAll() {
        isLeaving = true
        for id in links.keys.sorted() { feed(.leave, to: id) }
    }
}

// MARK: - Records that no journal carries

extension NodeCore {
    /// True if there may be records at hand that peers will not hear of by journal: those of a bundle that was joined
    /// from, and those that a fork tore off their chain.
    private static func mayHoldLooseRecords(
        _ store: any JournalStore, _ journal: Journal
    ) throws(StoreFailure) -> Bool {
        try store.counts().records > 0 || journal.writers.contains { journal[$0]?.hasForked == true }
    }

    /// Whether this node should look now for records that no entry carries.
    ///
    /// Nodes look one after the other, in the order of their parties, counted from when each was first level with a
    /// peer: by then the journals that carry a founding have come, and what one carries the next ones find carried.
    private func isTurnToCarry(at now: Moment) -> Bool {
        guard mayHoldLooseRecords, !isLeaving, let levelSince,
            let place = partyRecords.firstIndex(where: { $0.party == party }),
            levelSince + limits.carryingTurn * UInt64(place + 1) <= now
        else { return false }
        return links.values.contains { $0.conversation.isSettled }
    }

    /// Journals every record held that no entry which counts carries, so that whoever exchanges with us comes to have
    /// it.
    ///
    /// `Docs/Decisions/0015-why-nodes-carry-loose-records.md`.
    func carryLooseRecords() throws {
        let records: [(EntryKind, [UInt8])]
        do { records = try looseRecords() } catch { throw noted(error) }
        if !records.isEmpty {
            log.info("journalling \(records.count) records that no journal carries")
            try journalOwn(records)
            pushToAll()
        }
        mayHoldLooseRecords = false
    }

    /// Records in this copy whose bytes no entry that counts has for a body, by kind and id.
    private func looseRecords() throws(StoreFailure) -> [(EntryKind, [UInt8])] {
        var carried: Set<Digest> = []
        var loose: [Digest: StoredRecord] = [:]
        try store.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            let counting = journal[entry.header.writer]?.entries(at: entry.header.sequence) ?? []
            if counting.contains(entry.header.id) {
                carried.insert(entry.header.bodyHash)
            } else {
                loose[entry.header.bodyHash] = StoredRecord(kind: entry.header.kind, bytes: entry.body)
            }
        }
        try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in loose[record.id] = record }
        return loose.values.filter { !carried.contains($0.id) && copy.isWorthCarrying($0.kind, $0.bytes) }
            .sorted { ($0.kind.code, $0.id) < ($1.kind.code, $1.id) }.map { ($0.kind, $0.bytes) }
    }
}

/// How long a node waits for what.
struct NodeLimits: Sendable {
    /// Milliseconds after a change before its certificate, so that a catch-up is certified once.
    var certifyAfter: UInt64 = 20
    /// Milliseconds without newcomers after something could not be stored.
    var rest: UInt64 = 5_000
    /// Milliseconds for which each party before this one may journal what no journal carries.
    var carryingTurn: UInt64 = 60_000
    /// Bytes that may wait for one peer to read them: the longest batch, and what may be under way beside it.
    var outboxByteCount = ExchangeLimits.longMessageByteCount + 2 * ExchangeLimits.bytesInFlight
}

/// The wall clock, in seconds since 1970-01-01T00:00:00Z; it decides nothing.
enum WallClock {
    static var seconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec))
    }
}

extension StoreFailure {
    /// True if nothing of the call was stored, and everything else is as it was.
    fileprivate var leavesStoreKnown: Bool {
        switch self {
        case .diskFull, .outOfStep: true
        default: false
        }
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
