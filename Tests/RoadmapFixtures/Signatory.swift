package import Agreement
internal import CanonicalEncoding
package import Cryptography
package import Identity

/// A party with all its keys at hand, made from one number.
package struct Signatory: Sendable {
    package let id: Identifier
    package let sealKey: SigningKey
    package let nodeKey: SigningKey
    package let record: PartyRecord

    package static let china = Signatory("CHN", seed: 1, names: ["en": "China", "ko": "중국"])
    package static let korea = Signatory("KOR", seed: 2, names: ["en": "Republic of Korea", "ko": "대한민국"])
    package static let dprk = Signatory("PRK", seed: 3, names: ["en": "DPRK", "ko": "조선"])
    package static let all = [china, korea, dprk]

    package init(_ id: String, seed: UInt8, names: [String: String]) {
        self.id = Identifier(id)!
        sealKey = SigningKey(seed: [UInt8](repeating: seed, count: 32))
        nodeKey = SigningKey(seed: [UInt8](repeating: seed + 100, count: 32))
        record = try! PartyRecord(
            names: words(names), seal: KeySet(keys: [sealKey.publicKey], threshold: 1)!, recovery: .none, next: nil,
            nodes: [NodeRecord(key: nodeKey.publicKey, endpoints: ["\(id.lowercased()).example:7000"])])
    }

    /// A seal, signed.
    package func seals(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict = .accept, provided: [InstrumentID] = [],
        of roadmap: InstrumentID, at: UInt64 = 1_772_357_400
    ) -> SignedStatement {
        let seal = try! Seal(
            roadmap: roadmap, instrument: instrument, party: id, keys: record.id, verdict: verdict, provided: provided,
            at: at)
        return SignedStatement(seal.payload, as: .seal, by: sealKey)
    }
}

/// Words from plain strings.
package func words(_ byLanguage: [String: String]) -> Words {
    Words(Dictionary(uniqueKeysWithValues: byLanguage.map { (Identifier($0.key)!, ExactText($0.value)) }))!
}
