import Cryptography
import Identity
import NodeRuntime
import RoadmapFixtures
import Testing

@testable import Commands

@Suite("An id as typed")
struct IDPrefixTests {
    private let ids = ["a1", "a2", "b1"].map { Digest(hex: $0 + String(repeating: "0", count: 62))! }

    @Test func `is whole, or a beginning of at least eight digits that only one has`() throws {
        #expect(try IDPrefix("b1000000").resolve(among: ids, noun: "seal", place: "here") == ids[2])
        #expect(try IDPrefix(ids[0].hex).resolve(among: ids, noun: "seal", place: "here") == ids[0])
        #expect(try IDPrefix("B100 0000").resolve(among: ids, noun: "seal", place: "here") == ids[2])
    }

    @Test func `is refused if too short, not an id, absent or ambiguous`() throws {
        #expect(throws: Complaint.self) { try IDPrefix("b100000") }
        #expect(throws: Complaint.self) { try IDPrefix("hotline-now") }
        #expect(throws: Complaint.self) { try IDPrefix(String(repeating: "a", count: 65)) }
        let near = [1, 2].map { Digest(hex: String(repeating: "c", count: 63) + "\($0)")! }
        let absent = #expect(throws: Complaint.self) {
            try IDPrefix("c0000000").resolve(among: ids, noun: "seal", place: "in this file")
        }
        #expect(absent?.message == "there is no seal c0000000 in this file")
        let ambiguous = #expect(throws: Complaint.self) {
            try IDPrefix("cccccccc").resolve(among: near, noun: "seal", place: "in this file")
        }
        #expect(ambiguous?.code == .usage)
        #expect(ambiguous?.message == "cccccccc is the beginning of 2 ids in this file")
    }
}

@Suite("A failure of a home")
struct HomeFailureTests {
    @Test func `has a code, a sentence without a full stop, and a way out`() {
        let id = Digest(of: [])
        let failures: [(HomeFailure, ExitCode)] = [
            (.noHome(path: "/h"), .noSuchFile), (.damagedSettings(path: "/h"), .notOurFormat),
            (.alreadyAHome(path: "/h"), .cannotWrite), (.inUse(path: "/h"), .inUse),
            (.noRoadmapYet(path: "/h"), .noSuchFile), (.otherRoadmap(held: id, offered: id), .invalid),
            (.cannotWrite(path: "/h", reason: "r"), .cannotWrite), (.diskFull(path: "/h"), .cannotWrite),
            (.noSuchKey(path: "/h"), .noSuchFile), (.keyReadableByOthers(path: "/h"), .notYours),
            (.keyRefused(path: "/h", reason: .passphraseNeeded), .notYours),
            (.keyRefused(path: "/h", reason: .notAKeyFile), .notOurFormat),
            (.storeDamaged(path: "/h", reason: "r"), .notOurFormat), (.refused(reason: "r"), .invalid),
            (.notReached(path: "/h", reason: "r"), .notReached),
        ]
        for (failure, code) in failures {
            let complaint = Complaint(about: failure)
            #expect(complaint.code == code, "\(failure)")
            #expect(complaint.message.first?.isUppercase == false && !complaint.message.hasSuffix("."))
        }
    }
}

@Suite("JSON as we write it")
struct JSONValueTests {
    @Test func `keeps the order of fields and escapes whatever is invisible`() {
        let value = JSONValue.object([
            ("z", .array([.number(1), .negative(0), .null, .bool(true)])),
            ("a", .string("é\"\\\n\u{1B}\u{202E}\u{E0041}")),
            ("none", .array([])),
        ])
        #expect(
            value.text == """
                {
                  "z": [
                    1,
                    -1,
                    null,
                    true
                  ],
                  "a": "é\\"\\\\\\n\\u001b\\u202e\\udb40\\udc41",
                  "none": []
                }
                """)
    }
}

@Suite("A reader's language")
struct ReaderLanguageTests {
    @Test(
        arguments: [
            ("ko_KR.UTF-8", "ko"), ("ko", "ko"), ("zh_CN", "zh-Hans"), ("C", nil), ("fr_FR@euro", nil), ("en_GB", "en"),
        ] as [(String, String?)])
    func `is the closest that the roadmap has`(setting: String, expected: String?) {
        let languages = ["en", "ko", "zh-Hans"].map { Identifier($0)! }
        #expect(ReaderLanguage.preferred(among: languages, in: ["LANG": setting])?.string == expected)
    }
}
