import Agreement
import CanonicalEncoding
import Cryptography
import Identity

/// The keys of a party at one time, the private halves too: three officials of whom two sign, two recovery keys that
/// both must, and a node.
struct Generation: Sendable {
    let party: Identifier
    let seal: [SigningKey]
    let recovery: [SigningKey]
    let node: SigningKey
    let record: PartyRecord

    static let sealThreshold = 2

    /// - Parameters:
    ///   - seal: instead of those of this number.
    ///   - next: the generation whose seal keys it commits to.
    init(_ party: String, _ number: Int, seal: [SigningKey]? = nil, next: Generation? = nil) {
        func key(_ purpose: String) -> SigningKey {
            SigningKey(seed: Digest(of: Array("\(party), year \(number), \(purpose)".utf8)).bytes)
        }
        self.party = name(party)
        let sealKeys = seal ?? (0..<3).map { key("seal \($0)") }
        self.seal = sealKeys
        let recoveryKeys = (0..<2).map { key("recovery \($0)") }
        recovery = recoveryKeys
        let nodeKey = key("node")
        node = nodeKey
        record = require {
            try PartyRecord(
                names: words(party), seal: KeySet(keys: sealKeys.map(\.publicKey), threshold: Self.sealThreshold)!,
                recovery: KeySet(keys: recoveryKeys.map(\.publicKey), threshold: 2)!, next: next?.record.seal.id,
                nodes: [NodeRecord(key: nodeKey.publicKey, endpoints: [])])
        }
    }

    /// Two of the three officials.
    var officials: [SigningKey] { Array(seal.prefix(Self.sealThreshold)) }
    var all: [SigningKey] { seal + recovery + [node] }

    var enrolment: Instrument.Change {
        Instrument.Change(ReservedProvision.record(of: party)!, Content(.party(record)))
    }
}

/// One change of keys: the statement, and who signs it.
struct Succession: Sendable {
    let statement: KeyStatement
    let signers: [SigningKey]

    /// - Parameters:
    ///   - generation: nil for a freeze.
    ///   - previous: the id and version of the record that it follows.
    ///   - authority: the keys of the record before that sign; the new ones sign besides.
    init(
        to generation: Generation?, after previous: (id: Digest, version: UInt64), of party: Identifier,
        by authority: [SigningKey], acknowledging acknowledged: [Digest] = [], in roadmap: InstrumentID,
        reason: ExactText? = nil
    ) {
        statement = require {
            try KeyStatement(
                roadmap: roadmap, party: party, version: previous.version + 1, previous: previous.id,
                record: generation?.record, acknowledges: acknowledged, reason: reason)
        }
        var signers = authority
        for key in generation?.all ?? [] where !signers.contains(where: { $0.publicKey == key.publicKey }) {
            signers.append(key)
        }
        self.signers = signers
    }

    var place: (id: Digest, version: UInt64) { (statement.id, statement.version) }
    var id: Digest { statement.id }

    var signed: [SignedStatement] { signers.map { SignedStatement(statement.payload, as: .keys, by: $0) } }

    func signed(without key: SigningKey) -> [SignedStatement] {
        signed.filter { $0.signer != key.publicKey.id }
    }
}
