internal import Agreement
internal import CanonicalEncoding
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

/// The one owner of an open home: its store, its journal, its copy of the roadmap, and its conversations.
///
/// Everything that changes the store goes through here, one step after the other; a step that stores returns only when
/// what it stored is on disk. Freed by whoever opened it, with ``close()``.
actor NodeCore {
    let home: Home
    let party: Identifier
    let roadmap: InstrumentID
    let log: Logger
    /// Who may connect, as the transport asks on its own threads.
    nonisolated let admitted = Mutex(Admission([(party: Identifier, record: PartyRecord)]()))

    private let lock: HomeLock
    private let key: SigningKey
    let store: any JournalStore
    var journal: Journal
    var copy: RoadmapCopy
    private var writer: OwnWriter
    var links: [LinkID: Link] = [:]
    var nextLink = 0
    var listeningPort: Int?
    private var isCertificationScheduled = false
    private let start = ContinuousClock.now

    /// Opens the home for this process alone.
    ///
    /// - Throws: ``HomeFailure``; everything stored is checked first, as if a peer had sent it.
    init(_ home: Home, log: Logger) throws {
        let settings = try home.settings()
        guard let roadmap = settings.roadmap else { throw HomeFailure.noRoadmapYet(path: home.path) }
        self.home = home
        self.log = log
        party = settings.party
        self.roadmap = roadmap
        key = try Home.readKey(at: home.nodeKeyPath) { nil }
        do throws(StoreFailure) {
            lock = try HomeLock(home: home.path)
            let store = try SQLiteStore(path: home.storePath, roadmap: roadmap)
            var loaded = try Self.load(from: store, roadmap: roadmap)
            if let known = try OwnWriter(from: store, in: loaded.journal) {
                writer = known
            } else {
                writer = try Self.newWriter(key, roadmap, store, &loaded.journal)
            }
            self.store = store
            journal = loaded.journal
            copy = loaded.copy
        } catch {
            throw HomeFailure(error, home: home)
        }
        let admission = copy.admission
        admitted.withLock { $0 = admission }
    }

    private static func load(
        from store: any JournalStore, roadmap: InstrumentID
    ) throws(StoreFailure) -> (journal: Journal, copy: RoadmapCopy) {
        let journal = try store.loadJournal()
        var copy = RoadmapCopy(roadmap: roadmap)
        try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in
            copy.take(record.kind, record.bytes)
        }
        try store.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            copy.take(entry.header.kind, entry.body)
        }
        return (journal, copy)
    }

    /// A store that never wrote, or whose writer can no longer be continued, begins a new one.
    private static func newWriter(
        _ key: SigningKey, _ roadmap: InstrumentID, _ store: any JournalStore, _ journal: inout Journal
    ) throws(StoreFailure) -> OwnWriter {
        let incarnation = Incarnation(SystemRandomness.bytes(count: JournalLimits.incarnationByteCount))!
        let succeeds = journal.writers.filter { journal[$0]?.key == key.publicKey }
            .compactMap { journal[$0]?.heads.first }.max { $0.sequence < $1.sequence }
        let composition = Composition(
            roadmap: roadmap, key: key.publicKey, incarnation: incarnation, succeeds: succeeds?.id,
            at: WallClock.seconds)
        let writer = OwnWriter(id: composition.writer)
        let batches = composition.finish(signing: key)
        try store.append(batches, settings: writer.settings)
        for batch in batches { journal.append(batch) }
        return writer
    }

    var ownNode: KeyID { key.publicKey.id }

    /// Milliseconds since this node was opened.
    var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(milliseconds: UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000))
    }

    var durable: DurableJournal { DurableJournal(journal: journal, store: store, copy: copy) }

    // MARK: What is asked of it

    /// Judges and journals records; on disk when this returns.
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
        return new.count
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
                PeerStatus(party: $0.party, isDialled: $0.isDialled, isSettled: $0.isSettled)
            }.sorted { ($0.party, $0.isDialled ? 1 : 0) < ($1.party, $1.isDialled ? 1 : 0) })
    }

    // MARK: What it does of itself

    /// Signs a state certificate if what is in force here is no longer what the last one says.
    func certify() throws {
        isCertificationScheduled = false
        guard
            let certificate = copy.certificateDue(
                by: writer.id, of: party, heads: journal.heads, at: WallClock.seconds)
        else { return }
        let statement = SignedStatement(certificate.payload, as: .state, by: key)
        try journalOwn([(.stateCertificate, statement.encoded())])
        copy.takeCertificate(statement)
    }

    /// Makes a verified batch durable and takes in what it says.
    func takeIn(_ batch: VerifiedBatch) throws {
        let batch = journal.refitted(batch)
        do { try store.append([batch]) } catch { throw HomeFailure(error, home: home) }
        journal.append(batch)
        for entry in batch.entries where entry.header.kind.isAgreement {
            guard let body = entry.body else { continue }
            if case .refused(let refusal) = copy.take(entry.header.kind, body) {
                log.warning("an entry's record is refused: \(refusal)", metadata: ["entry": "\(entry.id)"])
            }
        }
        noteChange()
    }

    private func journalOwn(_ records: [(EntryKind, [UInt8])]) throws {
        guard var composition = journal.composing(as: writer.id) else {
            throw HomeFailure.storeDamaged(path: home.storePath, reason: "this node's own chain has forked")
        }
        var author = writer
        for (kind, body) in records {
            composition.compose(kind, body: body, seen: author.newlySeen(in: journal), at: WallClock.seconds)
        }
        let batches = composition.finish(signing: key)
        do { try store.append(batches, settings: author.settings) } catch { throw HomeFailure(error, home: home) }
        for batch in batches { journal.append(batch) }
        writer = author
        pushToAll()
    }

    private func noteChange() {
        let admission = copy.admission
        admitted.withLock { $0 = admission }
        scheduleCertification()
    }

    /// Waits a moment, so that a catch-up of many batches is certified once.
    private func scheduleCertification() {
        guard !isCertificationScheduled else { return }
        isCertificationScheduled = true
        Task {
            try? await Task.sleep(for: .milliseconds(20))
            do { try certify() } catch { log.error("cannot certify the state: \(error)") }
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
