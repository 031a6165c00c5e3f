import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures

@testable import Verification

/// A bundle put together by hand, in whatever order, with a true footer.
struct HandMade {
    var roadmap: Digest
    var scope = BundleScope.agreement
    var records: [Record]

    struct Record: Hashable {
        var kind: UInt64
        var content: [UInt8]

        init(_ kind: UInt64, _ content: [UInt8]) {
            self.kind = kind
            self.content = content
        }

        static func instrument(_ instrument: Instrument) -> Record { Record(1, instrument.payload) }
        static func seal(_ statement: SignedStatement) -> Record { Record(2, statement.encoded()) }
        static func certificate(_ statement: SignedStatement) -> Record { Record(5, statement.encoded()) }
        static func request(_ seal: Seal) -> Record { Record(9, seal.payload) }
    }

    init(_ roadmap: Digest, _ records: [Record]) {
        self.roadmap = roadmap
        self.records = records
    }

    /// Takes a bundle apart.
    init(reading bytes: [UInt8]) throws {
        let reader = try BundleReader(bytes)
        roadmap = reader.roadmap
        scope = reader.scope
        records = []
        while case .record(let kind, let content, _) = try reader.next() {
            records.append(Record(kind, Array(content.bytes)))
        }
    }

    var body: [UInt8] {
        records.reduce(BundleFormat.header(roadmap, scope)) { bytes, record in
            bytes + CanonicalValue.array([.unsigned(record.kind), .bytes(record.content)]).encoded()
        }
    }

    var bytes: [UInt8] { body + BundleFormat.footer(count: records.count, digest: Digest(of: body)) }

    var report: VerificationReport { get throws { try VerificationReport(verifying: bytes, expecting: nil) } }

    /// The reason for which it is refused, with the record's place; nil if it is not.
    var refusal: BundleRefusal? { get throws { try report.refusal } }
}

/// Three members and one amendment in force, with a certificate and a request: a bundle with one of each.
enum Sample {
    static let ada = Member("ADA", seed: 1)
    static let bob = Member("BOB", seed: 2)
    static let cyd = Member("CYD", seed: 3, officials: 3, threshold: 2)
    static let pact = Pact(of: [ada, bob, cyd])
    static let amendment = pact.amendment([Pact.article("article-2", "They meet each spring.")])

    static let ledger: Ledger = {
        var ledger = pact.ledger
        _ = try! ledger.insert(amendment)
        for member in pact.members {
            for statement in member.signed(member.seal(amendment.id, of: pact.id)) { try! ledger.insertSeal(statement) }
        }
        return ledger
    }()

    static let certificate = ada.certificate(of: pact.id, writer: "ada")
    static let open = pact.amendment([Pact.article("article-3", "And each autumn.")], on: ledger, salt: 2)
    static let request = bob.seal(open.id, provided: [amendment.id], of: pact.id)

    static let bundle: [UInt8] = {
        var all = ledger
        _ = try! all.insert(open)
        return BundleWriter(all, certificates: [certificate], requests: [request]).encoded()
    }()
}
