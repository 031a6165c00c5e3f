import CanonicalEncoding
import Cryptography
import Identity
import TestSupport
import Testing

@Suite("A party's record")
struct PartyRecordTests {
    private let korea = TestParties.korea
    private let names = TestParties.words(["en": "A"])
    private let seal = KeySet(keys: [TestKeys.seal(of: "A").publicKey], threshold: 1)!

    private func keys(_ count: Int, _ make: (Int) -> SigningKey) -> [PublicKey] {
        (0..<count).map { make($0).publicKey }
    }

    @Test func `made here is what the vector of the same record holds`() {
        let vector = Vector.all(of: "party-record").first { $0.name == "two-of-three" }!
        #expect(korea.value.encoded() == vector.bytes)
    }

    @Test func `does not depend on the order in which keys, nodes and languages are named`() throws {
        let again = try PartyRecord(
            names: TestParties.words(["ko": "대한민국", "en": "Republic of Korea"]),
            seal: #require(KeySet(keys: korea.seal.keys.reversed(), threshold: 2)),
            recovery: #require(KeySet(keys: korea.recovery.keys.reversed(), threshold: 2)), next: korea.next,
            nodes: korea.nodes.reversed())
        #expect(again == korea)
        #expect(again.id == Digest(of: korea.value.encoded()))
    }

    @Test func `is not made without a seal key`() {
        #expect(throws: DecodingRefusal(.emptyList, field: "seal.keys")) {
            try PartyRecord(names: names, seal: .none, recovery: .none, next: nil, nodes: [])
        }
    }

    @Test func `is not made with a key for two purposes`() {
        let key = TestKeys.seal(of: "A").publicKey
        #expect(throws: DecodingRefusal(.contradiction)) {
            try PartyRecord(names: names, seal: seal, recovery: seal, next: nil, nodes: [])
        }
        #expect(throws: DecodingRefusal(.contradiction)) {
            try PartyRecord(
                names: names, seal: seal, recovery: .none, next: nil, nodes: [NodeRecord(key: key, endpoints: [])])
        }
    }

    @Test func `is not made with a node twice, nor with more than the limits allow`() throws {
        let node = NodeRecord(key: TestKeys.node(of: "A").publicKey, endpoints: [])
        func fault(_ names: Words? = nil, _ seal: KeySet? = nil, nodes: [NodeRecord] = []) -> DecodingRefusal? {
            #expect(throws: DecodingRefusal.self) {
                try PartyRecord(
                    names: names ?? self.names, seal: seal ?? self.seal, recovery: .none, next: nil, nodes: nodes)
            }
        }
        #expect(fault(nodes: [node, node]) == DecodingRefusal(.notAscending, field: "nodes[1]"))
        let many = keys(65) { TestKeys.node(of: "A", $0) }
        #expect(
            fault(nodes: many.map { NodeRecord(key: $0, endpoints: []) }) == DecodingRefusal(.tooMany, field: "nodes"))
        let officials = try #require(KeySet(keys: keys(33) { TestKeys.seal(of: "A", $0) }, threshold: 17))
        #expect(fault(nil, officials) == DecodingRefusal(.tooMany, field: "seal.keys"))
        let languages = TestParties.words(
            Dictionary(uniqueKeysWithValues: (0..<65).map { ("l\($0)", "A") }))
        #expect(fault(languages) == DecodingRefusal(.tooMany, field: "names"))
        for endpoint in ["", "a b:1", "é:1", String(repeating: "a", count: 301)] {
            #expect(
                fault(nodes: [NodeRecord(key: node.key, endpoints: [endpoint])])
                    == DecodingRefusal(.outOfRange, field: "nodes[0].endpoints[0]"))
        }
        #expect(
            fault(nodes: [NodeRecord(key: node.key, endpoints: Array(repeating: "a:1", count: 17))])
                == DecodingRefusal(.tooMany, field: "nodes[0].endpoints"))
    }

    @Test(arguments: 0...6, 0...7)
    func `has thresholds above half of its keys and not above all`(count: Int, threshold: Int) {
        let isSound = count == 0 ? threshold == 0 : 2 * threshold > count && threshold <= count
        let set = KeySet(keys: keys(count) { TestKeys.seal(of: "A", $0) }, threshold: threshold)
        #expect((set != nil) == isSound)
    }

    @Test func `has no key twice in a set, and finds each by its id`() throws {
        let one = TestKeys.seal(of: "A").publicKey
        let other = TestKeys.seal(of: "B").publicKey
        #expect(KeySet(keys: [one, one], threshold: 2) == nil)
        let set = try #require(KeySet(keys: [one, other], threshold: 2))
        #expect(set.key(one.id) == one && set.key(other.id) == other)
        #expect(set.key(TestKeys.seal(of: "C").publicKey.id) == nil)
        #expect(set.keys.map(\.id) == set.keys.map(\.id).sorted())
    }

    @Test func `says where it is refused`() {
        let cases = [
            ("without-seal", "seal"), ("unknown-field-in-seal", "seal.note"), ("half-of-the-keys", "seal.threshold"),
            ("seal-key-twice", "seal.keys[1]"), ("no-seal-key", "seal.keys"), ("no-name", "names"),
            ("language-with-accent", "names.(…)"), ("name-as-bytes", "names.en"), ("node-twice", "nodes[1]"),
            ("unknown-field-in-node", "nodes[0].name"), ("seal-key-of-small-order", "seal.keys[0]"),
            ("next-null", "next"), ("endpoint-with-escape", "nodes[0].endpoints[0]"), ("seal-key-recovers-too", ""),
        ]
        for (name, path) in cases {
            let vector = Vector.all(of: "party-record").first { $0.name == name }!
            let refusal = #expect(throws: DecodingRefusal.self) {
                try PartyRecord(Field(CanonicalDecoder.decode(vector.bytes), path: ""))
            }
            #expect(refusal?.field == path, "\(vector)")
        }
    }
}

@Suite("A card")
struct PartyCardTests {
    private let korea = PartyCard(party: Identifier("KOR")!, record: TestParties.korea)
    private let keys =
        (0..<3).map { TestKeys.seal(of: "KOR", $0) } + (0..<2).map { TestKeys.recovery(of: "KOR", $0) }
        + (0..<2).map { TestKeys.node(of: "KOR", $0) }

    @Test func `signed by all its keys, in whatever order they are given, is the file of the vector`() throws {
        let vector = Vector.all(of: "card").first { $0.name == "signed-by-all" }!
        #expect(korea.encoded(signedBy: keys) == vector.bytes)
        #expect(korea.encoded(signedBy: keys.reversed()) == vector.bytes)
        #expect(try PartyCard(encoded: vector.bytes) == korea)
    }

    @Test func `is not written with a key missing, twice, or not its own`() async {
        await #expect(processExitsWith: .failure) { Self.write(without: 1, with: []) }
        await #expect(processExitsWith: .failure) { Self.write(without: 0, with: [TestKeys.seal(of: "KOR")]) }
        await #expect(processExitsWith: .failure) { Self.write(without: 1, with: [TestKeys.seal(of: "PRK")]) }
    }

    private static func write(without missing: Int, with others: [SigningKey]) {
        let tests = PartyCardTests()
        _ = tests.korea.encoded(signedBy: tests.keys.dropLast(missing) + others)
    }
}
