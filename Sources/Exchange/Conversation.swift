public import Cryptography
public import Journal

/// One conversation with one peer about one roadmap, as a value: bytes and time in, effects out.
///
/// Both sides say hello, compare a digest of their heads, and if it differs their heads; then each sends what the other
/// lacks without being asked, and pushes what comes later. Nothing is stored that was not checked, nothing acknowledged
/// that was not stored, nothing sent that is not durable. After a cut everything begins again from the heads.
///
/// The peer is never trusted: whatever it sends leads to one of the effects below, and to no harm but its own end.
/// Source: `Docs/Specification/exchange.md`.
public struct Conversation: Sendable {
    public let role: Role
    public let roadmap: Digest
    let exportedKey: [UInt8]

    /// The versions that this side offers, ascending.
    let offered: [UInt64]
    /// The one that both speak; the lowest offered until the peer has said hello.
    public internal(set) var version: UInt64

    var phase = Phase.unconnected
    /// Which comparison this is. In version 1 it is 0 if the first digests were equal, else from 1.
    var round: UInt64 = 0
    /// The comparison under way, from version 2 on.
    var finding: Finding?
    /// Differences were left to the next round, for there were too many of them for one.
    var isPartial = false
    /// What came to be on both sides while they compared.
    var metMeanwhile: [(writer: WriterID, place: Place)] = []
    /// Whether the peer's heads of this round are here.
    var isAnswered = false
    var idleRounds: UInt64 = 0
    /// Both sides have named the same digest since this round began.
    var isAgreed = false
    var digestNamedByUs: Digest?
    var digestNamedByPeer: Digest?
    var stateNamed: NamedState?

    var peers = PeerTable()
    /// Writers to look at, for something has come about them.
    var queue = WriterQueue()
    /// Writers that wait for something of the peer's or of the store's.
    var waiting: Set<WriterID> = []
    /// Writers of whom the store had nothing to send when it was asked; asked again at the next input.
    var passedOver: [WriterID] = []
    /// Up to which of the journal's changes their writers were looked at.
    var changesSeen: UInt64 = 0
    /// Batches sent, oldest first, until they are acknowledged or declined.
    var inFlight: [SentBatch] = []
    var peerLimits: LinkLimits
    /// Batches received that wait for an earlier one of the same writer to be stored.
    var arrived: [ArrivedBatch] = []
    /// Batches that are checked and being stored.
    var storing: [BatchToken: ArrivedBatch] = [:]
    var nextToken: UInt64 = 0
    /// A batch in parts, as far as it has come, and the bytes that are still to come.
    var parts: (bytes: [UInt8], left: UInt64)?
    /// Writers whose batches this node does not take now.
    var declined = DeclinedWriters()

    let limits: ConversationLimits
    var clocks: Clocks
    /// True while the copies are equal, but for what this link does not carry now.
    public internal(set) var isSettled = false
    var effects: [Effect] = []

    /// What a node tells of itself that sets nothing.
    static let limits = ConversationLimits().link

    /// - Parameters:
    ///   - role: which end of the connection this is.
    ///   - roadmap: the id of the founding instrument.
    ///   - exportedKey: 32 bytes exported from the TLS session (RFC 8446, 7.5), the same at both ends.
    ///   - versions: those to offer; all that this node speaks, unless an operator or a test wants it to seem older.
    ///   - limits: what this node sets for itself.
    public init(
        as role: Role, about roadmap: Digest, exportedKey: [UInt8],
        versions: ClosedRange<UInt64> = ExchangeLimits.oldestVersion...ExchangeLimits.protocolVersion,
        limits: ConversationLimits = ConversationLimits()
    ) {
        precondition(exportedKey.count == 32, "the key exported from the TLS session has 32 bytes")
        offered = Array(versions.clamped(to: ExchangeLimits.oldestVersion...ExchangeLimits.protocolVersion))
        version = offered[0]
        self.role = role
        self.roadmap = roadmap
        self.exportedKey = exportedKey
        self.limits = limits
        clocks = Clocks(limits)
        peerLimits = limits.link
    }

    /// This conversation as it was before its first input.
    public var anew: Conversation {
        Conversation(
            as: role, about: roadmap, exportedKey: exportedKey, versions: offered[0]...offered[offered.count - 1],
            limits: limits)
    }

    /// What happened.
    public enum Input: Hashable, Sendable {
        /// The connection stands. The first input.
        case connected
        /// One whole message, as the transport cut it.
        case frame([UInt8])
        /// The batch of ``Effect/store(_:_:)`` is durable, and the journal handed in shows it.
        case stored(BatchToken)
        /// Something new is durable here: our own, or from another peer.
        case journalGrew
        /// The moment of ``Effect/wakeAt(_:)``, or any other.
        case wake
        /// The connection is gone.
        case closed
        /// This node wants to end the conversation.
        case leave
    }

    /// What the runtime should do, in order.
    public enum Effect: Hashable, Sendable {
        /// Send these messages, a frame each.
        case send([[UInt8]])
        /// Store the batch durably, append it to the journal, then say ``Input/stored(_:)``. This is the only way in
        /// which anything comes to be acknowledged.
        case store(VerifiedBatch, BatchToken)
        /// Say ``Input/wake`` at this moment; an earlier wish to be woken lapses.
        case wakeAt(Moment)
        /// The copies are equal, but for what this link does not carry now: writers of whom one side takes nothing.
        case settled(butFor: [WriterID])
        /// Close the connection, after what was sent before. The last effect.
        case close(CloseReason)
    }

    enum Phase: Hashable {
        case unconnected
        /// Our hello is out.
        case greeting
        /// Our summary is out, of these heads; in version 1 only.
        case comparing([WriterHeads], Digest)
        case exchanging
        case closed
    }

    /// True once the conversation has ended; every input is then passed over.
    public var isClosed: Bool { phase == .closed }

    /// Takes one input and says what the runtime should do about it.
    ///
    /// - Parameters:
    ///   - journal: what is durable at this moment.
    ///   - now: not earlier than at any input before.
    public mutating func receive(_ input: Input, journal: some JournalReading, at now: Moment) -> [Effect] {
        guard phase != .closed else { return [] }
        do throws(CloseReason) {
            try take(input, journal, now)
            if phase == .exchanging { try advance(journal, now) }
            try checkClocks(now)
            scheduleWake()
        } catch {
            close(error)
        }
        defer { effects = [] }
        return effects
    }

    private mutating func take(
        _ input: Input, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        switch input {
        case .connected:
            precondition(phase == .unconnected, "a conversation is connected once")
            clocks.connected(at: now)
            phase = .greeting
            send(
                .hello(
                    versions: offered, limits: limits.link,
                    roadmaps: [Greeting.proof(of: roadmap, by: role, under: exportedKey)]))
        case .frame(let bytes):
            precondition(phase != .unconnected, "a conversation is connected before anything is heard")
            clocks.heard(at: now)
            try take(message(bytes), bytes.count, journal, now)
        case .stored(let token): noteStored(token, journal)
        case .journalGrew: clocks.isQuietSince = nil
        case .wake: clocks.woken()
        case .closed: phase = .closed
        case .leave: throw .weLeft
        }
    }

    private func message(_ bytes: [UInt8]) throws(CloseReason) -> Message {
        do { return try Message(bytes, in: version) } catch { throw .refused(error) }
    }

    mutating func send(_ message: Message) { sendFrame(message.encoded(in: version)) }

    mutating func sendFrame(_ bytes: [UInt8]) {
        if case .send(let earlier)? = effects.last {
            effects[effects.count - 1] = .send(earlier + [bytes])
        } else {
            effects.append(.send([bytes]))
        }
    }

    private mutating func close(_ reason: CloseReason) {
        // Who has not shown that it knows the roadmap is told nothing.
        if phase != .greeting, phase != .unconnected, let code = reason.closingCode { send(.closing(code: code)) }
        effects.append(.close(reason))
        phase = .closed
    }
}

/// Names a batch between ``Conversation/Effect/store(_:_:)`` and ``Conversation/Input/stored(_:)``.
public struct BatchToken: Hashable, Sendable {
    let number: UInt64
}

/// A batch under way to the peer.
struct SentBatch: Hashable, Sendable {
    let writer: WriterID
    let last: Place
    let byteCount: Int
}

/// A batch that came, or goes, and is not acknowledged yet.
struct ArrivedBatch: Hashable, Sendable {
    /// As it came.
    private let form: Form
    let byteCount: Int
    /// The entry that the first one names as the one before; nil for entry 0.
    let before: Place?
    let places: [Place]

    private enum Form: Hashable {
        case whole(ReceivedBatch)
        case lean(LeanBatch, [EntryHeader])
    }

    var writer: WriterID {
        switch form {
        case .whole(let batch): batch.writer
        case .lean(let batch, _): batch.writer
        }
    }

    var last: Place { places[places.count - 1] }
    /// The body of its first entry, if it came along.
    var firstBody: [UInt8]? {
        switch form {
        case .whole(let batch): return batch.entries.first?.body
        case .lean(let batch, _):
            guard case .whole(let body)? = batch.entries.first?.body else { return nil }
            return body
        }
    }

    /// - Throws: `badEntry` where a header is none.
    init(_ batch: ReceivedBatch, byteCount: Int) throws(ExchangeRefusal) {
        var headers: [EntryHeader] = []
        headers.reserveCapacity(batch.entries.count)
        for (index, entry) in batch.entries.enumerated() {
            do { headers.append(try EntryHeader(encoded: entry.header)) } catch {
                throw .badEntry(.malformed(index: index, error))
            }
        }
        self.init(.whole(batch), headers, byteCount)
    }

    init(_ batch: LeanBatch, in roadmap: Digest, byteCount: Int) {
        let headers = batch.headers(in: roadmap)
        self.init(.lean(batch, headers), headers, byteCount)
    }

    private init(_ form: Form, _ headers: [EntryHeader], _ byteCount: Int) {
        precondition(!headers.isEmpty, "a message of no entries is refused where it is read")
        self.form = form
        self.byteCount = byteCount
        before = headers[0].sequence > 0 ? Place(sequence: headers[0].sequence - 1, id: headers[0].previous) : nil
        places = headers.map { Place(sequence: $0.sequence, id: $0.id) }
    }

    /// The batch as the journal checks it.
    ///
    /// - Parameter key: the writer's, as far as it is known.
    func received(from key: PublicKey?) -> ReceivedBatch {
        switch form {
        case .whole(let batch): batch
        case .lean(let batch, let headers): batch.whole(headers, by: key)
        }
    }
}
