import Agreement
import AgreementReference
import Cryptography
import Testing

/// The histories by which earlier wordings of the design failed, played by the product. The name of a test is the
/// claim of the history; each is played under several assignments of ids, which must make no difference.
@Suite("In the agreement room")
struct NamedHistoryTests {
    @Test func `what replaces is said by the instrument, so both orders of sealing give the same answer`() { play() }
    @Test func `what a replaced instrument names is not thereby replaced`() { play() }
    @Test func `an instrument that does not name the newest version beneath it is ill formed`() { play() }
    @Test func `a roster amendment built on what relied on the roster leaves it in force, and makes open ones stale`() {
        play()
    }
    @Test func `what replaces an accession needs the rules as they stood after it`() { play() }
    @Test func `naming is the way out of what one gave up too early`() { play() }
    @Test func `what was given in return for something that never stood does not bind`() { play() }
    @Test func `an instrument that fells its own ground does not stand, and no honest party seals it`() { play() }
    @Test func `an instrument awaits what it replaces`() { play() }
    @Test func `no term over a standing without holders is met`() { play() }
    @Test func `a base of nothing but did-not-exist is no root`() { play() }
    @Test func `an abstention that a rule counts binds like an acceptance`() { play() }
    @Test func `two changes of one constitution conflict, whatever each changes`() { play() }
    @Test func `linked instruments complete at the same instant, and neither goes first`() { play() }
    @Test func `no rule as a whole is met without an acceptance by a party that one of its terms counts`() { play() }
    @Test func `nobody is enrolled unasked`() { play() }
    @Test func `of two contested instruments the one that stands without those who sealed both is in force`() {
        play()
    }
    @Test func `what replaces a change of a rule needs the rules of all classes as they stood after it`() { play() }
    @Test func `what replaces needs all that what it replaces needed`() { play() }
    @Test func `what was replaced stands again when what replaced it is replaced by what does not name it`() { play() }
    @Test func `what was replaced is named once more by all that is built on its replacement`() { play() }

    @Test func `every named history has its test above`() { #expect(NamedHistory.all().count == 21) }

    private func play(_ function: String = #function) {
        let claim = function.replacing("`", with: "").replacing("()", with: "")
        for stage in Self.stages {
            guard let named = stage.histories.first(where: { $0.claim == claim }) else {
                Issue.record("no history claims: \(claim)")
                return
            }
            NamedPlay(named, Scribe(seed: stage.seed, having: stage.instruments), stage.seed).expectAsClaimed()
        }
    }

    private struct Stage {
        let seed: UInt64
        let histories: [NamedHistory]
        let instruments: [String: Instrument]
    }

    private static let stages = (UInt64(1)...3).map { seed in
        let scribe = Scribe(seed: seed)
        let histories = NamedHistory.all(assignID: scribe.id(of:), assignKeyRecord: scribe.keyRecord(of:serial:))
        return Stage(seed: seed, histories: histories, instruments: scribe.instruments)
    }
}

/// One named history and the product's answers to it.
private struct NamedPlay {
    let named: NamedHistory
    let scribe: Scribe
    let seed: UInt64

    init(_ named: NamedHistory, _ scribe: Scribe, _ seed: UInt64) {
        self.named = named
        self.scribe = scribe
        self.seed = seed
    }

    func expectAsClaimed() {
        let whole = copy(named.history.events, "everything")
        expect(named.states, in: whole.product)
        for (name, expected) in named.inForce {
            #expect(whole.product.inForce.contains(id(name)) == expected, "seed \(seed), \(name)")
        }
        for pair in named.conflicts {
            let isConflict = whole.product.conflict(id(pair.one), id(pair.other))
            #expect(isConflict == pair.isConflict, "seed \(seed), \(pair.one) and \(pair.other)")
        }
        for check in named.checks { expect(check) }
        for partial in named.partialCopies { expect(partial) }
    }

    private func expect(_ check: NamedHistory.Check) {
        let known = copy(named.history.events.prefix(check.eventCount), "the first \(check.eventCount) events")
        let isAllowed = known.expectSameLeave(
            check.party, on: named.ids[check.instrument]!, check.verdict,
            provided: check.provided.map { named.ids[$0]! })
        #expect(isAllowed == check.isAllowed, "seed \(seed), \(check.party) on \(check.instrument)")
    }

    private func expect(_ partial: NamedHistory.PartialCopy) {
        let lacking = Set(partial.lacking.map { named.ids[$0]! })
        let events = named.history.events.filter { event in
            switch event {
            case .published(let instrument): !lacking.contains(instrument.id)
            case .sealed(let seal): !lacking.contains(seal.instrument)
            }
        }
        expect(partial.states, in: copy(events, "without \(partial.lacking)").product)
    }

    private func expect(_ states: [String: ReferenceState], in evaluation: Evaluation) {
        for (name, expected) in states {
            #expect(evaluation.state(of: id(name))?.rawValue == expected.rawValue, "seed \(seed), \(name)")
        }
    }

    private func copy(_ events: some Sequence<ReferenceHistory.Event>, _ place: String) -> Copy {
        let copy = Copy(events, of: named.history, by: scribe, seed: seed, place)
        copy.expectSameSets()
        copy.expectSameStates()
        copy.expectSameText()
        copy.expectSameConflicts()
        copy.expectSameConvictions(of: named.history.parties)
        return copy
    }

    private func id(_ name: String) -> InstrumentID { digest(named.ids[name]!) }
}
