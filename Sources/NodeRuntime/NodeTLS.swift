internal import Cryptography
internal import Foundation
internal import Identity
internal import Logging
internal import NodeLogic
internal import SecureTransport
internal import Synchronization

/// Whom a node shows itself as, and whom it lets in: read from the home's files, and read again when these change.
///
/// Who is admitted by key follows from the records in force, and is asked of `NodeCore` at each handshake. The files add
/// the node's own certificate, and authorities that vouch for a party's nodes. Open connections live on when they
/// change, but for authorities: what one of these no longer says must not count for the rest of a connection's life.
final class NodeTLS: Sendable {
    let endpoint: SecureEndpoint
    private let home: Home
    private let core: NodeCore
    /// The parties to keep to; nil for all.
    private let peers: Set<Identifier>?
    private let log: Logger
    private let limits: TransportLimits
    /// What is in use.
    private let material: Mutex<TLSMaterial>

    /// How often the files are looked at.
    static let watchInterval = Duration.seconds(10)
    /// How long before its end a certificate is warned of.
    private static let warningDays: Int64 = 14

    init(
        _ home: Home, _ settings: OperatorSettings, _ core: NodeCore, keepingTo peers: Set<Identifier>?, log: Logger,
        counting counters: NodeCounters
    ) throws {
        self.home = home
        self.core = core
        self.peers = peers
        self.log = log
        limits = settings.limits
        let material = try TLSMaterial(of: home, settings)
        self.material = Mutex(material)
        let context = try Self.context(from: material, core, keepingTo: peers, limits, log)
        endpoint = SecureEndpoint(context: context, limits: settings.limits) { event in
            counters.note(event)
            if let words = Self.words(for: event) { log.info("\(words)") }
        }
    }

    /// Reads the files again, and uses them from the next handshake on.
    ///
    /// - Returns: false if they say what they said before.
    /// - Throws: what is wrong with them; what was in use stays in use then.
    func reload() async throws -> Bool {
        let new = try TLSMaterial(of: home, OperatorSettings(of: home))
        let old = material.withLock { $0 }
        guard new != old else { return false }
        endpoint.use(try Self.context(from: new, core, keepingTo: peers, limits, log))
        material.withLock { $0 = new }
        log.info("certificates and authorities were read anew")
        if new.authorities != old.authorities { await core.reconnect() }
        return true
    }

    /// Looks at the files again and again until the task is cancelled.
    func watch() async {
        var said: String?
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.watchInterval)
            guard !Task.isCancelled else { return }
            do {
                _ = try await reload()
                said = nil
            } catch {
                let words = "\(error)"
                if words != said { log.error("the former certificates stay in use: \(words)") }
                said = words
            }
        }
    }

    private static func context(
        from material: TLSMaterial, _ core: NodeCore, keepingTo peers: Set<Identifier>?, _ limits: TransportLimits,
        _ log: Logger
    ) throws -> TLSContext {
        let credentials = try material.credentials(for: core.party)
        let authorities = try material.authorities.map { authority in
            do throws(CredentialFailure) {
                return try PeerAuthority(
                    label: authority.party.string, pem: authority.certificates, revocations: authority.revocations)
            } catch {
                throw NodeSettingsRefusal.badAuthority(authority.party, reason: error.words)
            }
        }
        let context = try TLSContext(
            credentials: credentials, wallClock: { Int64(WallClock.seconds) },
            certificateByteCount: limits.certificateByteCount,
            authorities: TLSContext.Authorities(authorities) { label in
                judge(authorityOf: label, by: core.admitted.withLock { $0 }, keepingTo: peers)
            },
            policy: {
                judge(
                    $0, by: core.admitted.withLock { $0 }, keepingTo: peers,
                    meetingUnknown: limits.introductionCount > 0)
            })
        if let key = PublicKey(subjectPublicKeyInfo: credentials.publicKey.bytes) {
            core.shownKey.withLock { $0 = key.id }
        }
        warnOfEnd(credentials, log)
        return context
    }

    private static func warnOfEnd(_ credentials: NodeCredentials, _ log: Logger) {
        guard let until = credentials.validity?.until else { return }
        let days = (until - Int64(WallClock.seconds)) / 86_400
        guard days < warningDays else { return }
        if days < 0 {
            log.warning("this node's certificate has expired: peers refuse it")
        } else {
            log.warning("this node's certificate expires in \(days) days")
        }
    }

    // MARK: Whom to admit

    private static func judge(
        _ key: PeerKey, by admission: Admission, keepingTo peers: Set<Identifier>?, meetingUnknown: Bool
    ) -> PeerJudgement {
        guard let key = PublicKey(subjectPublicKeyInfo: key.bytes), let party = admission.party(ofNode: key) else {
            let reason = "no party's record in force names this node key"
            return meetingUnknown ? .unknown(reason: reason) : .refused(reason: reason)
        }
        return judge(party, keepingTo: peers)
    }

    /// An authority speaks for the nodes of a party, not for who is one.
    private static func judge(
        authorityOf label: String, by admission: Admission, keepingTo peers: Set<Identifier>?
    ) -> PeerJudgement {
        guard let party = Identifier(label), admission.isParty(party) else {
            return .refused(reason: "\(label) has no record in force")
        }
        return judge(party, keepingTo: peers)
    }

    private static func judge(_ party: Identifier, keepingTo peers: Set<Identifier>?) -> PeerJudgement {
        if let peers, !peers.contains(party) { return .refused(reason: "this node keeps to other peers than \(party)") }
        return .admitted(label: party.string)
    }

    private static func words(for event: TransportEvent) -> String? {
        switch event {
        // Nobody at home is what a dialler hears all day; it tries again.
        case .opened, .ended(_, _, nil), .refused(_, .connectionFailed): nil
        case .refused(let address, let failure): "refused a connection with \(address): \(failure)"
        case .overLimit(let address, let limit): "turned \(address) away: \(limit)"
        case .ended(let address, let peer, let failure?):
            "connection with \(peer.label) at \(address) broke: \(failure)"
        }
    }
}

/// The content of the files that a node's TLS is made from.
struct TLSMaterial: Hashable, Sendable {
    struct Authority: Hashable, Sendable {
        let party: Identifier
        let certificates: String
        let revocations: String?
    }

    private let key: [UInt8]
    /// Nil where the node makes its own.
    private let certificate: String?
    let authorities: [Authority]

    /// - Throws: ``HomeFailure`` about the key; ``NodeSettingsRefusal`` about a file that is not there.
    init(of home: Home, _ settings: OperatorSettings) throws {
        // An operator whose authority issues keys of its own for TLS keeps the node's key for the journal alone.
        let hasOwnKey = FileManager.default.fileExists(atPath: home.tlsKeyPath)
        key = try Home.readKey(at: hasOwnKey ? home.tlsKeyPath : home.nodeKeyPath) { nil }.privateKeyInfo
        certificate = FileManager.default.contents(atPath: home.certificatePath).map {
            String(decoding: $0, as: UTF8.self)
        }
        authorities = try settings.authorities.map { authority in
            Authority(
                party: authority.party, certificates: try Self.text(authority.certificates),
                revocations: try authority.revocations.map(Self.text))
        }
    }

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NodeSettingsRefusal.unreadable(path: path)
        }
        return String(decoding: data, as: UTF8.self)
    }

    func credentials(for party: Identifier) throws -> NodeCredentials {
        do {
            guard let certificate else {
                return try NodeCredentials(
                    privateKeyInfo: key, chain: [NodeCertificate.forNode(of: party, privateKeyInfo: key, days: 3650)])
            }
            return try NodeCredentials(privateKeyInfo: key, pem: certificate)
        } catch let failure as CredentialFailure {
            throw NodeSettingsRefusal.badCertificate(reason: failure.words)
        }
    }
}

extension NodeCertificate {
    /// A self-signed certificate over a node's key, valid from an hour ago, for clocks that are a little wrong.
    static func forNode(of party: Identifier, privateKeyInfo: [UInt8], days: Int64) throws -> [UInt8] {
        let now = Int64(WallClock.seconds)
        var serial = SystemRandomness.bytes(count: 16)
        serial[0] = serial[0] & 0x3f | 0x40
        return try selfSigned(
            privateKeyInfo: privateKeyInfo, commonName: "\(party) node".prefix(64).description,
            validFrom: now - 3600, validUntil: now + days * 86_400, serial: serial)
    }
}

extension Home {
    /// Makes a self-signed certificate over the node's key and returns it in PEM.
    public func makeCertificate(days: Int64) throws -> String {
        let key = try Home.readKey(at: nodeKeyPath) { nil }
        return NodeCertificate.pem(
            try NodeCertificate.forNode(of: settings().party, privateKeyInfo: key.privateKeyInfo, days: days))
    }
}

extension CredentialFailure {
    /// For whoever named the file.
    fileprivate var words: String {
        switch self {
        case .unreadableKey: "the key is no private key in PKCS #8"
        case .unreadableCertificate: "there is no certificate in it, or one that cannot be read"
        case .unreadableRevocationList: "there is no revocation list in it, or one that cannot be read"
        case .otherKey: "its first certificate is over another key than the node's"
        case .library(let words): words
        case .seedLength, .serialLength, .emptyValidity, .subject, .alternativeName: "\(self)"
        }
    }
}
