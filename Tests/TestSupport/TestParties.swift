internal import CanonicalEncoding
internal import Cryptography
public import Identity

/// Parties that read like the domain.
public enum TestParties {
    /// Two of three seal keys, two recovery keys, the next keys committed, two nodes: `two-of-three.vector`.
    public static let korea = record(
        names: ["en": "Republic of Korea", "ko": "대한민국"],
        seal: KeySet(keys: (0..<3).map { TestKeys.seal(of: "KOR", $0).publicKey }, threshold: 2)!,
        recovery: KeySet(keys: (0..<2).map { TestKeys.recovery(of: "KOR", $0).publicKey }, threshold: 2)!,
        next: KeySet(keys: (10..<13).map { TestKeys.seal(of: "KOR", $0).publicKey }, threshold: 2)!,
        nodes: [
            NodeRecord(
                key: TestKeys.node(of: "KOR", 0).publicKey,
                endpoints: ["node.kor.example:4433", "[2001:db8::7]:4433"]),
            NodeRecord(key: TestKeys.node(of: "KOR", 1).publicKey, endpoints: []),
        ])

    /// The least that a record can hold.
    public static let least = record(
        names: ["en": "A"], seal: KeySet(keys: [TestKeys.seal(of: "A").publicKey], threshold: 1)!)

    private static func record(
        names: [String: String], seal: KeySet, recovery: KeySet = .none, next: KeySet? = nil, nodes: [NodeRecord] = []
    ) -> PartyRecord {
        do {
            return try PartyRecord(
                names: words(names), seal: seal, recovery: recovery, next: next.map { Digest(of: $0.value.encoded()) },
                nodes: nodes)
        } catch {
            preconditionFailure("a party of ours is refused: \(error)")
        }
    }

    public static func words(_ texts: [String: String]) -> Words {
        Words(Dictionary(uniqueKeysWithValues: texts.map { (Identifier($0.key)!, ExactText($0.value)) }))!
    }
}
