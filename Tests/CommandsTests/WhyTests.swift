import Agreement
import Commands
import Cryptography
import Foundation
import RoadmapFixtures
import Testing

@Suite("syngraph why")
struct WhyTests {
    @Test func `tells the same tree to a person and to a program`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let guarantee = roadmap.amend(["en": "Guarantee"], changes: [SmallRoadmap.guarantee])
        roadmap.seal(hotline.id, by: .dprk, provided: [guarantee.id])
        let door = MemoryDoor(roadmap: roadmap)
        let told = await typed("why", hotline.id.hex, door: door)
        #expect(told.code == .holds && told.output.contains("PRK (key-state) accepted provided “Guarantee”"))
        #expect(told.talk.hasPrefix("CHN and KOR: seal it, or say no to it"))
        let json = try await typed("why", String(hotline.id.hex.prefix(8)), "--json", door: door).json
        #expect(
            Set(json.keys) == [
                "instrument", "state", "requirements", "supports", "replacedBy", "rivals", "outdated", "closings",
            ])
        #expect(json["state"] as? String == "sealed")
        let found = try #require((json["requirements"] as? [[String: Any]])?.first)
        #expect(found["class"] as? String == "hard-security" && found["met"] as? Bool == false)
        #expect(found["ruleVersion"] as? String == roadmap.id.hex)
        let parts = try #require((found["term"] as? [String: Any])?["parts"] as? [[String: Any]])
        let voices = try #require(parts.first?["voices"] as? [[String: Any]])
        #expect(voices.map { $0["countsOnConditions"] as? Bool } == [false, true])
        let support = try #require((json["supports"] as? [[String: Any]])?.last)
        #expect(support["relation"] as? String == "condition" && support["parties"] as? [String] == ["PRK"])
        #expect((support["explanation"] as? [String: Any])?["instrument"] as? String == guarantee.id.hex)
    }

    @Test func `answers 66 for an id that is not here, and 64 for what is none`() async throws {
        let door = MemoryDoor(roadmap: SmallRoadmap())
        #expect(await typed("why", "00000000", door: door).code == .noSuchFile)
        #expect(await typed("why", "hotline", door: door).code == .usage)
        let help = await typed("why", "--help")
        #expect(help.code == .holds && help.output.contains("syngraph why 9a8b7c6d"))
    }
}

@Suite("syngraph what-if")
struct WhatIfTests {
    @Test func `supposes what is typed, and changes nothing`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let meetings = roadmap.amend(["en": "Meetings"], changes: [SmallRoadmap.meetings("The parties meet.")])
        let door = MemoryDoor(roadmap: roadmap)
        let told = await typed(
            "what-if", hotline.id.hex, meetings.id.hex, "--with", "KOR,PRK",
            "--with", "\(hotline.id.hex.prefix(8))=CHN:abstain", "--json", door: door)
        let json = try told.json
        #expect(Set(json.keys) == ["seals", "instruments", "perfected", "intoForce", "outOfForce", "contested"])
        let states = try #require(json["instruments"] as? [[String: Any]])
        #expect(states.map { $0["after"] as? String } == ["sealed", "in-force"])
        #expect(json["intoForce"] as? [String] == [meetings.id.hex])
        let seals = try #require(json["seals"] as? [[String: Any]])
        #expect(seals.map { $0["party"] as? String } == ["KOR", "PRK", "CHN", "KOR", "PRK"])
        #expect(seals[2]["verdict"] as? String == "abstain")
        let plain = await typed("what-if", hotline.id.hex, "--with", "CHN,KOR,PRK", door: door)
        #expect(plain.output.contains("unsealed → in force") && plain.talk == "nothing was changed\n")
    }

    @Test func `refuses a cast that cannot be meant`() async throws {
        var roadmap = SmallRoadmap()
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        let door = MemoryDoor(roadmap: roadmap)
        let id = hotline.id.hex
        for with in ["KOR:agree", "KOR,KOR", "KOR,", "\(roadmap.id.hex)=KOR", "zzzzzzzz=KOR"] {
            #expect(await typed("what-if", id, "--with", with, door: door).code == .usage, "\(with)")
        }
        #expect(await typed("what-if", id, id, "--with", "KOR", door: door).code == .usage)
        #expect(await typed("what-if", id, door: door).code == .usage)
        let stranger = await typed("what-if", id, "--with", "KOR,KRO", door: door)
        #expect(stranger.code == .noSuchFile && stranger.talk.contains("there is no party KRO"))
        #expect(stranger.talk.contains("they are") && stranger.talk.contains("PRK"))
    }
}
