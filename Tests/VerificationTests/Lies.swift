import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Journal
import RoadmapFixtures

@testable import Verification

/// Copies in which somebody broke its word, each in one way.
enum Lies {
    static let pact = Sample.pact
    static let cyd = Sample.cyd
    static let article = pact.amendment([Pact.article("article-2", "They meet each spring.")])
    static let rival = pact.amendment([Pact.article("article-2", "They meet each autumn.")], salt: 2)

    /// The founding in force, and these seals of CYD's.
    static func ledger(_ seals: Seal..., having instruments: [Instrument] = [article, rival]) -> Ledger {
        var ledger = pact.ledger
        for instrument in instruments { _ = try! ledger.insert(instrument) }
        for seal in seals { for signed in cyd.signed(seal) { try! ledger.insertSeal(signed) } }
        return ledger
    }

    static func seal(
        _ instrument: Instrument, _ verdict: Seal.Verdict = .accept, provided: [InstrumentID] = [], at: UInt64 = 1
    ) -> Seal {
        cyd.seal(instrument.id, verdict, provided: provided, of: pact.id, at: at)
    }

    static let twoVerdicts = ledger(seal(article), seal(article, .reject))
    static let rivals = ledger(seal(article), seal(rival))

    /// ADA's officials signed two changes of the same keys.
    static let story = Succession()
    static let otherChange = Change(
        to: Reign("ADA", 7), root: story.first.record, of: story.first.party, by: story.first.officials,
        in: story.pact.id)
    static let forkedKeys: Ledger = {
        var ledger = Ledger(roadmap: story.pact.id)
        _ = try! ledger.insert(story.pact.founding)
        for signed in story.acceptances { try! ledger.insertSeal(signed) }
        for signed in story.rotations[0].signed + otherChange.signed { try! ledger.insertKeyStatement(signed) }
        return ledger
    }()

    static func accusation(
        _ kind: Accusation.Kind, of party: Identifier = cyd.id, _ records: [Digest], writer: Digest? = nil,
        in roadmap: Digest = pact.id
    ) -> Accusation {
        try! Accusation(roadmap: roadmap, party: party, kind: kind, records: records, writer: writer)
    }
}

/// A writer that told two stories, with the key of a member's node.
struct Forger {
    let roadmap: Digest
    let key: SigningKey
    let incarnation = Incarnation([UInt8](repeating: 9, count: 16))!

    init(_ key: SigningKey, in roadmap: Digest) {
        self.key = key
        self.roadmap = roadmap
    }

    var writer: WriterID { WriterID(key: key.publicKey.id, incarnation: incarnation) }
    var body: WriterBody { WriterBody(key: key.publicKey, incarnation: incarnation) }

    /// Entry 0 and these notes, as one batch.
    func story(_ notes: String...) -> ReceivedBatch {
        var composition = Composition(roadmap: roadmap, key: key.publicKey, incarnation: incarnation, at: 1_772_357_400)
        for note in notes { composition.compose(.note, body: Array(note.utf8), at: 1_772_357_400) }
        return composition.finish(signing: key)[0].received
    }

    /// Two stories that part after entry 1: three entries the one, one entry the other.
    var proof: ForkProof {
        let branches = [story("same", "one", "two", "three"), story("same", "other")].map { batch in
            ReceivedBatch(writer: writer, entries: Array(batch.entries.dropFirst(2)), checkpoint: batch.checkpoint)
        }
        return try! ForkProof(roadmap: roadmap, key: key.publicKey, incarnation: incarnation, branches: branches)
    }
}
