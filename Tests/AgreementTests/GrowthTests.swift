import AgreementReference
import Cryptography
import Foundation
import Identity
import Testing

@testable import Agreement

/// A random conference: amendments on random ground, with all that they may do, and seals of every kind by everybody.
private struct Turmoil {
    var conference: Conference
    var random: SplitMix64
    private var amendments: [Instrument] = []

    private static let parties = Parties.members + [otherChina, Parties.mongolia]
    private static let otherChina = Party("chn", generation: 7)

    init(seed: UInt64, amendmentCount: Int) {
        random = SplitMix64(seed: seed)
        conference = Conference(rules: [
            "closing": Rules.mostKeyStates, "roster": Rules.mostKeyStates, "party": Rules.mostKeyStates,
            "letter": .any([.named(name("addressees")), Rules.need(.all, "concerned", "key-state")]),
        ])
        withdraw()
        for _ in 0..<amendmentCount {
            amend()
            seal()
        }
        let statements = [Digest(of: [1]), Digest(of: [2])].sorted()
        for party in [Parties.china, Self.otherChina] {
            conference.keyForks.append(
                KeyForkGiven(party: party.name, chain: party.record.id, statements: statements))
        }
    }

    private mutating func withdraw() {
        for party in Parties.keyStates where random.chance(30) {
            conference.withdraw(
                party, from: ["key-state": conference.founding, "concerned": conference.founding],
                isDisputed: random.chance(30))
        }
    }

    private mutating func amend() {
        let ground = ground()
        let replacing = random.chance(25) ? [random.pick(amendments)].compactMap { $0 } : []
        let voiding = random.chance(15) ? voidable() : []
        if random.chance(20), let subject = random.pick(amendments) {
            let outcome: ClosingOutcome = random.chance(60) ? .complete : .abandoned
            amendments.append(
                conference.close(subject, outcome, on: random.chance(80) ? nil : ground, replacing: replacing))
            return
        }
        amendments.append(
            conference.amend(
                changes(), on: ground, relyingOn: random.chance(40) ? ["rule/closing"] : [], replacing: replacing,
                voiding: voiding
            ) { base in
                if random.chance(4) { base.removeValue(forKey: base.keys.min()!) }
            })
    }

    private mutating func ground() -> [Instrument] {
        guard random.chance(60), let one = random.pick(amendments) else { return [conference.founding] }
        guard random.chance(25), let other = random.pick(amendments) else { return [one] }
        return [one, other]
    }

    private mutating func voidable() -> [Digest] {
        let disputed = conference.seals.filter(\.isDisputed).map(\.id) + conference.withdrawals.map(\.id)
        return Array(Set([random.pick(disputed), random.pick(disputed)].compactMap { $0 })).sorted()
    }

    private mutating func changes() -> [String: Content?] {
        switch Int(random.next() % 10) {
        case 0: ["roster/key-state": Content(.roster(Conference.roster(roster())))]
        case 1: ["party/chn": Content(.party(Self.otherChina.record))]
        case 2: ["rule/procedure": Content(.rule(random.chance(50) ? Rules.allKeyStates : Rules.mostKeyStates))]
        case 3:
            [
                "roster/partner": Content(.roster(Conference.roster(Parties.partners + [Parties.mongolia]))),
                "party/mng": Content(.party(Parties.mongolia.record)),
            ]
        case 4: ["a1": Articles.text("\(random.next())", class: "hard-security")]
        case 5:
            ["l": Articles.text("\(random.next())", class: "letter", addressees: [random.pick(Parties.members)!])]
        case 6: ["a2-1": Articles.text("\(random.next())", in: random.chance(50) ? "a3" : "a2")]
        default: [random.pick(["a2", "a3", "a4", "a5"])!: Articles.text("\(random.next())")]
        }
    }

    private mutating func roster() -> [Party] {
        var roster = Parties.keyStates.filter { _ in random.chance(80) }
        if random.chance(30) { roster.append(Parties.russia) }
        return roster
    }

    private mutating func seal() {
        for _ in 0..<9 {
            guard let instrument = random.chance(70) ? amendments.last : random.pick(amendments) else { continue }
            let party = random.chance(80) ? random.pick(Parties.keyStates)! : random.pick(Self.parties)!
            let closings = conference.instruments.values.filter { $0.closing?.subject == instrument.id }
                .sorted { $0.id < $1.id }
            let conditions = random.chance(50) ? closings : amendments
            let provided = random.chance(75) ? [] : [random.pick(conditions)]
            let verdict: Seal.Verdict = random.chance(80) ? .accept : random.chance(50) ? .abstain : .reject
            conference.seal(
                instrument, by: [party], verdict, provided: provided.compactMap { $0 },
                in: random.chance(90) ? nil : ["concerned"], isSigned: random.chance(95),
                isDisputed: (instrument.id.bytes[0] ^ party.record.id.bytes[0]) % 4 == 0)
        }
    }
}

/// Everything that can be asked of an evaluation.
private struct Answers {
    let evaluation: Evaluation

    func expectEqual(to other: Answers, _ place: Comment, asking questions: [(Party, Instrument)]) {
        let (one, two) = (evaluation, other.evaluation)
        #expect(one.instrumentIDs == two.instrumentIDs, place)
        #expect(one.perfected == two.perfected, place)
        #expect(one.out == two.out, place)
        #expect(one.standing == two.standing, place)
        #expect(one.contestedIDs == two.contestedIDs, place)
        #expect(one.inForce == two.inForce, place)
        #expect(one.newestInForce == two.newestInForce, place)
        #expect(one.textInForce == two.textInForce, place)
        #expect(one.standingUndisputed == two.standingUndisputed, place)
        #expect(one.disputedSeals == two.disputedSeals && one.voidSeals == two.voidSeals, place)
        #expect(one.voidWithdrawals == two.voidWithdrawals, place)
        #expect(one.contradictions() == two.contradictions(), place)
        #expect(one.partiesInForce.map(\.party) == two.partiesInForce.map(\.party), place)
        #expect(StateRoots(of: one) == StateRoots(of: two), place)
        for id in two.instrumentIDs { expectEqual(to: other, id, place) }
        for (party, instrument) in questions {
            let asked = [one, two].map { evaluation in
                evaluation.objections(
                    to: .accept, on: instrument.id, by: party.name, provided: instrument.replaces,
                    under: party.record.id)
            }
            #expect(asked[0] == asked[1], place)
        }
    }

    private func expectEqual(to other: Answers, _ id: InstrumentID, _ place: Comment) {
        let (one, two) = (evaluation, other.evaluation)
        #expect(one.state(of: id) == two.state(of: id), place)
        #expect(one.illFormedness(of: id) == two.illFormedness(of: id), place)
        #expect(one.awaited(by: id) == two.awaited(by: id), place)
        #expect(one.missing(of: id) == two.missing(of: id), place)
        #expect(one.requirements(of: id) == two.requirements(of: id), place)
        #expect(one.countingSeals(on: id) == two.countingSeals(on: id), place)
        #expect(one.rivals(of: id) == two.rivals(of: id), place)
        #expect(one.excused(from: id) == two.excused(from: id), place)
        #expect(one.wouldFall(with: id) == two.wouldFall(with: id), place)
        #expect(one.closings(of: id).complete == two.closings(of: id).complete, place)
        #expect(one.closings(of: id).abandoned == two.closings(of: id).abandoned, place)
        #expect(one.roots(of: Parties.china.name, on: id) == two.roots(of: Parties.china.name, on: id), place)
    }
}

@Suite("An evaluation that takes in one record after another")
struct GrowthTests {
    static let seeds: ClosedRange<UInt64> = {
        let count = ProcessInfo.processInfo.environment["SYNGRAPH_HISTORIES"].flatMap { UInt64($0) }
        return 1...(count ?? 12)
    }()

    private enum Record {
        case instrument(Instrument)
        case seal(SealGiven)
    }

    @Test(arguments: seeds)
    func `answers as one that is made of all of them anew, after each`(seed: UInt64) {
        var turmoil = Turmoil(seed: seed, amendmentCount: 16)
        let conference = turmoil.conference
        let instruments = conference.instruments.values.sorted { $0.id < $1.id }
        let records = instruments.map(Record.instrument) + conference.seals.map(Record.seal)
        var held: (instruments: [InstrumentID: Instrument], seals: [SealGiven]) = ([:], [])
        func anew() -> Evaluation {
            Evaluation(
                instruments: held.instruments, seals: held.seals, withdrawals: conference.withdrawals,
                keyForks: conference.keyForks, roadmap: conference.roadmap)
        }
        var growing = anew()
        var told: Set<Contradiction> = []
        for (count, record) in turmoil.random.shuffled(records).enumerated() {
            switch record {
            case .instrument(let instrument):
                held.instruments[instrument.id] = instrument
                growing.add(instrument)
            case .seal(let seal):
                held.seals.append(seal)
                growing.add(seal)
            }
            told.formUnion(growing.takeNewContradictions())
            #expect(told.isSuperset(of: growing.contradictions()), "seed \(seed), \(count + 1) records")
            let questions = (0..<3).map { _ in
                (turmoil.random.pick(Parties.keyStates)!, turmoil.random.pick(instruments)!)
            }
            Answers(evaluation: growing).expectEqual(
                to: Answers(evaluation: anew()), "seed \(seed), \(count + 1) records", asking: questions)
        }
        Self.tell(growing, seed)
    }

    @Test func `meets everything that can become of an instrument on the way`() {
        var states: Set<InstrumentState> = []
        var seen: (voids: Int, completed: Int, excused: Int, forked: Int) = (0, 0, 0, 0)
        for seed in Self.seeds {
            let evaluation = Turmoil(seed: seed, amendmentCount: 16).conference.evaluation
            let ids = evaluation.instrumentIDs
            states.formUnion(ids.compactMap(evaluation.state))
            seen.voids += evaluation.voidSeals.count + evaluation.voidWithdrawals.count
            seen.completed +=
                ids.filter { evaluation.instrument($0)?.closing != nil }
                .filter { evaluation.perfected.contains($0) }.count
            seen.excused += ids.filter { !evaluation.excused(from: $0).isEmpty }.count
            seen.forked += evaluation.contradictions().count
        }
        print("\(states.count) states, \(seen)")
        #expect(states.isSuperset(of: [.inForce, .replaced, .suspended, .contested, .conditional, .illFormed]))
        #expect(seen.voids > 0 && seen.completed > 0 && seen.excused > 0 && seen.forked > 0)
    }

    @Test func `lets fall what hung on the replaced, and stand again what that had replaced`() {
        var conference = Conference()
        let first = conference.reword("a2", "First.", acceptedBy: Parties.keyStates)
        let onFirst = conference.hotline(acceptedBy: Parties.keyStates, on: [first])
        let second = conference.reword("a3", "Second.", acceptedBy: Parties.keyStates, replacing: [first])
        let inReturn = conference.reword("a4", "In return.", acceptedBy: Array(Parties.keyStates.prefix(2)))
        conference.seal(inReturn, by: [Parties.keyStates[2]], provided: [second])
        let third = conference.reword(
            "a5", "Third.", acceptedBy: Array(Parties.keyStates.prefix(2)), replacing: [second])
        var growing = conference.evaluation
        #expect([first, onFirst].map { growing.state(of: $0.id) } == [.replaced, .suspended])
        #expect([second, inReturn].map { growing.state(of: $0.id) } == [.inForce, .inForce])
        let last = Seals.seal(third, by: Parties.keyStates[2], roadmap: conference.roadmap)
        growing.add(SealGiven(last, isSigned: true))
        #expect([first, onFirst, third].allSatisfy { growing.state(of: $0.id) == .inForce })
        #expect([second, inReturn].map { growing.state(of: $0.id) } == [.replaced, .suspended])
        conference.seal(third, by: [Parties.keyStates[2]])
        #expect(growing.inForce == conference.evaluation.inForce)
    }

    @Test func `voids, and voids no more`() {
        var conference = Conference()
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        conference.seal(nuclear, by: Array(Parties.keyStates.dropFirst()))
        let stolen = conference.seal(nuclear, by: [Parties.keyStates[0]], isDisputed: true)[0]
        let voiding = conference.amend([:], voiding: [stolen])
        conference.seal(voiding, by: Array(Parties.keyStates.dropFirst()))
        let undoing = conference.hotline(acceptedBy: Array(Parties.keyStates.dropFirst()), replacing: [voiding])
        var growing = conference.evaluation
        #expect(growing.state(of: nuclear.id) == .inForce)
        for (instrument, state) in [(voiding, InstrumentState.suspended), (undoing, .inForce)] {
            let last = Seals.seal(instrument, by: Parties.keyStates[0], roadmap: conference.roadmap)
            growing.add(SealGiven(last, isSigned: true))
            #expect(growing.state(of: instrument.id) == .inForce && growing.state(of: nuclear.id) == state)
        }
    }

    @Test func `hears a withdrawal once the last is at hand that its party had committed to`() {
        var conference = Conference()
        let nuclear = conference.amend(["a1": Articles.text("Other.", class: "hard-security")])
        conference.seal(nuclear, by: Array(Parties.keyStates.dropFirst()))
        let ground = conference.reword("a3", "Ground.")
        let promised = conference.reword("a3", "Promised.", on: [ground])
        let broken = conference.amend(["a2": Articles.text("Broken.")], on: [ground]) {
            $0.removeValue(forKey: name("a2"))
        }
        conference.withdraw(
            Parties.keyStates[0], from: ["key-state": conference.founding], committed: [promised.id, broken.id])
        var growing = conference.evaluation(without: ground, promised, broken)
        for instrument in [promised, ground, broken] {
            #expect(growing.state(of: nuclear.id) == .sealed)
            growing.add(instrument)
        }
        #expect(growing.state(of: nuclear.id) == .inForce)
        var other = conference.evaluation(without: ground, promised, broken)
        for instrument in [ground, promised, broken] { other.add(instrument) }
        #expect(other.state(of: nuclear.id) == .inForce)
        var early = conference.evaluation(without: ground, broken)
        early.add(broken)
        #expect(early.state(of: nuclear.id) == .sealed, "the promised one awaits its ground; the broken one is judged")
        early.add(ground)
        #expect(early.state(of: nuclear.id) == .inForce)
    }

    @Test func `tells the same reasons in the same order, whatever came first`() {
        var conference = Conference()
        let rivals = (1...6).map { conference.reword("a2", "Rival \($0).", acceptedBy: [Parties.china]) }
        let torn = conference.amend(["a3": Articles.text("Torn.")], after: rivals)
        let last = conference.reword("a2", "Last.")
        let orders = [rivals, rivals.reversed()].map { rivals in
            var growing = conference.evaluation(without: rivals + [torn])
            for instrument in rivals + [torn] { growing.add(instrument) }
            return growing
        }
        let objections = orders.map { $0.objections(to: .accept, on: last.id, by: Parties.china.name) }
        #expect(objections[0] == rivals.map(\.id).sorted().map { .conflictsWith($0) })
        #expect(objections[0] == objections[1])
        #expect(orders[0].illFormedness(of: torn.id) == orders[1].illFormedness(of: torn.id))
    }

    @Test func `changes nothing of a copy taken before`() {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Array(Parties.keyStates.prefix(2)))
        var growing = conference.evaluation
        let before = growing
        let third = Seals.seal(hotline, by: Parties.keyStates[2], roadmap: conference.roadmap)
        growing.add(SealGiven(third, isSigned: false))
        #expect(growing.state(of: hotline.id) == .sealed, "the threshold has not signed")
        for _ in 1...2 { growing.add(SealGiven(third, isSigned: true)) }
        #expect(growing.state(of: hotline.id) == .inForce && before.state(of: hotline.id) == .sealed)
        #expect(growing.countingSeals(on: hotline.id).count == 3)
    }

    private static func tell(_ evaluation: Evaluation, _ seed: UInt64) {
        let counts = [evaluation.perfected, evaluation.standing, evaluation.out, evaluation.contestedIDs].map(\.count)
        print("seed \(seed): of \(evaluation.instrumentIDs.count), perfected, standing, out, contested: \(counts)")
    }
}
