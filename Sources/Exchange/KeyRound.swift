internal import CanonicalEncoding
public import Cryptography

/// What one side of a connection hears of a peer whose key it does not know: before anything is told to it, the peer may
/// show the key statements that lead from a key known here to its own, and no more than this.
///
/// A value like ``Conversation``: frames go in, and what is to be done comes out. It reads; whether the statements are any
/// good is for whoever has the key records to say. Source: `Docs/Specification/exchange.md`, section 10.
public struct KeyRound: Hashable, Sendable {
    private let role: Role
    private let roadmap: Digest
    private let exportedKey: [UInt8]
    private let byteLimit: Int
    private var byteCount = 0
    private var hasGreeted = false
    private var hasShown = false
    /// The peer does not know this side's key either, and asks for its statements.
    public private(set) var isAsked = false

    /// - Parameters:
    ///   - role: which end of the connection this side is.
    ///   - exportedKey: 32 bytes exported from the TLS session.
    ///   - byteLimit: what the peer may say in all.
    public init(
        as role: Role, about roadmap: Digest, exportedKey: [UInt8],
        byteLimit: Int = ExchangeLimits.introductionByteCount
    ) {
        precondition(exportedKey.count == 32, "the key exported from the TLS session has 32 bytes")
        self.role = role
        self.roadmap = roadmap
        self.exportedKey = exportedKey
        self.byteLimit = byteLimit
    }

    /// What a frame of the peer's leads to.
    public enum Step: Hashable, Sendable {
        case nothing
        /// The peer asks for this side's statements, and is to be shown them now.
        case show
        /// The peer shows these; nothing of them was checked. Comes once.
        case judge([ShownChange])
        case failed(KeyRoundFailure)
    }

    /// Takes a frame of the peer's.
    public mutating func take(_ frame: [UInt8]) -> Step {
        byteCount += frame.count
        guard byteCount <= byteLimit else { return .failed(.tooLong) }
        // It had its one attempt. What it says now must not show how far that came.
        guard !hasShown else { return .nothing }
        switch Self.read(frame) {
        case .ask where !isAsked:
            isAsked = true
            // Of two that do not know each other, the one that came shows first.
            return role == .dialler ? .show : .nothing
        case .shown(let sealed):
            hasShown = true
            guard let changes = changes(in: sealed) else { return .failed(.unreadable) }
            return .judge(changes)
        case .hello where !hasGreeted:
            // It knows this side's key, and does not know yet that its own is unknown here. It will greet again.
            hasGreeted = true
            return .nothing
        case .ask, .hello, nil:
            hasShown = true
            return .failed(.unreadable)
        }
    }

    private func changes(in sealed: [UInt8]) -> [ShownChange]? {
        let key = Self.key(of: roadmap, by: role.other, under: exportedKey)
        return SealedMessage.open(sealed, key: key).flatMap(Self.decode)
    }

    // MARK: The messages

    /// Message 14: the peer's key is unknown here; let it show how it came about.
    public static let ask: [UInt8] = CanonicalValue.array([.unsigned(14)]).encoded()

    public static func isAsk(_ frame: [UInt8]) -> Bool { frame == ask }

    /// Message 15: statements that lead to this side's key, which only a peer that knows the roadmap can read.
    ///
    /// - Parameters:
    ///   - changes: each after the one that it follows; at least one.
    ///   - role: this side's.
    public static func shown(
        _ changes: [ShownChange], as role: Role, about roadmap: Digest, exportedKey: [UInt8]
    ) -> [UInt8] {
        let plain = CanonicalValue.array(changes.map(\.value)).encoded()
        let sealed = SealedMessage.seal(plain, key: key(of: roadmap, by: role, under: exportedKey))
        return CanonicalValue.array([.unsigned(15), .bytes(sealed)]).encoded()
    }

    /// Bytes of a message 15 with changes of so many bytes, at the most.
    public static func byteCount(ofShown changes: some Sequence<Int>) -> Int {
        // The head of the list, the tag, and the head of the message.
        changes.reduce(5 + SealedMessage.tagByteCount + 7) { $0 + $1 }
    }

    /// Another key for each session, side and roadmap: it seals one message, and who does not know the roadmap's id cannot
    /// work it out.
    static func key(of roadmap: Digest, by role: Role, under exportedKey: [UInt8]) -> [UInt8] {
        Digest.authenticationCode(
            key: exportedKey, message: Array("syngraph/introduction/1".utf8) + [role.rawValue] + roadmap.bytes
        ).bytes
    }

    private enum Heard {
        case ask
        case shown([UInt8])
        case hello
    }

    private static func read(_ frame: [UInt8]) -> Heard? {
        if isAsk(frame) { return .ask }
        if case .hello? = try? Message(frame) { return .hello }
        guard case .array(let parts)? = try? CanonicalDecoder.decode(frame), parts.count == 2,
            parts[0] == .unsigned(15), case .bytes(let sealed) = parts[1]
        else { return nil }
        return .shown(sealed)
    }

    private static func decode(_ plain: [UInt8]) -> [ShownChange]? {
        guard case .array(let parts)? = try? CanonicalDecoder.decode(plain), !parts.isEmpty else { return nil }
        let changes = parts.compactMap(ShownChange.init)
        return changes.count == parts.count ? changes : nil
    }
}

/// A key statement with signatures on it, none of them checked: what stands in all of them is there once.
public struct ShownChange: Hashable, Sendable {
    public let signed: [SignedStatement]

    /// - Parameter signed: statements of the kind `keys` with one payload; at least one.
    public init(_ signed: [SignedStatement]) {
        precondition(!signed.isEmpty && signed.allSatisfy { $0.payload == signed[0].payload }, "one change is shown")
        self.signed = signed
    }

    public var payload: [UInt8] { signed[0].payload }
    /// Bytes of it in a message.
    public var byteCount: Int { value.encoded().count }

    var value: CanonicalValue {
        let signatures = signed.map { signed in
            CanonicalValue.array([
                .bytes(signed.signer.digest.bytes), .integer(signed.algorithm.rawValue), .bytes(signed.signature),
            ])
        }
        return .array([.bytes(payload), .array(signatures)])
    }

    init?(_ value: CanonicalValue) {
        guard case .array(let parts) = value, parts.count == 2, case .bytes(let payload) = parts[0],
            case .array(let signatures) = parts[1], !signatures.isEmpty
        else { return nil }
        var signed: [SignedStatement] = []
        for signature in signatures {
            guard case .array(let parts) = signature, parts.count == 3, case .bytes(let signer) = parts[0],
                let id = Digest(signer), case .bytes(let bytes) = parts[2],
                let algorithm = SignatureAlgorithm.allCases.first(where: { parts[1] == .integer($0.rawValue) }),
                bytes.count == algorithm.signatureByteCount
            else { return nil }
            signed.append(
                SignedStatement(payload, as: .keys, signer: KeyID(id), algorithm: algorithm, signature: bytes))
        }
        self.signed = signed
    }
}

/// Why a peer with an unknown key was not let in. For the log; the peer is told nothing.
public enum KeyRoundFailure: Error, Hashable, Sendable {
    /// It showed nothing in time.
    case timeOver
    /// It left.
    case left
    case tooLong
    /// Nothing that belongs here, or sealed by somebody who does not know this roadmap.
    case unreadable
    /// What it showed are not statements of one party, each upon the one before, the last one with its key.
    case notStatements
    /// They begin with no key record that is held here.
    case leadsNowhere
    /// Too few have signed, or a signature is not good.
    case notGood
    /// They are good, and another record is its party's in force.
    case notInForce
    /// This node has no statements that lead to its own key, which the peer does not know either.
    case nothingToShow

    public var sentence: String {
        switch self {
        case .timeOver: "it showed no change of keys in time"
        case .left: "it left without showing a change of keys"
        case .tooLong: "it sent more than a change of keys"
        case .unreadable: "it sent something else than a change of keys of this roadmap"
        case .notStatements: "what it showed is no change of keys that ends with its key"
        case .leadsNowhere: "the change of keys that it showed begins with keys that are not known here"
        case .notGood: "the change of keys that it showed is not signed as it must be"
        case .notInForce: "the change of keys that it showed has been overtaken by another one"
        case .nothingToShow: "it does not know this node's key either, and no change of keys leads to that"
        }
    }
}
