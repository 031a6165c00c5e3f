public import Agreement
internal import Cryptography
internal import Foundation
internal import CanonicalEncoding
internal import Identity
internal import Journal
internal import Logging
internal import NIOCore
internal import NIOPosix
public import NodeLogic
internal import Storage
public import Verification

extension Home {
    /// The door to this home: its node's if one runs, else the store itself.
    ///
    /// - Throws: ``HomeFailure``; `inUse` if another process has the home open that answers no requests.
    public func door() async throws -> any HomeDoor {
        let settings = try settings()
        guard settings.roadmap != nil else { throw HomeFailure.noRoadmapYet(path: path) }
        // The node may be starting or ending just now: try both doors for a moment.
        for attempt in 0..<20 {
            do {
                return try await ControlDoor(self)
            } catch HomeFailure.notReached(_, ControlDoor.stuck) {
                throw HomeFailure.notReached(path: controlSocketPath, reason: ControlDoor.stuck)
            } catch {
                // No node, or one that is just ending.
            }
            do {
                let silence = Logger(label: "syngraph") { _ in SwiftLogNoOpLogHandler() }
                return DirectDoor(core: try NodeCore(self, log: silence))
            } catch HomeFailure.inUse where attempt < 19 {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        throw HomeFailure.inUse(path: path)
    }

    /// Has the node that runs here read its certificates and authorities again.
    ///
    /// - Returns: false if nothing had changed.
    /// - Throws: ``HomeFailure``: no node runs, or it keeps what it has, with its reason.
    public func reloadNode() async throws -> Bool {
        _ = try settings()
        do {
            return try await ControlDoor(self).reload()
        } catch let refusal as NodeRefusal {
            throw HomeFailure.refused(reason: refusal.words)
        }
    }

    /// Begins this home's copy of the roadmap that `founding` founds, and journals the founding.
    ///
    /// - Precondition: it is a founding, not an amendment.
    public func found(_ founding: Instrument) async throws {
        precondition(founding.isFounding, "a roadmap begins with its founding")
        try begin(founding.id, [])
        let door = try await door()
        do {
            _ = try await door.publish([.instrument(founding)])
            await door.close()
        } catch {
            await door.close()
            throw error
        }
    }

    /// Begins this home's copy of a roadmap from a bundle that was verified.
    ///
    /// Its records are kept as they are, in no journal. How others come to have those that no journal carries:
    /// `Docs/Decisions/0015-why-nodes-carry-loose-records.md`.
    public func join(_ contents: BundleContents) async throws {
        try begin(contents.roadmap, contents.records.map { StoredRecord(kind: $0.kind, bytes: $0.body) })
    }

    private func begin(_ roadmap: InstrumentID, _ records: [StoredRecord]) throws {
        var settings = try settings()
        if let held = settings.roadmap, held != roadmap {
            throw HomeFailure.otherRoadmap(held: held, offered: roadmap)
        }
        do {
            let lock = try HomeLock(home: path)
            // Without a roadmap in the settings whatever store there is was begun and never finished.
            if settings.roadmap == nil {
                for suffix in ["", "-wal", "-shm"] { unlink(storePath + suffix) }
            }
            let store = try SQLiteStore(path: storePath, roadmap: roadmap)
            try store.put(records)
            settings.roadmap = roadmap
            try write(settings)
            withExtendedLifetime(lock) {}
        } catch let failure as StoreFailure {
            throw HomeFailure(failure, home: self)
        }
    }
}

extension BundleContents {
    /// Its records as a home takes them, in an order in which each comes after what it needs.
    public var records: [PublishedRecord] {
        let statements = ledger.keyChains.statements.values.sorted {
            ($0.statement.version, $0.statement.id) < ($1.statement.version, $1.statement.id)
        }
        let seals = ledger.seals.values.sorted { $0.seal.id < $1.seal.id }
        let withdrawals = ledger.withdrawals.values.sorted { $0.withdrawal.id < $1.withdrawal.id }
        var records = ledger.instruments.values.sorted { $0.id < $1.id }.map { PublishedRecord.instrument($0) }
        records += statements.flatMap { Self.byKey($0.signatures).map { .keyStatement($0) } }
        records += seals.flatMap { Self.byKey($0.signatures).map { .seal($0) } }
        records += withdrawals.flatMap { Self.byKey($0.signatures).map { .withdrawal($0) } }
        records += certificates.sorted { $0.certificate.sequence < $1.certificate.sequence }.map {
            .certificate($0.statement)
        }
        return records
    }

    private static func byKey(_ signatures: [KeyID: SignedStatement]) -> [SignedStatement] {
        signatures.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// Asks for one page after the other, until there is none.
private func wholePages(_ page: (UInt64) async throws -> DraftPage) async throws -> [JournalledDraftEntry] {
    var (entries, number) = ([JournalledDraftEntry](), UInt64(0))
    while true {
        let page = try await page(number)
        entries += page.entries
        guard let next = page.next, next > number else { return entries }
        number = next
    }
}

/// The store itself, opened by a verb while no node runs.
private struct DirectDoor: HomeDoor {
    let core: NodeCore

    func bundle() async throws -> [UInt8] { await core.bundle() }

    func publish(_ records: [PublishedRecord]) async throws -> Int {
        let count = try await core.publish(records)
        try await core.certify()
        return count
    }

    func status() async throws -> NodeStatus { await core.status(isRunning: false) }

    func forks() async throws -> [ForkProof] { try await core.forks() }

    func draftEntries() async throws -> [JournalledDraftEntry] {
        try await wholePages { try await core.draftPage(after: $0) }
    }

    func publishDraft(_ body: [UInt8], after previous: Digest?) async throws -> DraftPublication {
        try await core.publishDraft(body, after: previous)
    }

    func journals(since start: ExportStart) async throws -> [UInt8] { try await core.journals(since: start) }

    func takeIn(journals file: [UInt8]) async throws -> JournalImport {
        let taken = try await core.takeInJournals(file)
        try await core.certify()
        return taken
    }

    func close() async { await core.close() }
}

/// A running node's control socket: a connection for each request.
struct ControlDoor: HomeDoor {
    private let home: Home

    /// - Throws: if no node of this home answers, or the socket is not its owner's.
    init(_ home: Home) async throws {
        self.home = home
        _ = try await status()
    }

    func bundle() async throws -> [UInt8] {
        guard case .bundle(let bytes) = try await ask(.bundle) else { throw unexpected }
        return bytes
    }

    func publish(_ records: [PublishedRecord]) async throws -> Int {
        guard case .published(let count) = try await ask(.publish(records)) else { throw unexpected }
        return count
    }

    func status() async throws -> NodeStatus {
        guard case .status(let status) = try await ask(.status) else { throw unexpected }
        return status
    }

    func forks() async throws -> [ForkProof] {
        let roadmap = try await status().roadmap
        guard case .forks(let told) = try await ask(.forks) else { throw unexpected }
        do {
            return try told.map { try $0.proof(in: roadmap) }
        } catch {
            throw notReached("the node showed two stories that are none")
        }
    }

    func draftEntries() async throws -> [JournalledDraftEntry] {
        try await wholePages { number in
            guard case .draftEntries(let page) = try await ask(.draftEntries(after: number)) else { throw unexpected }
            return page
        }
    }

    func publishDraft(_ body: [UInt8], after previous: Digest?) async throws -> DraftPublication {
        guard case .draftPublished(let publication) = try await ask(.publishDraft(body, after: previous)) else {
            throw unexpected
        }
        return publication
    }

    func journals(since start: ExportStart) async throws -> [UInt8] {
        guard case .bundle(let bytes) = try await ask(.journals(start)) else { throw unexpected }
        return bytes
    }

    func takeIn(journals file: [UInt8]) async throws -> JournalImport {
        guard case .tookIn(let taken) = try await ask(.takeIn(journals: file)) else { throw unexpected }
        return taken
    }

    func close() async {}

    func reload() async throws -> Bool {
        guard case .reloaded(let hadChanged) = try await ask(.reload) else { throw unexpected }
        return hadChanged
    }

    private func ask(_ request: ControlRequest) async throws -> ControlAnswer {
        let isStatus = if case .status = request { true } else { false }
        let answer = try await within(
            .seconds(isStatus ? ControlLimits.statusSeconds : ControlLimits.workSeconds)
        ) { try await exchange(request) }
        switch answer {
        case .refused(let words): throw NodeRefusal(words: words)
        case .failed(let reason): throw notReached(reason)
        case .diskFull: throw HomeFailure.diskFull(path: home.storePath)
        case .status, .bundle, .published, .forks, .draftEntries, .draftPublished, .tookIn, .reloaded: return answer
        }
    }

    private func exchange(_ request: ControlRequest) async throws -> ControlAnswer {
        guard ControlSocketAddress.isOurs(home.controlSocketPath) else { throw notReached("no node runs") }
        let bytes = request.encoded()
        guard bytes.count <= ControlLimits.messageByteCount else {
            throw notReached("this is more than a node takes at once: stop it and try again")
        }
        let address = try ControlSocketAddress(of: home)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: address.path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(ControlFrameDecoder()), MessageToByteHandler(ControlFrameEncoder()))
                    return try NIOAsyncChannel<[UInt8], [UInt8]>(wrappingChannelSynchronously: channel)
                }
            }
        withExtendedLifetime(address) {}
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(bytes)
            for try await bytes in inbound { return try ControlAnswer(encoded: bytes) }
            throw notReached("the node ended before it answered")
        }
    }

    private func within<Result: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: limit)
                throw notReached(Self.stuck)
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    static let stuck = "its node runs, but does not answer"

    private var unexpected: HomeFailure { notReached("the node gave an answer of another kind") }

    private func notReached(_ reason: String) -> HomeFailure {
        .notReached(path: home.controlSocketPath, reason: reason)
    }
}
