public import Agreement
public import Cryptography
public import Exchange
public import Identity
public import Journal

/// A party's node as a value: what happens goes in, and what is to be done about it comes out.
///
/// It holds the journal as it stands on disk, the copy of the roadmap, and the conversations with its peers. It decides
/// what is stored and in which order it is told, under which writer it journals, when it certifies, whom it lets in and
/// whom it leaves; and it performs nothing. `NodeRuntime` performs for a party, `Simulation` for many at once.
///
/// Nothing shows in the journal, is acknowledged or is passed on that is not on disk: ``Effect/store(_:settings:)`` ends
/// an answer, and the next input says what became of it.
public struct Node: Sendable {
    public let party: Identifier
    public let limits: NodeLimits
    let key: SigningKey
    /// What is on disk of all writers' histories.
    public internal(set) var journal: Journal
    public internal(set) var copy: RoadmapCopy
    /// Under whom this node journals; nil while it must begin a new writer first.
    var writer: OwnWriter?
    let place: [UInt8]
    /// The parties' records in force, as of the last change.
    public internal(set) var partyRecords: [(party: Identifier, record: PartyRecord)] = []

    public internal(set) var links: [LinkID: Link] = [:]
    /// Connections whose peer is not known yet.
    var meetings: [LinkID: Meeting] = [:]
    /// New connections are turned away until then, for what they would bring cannot be stored.
    public internal(set) var restUntil = Moment.start
    public internal(set) var isLeaving = false
    /// What this node cannot go on after: it no longer knows what its disk holds.
    public internal(set) var failure: StoreFailure?

    /// Before which the store is not read again for the sake of what waits.
    private var rereadAt = Moment.start
    /// When the store was begun to be read again, until the next input shows how long that took.
    private var rereadBegan: Moment?
    /// What was said last of entries that cannot be read.
    private var readFailureSaid: StoreFailure?
    /// When to look whether a certificate is due.
    var certifyAt: Moment? = .start
    /// When this node first was level with a peer.
    var levelSince: Moment?
    /// Whether there may be records here that no entry carries.
    var mayHoldLooseRecords: Bool
    /// What was taken of each node key.
    var allowances: Allowances
    private var warnings = EvidenceWarnings()

    /// What conversations asked for and has not been done yet, in the order of their asking.
    var asked: [(link: LinkID, effect: Conversation.Effect)] = []
    private var chores: [Chore] = []
    /// By draft, the newest entry of the writer that is named; nil before anybody asked.
    var ownDraftEntries: (writer: WriterID, newest: [Digest: Digest])?
    /// What waits for the disk.
    var pending: Pending?
    var effects: [Effect] = []

    /// Takes up what a store holds; everything in it is checked first, as if a peer had sent it.
    ///
    /// - Parameters:
    ///   - key: the node's.
    ///   - place: what tells this copy of the store from every other that was or will be made of it. Where it is
    ///     another than the store remembers, the home was restored, copied or moved, and its old writer is not
    ///     continued: another life may have written more.
    ///   - hasLost: whether the store may lack what its disk once said it had. Those may have been this node's own newest
    ///     entries, which peers have: whoever wrote others in their places would be convicted of a fork.
    public init(
        of party: Identifier, signing key: SigningKey, limits: NodeLimits = NodeLimits(), place: [UInt8] = [],
        hasLost: Bool = false, reading store: any StoreReading
    ) throws(StoreFailure) {
        self.party = party
        self.key = key
        self.limits = limits
        self.place = place
        allowances = Allowances(limits.allowances)
        journal = try store.loadJournal()
        copy = RoadmapCopy(
            roadmap: store.roadmap, waitingStatements: limits.waitingStatements,
            waitingCertificates: limits.waitingCertificates)
        writer = hasLost ? nil : try OwnWriter(from: store, in: journal, signing: key.publicKey, at: place)
        mayHoldLooseRecords = try Self.mayHoldLooseRecords(store, journal)
        try Self.read(store, of: journal, into: &copy)
        // Once, but where more than fits waited for a key record that came later.
        while copy.isOwedRereading { try Self.read(store, of: journal, into: &copy) }
        partyRecords = copy.partyRecords
    }

    /// What happened.
    public enum Input: Sendable {
        /// The first input.
        case opened
        /// A connection stands whose peer showed a key that is admitted.
        case connected(LinkID, Peer)
        /// A connection stands whose peer showed a key that no record in force names.
        case met(LinkID, Stranger)
        case frame([UInt8], on: LinkID)
        /// The connection has taken so many bytes of what was to be sent.
        case taken(byteCount: Int, on: LinkID)
        /// The connection is gone.
        case disconnected(LinkID)
        /// Somebody at home offers records, to be judged and journalled, all or none. Answered.
        case publish([PublishedRecord])
        /// Somebody at home adds an entry to a draft, or opens one: its body, and the newest entry of this node's writer
        /// in that draft as the edits were made, if there is one. Answered.
        case publishDraft([UInt8], after: Digest?)
        /// A batch that was verified for this journal came by another way than a conversation. Answered.
        case brought(VerifiedBatch)
        /// Sign a state certificate now, if one is due. Answered.
        case certify
        /// Journal now what no journal carries. Answered.
        case carry
        /// Time has passed: do what has come due.
        case tick
        /// End all conversations, so that peers show again who they are.
        case reconnect
        /// End all conversations, and take up no more.
        case leave
        /// What was to be stored is durable, and the store that is handed in shows it.
        case stored
        /// Nothing of it was stored.
        case notStored(StoreFailure)
    }

    /// What is to be done, in order.
    public enum Effect: Sendable {
        /// Store all of it durably in one transaction. The last of its list: the next input must be ``Input/stored`` or
        /// ``Input/notStored(_:)``.
        case store([VerifiedBatch], settings: [String: [UInt8]])
        /// Send these messages, a frame each.
        case send([[UInt8]], on: LinkID)
        /// Close the connection, after what was sent before.
        case disconnect(LinkID)
        /// These may connect from now on.
        case admit(Admission)
        case answer(Answer)
        /// Say it to whoever reads the log.
        case report(Report)
        /// Stop: this node no longer knows what its disk holds.
        case stop(StoreFailure)
    }

    /// What whoever asked for something is told.
    public enum Answer: Sendable {
        /// So many of the records were new; they are on disk.
        case published(Int)
        case refused(PublicationRefusal)
        case draftPublished(DraftPublication)
        case draftRefused(DraftEntryRefusal)
        case done
        case failed(StoreFailure)
    }

    /// What comes in from the world with every input; nothing of it decides what is agreed.
    public struct Circumstances {
        /// Since this node was opened, and not earlier than at any input before.
        public let now: Moment
        /// The wall clock, in seconds since 1970-01-01T00:00:00Z: claimed in what this node signs.
        public let seconds: UInt64
        /// What is durable.
        public let store: any StoreReading
        /// Draws what no writer ever had before.
        public let drawIncarnation: () -> Incarnation

        var today: DailyAllowance.Day { seconds / DailyAllowance.secondsPerDay }

        public init(
            now: Moment, seconds: UInt64, store: any StoreReading, drawIncarnation: @escaping () -> Incarnation
        ) {
            self.now = now
            self.seconds = seconds
            self.store = store
            self.drawIncarnation = drawIncarnation
        }
    }

    private enum Chore {
        case wake, warn, reread, certify, carry
    }

    /// What is done once something is durable, or is not.
    enum Pending {
        case received(VerifiedBatch, from: (link: LinkID, token: BatchToken)?)
        case own([VerifiedBatch], OwnWriter, Deed)
    }

    /// Why this node journals.
    enum Deed {
        /// And then certifies, asked or of itself, or does not.
        case beginning(certifying: Bool?)
        case publishing(RoadmapCopy, count: Int)
        /// The draft that is edited; nil where one is opened.
        case drafting(Digest?)
        case certifying(SignedStatement, isAsked: Bool)
        case carrying(isAsked: Bool)
        /// What a stranger showed, after which it is known.
        case introducing(RoadmapCopy, LinkID, Identifier)
    }

    public var roadmap: InstrumentID { copy.roadmap }
    /// What follows from the records held, and its roots.
    public var evaluation: Evaluation { mutating get { copy.evaluation } }
    public var roots: StateRoots { mutating get { copy.roots } }
    /// Who may connect.
    public var admission: Admission { mutating get { copy.admission } }
    public var id: KeyID { key.publicKey.id }
    public var publicKey: PublicKey { key.publicKey }
    /// Under whom this node journals; nil before it ever did.
    public var writerID: WriterID? { writer?.id }

    /// Takes one input and says what is to be done about it.
    public mutating func receive(_ input: Input, in world: Circumstances) -> [Effect] {
        precondition(input.isAboutStoring == (pending != nil), "what is to be stored is stored before anything else")
        if let rereadBegan {
            // Whoever fills the waiting room with rubbish must not have more than a twentieth of this node's time.
            rereadAt = world.now + max(limits.rest, 19 * (world.now.milliseconds - rereadBegan.milliseconds))
            self.rereadBegan = nil
        }
        take(input, world)
        while pending == nil {
            if !asked.isEmpty {
                performAsked(world)
            } else if !chores.isEmpty {
                perform(chores.removeFirst(), world)
            } else {
                break
            }
        }
        defer { effects = [] }
        return effects
    }

    private mutating func take(_ input: Input, _ world: Circumstances) {
        switch input {
        case .opened:
            effects.append(.admit(copy.admission))
            if writer == nil { journalOwn([], for: .beginning(certifying: nil), world) }
        case .connected(let id, let peer): open(id, with: peer, world)
        case .met(let id, let stranger): meet(id, stranger, world)
        case .frame(let frame, let id):
            if meetings[id] == nil { hear(frame, on: id, world) } else { hearStranger(frame, on: id, world) }
        case .taken(let byteCount, let id): links[id]?.noteTaken(byteCount)
        case .disconnected(let id):
            noteEnd(ofMeeting: id, .left)
            // It was shown how this node's key came about, and has not said a word since.
            if let link = links[id], link.hasShown, !link.wasHeard { report(.unknownToPeer(link.party)) }
            feed(.closed, to: id, world)
            links[id] = nil
        case .publish(let records): publish(records, world)
        case .publishDraft(let body, let previous): publishDraft(body, after: previous, world)
        case .brought(let batch): store(batch, from: nil)
        case .certify: certify(isAsked: true, world)
        case .carry: carryLooseRecords(isAsked: true, world)
        case .tick: chores += [.wake, .warn, .reread, .certify, .carry]
        case .reconnect: reconnect(world)
        case .leave:
            isLeaving = true
            for id in links.keys.sorted() { feed(.leave, to: id, world) }
            for id in meetings.keys.sorted() { effects.append(.disconnect(id)) }
            meetings = [:]
        case .stored: finish(world)
        case .notStored(let failure): giveUp(failure, world)
        }
    }

    private mutating func perform(_ chore: Chore, _ world: Circumstances) {
        switch chore {
        case .wake:
            wakeDue(world)
            endMeetings(dueAt: world.now)
        case .warn: warnOfEvidence()
        case .reread: rereadIfOwed(world)
        case .certify:
            if let certifyAt, certifyAt <= world.now { certify(isAsked: false, world) }
        case .carry:
            if isTurnToCarry(at: world.now) { carryLooseRecords(isAsked: false, world) }
        }
    }

    /// True until this node is ending, is full, or no longer knows its disk.
    public func takesConnections(at now: Moment) -> Bool { !isLeaving && restUntil <= now && failure == nil }

    mutating func report(_ report: Report) { effects.append(.report(report)) }

    /// Stops the node, and all storing, where it no longer knows what its disk holds.
    mutating func note(_ found: StoreFailure) {
        guard !found.leavesStoreKnown, failure == nil else { return }
        failure = found
        effects.append(.stop(found))
    }

    /// Says that entries cannot be read which a peer lacks; once, until something else is wrong.
    mutating func noteReading(_ found: StoreFailure) {
        guard found != readFailureSaid else { return }
        readFailureSaid = found
        report(.cannotRead(found))
    }

    mutating func noteChange(_ world: Circumstances) {
        partyRecords = copy.partyRecords
        let admission = copy.admission
        effects.append(.admit(admission))
        warnings.isDue = true
        // A moment later, so that a catch-up of many batches is certified once.
        certifyAt = certifyAt ?? world.now + limits.certifyAfter
        leaveStrangers(admission, world)
    }

    /// Turns newcomers away for a while: what they bring cannot be stored now, and would come again and again.
    mutating func rest(_ world: Circumstances) { restUntil = world.now + limits.rest }

    // MARK: Reading the store

    /// Takes in every record that the store holds.
    private static func read(
        _ store: any StoreReading, of journal: Journal, into copy: inout RoadmapCopy
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
    /// Not at once: whoever fills the waiting room with rubbish must not also choose how often the disk is read.
    private mutating func rereadIfOwed(_ world: Circumstances) {
        guard copy.isOwedRereading, rereadAt <= world.now else { return }
        rereadBegan = world.now
        var reread = copy
        do throws(StoreFailure) {
            try Self.read(world.store, of: journal, into: &reread)
        } catch {
            report(.cannotReread(error))
            return note(error)
        }
        copy = reread
        noteChange(world)
    }

    // MARK: Proof of lies

    /// Says, once each, who contradicts itself by the records held, and which writers told two stories; up to a number
    /// that a reader may want to see.
    ///
    /// Nothing is done about it here: the records are kept, and convict by themselves.
    private mutating func warnOfEvidence() {
        guard warnings.isDue else { return }
        warnings.isDue = false
        for found in copy.takeNewContradictions() {
            guard warnings.contradictions.count < EvidenceWarnings.limit else { break }
            guard warnings.contradictions.insert(found).inserted else { continue }
            report(.contradiction(found))
        }
        for writer in journal.writers where journal[writer]?.hasForked == true {
            guard warnings.forks.count < EvidenceWarnings.limit, warnings.forks.insert(writer).inserted else {
                continue
            }
            report(.fork(writer, of: journal[writer].map { copy.ledger.parties(ofNode: $0.key.id) } ?? []))
        }
    }

    /// Both stories of each writer that told two, without what their entries say; ascending by writer.
    public func forks(reading store: any StoreReading) throws(StoreFailure) -> [ForkProof] {
        var proofs: [ForkProof] = []
        for writer in journal.writers {
            if let proof = try store.forkProof(of: writer, in: journal) { proofs.append(proof.withoutBodies) }
        }
        return proofs
    }
}

extension Node.Input {
    fileprivate var isAboutStoring: Bool {
        switch self {
        case .stored, .notStored: true
        default: false
        }
    }
}

/// What a node has warned of, so that it says everything once.
private struct EvidenceWarnings {
    /// Whether something came since it was last looked for.
    var isDue = true
    /// Of each sort so many: a liar could else fill the disk with lines about itself.
    static let limit = 1_000
    var contradictions: Set<Contradiction> = []
    var forks: Set<WriterID> = []
}

extension StoreFailure {
    /// True if nothing of the call was stored, and everything else is as it was.
    public var leavesStoreKnown: Bool {
        switch self {
        case .diskFull, .outOfStep: true
        default: false
        }
    }
}
