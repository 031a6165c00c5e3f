import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import NodeLogic
import RoadmapFixtures
import TestSupport
import Testing

/// Everything that may come to a node: keys that change, are stolen, recovered and frozen; a newcomer whose records are
/// there before its card; amendments that contradict, replace and void; and a party that leaves.
private struct Upheavals {
    let story: Succession
    let records: [PublishedRecord]
    private static let eve = Member("EVE", seed: 7)

    init() throws {
        let story = Succession()
        self.story = story
        let (pact, eve) = (story.pact, Self.eve)
        var founded = Ledger(roadmap: pact.id)
        try founded.insert(pact.founding)
        for signed in story.acceptances { try founded.insertSeal(signed) }
        let rivals = (1...2).map {
            pact.amendment([Pact.article("article-1", "Wording \($0).")], on: founded, salt: $0)
        }
        for rival in rivals { try founded.insert(rival) }
        let stolen = story.acceptance(of: rivals[1].id, under: story.rotations[2].id, by: Reign("ADA", 4).officials)
        let more = Self.amendments(pact, founded, replacing: rivals[0], voiding: Digest(of: stolen[0].payload))
        var seals = story.acceptances + stolen
        for (place, instrument) in ([rivals[0]] + more).enumerated() {
            let reign = Reign("ADA", UInt8(1 + place % 3))
            let keys = place % 3 == 0 ? story.first.record.id : story.rotations[place % 3 - 1].id
            seals += story.acceptance(of: instrument.id, under: keys, by: reign.officials)
        }
        for instrument in rivals + more { seals += story.bob.signed(story.bob.seal(instrument.id, of: pact.id)) }
        seals += more.flatMap { eve.signed(eve.seal($0.id, of: pact.id)) }
        let acknowledging = Change(
            to: Reign("ADA", 8), root: story.first.record, of: story.first.party, by: story.first.recovery,
            acknowledging: seals.map { Digest(of: $0.payload) }.filter { $0.bytes[0] < 128 }.uniqued, in: pact.id)
        let changes = (story.changes + [acknowledging]).flatMap(\.signed)
        let certificates = [1, 5, 8].map {
            story.certificate(by: Reign("ADA", $0), root: Digest(of: []), perfected: Digest(of: []))
        }
        records =
            ([pact.founding] + rivals + more).map { .instrument($0) } + seals.map { .seal($0) }
            + changes.map { .keyStatement($0) } + [.withdrawal(story.withdrawal)]
            + certificates.map { .certificate($0) }
    }

    private static func amendments(
        _ pact: Pact, _ founded: Ledger, replacing replaced: Instrument, voiding stolen: Digest
    ) -> [Instrument] {
        let enrolment = [
            Instrument.Change(Identifier("party/EVE")!, Content(.party(eve.record))),
            Instrument.Change(
                Identifier("roster/member")!,
                Content(.roster(Roster(holders: [eve.id, Identifier("ADA")!, Identifier("BOB")!].sorted())))),
        ]
        let voiding = try! Evaluation(of: founded).freeze(
            Amendment(
                title: Words([Identifier("en")!: "Theft"])!, changes: [Pact.article("article-3", "Theft.")],
                voids: [stolen]),
            proposer: pact.founding.proposer, salt: [UInt8](repeating: 9, count: 16),
            languages: pact.founding.languages, roadmap: pact.id)
        return [
            pact.amendment(enrolment, on: founded), voiding,
            pact.amendment([Pact.article("article-2", "They meet.")], on: founded, replaces: [replaced.id]),
        ]
    }
}

extension [Digest] {
    fileprivate var uniqued: [Digest] { Set(self).sorted() }
}

@Suite("A node's copy that is asked after each record")
struct GrowingCopyTests {
    private let upheavals: Upheavals

    init() throws { upheavals = try Upheavals() }

    private func copy(of records: some Sequence<PublishedRecord>) -> RoadmapCopy {
        var copy = RoadmapCopy(roadmap: upheavals.story.pact.id)
        for record in records { copy.take(record.kind, record.body) }
        return copy
    }

    @Test(arguments: UInt64(1)...8)
    func `answers as if all were evaluated anew`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let records = upheavals.records.shuffled(using: &generator)
        var growing = copy(of: [])
        var told: Set<Contradiction> = []
        for (count, record) in records.enumerated() {
            growing.take(record.kind, record.body)
            guard UInt8.random(in: 0..<3, using: &generator) == 0 else { continue }
            expectUpToDate(&growing, "seed \(seed), \(count + 1) records")
            told.formUnion(growing.takeNewContradictions())
            #expect(told.isSuperset(of: growing.evaluation.contradictions()), "seed \(seed), \(count + 1) records")
        }
        var once = copy(of: records)
        #expect(once.holdings == growing.holdings && once.roots == growing.roots, "seed \(seed)")
        #expect(once.admission == growing.admission && growing.ledger.statementsAwaitingKeys.isEmpty, "seed \(seed)")
        let evaluation = growing.evaluation
        #expect(!evaluation.inForce.isEmpty && !evaluation.disputedSeals.isEmpty, "seed \(seed)")
        #expect(!evaluation.contradictions().isEmpty, "seed \(seed)")
    }

    private func expectUpToDate(_ copy: inout RoadmapCopy, _ place: Comment) {
        let (grown, anew) = (copy.evaluation, Evaluation(of: copy.ledger))
        let records = copy.ledger.partyRecordsInForce(by: anew)
        #expect(copy.partyRecords.map(\.record) == records.map(\.record), place)
        #expect(copy.admission == Admission(records), place)
        #expect(copy.roots == StateRoots(of: anew), place)
        #expect(grown.perfected == anew.perfected && grown.inForce == anew.inForce, place)
        #expect(grown.standingUndisputed == anew.standingUndisputed, place)
        #expect(grown.disputedSeals == anew.disputedSeals && grown.voidSeals == anew.voidSeals, place)
        #expect(grown.disputedWithdrawals == anew.disputedWithdrawals, place)
        #expect(grown.contradictions() == anew.contradictions(), place)
        for id in anew.instrumentIDs {
            #expect(grown.state(of: id) == anew.state(of: id), place)
            #expect(grown.countingSeals(on: id) == anew.countingSeals(on: id), place)
            #expect(grown.excused(from: id) == anew.excused(from: id), place)
        }
    }

    @Test func `changes nothing of what was taken of it before`() throws {
        var growing = copy(of: upheavals.records.dropLast(20))
        let (holdings, roots) = (growing.holdings, growing.roots)
        var held = growing
        for record in upheavals.records.suffix(20) { growing.take(record.kind, record.body) }
        #expect(growing.holdings != holdings && growing.roots != roots)
        #expect(held.holdings == holdings && held.roots == roots)
    }

    @Test func `takes in one more seal in the same time, however many there are`() throws {
        var best: [Int: Double] = [:]
        for _ in 1...2 {
            for count in [100, 1_000] {
                var busy = try Busy(sealCount: count)
                let seconds = busy.secondsOfMore(40)
                best[count] = min(best[count] ?? seconds, seconds)
            }
        }
        let (few, many) = (best[100]!, best[1_000]!)
        print("one more seal beside 100: \(few) s; beside 1,000: \(many) s; ratio \(many / few)")
        #expect(many / few < 3.5)
    }
}

/// A copy of a pact with many seals on the founding by one party, that gives one more in every capacity and moment.
private struct Busy {
    private let pact = Pact(of: [Member("ADA", seed: 1), Member("BOB", seed: 2)])
    private var copy: RoadmapCopy
    private var count = 0

    init(sealCount: Int) throws {
        copy = RoadmapCopy(roadmap: pact.id)
        _ = copy.take(pact.founding)
        for signed in pact.acceptances { _ = copy.takeSeal(signed) }
        // One instrument for each seal, as in a long history; the founding's own would stay one.
        for _ in 0..<sealCount { take(next(), &copy) }
        _ = copy.admission
    }

    private mutating func next() -> (Instrument, SignedStatement) {
        count += 1
        let instrument = try! Instrument(
            roadmap: pact.id, title: Words([Identifier("en")!: "Amendment"])!, proposer: pact.members[0].id,
            salt: Array(Digest(of: "\(count)".utf8).bytes.prefix(16)), languages: pact.founding.languages,
            base: [
                Identifier("a\(count)")!: nil, Identifier("rule/text")!: pact.id, Identifier("roster/member")!: pact.id,
            ],
            changes: [Pact.article("a\(count)", "Number \(count).")])
        return (instrument, pact.members[0].signed(pact.members[0].seal(instrument.id, of: pact.id))[0])
    }

    private func take(_ record: (Instrument, SignedStatement), _ copy: inout RoadmapCopy) {
        precondition(copy.take(record.0) == .new && copy.takeSeal(record.1) == .new)
    }

    /// Of processor time for each, so that other tests running beside this one do not count.
    mutating func secondsOfMore(_ more: Int) -> Double {
        let records = (0..<more).map { _ in next() }
        var copy = copy
        self.copy = RoadmapCopy(roadmap: pact.id)
        take(records[0], &copy)
        let start = Self.secondsOfThisThread
        for record in records.dropFirst() {
            take(record, &copy)
            precondition(copy.admission.party(ofNode: pact.members[0].nodeKey.publicKey) != nil)
        }
        return (Self.secondsOfThisThread - start) / Double(more - 1)
    }

    private static var secondsOfThisThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
