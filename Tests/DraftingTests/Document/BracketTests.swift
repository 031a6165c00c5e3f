import CanonicalEncoding
import Cryptography
import Identity
import Testing

@testable import Drafting

@Suite("Brackets in a draft")
struct BracketTests {
    private static let text = TextName.english("1")

    /// Korea brackets "within 60 days" in article 1, and adds "upon signature".
    private struct Table {
        var korea = Delegation("KOR")
        var north = Delegation("PRK")
        var states = Delegation("USA")
        let bracket: OperationName
        let other: OperationName

        init(isSuggestion: Bool = false) {
            let range = BracketTests.range(of: "within 60 days", in: korea.draft)
            let (start, end) = korea.draft.anchors(around: range, in: BracketTests.text)!
            let first = korea.draft.perform(
                isSuggestion
                    ? .suggest(BracketTests.text, start: start, end: end, reason: "sooner")
                    : .bracket(BracketTests.text, start: start, end: end))!
            let second = isSuggestion ? first : korea.draft.perform(.alternative(bracket: first))!
            korea.draft.insert("upon signature", in: .alternative(second), at: 0)
            let id = korea.close().stamp.id
            bracket = first.closed(in: id)
            other = second.closed(in: id)
            north.hear(korea)
            states.hear(korea)
        }

        mutating func meet() {
            let all = [korea, north, states]
            for one in all {
                korea.hear(one)
                north.hear(one)
                states.hear(one)
            }
        }

        func shown(_ counting: (Identifier) -> Bool = { _ in true }) -> DraftBracket {
            korea.draft.bracket(bracket, counting: counting)!
        }
    }

    private static func range(of words: String, in draft: Draft, _ name: TextName = text) -> Range<Int> {
        let all = Array(draft.string(of: name)!.unicodeScalars)
        let part = Array(words.unicodeScalars)
        let start = (0...all.count - part.count).first { Array(all[$0..<$0 + part.count]) == part }!
        return start..<start + part.count
    }

    private static func words(_ range: Range<Int>, in draft: Draft, _ name: TextName = text) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: Array(draft.string(of: name)!.unicodeScalars)[range])
        return String(view)
    }

    @Test func `span words, and offer others`() {
        let table = Table()
        let spans = table.korea.draft.contestedSpans(of: Self.text)
        #expect(spans.count == 1 && spans[0].brackets.map(\.name) == [table.bracket])
        #expect(Self.words(spans[0].range, in: table.korea.draft) == "within 60 days")
        #expect(table.north.draft.string(of: .alternative(table.other)) == "upon signature")
        #expect(table.shown().alternatives == [.standing, .added(table.other), .nothing])
        #expect(table.shown().isOpen && table.shown().positions.isEmpty && table.shown().introducer == "KOR")
        #expect(table.north.draft.openBrackets().byParty == ["KOR": 1])
    }

    @Test func `stay around their words, whatever is edited around them and in them`() {
        var table = Table()
        table.north.draft.insert("All ", in: Self.text, at: 0)
        let days = Self.range(of: "60", in: table.north.draft)
        table.north.draft.insert("about ", in: Self.text, at: days.lowerBound)
        let start = Self.range(of: "within", in: table.north.draft).lowerBound
        table.north.draft.insert("soon, ", in: Self.text, at: start)
        table.north.draft.insert(" or so", in: Self.text, at: Self.range(of: "days", in: table.north.draft).upperBound)
        table.north.close()
        table.korea.draft.delete(Self.range(of: "within ", in: table.korea.draft), in: Self.text)
        table.korea.close()
        table.meet()
        let spans = table.korea.draft.contestedSpans(of: Self.text)
        #expect(Self.words(spans[0].range, in: table.korea.draft) == "about 60 days")
    }

    @Test func `are not settled by one party alone, whoever it is but the one that opened them`() {
        var table = Table()
        table.north.perform(.position(bracket: table.bracket, accepts: [.added(table.other)]))
        table.north.perform(.choose(bracket: table.bracket, .added(table.other)))
        table.meet()
        #expect(table.shown().isOpen && table.shown().reads == .added(table.other))
        table.korea.perform(.choose(bracket: table.bracket, .added(table.other)))
        #expect(table.shown().outcome == .added(table.other), "the one that opened it agrees")
        table.states.perform(.position(bracket: table.bracket, accepts: [.standing]))
        table.meet()
        #expect(table.shown().isOpen, "and may be open again")
    }

    @Test func `may be taken back by who opened them, unless somebody holds to them`() {
        var table = Table()
        table.korea.perform(.choose(bracket: table.bracket, .standing))
        #expect(table.shown().outcome == .standing)
        table.north.perform(.position(bracket: table.bracket, accepts: [.added(table.other)]))
        table.meet()
        #expect(table.shown().isOpen)
        #expect(table.korea.draft.openBrackets().byParty == ["KOR": 1, "PRK": 1])
        table.north.perform(.position(bracket: table.bracket, accepts: []))
        table.meet()
        #expect(table.shown().outcome == .standing)
    }

    @Test func `go where positions meet`() {
        var table = Table()
        table.korea.perform(.position(bracket: table.bracket, accepts: [.standing]))
        table.north.perform(.position(bracket: table.bracket, accepts: [.added(table.other), .nothing]))
        table.meet()
        #expect(table.shown().isOpen)
        table.korea.perform(.position(bracket: table.bracket, accepts: [.standing, .added(table.other), .nothing]))
        table.meet()
        #expect(table.shown().outcome == .added(table.other), "the first in common")
        table.states.perform(.choose(bracket: table.bracket, .nothing))
        table.meet()
        #expect(table.shown().outcome == .nothing, "the one chosen among those in common")
        #expect(table.korea.draft.openBrackets().all.isEmpty)
    }

    @Test func `show an observer's position, and need not count it`() {
        var table = Table()
        table.korea.perform(.position(bracket: table.bracket, accepts: [.standing]))
        table.north.perform(.position(bracket: table.bracket, accepts: [.standing]))
        table.states.perform(.position(bracket: table.bracket, accepts: [.nothing]))
        table.meet()
        #expect(table.shown().isOpen)
        let without = table.shown { $0 != "USA" }
        #expect(without.outcome == .standing && without.positions["USA"] == [.nothing])
        // A bracket of an observer's that nobody else holds to.
        let (start, end) = table.states.draft.anchors(around: 0..<3, in: Self.text)!
        let own = table.states.perform(.bracket(Self.text, start: start, end: end))!
        #expect(table.states.draft.bracket(own)!.isOpen)
        #expect(table.states.draft.bracket(own, counting: { $0 != "USA" })!.outcome == .standing)
    }

    @Test func `of a party's writers apart add up`() {
        var table = Table()
        var second = Delegation("PRK", writer: "PRK-2")
        second.hear(table.korea)
        second.perform(.position(bracket: table.bracket, accepts: [.nothing]))
        table.north.perform(.position(bracket: table.bracket, accepts: [.standing]))
        table.meet()
        table.korea.hear(second)
        #expect(table.shown().positions["PRK"] == [.standing, .nothing])
        second.hear(table.north)
        second.perform(.position(bracket: table.bracket, accepts: [.nothing]))
        table.korea.hear(second)
        #expect(table.shown().positions["PRK"] == [.nothing], "what was seen is superseded")
    }

    @Test func `that are suggestions are accepted or refused by anyone, unless somebody holds to them`() {
        var table = Table(isSuggestion: true)
        #expect(table.shown().isSuggestion && table.shown().isOpen && table.shown().reason == "sooner")
        table.north.perform(.choose(bracket: table.bracket, .added(table.bracket)))
        table.meet()
        #expect(table.shown().outcome == .added(table.bracket))
        table.states.perform(.choose(bracket: table.bracket, .standing))
        table.meet()
        #expect(table.shown().outcome == .standing, "refused")
        table.korea.perform(.position(bracket: table.bracket, accepts: [.added(table.bracket)]))
        table.meet()
        #expect(table.shown().isOpen, "Korea insists")
    }

    @Test func `with choices apart read what stands there, and keep both`() {
        var table = Table()
        table.korea.perform(.choose(bracket: table.bracket, .nothing))
        table.north.perform(.choose(bracket: table.bracket, .added(table.other)))
        table.meet()
        #expect(table.shown().isOpen && table.shown().reads == .standing && table.shown().choices.count == 2)
    }

    @Test func `on a node take it out, with what stands in it`() {
        var table = Table()
        let node = table.korea.perform(.bracketNode("1"))!
        #expect(table.korea.draft.bracket(node)!.alternatives == [.standing, .nothing])
        let made1 = table.korea.draft.perform(.alternative(bracket: node))
        #expect(made1 == nil)
        #expect(table.korea.draft.openBrackets().byNode == ["1": 2])
        table.korea.perform(.choose(bracket: node, .nothing))
        #expect(table.korea.draft.openBrackets().all.isEmpty, "what is out holds no open bracket")
    }

    @Test func `nest in alternatives, and count only where these may still come to stand`() {
        var table = Table()
        let inner = TextName.alternative(table.other)
        let (start, end) = table.korea.draft.anchors(around: 5..<14, in: inner)!
        let nested = table.korea.perform(.bracket(inner, start: start, end: end))!
        #expect(table.korea.draft.openBrackets().all.count == 2)
        #expect(table.korea.draft.contestedSpans(of: inner).map(\.range) == [5..<14])
        table.korea.perform(.choose(bracket: table.bracket, .standing))
        #expect(table.korea.draft.openBrackets().all.isEmpty)
        table.korea.perform(.choose(bracket: table.bracket, .added(table.other)))
        #expect(table.korea.draft.openBrackets().all == [nested])
    }

    @Test func `nest no deeper than the limit`() {
        var korea = Delegation("KOR")
        var text = Self.text
        for _ in 0..<DraftLimits.bracketLevel {
            text = .alternative(korea.draft.perform(.suggest(text, start: .beginning, end: .end, reason: nil))!)
        }
        let made2 = korea.draft.perform(.bracket(text, start: .beginning, end: .end))
        #expect(made2 == nil)
    }

    @Test func `that follow another come to what that one comes to, and are not counted`() {
        var table = Table()
        let (start, end) = table.korea.draft.anchors(around: 0..<3, in: Self.text)!
        let number = table.korea.perform(.bracketFollowing(table.bracket, Self.text, start: start, end: end))!
        let second = table.korea.perform(.alternative(bracket: number))!
        let chained = table.korea.perform(.bracketFollowing(number, .english("2"), start: .beginning, end: .end))!
        #expect(table.korea.draft.openBrackets().all == [table.bracket])
        #expect(table.korea.draft.bracket(chained)!.follows == table.bracket)
        table.korea.perform(.choose(bracket: table.bracket, .added(table.other)))
        #expect(table.korea.draft.bracket(number)!.outcome == .added(second))
        #expect(table.korea.draft.bracket(chained)!.outcome == .standing, "it has no second one")
        table.korea.perform(.choose(bracket: table.bracket, .nothing))
        #expect(table.korea.draft.bracket(number)!.outcome == .added(second), "nor a third one: its last")
    }

    @Test func `that overlap are one contested span`() {
        var korea = Delegation("KOR")
        for range in [4..<11, 8..<20, 9..<10, 30..<35, 30..<35, 0..<40, 20..<20] {
            let (start, end) = korea.draft.anchors(around: range, in: Self.text)!
            korea.perform(.bracket(Self.text, start: start, end: end))
        }
        let spans = korea.draft.contestedSpans(of: Self.text)
        #expect(spans.map(\.range) == [0..<40, 4..<20, 9..<10, 20..<20, 30..<35])
        #expect(spans.map(\.level) == [0, 1, 2, 1, 1])
        #expect(spans[1].brackets.map(\.range) == [4..<11, 8..<20])
        #expect(spans[4].brackets.count == 2)
    }

    @Test func `that are empty stand before those that begin there, beside them`() {
        var korea = Delegation("KOR")
        for range in [0..<40, 4..<20, 4..<11, 4..<4, 12..<15] {
            let (start, end) = korea.draft.anchors(around: range, in: Self.text)!
            korea.perform(.bracket(Self.text, start: start, end: end))
        }
        let spans = korea.draft.contestedSpans(of: Self.text)
        #expect(spans.map(\.range) == [0..<40, 4..<4, 4..<20, 4..<11, 12..<15])
        #expect(spans.map(\.level) == [0, 1, 1, 2, 2])
    }

    @Test func `whose anchors name no scalar are kept and stand nowhere`() {
        var korea = Delegation("KOR")
        let anchor = Anchor.scalar(entry: korea.draft.id, number: 5000, side: .before)
        let bracket = korea.perform(.bracket(Self.text, start: anchor, end: .end))!
        #expect(korea.draft.bracket(bracket)!.isOpen)
        #expect(korea.draft.contestedSpans(of: Self.text).isEmpty && korea.draft.openBrackets().all.isEmpty)
        let foreign = Anchor.scalar(entry: Digest(padding: [3]), number: 0, side: .before)
        let made3 = korea.draft.perform(.bracket(Self.text, start: foreign, end: .end))
        #expect(made3 == nil)
    }

    @Test func `are reserved on, by a party for itself`() {
        var table = Table()
        let reservation = table.korea.perform(.reserve(.made(table.bracket), .adReferendum, "Seoul has to agree"))!
        table.korea.perform(.reserve(.base("2"), .scrutiny, nil))
        table.meet()
        table.north.draft.perform(.title("kept"))
        let made4 = table.north.draft.perform(.lift(reservation: reservation))
        #expect(made4 == nil, "another party's")
        table.korea.perform(.lift(reservation: reservation))
        #expect(table.korea.draft.allReservations.map(\.isLifted) == [true, false])
        #expect(table.korea.draft.allReservations[0].subject == .bracket(table.bracket))
        #expect(table.korea.draft.allReservations[1].subject == .node("2"))
    }

    @Test func `are noted on, in threads that are resolved and opened again`() {
        var table = Table()
        let range = Self.range(of: "60 days", in: table.north.draft)
        let (start, end) = table.north.draft.anchors(around: range, in: Self.text)!
        let note = table.north.perform(.noteOnRange(Self.text, start: start, end: end, "Why sixty?"))!
        table.meet()
        let reply = table.korea.perform(.reply(note: note, "It was ninety."))!
        table.korea.draft.insert("Soon, ", in: Self.text, at: 0)
        table.korea.close()
        table.meet()
        table.north.perform(.resolve(note: reply))
        table.meet()
        let shown = table.korea.draft.allNotes[0]
        guard case .text(Self.text, let place?) = shown.subject else {
            Issue.record("the note lost its words")
            return
        }
        #expect(Self.words(place, in: table.korea.draft) == "60 days")
        #expect(shown.isResolved && shown.replies.map(\.value) == ["It was ninety."])
        table.korea.perform(.reopen(note: note))
        #expect(!table.korea.draft.allNotes[0].isResolved)
        table.korea.perform(.note("2", "on the whole article"))
        #expect(table.korea.draft.allNotes[1].subject == .node("2"))
    }

    @Test func `go round what is taken back, and what stands again`() {
        var table = Table()
        table.north.draft.insert("All of ", in: Self.text, at: 0)
        table.north.draft.delete(Self.range(of: "60", in: table.north.draft), in: Self.text)
        table.north.draft.perform(.strike("2.a"))
        let done = table.north.close().stamp.id
        table.meet()
        #expect(table.korea.draft.string(of: Self.text)!.hasPrefix("All of The parties"))
        let isUndone = table.north.draft.undo(done)
        #expect(isUndone)
        table.north.close()
        table.meet()
        #expect(table.korea.draft.string(of: Self.text) == OpenedDraft.provisions.provisions[0].texts["en"]!.string)
        #expect(table.korea.draft.outline == "1 2 .2.a .2.b .2.c")
        let span = table.korea.draft.contestedSpans(of: Self.text)[0].range
        #expect(Self.words(span, in: table.korea.draft) == "within 60 days")
    }
}
