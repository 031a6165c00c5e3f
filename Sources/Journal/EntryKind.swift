/// What an entry's body is.
///
/// Kinds 1 to 5 are agreement records, numbered as in bundles; they decide what is in force and are closed within a
/// format version. A kind that this version does not know is carried and relayed, never interpreted.
public enum EntryKind: Hashable, Sendable {
    case instrument
    case seal
    case keyStatement
    case withdrawal
    case stateCertificate
    case writer
    case draftOperations
    case note
    case report
    case confirmation
    case receipt
    case attachmentReference
    case unknown(UInt64)

    /// Every kind that this version knows, by ascending code.
    public static let known: [EntryKind] = [
        .instrument, .seal, .keyStatement, .withdrawal, .stateCertificate, .writer, .draftOperations, .note, .report,
        .confirmation, .receipt, .attachmentReference,
    ]

    public init(code: UInt64) {
        self = Self.known.first { $0.code == code } ?? .unknown(code)
    }

    public var code: UInt64 {
        switch self {
        case .instrument: 1
        case .seal: 2
        case .keyStatement: 3
        case .withdrawal: 4
        case .stateCertificate: 5
        case .writer: 16
        case .draftOperations: 17
        case .note: 18
        case .report: 19
        case .confirmation: 20
        case .receipt: 21
        case .attachmentReference: 22
        case .unknown(let code): code
        }
    }

    /// True for the records that the agreement is computed from. Their bodies are never pruned, and outlive a fork.
    public var isAgreement: Bool { (1...5).contains(code) }

    /// True for what a batch must bring with its header.
    public var needsBody: Bool { isAgreement || self == .writer }

    var isKnown: Bool {
        if case .unknown = self { false } else { true }
    }
}
