import Agreement
import CanonicalEncoding
import Cryptography
import Identity

/// A party as the tests know it, with its private keys.
struct Party: Sendable {
    let name: Identifier
    let sealKeys: [SigningKey]
    let nodeKey: SigningKey
    let record: PartyRecord

    /// - Parameter generation: Other generations have other keys.
    init(_ name: String, generation: Int = 0, sealKeyCount: Int = 1, threshold: Int = 1) {
        func key(_ purpose: String) -> SigningKey {
            SigningKey(seed: Digest(of: Array("\(name), generation \(generation), \(purpose)".utf8)).bytes)
        }
        let sealKeys = (0..<sealKeyCount).map { key("seal \($0)") }
        let nodeKey = key("node")
        self.name = AgreementTests.name(name)
        self.sealKeys = sealKeys
        self.nodeKey = nodeKey
        record = require {
            try PartyRecord(
                names: words(name), seal: KeySet(keys: sealKeys.map(\.publicKey), threshold: threshold)!,
                recovery: .none, next: nil, nodes: [NodeRecord(key: nodeKey.publicKey, endpoints: [])])
        }
    }

    var provision: Identifier { ReservedProvision.record(of: name)! }
    /// The change that writes its record.
    var enrolment: Instrument.Change { Instrument.Change(provision, Content(.party(record))) }
}

enum Parties {
    static let china = Party("chn")
    static let japan = Party("jpn")
    static let mongolia = Party("mng")
    static let northKorea = Party("prk")
    static let russia = Party("rus")
    static let southKorea = Party("rok")
    static let unitedStates = Party("usa")

    static let keyStates = [china, northKorea, southKorea, unitedStates]
    static let partners = [japan, russia]
    static let members = keyStates + partners

    /// Of which two of three officials must sign.
    static let northKoreaOfThreeOfficials = Party("prk", generation: 3, sealKeyCount: 3, threshold: 2)
    static let northKoreaWithNewKeys = Party("prk", generation: 1)
}

enum Rules {
    static let allKeyStates = need(.all, "key-state")
    static let mostKeyStates = need(.majority, "key-state")

    static func need(_ share: Rule.Share, _ standings: String..., counting: Rule.Counting = .accept) -> Rule {
        .need(share, of: standings.map(name).sorted(), counting: counting)
    }
}
