internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Drafting
internal import Identity
internal import Journal
internal import NodeLogic

/// What a verb asks of a running node through its control socket. Source: `Docs/Specification/control.md`.
enum ControlRequest: Hashable {
    case status
    case bundle
    case publish([PublishedRecord])
    case forks
    /// Entries of drafts stored behind this number.
    case draftEntries(after: UInt64)
    case publishDraft([UInt8], after: Digest?)
    case reload
    case journals(ExportStart)
    case takeIn(journals: [UInt8])

    func encoded() -> [UInt8] {
        let value: CanonicalValue =
            switch self {
            case .status: .array([.unsigned(1)])
            case .bundle: .array([.unsigned(2)])
            case .publish(let records):
                .array([.unsigned(3), .array(records.map { .array([.unsigned($0.kind.code), .bytes($0.body)]) })])
            case .forks: .array([.unsigned(4)])
            case .draftEntries(let number): .array([.unsigned(5), .unsigned(number)])
            case .publishDraft(let body, let previous):
                .array([.unsigned(6), .bytes(body), previous?.value ?? .null])
            case .reload: .array([.unsigned(16)])
            case .journals(let start): .array([.unsigned(8), start.value])
            case .takeIn(let file): .array([.unsigned(9), .bytes(file)])
            }
        return value.encoded()
    }

    init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        let parts = try Field(CanonicalDecoder.decode(bytes), path: "request").list(limit: 3)
        guard let number = parts.first else { throw DecodingRefusal(.emptyList, field: "request") }
        switch (try number.unsigned(), parts.count) {
        case (1, 1): self = .status
        case (2, 1): self = .bundle
        case (3, 2):
            var records: [PublishedRecord] = []
            for item in try parts[1].list(limit: ControlLimits.recordsPerRequest) {
                records.append(try Self.record(item))
            }
            self = .publish(records)
        case (4, 1): self = .forks
        case (5, 2): self = .draftEntries(after: try parts[1].unsigned())
        case (6, 3):
            self = .publishDraft(try parts[1].bytes(), after: parts[2].isNull ? nil : try parts[2].digest())
        case (16, 1): self = .reload
        case (8, 2): self = .journals(try ExportStart(parts[1]))
        case (9, 2): self = .takeIn(journals: try parts[1].bytes())
        default: throw number.refusal(.outOfRange)
        }
    }

    private static func record(_ field: Field) throws(DecodingRefusal) -> PublishedRecord {
        let parts = try field.list(limit: 2)
        guard parts.count == 2 else { throw field.refusal(.badLength) }
        let body = try parts[1].bytes()
        switch try parts[0].unsigned() {
        case 1: return .instrument(try Instrument(payload: body))
        case 2: return .seal(try SignedStatement(encoded: body, expecting: .seal))
        case 3: return .keyStatement(try SignedStatement(encoded: body, expecting: .keys))
        case 4: return .withdrawal(try SignedStatement(encoded: body, expecting: .withdrawal))
        case 5: return .certificate(try SignedStatement(encoded: body, expecting: .state))
        default: throw parts[0].refusal(.outOfRange)
        }
    }
}

/// The node's answer.
enum ControlAnswer: Hashable {
    case status(NodeStatus)
    case bundle([UInt8])
    case published(count: Int)
    /// It does not do what was asked, with the reason in words.
    case refused(String)
    /// It could not: its surroundings failed.
    case failed(String)
    /// It could not, for want of room on its disk. Nothing was changed.
    case diskFull
    case forks([ToldFork])
    case draftEntries(DraftPage)
    case draftPublished(DraftPublication)
    /// Certificates and authorities were read again; whether anything had changed.
    case reloaded(Bool)
    case tookIn(JournalImport)

    func encoded() -> [UInt8] {
        let value: CanonicalValue =
            switch self {
            case .status(let status): .array([.unsigned(1), status.value])
            case .bundle(let bytes): .array([.unsigned(2), .bytes(bytes)])
            case .published(let count): .array([.unsigned(3), .unsigned(UInt64(count))])
            case .refused(let reason): .array([.unsigned(4), .text(reason)])
            case .failed(let reason): .array([.unsigned(5), .text(reason)])
            case .diskFull: .array([.unsigned(6), .null])
            case .forks(let forks): .array([.unsigned(7), .array(forks.map(\.value))])
            case .draftEntries(let page): .array([.unsigned(8), page.value])
            case .draftPublished(.written(let stamp)):
                .array([
                    .unsigned(9), .array([.unsigned(stamp.sequence), stamp.writer.value, stamp.id.value]),
                ])
            case .draftPublished(.overtaken): .array([.unsigned(9), .null])
            case .reloaded(let hadChanged): .array([.unsigned(16), .bool(hadChanged)])
            case .tookIn(let taken): .array([.unsigned(10), taken.value])
            }
        return value.encoded()
    }

    init(encoded bytes: [UInt8]) throws(DecodingRefusal) {
        let parts = try Field(CanonicalDecoder.decode(bytes), path: "answer").list(limit: 2)
        guard parts.count == 2 else { throw DecodingRefusal(.badLength, field: "answer") }
        switch try parts[0].unsigned() {
        case 1: self = .status(try NodeStatus(parts[1]))
        case 2: self = .bundle(try parts[1].bytes())
        case 3: self = .published(count: Int(clamping: try parts[1].unsigned()))
        case 4: self = .refused(try parts[1].text().string)
        case 5: self = .failed(try parts[1].text().string)
        case 6 where parts[1].isNull: self = .diskFull
        case 10: self = .tookIn(try JournalImport(parts[1]))
        case 7:
            var forks: [ToldFork] = []
            for item in try parts[1].list(limit: ControlLimits.forksPerAnswer) { forks.append(try ToldFork(item)) }
            self = .forks(forks)
        case 8: self = .draftEntries(try DraftPage(parts[1]))
        case 9 where parts[1].isNull: self = .draftPublished(.overtaken)
        case 9:
            let stamp = try parts[1].list(limit: 3)
            guard stamp.count == 3 else { throw parts[1].refusal(.badLength) }
            self = .draftPublished(
                .written(
                    EditStamp(
                        sequence: try stamp[0].unsigned(), writer: try stamp[1].digest(), id: try stamp[2].digest())))
        case 16: self = .reloaded(try parts[1].bool())
        default: throw parts[0].refusal(.outOfRange)
        }
    }
}

/// Limits of the control socket; `Docs/Specification/control.md` has the same table.
enum ControlLimits {
    /// Bytes of one message. Both ends belong to the same person, so this only stops nonsense.
    static let messageByteCount = 64 << 20
    /// Records published in one request.
    static let recordsPerRequest = 65_536
    /// Forked writers in one answer.
    static let forksPerAnswer = 65_536
    /// Bytes of drafts' entries in one answer: one entry more than this goes alone, so that a page is never too long.
    static let draftPageByteCount = 16 << 20
    /// Drafts' entries in one answer.
    static let draftEntriesPerPage = 1 << 20
    /// Writers whose entries are told apart in a request for journals, or in the answer to a file of them.
    static let writersOfAFile = 1 << 20
    /// Verbs served at once: a script may run many side by side. Whoever comes beyond that finds the door shut.
    static let connectionCount = 64
    /// Seconds a verb may take to say what it wants.
    static let requestSeconds: Int64 = 10
    /// Seconds after which a node that does not say how it is counts as stuck.
    static let statusSeconds: Int64 = 10
    /// Seconds a node may take to publish or to pack a bundle.
    static let workSeconds: Int64 = 600
}

/// Both stories of a forked writer, as an answer carries them: what a proof is made from again.
struct ToldFork: Hashable {
    let key: [UInt8]
    let incarnation: [UInt8]
    /// Of each the headers from the parting on, and the checkpoint of the last.
    let branches: [Branch]

    struct Branch: Hashable {
        let headers: [[UInt8]]
        let checkpoint: [UInt8]
    }

    init(_ proof: ForkProof) {
        key = proof.key.bytes
        incarnation = proof.incarnation.bytes
        branches = proof.branches.map { Branch(headers: $0.entries.map(\.header), checkpoint: $0.checkpoint ?? []) }
    }

    fileprivate var value: CanonicalValue {
        .array([
            .bytes(key), .bytes(incarnation),
            .array(branches.map { .array([.array($0.headers.map { .bytes($0) }), .bytes($0.checkpoint)]) }),
        ])
    }

    fileprivate init(_ field: Field) throws(DecodingRefusal) {
        let parts = try field.list(limit: 3)
        guard parts.count == 3 else { throw field.refusal(.badLength) }
        key = try parts[0].bytes()
        incarnation = try parts[1].bytes()
        var branches: [Branch] = []
        for item in try parts[2].list(limit: 2) {
            let told = try item.list(limit: 2)
            guard told.count == 2 else { throw item.refusal(.badLength) }
            var headers: [[UInt8]] = []
            for header in try told[0].list(limit: Int(JournalLimits.entriesPerBlock)) {
                headers.append(try header.bytes())
            }
            branches.append(Branch(headers: headers, checkpoint: try told[1].bytes()))
        }
        self.branches = branches
    }

    /// The proof, checked.
    func proof(in roadmap: Digest) throws -> ForkProof {
        let key = try PublicKey(encoded: key)
        guard let incarnation = Incarnation(incarnation) else { throw EntryRefusal.emptyBatch }
        let writer = WriterID(key: key.id, incarnation: incarnation)
        return try ForkProof(
            roadmap: roadmap, key: key, incarnation: incarnation,
            branches: branches.map { branch in
                ReceivedBatch(
                    writer: writer, entries: branch.headers.map { ReceivedEntry(header: $0, body: nil) },
                    checkpoint: branch.checkpoint)
            })
    }
}

extension NodeStatus {
    fileprivate var value: CanonicalValue {
        .record([
            ("party", party.value), ("roadmap", roadmap.value), ("running", .bool(isRunning)),
            ("writer", writer?.value ?? .null), ("entries", .unsigned(UInt64(entryCount))),
            ("port", port.map { .unsigned(UInt64($0)) } ?? .null),
            (
                "peers",
                .array(peers.map { .array([$0.party.value, .bool($0.isDialled), .bool($0.isSettled)]) })
            ),
            (
                "counts",
                .array(counts.sorted { $0.key < $1.key }.map { .array([.text($0.key), .unsigned($0.value)]) })
            ),
        ])
    }

    fileprivate init(_ field: Field) throws(DecodingRefusal) {
        var fields = try RecordFields(field)
        let party = try fields.required("party").identifier()
        let roadmap = try fields.required("roadmap").digest()
        let isRunning = try fields.required("running").bool()
        let writer = try fields.required("writer")
        let entryCount = Int(clamping: try fields.required("entries").unsigned())
        let port = try fields.required("port")
        var peers: [PeerStatus] = []
        for item in try fields.required("peers").list(limit: 65_536) {
            let parts = try item.list(limit: 3)
            guard parts.count == 3 else { throw item.refusal(.badLength) }
            peers.append(
                PeerStatus(
                    party: try parts[0].identifier(), isDialled: try parts[1].bool(), isSettled: try parts[2].bool()))
        }
        var counts: [String: UInt64] = [:]
        for item in try fields.required("counts").list(limit: 65_536) {
            let parts = try item.list(limit: 2)
            guard parts.count == 2 else { throw item.refusal(.badLength) }
            counts[try parts[0].text().string] = try parts[1].unsigned()
        }
        try fields.finish()
        self.init(
            party: party, roadmap: roadmap, isRunning: isRunning, writer: writer.isNull ? nil : try writer.digest(),
            entryCount: entryCount, port: port.isNull ? nil : Int(clamping: try port.unsigned()), peers: peers,
            counts: counts)
    }
}
