import Agreement
import Cryptography
import Foundation
import Identity
import Journal
import Logging
import NodeLogic
import RoadmapFixtures
import Storage
import Synchronization
import Testing
import Verification

@testable import NodeRuntime

/// A party's home in a folder of its own, with its node key in it; gone with this object.
final class TemporaryHome: Sendable {
    let home: Home
    let member: Member
    private let folder: String

    /// - Parameter depth: folders between the temporary one and the home, for long paths.
    init(_ member: Member, depth: Int = 0) throws {
        self.member = member
        folder = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)").path
        home = Home(path: folder + String(repeating: "/a-folder-in-a-folder", count: depth) + "/\(member.id)")
        try FileManager.default.createDirectory(
            atPath: home.keysPath, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try home.write(HomeSettings(party: member.id))
        try write(member.nodeKey, to: home.nodeKeyPath)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ key: SigningKey, to path: String, passphrase: String? = nil) throws {
        let text = SealedKeyFile.encode(
            key, passphrase: passphrase, salt: [UInt8](repeating: 1, count: 16),
            initialisationVector: [UInt8](repeating: 2, count: 16))
        try PrivateFile.write(Data(text.utf8), to: path)
    }

    /// Opens the door, and closes it whatever comes of it.
    func withDoor<Result>(_ body: (any HomeDoor) async throws -> Result) async throws -> Result {
        let door = try await home.door()
        do {
            let result = try await body(door)
            await door.close()
            return result
        } catch {
            await door.close()
            throw error
        }
    }

    func publish(_ statements: [SignedStatement]) async throws -> Int {
        try await withDoor { try await $0.publish(statements.map { .seal($0) }) }
    }

    var contents: BundleContents {
        get async throws { try BundleContents(try await withDoor { try await $0.bundle() }) }
    }

    var findings: VerificationReport.Findings {
        get async throws {
            let bundle = try await withDoor { try await $0.bundle() }
            return try #require(try VerificationReport(verifying: bundle, expecting: nil).findings)
        }
    }

    var status: NodeStatus {
        get async throws { try await withDoor { try await $0.status() } }
    }

    /// The seal of this party, published here.
    func accept(_ id: InstrumentID, of pact: Pact) async throws {
        _ = try await publish(member.signed(member.seal(id, of: pact.id)))
    }
}

/// Waits until something holds; fails the test if it takes too long.
func eventually(
    within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else {
            Issue.record("it did not come about within \(limit)", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// A store that has no room, or breaks, when it is told to.
final class FailingStore: JournalStore {
    private let inner: any JournalStore
    private let failure: FailureSwitch

    init(_ inner: any JournalStore, _ failure: FailureSwitch) {
        self.inner = inner
        self.failure = failure
    }

    var roadmap: Digest { inner.roadmap }

    func append(_ batches: [VerifiedBatch], settings: [String: [UInt8]]) throws(StoreFailure) {
        if let failure = failure.current { throw failure }
        try inner.append(batches, settings: settings)
    }

    func put(_ records: [StoredRecord]) throws(StoreFailure) {
        if let failure = failure.current { throw failure }
        try inner.put(records)
    }

    func attach(_ body: [UInt8], to id: EntryID) throws(StoreFailure) -> Bool { try inner.attach(body, to: id) }
    func batches(of writer: WriterID, from sequence: UInt64, byteLimit: Int) throws(StoreFailure) -> [ReceivedBatch] {
        if let failure = failure.ofReading { throw failure }
        return try inner.batches(of: writer, from: sequence, byteLimit: byteLimit)
    }
    func entry(_ id: EntryID) throws(StoreFailure) -> ReceivedEntry? { try inner.entry(id) }
    func loadJournal() throws(StoreFailure) -> Journal { try inner.loadJournal() }
    func forEachAgreementEntry(
        _ visit: (StoredEntry) throws(StoreFailure) -> Void
    ) throws(StoreFailure) { try inner.forEachAgreementEntry(visit) }
    func draftEntries(after number: UInt64, byteLimit: Int) throws(StoreFailure) -> [NumberedEntry] {
        try inner.draftEntries(after: number, byteLimit: byteLimit)
    }
    func record(_ id: Digest) throws(StoreFailure) -> StoredRecord? { try inner.record(id) }
    func forEachRecord(_ visit: (StoredRecord) throws(StoreFailure) -> Void) throws(StoreFailure) {
        try inner.forEachRecord(visit)
    }
    func setting(_ name: String) throws(StoreFailure) -> [UInt8]? { try inner.setting(name) }
    func counts() throws(StoreFailure) -> StoreCounts { try inner.counts() }
}

/// What the disk does to whoever writes, and to whoever reads for a peer.
final class FailureSwitch: Sendable {
    private let state = Mutex<StoreFailure?>(nil)
    private let reading = Mutex<StoreFailure?>(nil)

    var ofReading: StoreFailure? {
        get { reading.withLock { $0 } }
        set { reading.withLock { $0 = newValue } }
    }

    var current: StoreFailure? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    var opening: NodeCore.StoreOpening {
        { (path: String, roadmap: Digest) throws(StoreFailure) in
            FailingStore(try SQLiteStore(path: path, roadmap: roadmap), self)
        }
    }
}

/// What a node wrote into its log.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger { Logger(label: "node") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
