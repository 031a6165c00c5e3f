package import Agreement
internal import CanonicalEncoding
package import Cryptography
package import Identity

/// A party's keys at one time, the private halves too: three officials of whom two sign, two recovery keys that both
/// must, and a node.
package struct Reign: Hashable, Sendable {
    package let party: Identifier
    package let record: PartyRecord
    private let number: UInt8

    package init(_ party: String, _ number: UInt8) {
        self.party = Identifier(party)!
        self.number = number
        record = try! PartyRecord(
            names: words(["en": party]),
            seal: KeySet(keys: Self.keys(party, number, "seal", 3).map(\.publicKey), threshold: 2)!,
            recovery: KeySet(keys: Self.keys(party, number, "recovery", 2).map(\.publicKey), threshold: 2)!, next: nil,
            nodes: [
                NodeRecord(key: Self.keys(party, number, "node", 1)[0].publicKey, endpoints: ["\(party):\(number)"])
            ])
    }

    package var officials: [SigningKey] { Array(Self.keys(party.string, number, "seal", 3).prefix(2)) }
    package var seal: [SigningKey] { Self.keys(party.string, number, "seal", 3) }
    package var recovery: [SigningKey] { Self.keys(party.string, number, "recovery", 2) }
    package var node: SigningKey { Self.keys(party.string, number, "node", 1)[0] }

    private static func keys(_ party: String, _ number: UInt8, _ purpose: String, _ count: Int) -> [SigningKey] {
        (0..<count).map { SigningKey(seed: Digest(of: Array("\(party)/\(number)/\(purpose)/\($0)".utf8)).bytes) }
    }
}

/// A change of keys with all the signatures it needs.
package struct Change: Hashable, Sendable {
    package let statement: KeyStatement
    package let signed: [SignedStatement]
    package var id: Digest { statement.id }

    /// - Parameters:
    ///   - reign: nil for a freeze.
    ///   - previous: the change that it follows; nil for `root`.
    ///   - authority: keys of the record before, which sign besides the new ones.
    package init(
        to reign: Reign?, after previous: Change? = nil, root: PartyRecord, of party: Identifier,
        by authority: [SigningKey], acknowledging acknowledged: [Digest] = [], in roadmap: InstrumentID
    ) {
        let statement = try! KeyStatement(
            roadmap: roadmap, party: party, version: (previous?.statement.version ?? 0) + 1,
            previous: previous?.id ?? root.id, record: reign?.record, acknowledges: acknowledged,
            reason: reign == nil ? "The keys may be lost." : nil)
        self.statement = statement
        let keys = authority + (reign.map { $0.seal + $0.recovery + [$0.node] } ?? [])
        signed = keys.map { SignedStatement(statement.payload, as: .keys, by: $0) }
    }
}

/// A pact of ADA, whose keys change, and BOB, whose do not.
package struct Succession: Sendable {
    package let pact: Pact
    package let first = Reign("ADA", 1)
    package let bob = Member("BOB", seed: 2)
    /// To the second, third and fourth reign by seal keys.
    package let rotations: [Change]
    /// A thief rotates upon the second; the recovery keys of the third overrule what was made upon it.
    package let theft: Change
    package let recovery: Change
    package let freeze: Change

    package init() {
        let (first, bob) = (first, bob)
        pact = Pact(of: [(first.party, first.record), (bob.id, bob.record)])
        let id = pact.id
        func change(_ reign: UInt8?, after previous: Change?, by authority: [SigningKey]) -> Change {
            Change(
                to: reign.map { Reign("ADA", $0) }, after: previous, root: first.record, of: first.party, by: authority,
                in: id)
        }
        let second = change(2, after: nil, by: first.officials)
        let third = change(3, after: second, by: Reign("ADA", 2).officials)
        let fourth = change(4, after: third, by: Reign("ADA", 3).officials)
        rotations = [second, third, fourth]
        theft = change(13, after: fourth, by: Reign("ADA", 4).officials)
        recovery = change(5, after: fourth, by: Reign("ADA", 4).recovery)
        freeze = change(nil, after: recovery, by: Reign("ADA", 5).officials)
    }

    package var changes: [Change] { rotations + [theft, recovery, freeze] }

    /// ADA's acceptance, under the record that a reign holds.
    package func acceptance(
        of instrument: InstrumentID, under keys: Digest, by officials: [SigningKey], at time: UInt64 = 1_772_357_400
    ) -> [SignedStatement] {
        let seal = try! Seal(
            roadmap: pact.id, instrument: instrument, party: first.party, keys: keys, verdict: .accept, at: time)
        return officials.map { SignedStatement(seal.payload, as: .seal, by: $0) }
    }

    /// Both parties' acceptance of the founding.
    package var acceptances: [SignedStatement] {
        acceptance(of: pact.id, under: first.record.id, by: first.officials)
            + bob.signed(bob.seal(pact.id, of: pact.id))
    }

    /// BOB leaves.
    package var withdrawal: SignedStatement {
        let withdrawal = try! Withdrawal(
            roadmap: pact.id, party: bob.id, keys: bob.record.id, stage: .effect,
            rosters: [Identifier("member")!: pact.id], at: 1_772_357_400)
        return SignedStatement(withdrawal.payload, as: .withdrawal, by: bob.sealKey)
    }

    /// A certificate by ADA's node of a reign.
    package func certificate(by reign: Reign, writer: String = "w", root: Digest, perfected: Digest) -> SignedStatement
    {
        let certificate = try! StateCertificate(
            roadmap: pact.id, party: first.party, writer: Digest(of: Array(writer.utf8)), sequence: 0, previous: nil,
            perfected: perfected, inForce: root, contested: [], known: [], at: 1_772_357_400)
        return SignedStatement(certificate.payload, as: .state, by: reign.node)
    }
}
