import Agreement
import Identity
import Testing

/// What a hotline needs under a rule, and whether it has it.
private struct Question {
    private var conference: Conference
    private let hotline: Instrument

    init(_ rule: Rule, standings: [String: Roster] = [:], addressees: [Party] = []) {
        conference = Conference(rules: ["channel": rule], standings: standings)
        hotline = conference.amend([
            "hotline": Articles.text("A hotline.", class: "channel", in: "a2", addressees: addressees)
        ])
    }

    func accepted(_ parties: [Party], in capacities: [String]? = nil) -> Question {
        sealed(parties, .accept, in: capacities)
    }
    func abstained(_ parties: [Party], in capacities: [String]? = nil) -> Question {
        sealed(parties, .abstain, in: capacities)
    }
    func rejected(_ parties: [Party]) -> Question { sealed(parties, .reject, in: nil) }

    var isMet: Bool { conference.state(hotline) == .inForce }

    private func sealed(_ parties: [Party], _ verdict: Seal.Verdict, in capacities: [String]?) -> Question {
        var more = self
        more.conference.seal(hotline, by: parties, verdict, in: capacities)
        return more
    }
}

@Suite("A rule")
struct RuleTests {
    private let everybody = Parties.members
    private let china = Parties.china
    private let northKorea = Parties.northKorea
    private let southKorea = Parties.southKorea
    private let unitedStates = Parties.unitedStates
    private let japan = Parties.japan
    private let russia = Parties.russia

    @Test(arguments: [
        (Rule.Share.all, 1, 1), (.all, 4, 4), (.majority, 1, 1), (.majority, 4, 3), (.majority, 5, 3),
        (.atLeast(1), 4, 1), (.atLeast(9), 4, 9), (.fraction(2, 3), 4, 3), (.fraction(2, 3), 6, 4),
        (.fraction(1, 2), 5, 3), (.fraction(1, 1), 7, 7), (.fraction(1, 100), 1, 1), (.fraction(1, 3), 0, 1),
        (.fraction(1 << 32, 1 << 32), 1 << 24, 1 << 24), (.all, 0, 1),
    ])
    func `counts a share upwards, and never asks for fewer than one`(share: Rule.Share, holders: Int, needed: UInt64) {
        #expect(share.threshold(of: holders) == needed)
    }

    @Test func `for all holders is met by the last of them, and by nobody else in its place`() {
        let question = Question(Rules.allKeyStates).accepted([china, northKorea, southKorea])
        #expect(!question.isMet)
        #expect(!question.accepted([japan, russia]).isMet)
        #expect(question.accepted([unitedStates]).isMet)
    }

    @Test func `for a majority of four is met by three, not by two`() {
        let two = Question(Rules.mostKeyStates).accepted([china, northKorea])
        #expect(!two.isMet)
        #expect(two.accepted([unitedStates]).isMet)
    }

    @Test func `for at least two is met by two`() {
        let one = Question(Rules.need(.atLeast(2), "key-state")).accepted([china])
        #expect(!one.isMet)
        #expect(one.accepted([southKorea]).isMet)
    }

    @Test func `for two thirds of four is met by three`() {
        let two = Question(Rules.need(.fraction(2, 3), "key-state")).accepted([china, southKorea])
        #expect(!two.isMet)
        #expect(two.accepted([northKorea]).isMet)
    }

    @Test func `counts a party with two standings once`() {
        // China and the United States are key states and concerned: four holders together, not six.
        let union = Question(Rules.need(.majority, "concerned", "key-state"))
        #expect(!union.accepted([china, unitedStates]).isMet)
        #expect(union.accepted([china, unitedStates, southKorea]).isMet)
        let all = Question(Rules.need(.all, "concerned", "key-state"))
        #expect(all.accepted(Parties.keyStates).isMet)
    }

    @Test func `counts a party once, however often it accepts`() {
        let question = Question(Rules.need(.atLeast(2), "key-state"))
        #expect(!question.accepted([china], in: ["key-state"]).accepted([china]).isMet)
    }

    @Test func `counts a verdict only in the capacities that it is given in`() {
        let question = Question(Rules.need(.all, "concerned"))
        let asKeyState = question.accepted([china, unitedStates], in: ["key-state"])
        #expect(!asKeyState.isMet)
        #expect(asKeyState.accepted([china, unitedStates], in: ["concerned"]).isMet)
        #expect(question.accepted([china, unitedStates], in: ["concerned", "key-state"]).isMet)
    }

    @Test func `gives nobody a standing by a capacity that it does not hold`() {
        #expect(!Question(Rules.need(.atLeast(1), "key-state")).accepted([japan], in: ["key-state"]).isMet)
        let mixed = Question(Rules.need(.atLeast(1), "key-state", "partner"))
        #expect(!mixed.accepted([japan], in: ["key-state"]).isMet)
        #expect(mixed.accepted([japan], in: ["partner"]).isMet)
    }

    @Test func `counts abstentions only where it says so`() {
        let strict = Question(Rules.allKeyStates).accepted([china, northKorea, southKorea])
        #expect(!strict.abstained([unitedStates]).isMet)
        let lenient = Question(Rules.need(.all, "key-state", counting: .acceptOrAbstain))
            .accepted([china, northKorea, southKorea])
        #expect(!lenient.isMet)
        #expect(lenient.abstained([unitedStates]).isMet)
    }

    @Test func `is not met by abstentions alone`() {
        let lenient = Question(Rules.need(.all, "key-state", counting: .acceptOrAbstain))
        let abstained = lenient.abstained([china, northKorea, southKorea])
        #expect(!abstained.abstained([unitedStates]).isMet)
        #expect(abstained.accepted([unitedStates]).isMet)
        let ofPartners = lenient.abstained(Parties.keyStates).accepted([japan])
        #expect(!ofPartners.isMet, "an acceptance by a party that no term counts is none")
    }

    @Test func `takes the acceptance that it cannot do without from any of its terms`() {
        let rule = Rule.all([
            Rules.need(.all, "key-state", counting: .acceptOrAbstain),
            Rules.need(.atLeast(1), "partner", counting: .acceptOrAbstain),
        ])
        let abstained = Question(rule).abstained(Parties.keyStates)
        #expect(!abstained.abstained([japan]).isMet)
        #expect(abstained.accepted([japan]).isMet)
    }

    @Test func `over nobody is never met`() {
        let empty = ["guest": Roster(holders: [])]
        #expect(!Question(Rules.need(.all, "guest"), standings: empty).accepted(everybody).isMet)
        #expect(Question(Rules.need(.all, "guest", "partner"), standings: empty).accepted([japan, russia]).isMet)
        let dormant = ["guest": Conference.roster([japan], isDormant: true)]
        #expect(!Question(Rules.need(.all, "guest"), standings: dormant).accepted(everybody).isMet)
        let awake = ["guest": Conference.roster([japan])]
        #expect(Question(Rules.need(.all, "guest"), standings: awake).accepted([japan]).isMet)
    }

    @Test func `for one party takes that one, in any capacity`() {
        let question = Question(.party(china.name))
        #expect(!question.accepted([unitedStates, northKorea, southKorea]).isMet)
        #expect(!question.abstained([china]).isMet)
        #expect(question.accepted([china], in: ["concerned"]).isMet)
    }

    @Test func `for the named ones takes all that the provision lists, and asks for nothing where none is listed`() {
        let rule = Rule.named(name("addressees"))
        let toTwo = Question(rule, addressees: [japan, northKorea])
        #expect(!toTwo.accepted([japan, russia]).isMet)
        #expect(toTwo.accepted([japan, northKorea]).isMet)
        #expect(!Question(rule).accepted(everybody).isMet, "nobody is counted by it")
        #expect(Question(.all([rule, Rules.mostKeyStates])).accepted(Parties.keyStates).isMet)
    }

    @Test func `of all parts takes each, of any parts one`() {
        let both = Question(.all([Rules.mostKeyStates, Rules.need(.atLeast(1), "partner")]))
        #expect(!both.accepted(Parties.keyStates).isMet)
        #expect(!both.accepted([japan]).isMet)
        #expect(both.accepted(Parties.keyStates).accepted([japan]).isMet)
        let either = Question(.any([Rules.allKeyStates, .party(japan.name)]))
        #expect(!either.accepted([china, northKorea, southKorea]).isMet)
        #expect(either.accepted([japan]).isMet)
        #expect(either.accepted(Parties.keyStates).isMet)
    }

    @Test func `is not lessened by a rejection`() {
        let question = Question(Rules.mostKeyStates).rejected([northKorea])
        #expect(question.accepted([china, southKorea, unitedStates]).isMet)
    }
}

@Suite("A requirement")
struct RequirementTests {
    @Test func `names its rule, the electorate as the base has it, and where it comes from`() {
        var conference = Conference()
        let hotline = conference.hotline()
        let requirements = conference.evaluation.requirements(of: hotline.id)
        #expect(requirements.map(\.source) == [.rule(name("procedure"), readBy: hotline.id)])
        guard case .need(.majority, let electorate, .accept) = requirements[0].term else {
            Issue.record("not the rule of the class: \(requirements)")
            return
        }
        #expect(electorate.standings == [name("key-state")])
        #expect(electorate.parties == Parties.keyStates.map(\.name).sorted())
        #expect(electorate.standingsOf[Parties.china.name] == [name("key-state")])
    }

    @Test func `of an instrument that moves a provision comes from every class that it contains`() {
        var conference = Conference(rules: ["letter": .party(Parties.japan.name)])
        let inner = conference.amend(["a2-1-1": Articles.text("Stamps.", class: "letter", in: "a2-1")])
        conference.seal(inner, by: [Parties.japan])
        let moved = conference.amend(
            ["a2-1": Articles.text("Letters.", in: "a3")], on: [inner], relyingOn: ["rule/letter", "a2-1-1"])
        conference.seal(moved, by: Parties.keyStates)
        #expect(conference.state(moved) == .sealed)
        conference.seal(moved, by: [Parties.japan])
        #expect(conference.state(moved) == .inForce)
    }

    @Test func `of an instrument that changes a class comes from the old one and the new one`() {
        var conference = Conference()
        let promoted = conference.amend(["a3": Articles.text("Meetings.", class: "hard-security")])
        conference.seal(promoted, by: [Parties.china, Parties.southKorea, Parties.unitedStates])
        #expect(conference.state(promoted) == .sealed, "the class that it enters asks for all")
        let demoted = conference.amend(["a1": Articles.text("Nuclear matters.")])
        conference.seal(demoted, by: [Parties.china, Parties.southKorea, Parties.unitedStates])
        #expect(conference.state(demoted) == .sealed, "the class that it leaves asks for all")
        conference.seal(demoted, by: [Parties.northKorea])
        #expect(conference.state(demoted) == .inForce)
    }
}
