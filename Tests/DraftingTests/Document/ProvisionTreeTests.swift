import CanonicalEncoding
import Cryptography
import Identity
import Testing

@testable import Drafting

@Suite("The provisions of a draft")
struct ProvisionTreeTests {
    private func pair() -> (Delegation, Delegation) { (Delegation("KOR"), Delegation("PRK")) }

    @Test func `stand as in the base, with what is added where it was put`() {
        var korea = Delegation("KOR")
        #expect(korea.draft.outline == "1 2 .2.a .2.b .2.c")
        korea.draft.add("1-bis", kind: "article", provisionClass: "text", beneath: nil, behind: "1")
        korea.draft.add("0", kind: "article", provisionClass: "text", beneath: nil, behind: nil)
        let deep = korea.draft.add("2.d", kind: "paragraph", provisionClass: "text", beneath: "2", behind: "2.c")
        korea.draft.add("2.d.1", kind: "point", provisionClass: "text", beneath: deep, behind: nil)
        #expect(korea.draft.outline == "0 1 1-bis 2 .2.a .2.b .2.c .2.d ..2.d.1")
        korea.close()
        #expect(korea.draft.outline == "0 1 1-bis 2 .2.a .2.b .2.c .2.d ..2.d.1")
        #expect(korea.draft.reading(of: .kind, of: korea.draft.nodeNamed("2.d")!)?.values == [.text("paragraph")])
    }

    @Test func `move with all that is beneath them`() {
        var korea = Delegation("KOR")
        let done1 = korea.draft.move("2", beneath: "1", behind: nil)
        #expect(done1)
        #expect(korea.draft.outline == "1 .2 ..2.a ..2.b ..2.c")
        let done2 = korea.draft.move("2.c", beneath: "2", behind: nil)
        #expect(done2)
        #expect(korea.draft.outline == "1 .2 ..2.c ..2.a ..2.b")
        let done3 = korea.draft.move("1", beneath: "2.b", behind: nil)
        #expect(!done3, "no cycle")
        let done4 = korea.draft.move("9", beneath: nil, behind: nil)
        #expect(!done4, "no such provision")
        #expect(korea.draft.outline == "1 .2 ..2.c ..2.a ..2.b")
    }

    @Test func `make no cycle of two moves that knew nothing of each other, and lose nothing`() {
        var (korea, north) = pair()
        korea.draft.move("1", beneath: "2", behind: nil)
        north.draft.move("2", beneath: "1", behind: nil)
        korea.close()
        north.close()
        korea.hear(north)
        north.hear(korea)
        #expect(korea.draft.outline == north.draft.outline)
        #expect(korea.draft.documentOrder.count == 5)
        // Both are of one depth and sequence: the lower writer's move comes first, and stands.
        let koreaIsFirst = OpenedDraft.writer("KOR") < OpenedDraft.writer("PRK")
        #expect(korea.draft.outline == (koreaIsFirst ? "2 .1 .2.a .2.b .2.c" : "1 .2 ..2.a ..2.b ..2.c"))
    }

    @Test func `stand where the last of several moves put them, and an earlier one that comes late changes nothing`() {
        var (korea, north) = pair()
        korea.draft.move("2.a", beneath: nil, behind: nil)
        korea.close()
        korea.draft.move("2.a", beneath: "1", behind: nil)
        korea.close()
        north.draft.move("2.a", beneath: "2", behind: "2.c")
        north.close()
        korea.hear(north)
        north.hear(korea)
        #expect(korea.draft.outline == "1 .2.a 2 .2.b .2.c")
        #expect(north.draft.outline == korea.draft.outline)
    }

    @Test func `a later move that did nothing is done once an earlier one comes that makes room`() {
        var (korea, north) = pair()
        // Korea first moves 1 beneath 2.a; then the North, which knows of nothing, moves 2 beneath 1 later in the order.
        korea.draft.move("1", beneath: "2.a", behind: nil)
        korea.close()
        for title: Words in ["x", "y", "z"] { north.perform(.title(title)) }
        north.draft.move("2", beneath: "1", behind: nil)
        north.close()
        var third = Delegation("USA")
        third.hear(korea, north)
        #expect(third.draft.outline == "2 .2.a ..1 .2.b .2.c", "the later one would make a cycle")
        var china = Delegation("CHN")
        // Beside Korea's and before the North's: what had been beneath 2 is at the top before the North's move.
        china.draft.move("2.a", beneath: nil, behind: nil)
        china.close()
        third.hear(china)
        #expect(third.draft.outline == "2.a .1 ..2 ...2.b ...2.c")
        var other = Delegation("USA")
        other.hear(china, north, korea)
        #expect(other.draft.outline == third.draft.outline)
    }

    @Test func `that several put in one place stay together by writer`() {
        var (korea, north) = pair()
        for (name, index) in [("a", 0), ("b", 1), ("c", 2)] {
            for delegation in [0, 1] {
                let prefix = delegation == 0 ? "k" : "n"
                var draft = delegation == 0 ? korea.draft : north.draft
                let behind = index == 0 ? "1" : draft.nodeNamed(prefix + ["a", "b"][index - 1])!
                draft.add(
                    Identifier(prefix + name)!, kind: "article", provisionClass: "text", beneath: nil, behind: behind)
                if delegation == 0 { korea.draft = draft } else { north.draft = draft }
            }
            korea.close()
            north.close()
        }
        korea.hear(north)
        north.hear(korea)
        let outlines: Set = ["1 ka kb kc na nb nc 2 .2.a .2.b .2.c", "1 na nb nc ka kb kc 2 .2.a .2.b .2.c"]
        #expect(outlines.contains(korea.draft.outline))
        #expect(korea.draft.outline == north.draft.outline)
    }

    @Test func `that are struck stay, and are kept where somebody kept them`() {
        var (korea, north) = pair()
        korea.perform(.strike("2.a"))
        #expect(korea.draft.outline == "1 2 .-2.a .2.b .2.c")
        north.perform(.keep("2.a"))
        north.hear(korea)
        let node = north.draft.documentOrder[2]
        #expect(!node.isStruck && node.isPresenceContested)
        north.perform(.strike("2.a"))
        #expect(north.draft.documentOrder[2].isStruck && !north.draft.documentOrder[2].isPresenceContested)
    }

    @Test func `say that they were edited while struck, by whoever did not know`() {
        var (korea, north) = pair()
        korea.perform(.strike("2.a"))
        north.draft.insert("exactly ", in: .english("2.a"), at: 0)
        north.close()
        #expect(!korea.draft.documentOrder[2].wasEditedWhileStruck)
        korea.hear(north)
        #expect(korea.draft.documentOrder[2].wasEditedWhileStruck)
        #expect(!korea.draft.documentOrder[3].wasEditedWhileStruck)
        // Struck again with knowledge of the edit, and edited by somebody who knows.
        korea.perform(.strike("2.a"))
        korea.draft.insert("twice ", in: .english("2.a"), at: 0)
        korea.close()
        #expect(!korea.draft.documentOrder[2].wasEditedWhileStruck)
    }

    @Test func `keep all values that nobody had seen, and show whose they are`() {
        var (korea, north) = pair()
        #expect(korea.draft.reading(of: .attribute("due"), of: "1")?.values == [.unsigned(60)])
        korea.perform(.set("1", .attribute("due"), .unsigned(30)))
        north.perform(.set("1", .attribute("due"), .unsigned(90)))
        korea.hear(north)
        let reading = korea.draft.reading(of: .attribute("due"), of: "1")!
        #expect(Set(reading.values) == [.unsigned(30), .unsigned(90)] && reading.isContested)
        #expect(Set(reading.written.map(\.party)) == ["KOR", "PRK"])
        korea.perform(.set("1", .attribute("due"), .null))
        #expect(korea.draft.reading(of: .attribute("due"), of: "1")!.values == [.null])
        let made5 = korea.draft.perform(.set("1", .identifier, .text("7")))
        #expect(made5 == nil, "the base's names stay")
        let made6 = korea.draft.perform(.set("1", .heading(language: "fr"), .text("x")))
        #expect(made6 == nil)
    }

    @Test func `of one identifier are shown`() {
        var (korea, north) = pair()
        for delegation in [0, 1] {
            var one = delegation == 0 ? korea : north
            one.draft.add("3", kind: "article", provisionClass: "text", beneath: nil, behind: "2")
            one.close()
            if delegation == 0 { korea = one } else { north = one }
        }
        #expect(korea.draft.sharedIdentifiers.isEmpty)
        korea.hear(north)
        #expect(korea.draft.sharedIdentifiers["3"]?.count == 2)
    }

    @Test func `are put no deeper by a move than the limit allows`() {
        var korea = Delegation("KOR")
        var parent: NodeName? = "1"
        for level in 0..<DraftLimits.movedBeneath + 2 {
            parent = korea.draft.add(
                Identifier("d\(level)")!, kind: "point", provisionClass: "text", beneath: parent, behind: nil)
        }
        let at = { (level: Int) in korea.draft.nodeNamed("d\(level)")! }
        let (last, next) = (at(DraftLimits.movedBeneath - 1), at(DraftLimits.movedBeneath))
        let done7 = korea.draft.move("2.a", beneath: next, behind: nil)
        #expect(!done7)
        let done8 = korea.draft.move("2.a", beneath: last, behind: nil)
        #expect(done8)
    }

    @Test func `take no value that a body could not hold`() {
        var korea = Delegation("KOR")
        var deep = CanonicalValue.unsigned(1)
        for _ in 0..<29 { deep = .array([deep]) }
        for (field, value) in [(.kind, .null), (.number, .unsigned(1)), (.attribute("a"), deep)]
            as [(NodeField, CanonicalValue)]
        {
            let made = korea.draft.perform(.set("1", field, value))
            #expect(made == nil)
        }
        #expect(!korea.draft.hasOpenWork)
        let made = korea.draft.perform(.set("1", .attribute("a"), .array([.text("x")])))
        #expect(made != nil && korea.draft.hasOpenWork)
    }
}
