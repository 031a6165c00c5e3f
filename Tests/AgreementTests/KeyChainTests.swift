import Cryptography
import Identity
import Testing

@testable import Agreement

/// China, under other keys than those of its record.
private let otherChina = Party("chn", generation: 7)

extension Conference {
    /// Writes another record for China.
    @discardableResult
    fileprivate mutating func rewriteChina(
        as party: Party = otherChina, _ changes: [String: Content?] = [:], acceptedBy parties: [Party] = []
    ) -> Instrument {
        let record: [String: Content?] = ["party/chn": Content(.party(party.record))]
        let rewriting = amend(record.merging(changes) { one, _ in one })
        seal(rewriting, by: parties)
        return rewriting
    }
}

@Suite("A seal counts")
struct SealWeightTests {
    private let others = Parties.keyStates.filter { $0.name != Parties.china.name }

    @Test func `under the record that its party had, where the instrument brings another`() {
        var conference = Conference()
        let rewriting = conference.rewriteChina(acceptedBy: others + [otherChina])
        #expect(conference.state(rewriting) == .sealed, "two of three would have taken over the third's keys")
        #expect(conference.evaluation.missing(of: rewriting.id).parties == [Parties.china.name])
        #expect(conference.evaluation.countingSeals(on: rewriting.id).count == others.count)
        conference.seal(rewriting, by: [Parties.china])
        #expect(conference.state(rewriting) == .inForce)
        let then = conference.hotline(acceptedBy: others.dropLast() + [otherChina], on: [rewriting])
        #expect(conference.state(then) == .inForce, "what is built on it knows the new keys")
        let late = conference.reword("a3", "Late.", acceptedBy: others.dropLast() + [Parties.china], on: [rewriting])
        #expect(conference.state(late) == .sealed)
    }

    @Test func `under a brought record where there was none before`() {
        var conference = Conference()
        let card = conference.amend(["party/mng": Content(.party(Parties.mongolia.record))])
        let weight = conference.evaluation.roots(of: Parties.mongolia.name, on: card.id)
        #expect(weight.earlier == nil && weight.brought == Parties.mongolia.record.id)
        conference.seal(card, by: [Parties.mongolia])
        #expect(conference.evaluation.countingSeals(on: card.id).count == 1)
    }

    @Test func `as a newcomer's under the record that its instrument brings, and so for its coming only`() {
        let onto: [String: Content?] = [
            "roster/partner": Content(.roster(Conference.roster(Parties.partners + [Parties.china])))
        ]
        var conference = Conference()
        let coming = conference.rewriteChina(onto, acceptedBy: Parties.keyStates)
        #expect(conference.state(coming) == .sealed, "it has not proved the keys that it brings")
        conference.seal(coming, by: [otherChina])
        #expect(conference.state(coming) == .inForce)
        var alone = Conference()
        let taken = alone.rewriteChina(onto, acceptedBy: others + [otherChina])
        #expect(alone.state(taken) == .sealed)
    }

    @Test func `as a newcomer's under the earlier record where its instrument brings none`() {
        var conference = Conference()
        let coming = conference.amend([
            "roster/partner": Content(.roster(Conference.roster(Parties.partners + [Parties.china])))
        ])
        conference.seal(coming, by: others)
        #expect(conference.state(coming) == .sealed)
        conference.seal(coming, by: [Parties.china])
        #expect(conference.state(coming) == .inForce)
    }

    @Test func `by the chain that its key record is in`() {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Array(others.prefix(2)))
        let rotated = Seals.seal(hotline, by: otherChina)
        let given = SealGiven(rotated, chain: Parties.china.record.id, isSigned: true)
        let held = Array(conference.instruments.values)
        func state(_ seal: SealGiven) -> InstrumentState? {
            Evaluation(
                instruments: Dictionary(uniqueKeysWithValues: held.map { ($0.id, $0) }),
                seals: conference.seals + [seal], roadmap: conference.roadmap
            ).state(of: hotline.id)
        }
        #expect(state(given) == .inForce)
        #expect(state(SealGiven(rotated, isSigned: true)) == .sealed)
    }
}

@Suite("A seal binds")
struct BindingTests {
    private let china = Parties.china

    @Test func `nobody in whose name others publish records and seals`() {
        var conference = Conference()
        let one = conference.rewriteChina(["a2": Articles.text("One.")])
        let other = conference.rewriteChina(["a2": Articles.text("Other.")])
        for instrument in [one, other] { conference.seal(instrument, by: [otherChina]) }
        conference.seal(one, by: [otherChina], .reject)
        #expect(conference.evaluation.contradictions().isEmpty)
        #expect(!conference.evaluation.isEstablished(otherChina.record.id, of: china.name))
        #expect(conference.evaluation.objections(to: .accept, on: other.id, by: china.name).isEmpty)
    }

    @Test func `once something perfected carries the record`() {
        var conference = Conference()
        let rewriting = conference.rewriteChina()
        let (one, rival) = (
            conference.reword("a2", "One.", on: [rewriting]), conference.reword("a2", "Rival.", on: [rewriting])
        )
        for instrument in [one, rival] { conference.seal(instrument, by: [otherChina]) }
        #expect(conference.evaluation.contradictions().isEmpty)
        conference.seal(rewriting, by: Parties.keyStates)
        #expect(conference.evaluation.isEstablished(otherChina.record.id, of: china.name))
        #expect(conference.evaluation.contradictions().map(\.kind) == [.incoherentSeals])
    }

    @Test func `its party's own software before that`() {
        var conference = Conference()
        let rewriting = conference.rewriteChina()
        let (one, rival) = (
            conference.reword("a2", "One.", on: [rewriting]), conference.reword("a2", "Rival.", on: [rewriting])
        )
        conference.seal(one, by: [otherChina])
        func objections(_ chain: Digest?) -> [Objection] {
            conference.evaluation.objections(to: .accept, on: rival.id, by: china.name, under: chain)
        }
        #expect(objections(otherChina.record.id) == [.conflictsWith(one.id)])
        #expect(objections(china.record.id) == [.wouldNotStand(ground: [rewriting.id])])
        #expect(objections(nil) == [.wouldNotStand(ground: [rewriting.id])])
    }

    @Test func `not while it is disputed, by neither conviction nor the honest check`() {
        var conference = Conference()
        let (one, rival) = (conference.reword("a2", "One."), conference.reword("a2", "Rival.", acceptedBy: [china]))
        conference.seal(one, by: [china], isDisputed: true)
        conference.seal(rival, by: [china], .reject, isDisputed: true)
        #expect(conference.evaluation.contradictions().isEmpty)
        let objections = conference.evaluation.objections(
            to: .accept, on: rival.id, by: china.name, under: china.record.id)
        #expect(objections.isEmpty)
    }
}

@Suite("Key statements that fork")
struct ForkedKeysTests {
    @Test func `convict the party whose chain is established, and nobody else`() {
        let statements = [Digest(of: [1]), Digest(of: [2])].sorted()
        func contradictions(_ chain: Digest) -> [Contradiction] {
            var conference = Conference()
            conference.keyForks = [
                KeyForkGiven(party: Parties.china.name, chain: chain, statements: statements)
            ]
            return conference.evaluation.contradictions()
        }
        let expected = Contradiction(party: Parties.china.name, kind: .forkedKeys, records: statements)
        #expect(contradictions(Parties.china.record.id) == [expected])
        #expect(contradictions(otherChina.record.id).isEmpty)
    }
}
