import Agreement
import Cryptography
import Identity
import Journal
import NodeLogic
import RoadmapFixtures

/// Copies of one pact: two parties with one official each, and one with three of whom two sign.
enum Copies {
    static let ada = Member("ADA", seed: 1)
    static let bob = Member("BOB", seed: 2)
    static let cyd = Member("CYD", seed: 3, officials: 3, threshold: 2)
    static let pact = Pact(of: [ada, bob, cyd])

    static let empty = RoadmapCopy(roadmap: pact.id)

    /// The founding, on the table.
    static let offered: RoadmapCopy = {
        var copy = empty
        _ = copy.take(pact.founding)
        return copy
    }()

    /// The founding, in force.
    static let founded: RoadmapCopy = {
        var copy = offered
        for statement in pact.acceptances { _ = copy.takeSeal(statement) }
        return copy
    }()

    static func sealed(
        _ member: Member, _ id: InstrumentID, _ verdict: Seal.Verdict = .accept, by officials: Range<Int>? = nil
    ) -> [PublishedRecord] {
        member.signed(member.seal(id, verdict, of: pact.id), by: officials).map { .seal($0) }
    }

    /// Two instruments of which an honest party may accept one.
    static let rivals = (1...2).map { salt in
        pact.amendment([Pact.article("article-1", "Wording \(salt).")], salt: salt)
    }
}

extension RoadmapCopy {
    /// What tests compare: everything taken in.
    var holdings: [Digest] {
        let statements =
            ledger.seals.values.flatMap { Array($0.signatures.values) } + certificates.values.map(\.statement)
        return (Array(ledger.instruments.keys) + statements.map { Digest(of: $0.encoded()) }).sorted()
    }
}
