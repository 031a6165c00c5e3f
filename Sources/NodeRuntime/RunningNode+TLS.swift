internal import Cryptography
internal import Foundation
internal import Identity
internal import NodeLogic
internal import SecureTransport

/// Whom a node shows itself as, and whom it lets in.
extension RunningNode {
    static func credentials(of home: Home, for party: Identifier) throws -> NodeCredentials {
        let key = try Home.readKey(at: home.nodeKeyPath) { nil }
        if let data = FileManager.default.contents(atPath: home.certificatePath) {
            return try NodeCredentials(privateKeyInfo: key.privateKeyInfo, pem: String(decoding: data, as: UTF8.self))
        }
        let certificate = try NodeCertificate.forNode(of: party, key: key, days: 3650)
        return try NodeCredentials(privateKeyInfo: key.privateKeyInfo, chain: [certificate])
    }

    static func judge(
        _ key: PeerKey, by admission: Admission, of own: Identifier, keepingTo peers: Set<Identifier>?
    ) -> PeerJudgement {
        guard let key = PublicKey(subjectPublicKeyInfo: key.bytes), let party = admission.party(ofNode: key) else {
            return .refused(reason: "no party's record in force names this node key")
        }
        if let peers, !peers.contains(party) { return .refused(reason: "this node keeps to other peers than \(party)") }
        return .admitted(label: party.string)
    }

    static func words(for event: TransportEvent) -> String? {
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

extension NodeCertificate {
    /// A self-signed certificate over a node's key, valid from an hour ago, for clocks that are a little wrong.
    static func forNode(of party: Identifier, key: SigningKey, days: Int64) throws -> [UInt8] {
        let now = Int64(WallClock.seconds)
        var serial = SystemRandomness.bytes(count: 16)
        serial[0] = serial[0] & 0x3f | 0x40
        return try selfSigned(
            privateKeyInfo: key.privateKeyInfo, commonName: "\(party) node".prefix(64).description,
            validFrom: now - 3600, validUntil: now + days * 86_400, serial: serial)
    }
}

extension Home {
    /// Makes a self-signed certificate over the node's key and returns it in PEM.
    public func makeCertificate(days: Int64) throws -> String {
        let key = try Home.readKey(at: nodeKeyPath) { nil }
        return NodeCertificate.pem(try NodeCertificate.forNode(of: settings().party, key: key, days: days))
    }
}
