import Agreement
import CanonicalEncoding
import Commands
import Cryptography
import Foundation
import Identity
import NodeRuntime
import RoadmapFixtures
import Testing

@Suite("syngraph status")
struct StatusTests {
    @Test func `prints exactly the published fields`() async throws {
        var roadmap = SmallRoadmap()
        for signatory in Signatory.all { roadmap.confirm(by: signatory) }
        let peer = PeerStatus(party: Signatory.china.id, isDialled: true, isSettled: false)
        let answer = await typed("status", "--json", door: MemoryDoor(roadmap: roadmap, peers: [peer]))
        #expect(answer.code == .holds)
        let json = try answer.json
        #expect(
            Set(json.keys) == [
                "party", "roadmap", "running", "writer", "entries", "port", "stateRoot", "perfectedRoot", "perfected",
                "inForce", "contested", "instruments", "parties", "peers", "concordance", "evidence",
                "forks", "counts",
            ])
        #expect(json["party"] as? String == "KOR" && json["entries"] as? Int == 7 && json["port"] as? Int == 7000)
        #expect(json["concordance"] as? Bool == true)
        let first = try #require((json["peers"] as? [[String: Any]])?.first)
        #expect(first["party"] as? String == "CHN" && first["dialled"] as? Bool == true)
        #expect(first["settled"] as? Bool == false)
    }

    @Test func `denies concordance while one party confirms another text, or none`() async throws {
        var roadmap = SmallRoadmap()
        for signatory in [Signatory.china, .korea] { roadmap.confirm(by: signatory) }
        var answer = await typed("status", door: MemoryDoor(roadmap: roadmap))
        #expect(answer.output.contains("no concordance yet: PRK did not confirm the text in force here"))
        roadmap.confirm(by: .dprk)
        let hotline = roadmap.amend(["en": "Hotline"], changes: [SmallRoadmap.hotline])
        for signatory in Signatory.all { roadmap.seal(hotline.id, by: signatory) }
        answer = await typed("status", "--json", door: MemoryDoor(roadmap: roadmap))
        #expect(try answer.json["concordance"] as? Bool == false)
    }

    @Test func `says what waits for this party`() async throws {
        var roadmap = SmallRoadmap()
        roadmap.amend(["en": "Hotline"], by: .dprk, changes: [SmallRoadmap.hotline])
        let answer = await typed("status", door: MemoryDoor(roadmap: roadmap))
        #expect(answer.talk.contains("waits for you\n  - “Hotline”"))
    }

    @Test func `answers 66 where there is no home, and says where it looked`() async throws {
        let answer = await typed("status", "--json", environment: ["XDG_DATA_HOME": "/data"])
        #expect(answer.code == .noSuchFile)
        #expect((try answer.json["message"] as? String)?.contains("/data/syngraph") == true)
        let named = await typed("status", environment: ["SYNGRAPH_HOME": "/korea", "XDG_DATA_HOME": "/data"])
        #expect(named.talk.contains("/korea"))
        let asked = await typed("status", "--home", "/other", environment: ["SYNGRAPH_HOME": "/korea"])
        #expect(asked.talk.contains("/other"))
    }
}

@Suite("syngraph show")
struct ShowTests {
    @Test func `reads the text in force in order, in the reader's language`() async throws {
        let door = MemoryDoor(roadmap: SmallRoadmap())
        let english = await typed("show", environment: ["LANG": "C.UTF-8"], door: door).output
        let places = ["I Security", "No party shall use force.", "The parties meet twice a year"].map {
            english.firstRange(of: $0)?.lowerBound
        }
        #expect(places.allSatisfy { $0 != nil } && places.map { $0! } == places.map { $0! }.sorted())
        #expect(english.contains("article-1, since “Roadmap for a small peninsula”"))
        #expect(english.contains("  all key-state holders accept\n"))
        #expect(english.contains("  held by KOR and PRK\n"))
        let korean = await typed("show", "article-1", environment: ["LANG": "ko_KR.UTF-8"], door: door).output
        #expect(korean.contains("어느 당사국도") && !korean.contains("No party"))
        let asked = await typed(
            "show", "article-1", "--language", "en", environment: ["LANG": "ko_KR.UTF-8"], door: door)
        #expect(asked.output.contains("No party shall use force."))
        #expect(await typed("show", "--language", "fr", door: door).code == .usage)
        #expect(await typed("show", "article-9", door: door).code == .noSuchFile)
    }

    @Test func `shows a provision with all it contains, and an instrument with its redline`() async throws {
        var roadmap = SmallRoadmap()
        let meetings = roadmap.amend(
            ["en": "Meetings"], changes: [SmallRoadmap.meetings("The parties meet once a year, in Vienna.")])
        let folder = try Folder()
        let path = try folder.file("a.syngraph", roadmap.bundle)
        let part = await typed("show", "part-1", "--in", path, "--json")
        let provisions = try #require(try part.json["provisions"] as? [[String: Any]])
        #expect(provisions.compactMap { $0["id"] as? String } == ["part-1", "article-1", "article-2"])
        let shown = await typed(
            "show", "--instrument", String(meetings.id.hex.prefix(8)), "--in", path, "--language", "en")
        #expect(shown.output.contains("The parties meet [-twice-]{+once+} a year"))
        #expect(shown.output.contains("procedure: a majority"))
        let json = try await typed("show", "--instrument", meetings.id.hex, "--in", path, "--json").json
        #expect(json["state"] as? String == "unsealed")
    }
}

@Suite("syngraph inspect")
struct InspectTests {
    @Test func `lists a bundle, and shows one record of it by its id`() async throws {
        var roadmap = SmallRoadmap()
        roadmap.confirm(by: .china)
        let folder = try Folder()
        let path = try folder.file("a.syngraph", roadmap.bundle)
        let listing = await typed("inspect", path)
        #expect(listing.output.contains("bundle of scope agreement, 5 records"))
        #expect(listing.output.contains("KOR accepts"))
        #expect(listing.output.contains(#""verdict": "accept""#) && listing.output.contains(": good"))
        #expect(await typed("inspect", path, "--brief").output.contains("KOR accepts"))
        let founding = await typed("inspect", String(roadmap.id.hex.prefix(8)), "--in", path, "--json")
        #expect(try founding.json["kind"] as? String == "instrument")
        #expect(try founding.json["id"] as? String == roadmap.id.hex)
        #expect(await typed("inspect", "00000000", "--in", path).code == .noSuchFile)
        let home = await typed("inspect", roadmap.id.hex, door: MemoryDoor(roadmap: roadmap))
        #expect(home.output.contains("the founding “Roadmap for a small peninsula”"))
    }

    @Test func `tells a false signature from one that nobody here can check`() async throws {
        let korea = Signatory.korea
        let roadmap = SmallRoadmap()
        let folder = try Folder()
        let good = korea.seals(roadmap.id, of: roadmap.id)
        let signature = good.signature.dropLast() + [good.signature.last! ^ 1]
        let bad = SignedStatement(good.payload, as: .seal, signer: good.signer, signature: Array(signature))
        func inspected(_ statement: SignedStatement, with founding: Bool) async throws -> Any? {
            let records = (founding ? [(1, roadmap.founding.payload)] : []) + [(2, statement.encoded())]
            let header = CanonicalValue.array([
                .text("syngraph/bundle/1"), .bytes(roadmap.id.bytes), .text("agreement"),
            ])
            let items = records.map { CanonicalValue.array([.unsigned(UInt64($0.0)), .bytes($0.1)]) }
            let bytes = ([header] + items).flatMap { $0.encoded() }
            let json = try await typed("inspect", folder.file("b.syngraph", bytes), "--json").json
            let last = (json["records"] as? [[String: Any]])?.last
            return (last?["signatures"] as? [[String: Any]])?.first?["good"]
        }
        #expect(try await inspected(good, with: true) as? Bool == true)
        #expect(try await inspected(bad, with: true) as? Bool == false)
        #expect(try await inspected(good, with: false) is NSNull)
    }

    @Test func `reads a damaged bundle as far as it can`() async throws {
        let folder = try Folder()
        let path = try folder.file("a.syngraph", Array(SmallRoadmap().bundle.dropLast(60)))
        let answer = await typed("inspect", path)
        #expect(answer.output.contains("it cannot be read further: at byte"))
    }

    @Test func `shows a card, a loose record, and of a key only the public half`() async throws {
        let folder = try Folder()
        let korea = Signatory.korea
        let card = PartyCard(party: korea.id, record: korea.record).encoded(signedBy: [korea.sealKey, korea.nodeKey])
        #expect(await typed("inspect", try folder.file("KOR.card", card)).output.contains("card of KOR"))
        let roadmap = SmallRoadmap()
        let payload = try folder.file("founding", roadmap.founding.payload)
        #expect(await typed("inspect", payload).output.contains("the founding"))
        let seal = try folder.file("seal", korea.seals(roadmap.id, of: roadmap.id).encoded())
        #expect(await typed("inspect", seal).output.contains("seal: KOR accepts"))
        let salt = [UInt8](repeating: 1, count: 16)
        for passphrase in [nil, "correct horse"] {
            let file = SealedKeyFile.encode(
                korea.sealKey, passphrase: passphrase, salt: salt, initialisationVector: salt)
            let answer = await typed("inspect", try folder.file("key.pem", Array(file.utf8)), "--json")
            #expect(try answer.json["encrypted"] as? Bool == (passphrase != nil))
            #expect(!answer.output.contains(Hexadecimal.text(of: korea.sealKey.rawSeed)))
        }
    }

    @Test func `answers 65 for a file of somebody else's`() async throws {
        let folder = try Folder()
        #expect(await typed("inspect", try folder.file("a", [0xff, 0x00])).code == .notOurFormat)
        #expect(await typed("inspect", folder.path + "/nothing").code == .noSuchFile)
    }
}
