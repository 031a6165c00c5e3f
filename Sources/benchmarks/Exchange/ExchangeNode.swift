internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Journal
internal import Storage

/// What a conversation sees of a node here: its journal, its store, and that anybody may write.
struct OpenJournal: JournalReading {
    let journal: Journal
    let store: SQLiteStore

    func batch(of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int) -> ReceivedBatch? {
        (try? store.batches(of: writer, from: sequence, byteLimit: byteCount))?.first
    }

    func mayWrite(_ key: PublicKey) -> Bool { true }
    var admittedKeyCount: Int { 0 }
    func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? { nil }
}

/// A node with all that an exchange takes, and nothing else: a store on disk, the journal, one conversation.
actor ExchangeNode {
    private let store: SQLiteStore
    private var journal: Journal
    private let role: Role
    private var conversation: Conversation?
    private var outbox: AsyncStream<[[UInt8]]>.Continuation?
    private var effects: [Conversation.Effect] = []
    private var isPerforming = false
    private var keys: [WriterID: SigningKey] = [:]
    private let start = ContinuousClock.now

    /// How long the store took for what the peer sent.
    private(set) var storing = Duration.zero
    /// Messages of the peer's before its first entries.
    private(set) var exchangesBeforeEntries = 0
    private var hasEntries = false
    private var countWaiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    private var settledWaiter: CheckedContinuation<Void, Never>?
    private var arrival: (count: Int, yield: AsyncStream<ContinuousClock.Instant>.Continuation)?

    private static let roadmap = Digest(of: Array("a roadmap to be measured".utf8))

    init(store path: String, role: Role) throws {
        store = try SQLiteStore(path: path, roadmap: Self.roadmap)
        journal = Journal(roadmap: Self.roadmap)
        self.role = role
    }

    /// Writes so many notes, of 100 to 300 bytes that nothing compresses, by so many writers in turn.
    ///
    /// - Returns: bytes of all headers and bodies.
    func fill(entries: Int, writers: Int) throws -> Int {
        var byteCount = 0
        for number in 0..<writers {
            let seed = Digest(of: Array("key \(number)".utf8)).bytes
            let key = SigningKey(seed: seed)
            var composition = Composition(
                roadmap: journal.roadmap, key: key.publicKey, incarnation: Incarnation(seed.prefix(16))!,
                at: 1_800_000_000)
            for place in 1..<max(1, entries / writers + (number < entries % writers ? 1 : 0)) {
                composition.compose(.note, body: Self.body(number, place), at: 1_800_000_000 + UInt64(place))
            }
            keys[composition.writer] = key
            for batch in composition.finish(signing: key) {
                byteCount += batch.entries.reduce(0) { $0 + $1.header.bytes.count + ($1.body?.count ?? 0) }
                try store.append([batch])
                journal.append(batch)
            }
        }
        return byteCount
    }

    private static func body(_ writer: Int, _ place: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let seed = Digest(of: Array("\(writer) \(place)".utf8)).bytes
        while bytes.count < 100 + Int(seed[0]) * 200 / 255 {
            bytes += Digest(of: seed + [UInt8(bytes.count / 32)]).bytes
        }
        return Array(bytes.prefix(100 + Int(seed[0]) * 200 / 255))
    }

    /// Writes one note as the first writer, on disk when this returns; then pushes it.
    func write(_ number: Int) throws {
        guard let writer = journal.writers.first, let key = keys[writer],
            var composition = journal.composing(as: writer)
        else { preconditionFailure("whoever is filled has a writer") }
        composition.compose(.note, body: Self.body(-1, number), at: 1_900_000_000)
        for batch in composition.finish(signing: key) {
            try store.append([batch])
            journal.append(batch)
        }
        feed(.journalGrew)
    }

    // MARK: The conversation

    func begin(exportedKey: [UInt8]) -> AsyncStream<[[UInt8]]> {
        let (stream, outbox) = AsyncStream.makeStream(of: [[UInt8]].self)
        self.outbox = outbox
        conversation = Conversation(as: role, about: journal.roadmap, exportedKey: exportedKey)
        feed(.connected)
        return stream
    }

    func hear(_ frame: [UInt8]) {
        feed(.frame(frame))
        if !hasEntries { exchangesBeforeEntries += 1 }
    }

    private func feed(_ input: Conversation.Input) {
        effects += answer(input)
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        var next = 0
        while next < effects.count {
            perform(effects[next])
            next += 1
        }
        effects = []
    }

    /// By itself, so that nothing of what the conversation saw is held while its effects change it.
    private func answer(_ input: Conversation.Input) -> [Conversation.Effect] {
        let open = OpenJournal(journal: journal, store: store)
        return conversation?.receive(input, journal: open, at: now) ?? []
    }

    private func perform(_ effect: Conversation.Effect) {
        switch effect {
        case .send(let frames): outbox?.yield(frames)
        case .store(let batch, let token):
            hasEntries = true
            let begin = ContinuousClock.now
            do { try store.append([batch]) } catch { preconditionFailure("the store fails: \(error)") }
            storing += ContinuousClock.now - begin
            journal.append(batch)
            noteArrival()
            feed(.stored(token))
        case .settled:
            settledWaiter?.resume()
            settledWaiter = nil
        case .wakeAt: break
        case .close(let reason): preconditionFailure("the conversation ended: \(reason.sentence)")
        }
    }

    private var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(milliseconds: UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000))
    }

    // MARK: What is waited for

    private func noteArrival() {
        let count = journal.entryCount
        if let waiter = countWaiter, count >= waiter.count {
            countWaiter = nil
            waiter.continuation.resume()
        }
        if let arrival, count > arrival.count {
            arrival.yield.yield(ContinuousClock.now)
            arrival.yield.finish()
            self.arrival = nil
        }
    }

    func reaches(entryCount: Int) async {
        guard journal.entryCount < entryCount else { return }
        await withCheckedContinuation { countWaiter = (entryCount, $0) }
    }

    func isSettled() async {
        guard conversation?.isSettled != true else { return }
        await withCheckedContinuation { settledWaiter = $0 }
    }

    /// When the next entry after so many is on disk here.
    func next(after count: Int) -> Task<ContinuousClock.Instant, Never> {
        let (stream, yield) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        arrival = (count, yield)
        return Task {
            for await instant in stream { return instant }
            return ContinuousClock.now
        }
    }

    /// How long one hash of every header and every body takes.
    func hashingTime() throws -> Duration {
        var entries: [ReceivedEntry] = []
        for writer in journal.writers {
            var next: UInt64 = 0
            while let batch = try store.batches(of: writer, from: next, byteLimit: 1 << 20).first {
                entries += batch.entries
                next += UInt64(batch.entries.count)
            }
        }
        return ContinuousClock().measure {
            for entry in entries {
                _ = Digest(of: entry.header)
                if let body = entry.body { _ = Digest(of: body) }
            }
        }
    }
}
