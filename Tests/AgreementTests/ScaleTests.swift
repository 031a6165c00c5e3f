import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity
import Testing

/// Many amendments by eight parties: forty articles, each amended over and over in reliance on another, and now and
/// then a new party record that is built on all of them.
private struct LongRoadmap {
    private(set) var instruments: [Instrument] = []
    private(set) var seals: [SealGiven] = []
    private let parties = (1...8).map { Party("p\($0)") }
    private let roadmap: InstrumentID
    private var versions: [String: InstrumentID] = [:]
    /// By provision: those that rely on its newest version.
    private var reliers: [String: [InstrumentID]] = [:]
    private var newestRecord: InstrumentID?

    private static let articles = (0..<40).map { "a\($0)" }
    private static let constitution = ["roster/member", "rule/party", "rule/roster", "rule/rule", "rule/text"]

    init(instrumentCount: Int) {
        var contents: [String: Content] = ["roster/member": Content(.roster(Conference.roster(parties)))]
        for provision in Self.constitution.dropFirst() {
            contents[provision] = Content(.rule(Rules.need(.fraction(2, 3), "member")))
        }
        for party in parties { contents[party.provision.string] = Content(.party(party.record)) }
        for article in Self.articles { contents[article] = Articles.text("As founded.", class: "text") }
        let founding = Self.instrument(nil, 0, [:], contents)
        roadmap = founding.id
        for provision in contents.keys { versions[provision] = founding.id }
        publish(founding)
        while instruments.count < instrumentCount {
            if instruments.count.isMultiple(of: 250) { changeRecord() } else { reword() }
        }
    }

    /// The first of them.
    ///
    /// - Parameter lacking: so many of the last seals.
    func evaluation(of count: Int, lacking: Int = 0) -> Evaluation {
        let known = instruments.prefix(count).map { ($0.id, $0) }
        return Evaluation(
            instruments: Dictionary(uniqueKeysWithValues: known),
            seals: Array(seals.prefix(sealCount(of: count) - lacking)), roadmap: roadmap)
    }

    func sealCount(of instrumentCount: Int) -> Int { instrumentCount * parties.count }

    private mutating func reword() {
        let article = Self.articles[instruments.count * 7 % 40]
        let relied = Self.articles[instruments.count * 11 % 40]
        let content = Articles.text("Wording \(instruments.count).", class: "text")
        publish(
            Self.instrument(
                roadmap, instruments.count, base(of: [article, relied, "roster/member", "rule/text"]),
                [article: content], after: reliers[article] ?? []))
        reliers[article] = nil
        if relied != article { reliers[relied, default: []].append(instruments.last!.id) }
    }

    private mutating func changeRecord() {
        let party = parties[instruments.count / 250 % 8]
        let after = Set(Self.articles.map { versions[$0]! }).union(newestRecord.map { [$0] } ?? [])
        publish(
            Self.instrument(
                roadmap, instruments.count, base(of: Self.constitution + [party.provision.string]),
                [party.provision.string: Content(.party(party.record))], after: Array(after)))
        newestRecord = instruments.last!.id
    }

    private func base(of provisions: [String]) -> [Identifier: InstrumentID?] {
        var base: [Identifier: InstrumentID?] = [:]
        for provision in provisions { base[name(provision)] = versions[provision]! }
        return base
    }

    private mutating func publish(_ instrument: Instrument) {
        for change in instrument.changes { versions[change.provision.string] = instrument.id }
        instruments.append(instrument)
        seals += parties.map { SealGiven(Seals.seal(instrument, by: $0), isSigned: true) }
    }

    private static func instrument(
        _ roadmap: InstrumentID?, _ serial: Int, _ base: [Identifier: InstrumentID?], _ contents: [String: Content],
        after: [InstrumentID] = []
    ) -> Instrument {
        let salt = Array(Digest(of: Array("\(serial)".utf8)).bytes.prefix(16))
        return require {
            try Instrument(
                roadmap: roadmap, title: words("Amendment \(serial)"), proposer: name("p1"), salt: salt,
                languages: [name("en")], base: base,
                changes: contents.map { Instrument.Change(name($0.key), $0.value) }, after: after)
        }
    }
}

@Suite("Evaluating a long roadmap", .serialized)
struct ScaleTests {
    @Test func `of two thousand instruments by eight parties takes seconds, and nothing in it is quadratic`() {
        let roadmap = LongRoadmap(instrumentCount: 2_000)
        var best: [Int: Double] = [:]
        for _ in 1...3 {
            for count in [1_000, 2_000] {
                let start = Self.secondsOfThisThread
                let inForce = roadmap.evaluation(of: count).inForce.count
                let seconds = Self.secondsOfThisThread - start
                #expect(inForce == count)
                best[count] = min(best[count] ?? seconds, seconds)
            }
        }
        let (half, whole) = (best[1_000]!, best[2_000]!)
        print("1,000 instruments: \(half) s; 2,000: \(whole) s; ratio \(whole / half)")
        #expect(whole < 20)
        #expect(whole / half < 3.5)
    }

    @Test func `takes in one more seal in the same time, however many there are`() {
        let roadmap = LongRoadmap(instrumentCount: 2_000)
        let lacking = 400
        var best: [Int: Double] = [:]
        for _ in 1...3 {
            for count in [200, 2_000] {
                var evaluation = roadmap.evaluation(of: count, lacking: lacking)
                let next = roadmap.seals[..<roadmap.sealCount(of: count)].suffix(lacking)
                #expect(evaluation.inForce.count < count)
                let start = Self.secondsOfThisThread
                for seal in next { evaluation.add(seal) }
                let seconds = (Self.secondsOfThisThread - start) / Double(lacking)
                #expect(evaluation.inForce.count == count)
                best[count] = min(best[count] ?? seconds, seconds)
            }
        }
        let (few, many) = (best[200]!, best[2_000]!)
        print("one more seal on 200 instruments: \(few) s; on 2,000: \(many) s; ratio \(many / few)")
        #expect(many < 0.01)
        #expect(many / few < 3.5)
    }

    /// Processor time, so that other tests running beside this one do not count.
    private static var secondsOfThisThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
