import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Testing

@Suite("A seal is refused")
struct SealDecodingTests {
    private let specimen: Specimen

    init() {
        let seal = require {
            try Seal(
                roadmap: Digest(of: [1]), instrument: Digest(of: [2]), party: name("chn"), keys: Digest(of: [3]),
                capacities: [name("key-state"), name("concerned")], verdict: .accept,
                provided: [Digest(of: [4]), Digest(of: [5])], declaration: words("We read article 1 so."), at: 9)
        }
        specimen = Specimen(seal.payload) { _ = try Seal(payload: $0) }
    }

    @Test func `in any other spelling, of any other kind, with any field more or less`() {
        specimen.expectStrictEncoding()
        specimen.expectRequired(["type", "roadmap", "instrument", "party", "keys", "verdict", "at"])
        for optional: Step in ["capacities", "provided", "declaration"] { specimen.expectAccepted([optional], nil) }
    }

    @Test func `for a value of another type or length`() {
        for field in ["roadmap", "instrument", "party", "keys", "capacities", "verdict", "provided", "declaration"] {
            specimen.expect(.wrongType, in: field, from: [.field(field)], .unsigned(1))
        }
        specimen.expect(.wrongType, in: "at", from: ["at"], .negative(0))
        for field in ["roadmap", "instrument", "keys"] {
            specimen.expect(.badLength, in: field, from: [.field(field)], .bytes(Array(repeating: 1, count: 33)))
        }
        specimen.expect(.badIdentifier, in: "party", from: ["party"], .text("the party"))
    }

    @Test func `for a verdict that is none of the three`() {
        for verdict in Seal.Verdict.allCases { specimen.expectAccepted(["verdict"], .text(verdict.rawValue)) }
        specimen.expect(.outOfRange, in: "verdict", from: ["verdict"], .text("perhaps"))
    }

    @Test func `for lists that are empty, out of order, or too long`() {
        for field in ["capacities", "provided"] {
            specimen.expect(.emptyList, in: field, from: [.field(field)], .array([]))
        }
        specimen.expect(.notAscending, in: "capacities[1]", from: ["capacities"], .texts(["partner", "key-state"]))
        specimen.expect(.notAscending, in: "provided[1]", from: ["provided"], .ids([7, 7]))
        let standings = (100...356).map { "s\($0)" }
        specimen.expectAccepted(["capacities"], .texts(standings.dropLast()))
        specimen.expect(.tooMany, in: "capacities", from: ["capacities"], .texts(standings))
        let most = AgreementLimits.conditionsPerSeal
        specimen.expectAccepted(["provided"], .ids(0..<most))
        specimen.expect(.tooMany, in: "provided", from: ["provided"], .ids(0...most))
        specimen.expect(.emptyList, in: "declaration", from: ["declaration"], .record([]))
    }

    @Test func `never when it was made here, and it is read back as it was`() throws {
        let hotline = Conference().founding
        for verdict in Seal.Verdict.allCases {
            let seal = Seals.seal(hotline, by: Parties.china, verdict, provided: [hotline], in: ["key-state"], at: 5)
            #expect(try Seal(payload: seal.payload) == seal)
            #expect(seal.id == Digest(of: seal.payload))
            #expect(seal.verdict == verdict && seal.verdict.isCommitment == (verdict != .reject))
        }
    }
}

@Suite("A state certificate is refused")
struct StateCertificateDecodingTests {
    private let specimen: Specimen
    private let certificate: StateCertificate

    init() {
        let heads = [1, 2].map { number in
            StateCertificate.KnownHead(
                writer: Digest(of: [UInt8(number)]), sequence: UInt64(number), entry: Digest(of: [9]))
        }
        let made = require {
            try StateCertificate(
                roadmap: Digest(of: [1]), party: name("chn"), writer: Digest(of: [2]), sequence: 3,
                previous: Digest(of: [3]), perfected: Digest(of: [4]), inForce: Digest(of: [5]),
                contested: [Digest(of: [6]), Digest(of: [7])], known: heads, at: 9)
        }
        certificate = made
        specimen = Specimen(made.payload) { _ = try StateCertificate(payload: $0) }
    }

    @Test func `in any other spelling, of any other kind, with any field more or less`() throws {
        specimen.expectStrictEncoding()
        specimen.expectRequired([
            "type", "roadmap", "party", "writer", "sequence", "previous", "perfected", "inForce", "contested",
            "known", "at",
        ])
        #expect(try StateCertificate(payload: certificate.payload) == certificate)
    }

    @Test func `for a value of another type or length`() {
        for field in ["roadmap", "party", "writer", "previous", "perfected", "inForce", "contested", "known"] {
            specimen.expect(.wrongType, in: field, from: [.field(field)], .unsigned(1))
        }
        for field in ["sequence", "at"] { specimen.expect(.wrongType, in: field, from: [.field(field)], .text("1")) }
        for field in ["roadmap", "writer", "previous", "perfected", "inForce"] {
            specimen.expect(.badLength, in: field, from: [.field(field)], .bytes([1]))
        }
        specimen.expect(.badIdentifier, in: "party", from: ["party"], .text(""))
    }

    @Test func `for a first one with a predecessor, and for a later one without`() {
        specimen.expect(.contradiction, in: "previous", from: ["sequence"], .unsigned(0))
        specimen.expect(.contradiction, in: "previous", from: ["previous"], .null)
        let first = Specimen(specimen.value.with(["sequence"], .unsigned(0)).with(["previous"], .null).encoded()) {
            _ = try StateCertificate(payload: $0)
        }
        #expect(first.refusal(first.value.encoded()) == nil)
    }

    @Test func `for lists out of order, and heads that are not three`() {
        specimen.expect(.notAscending, in: "contested[1]", from: ["contested"], .ids([2, 1]))
        specimen.expectAccepted(["contested"], .array([]))
        func head(_ number: Int) -> CanonicalValue { .array([.id(number), .unsigned(1), .id(1)]) }
        specimen.expectAccepted(["known"], .array([head(1), head(2)]))
        specimen.expect(.notAscending, in: "known[1]", from: ["known"], .array([head(2), head(1)]))
        specimen.expect(.badLength, in: "known[0]", from: ["known"], .array([.array([.id(1), .unsigned(1)])]))
        specimen.expect(
            .tooMany, in: "known[0]", from: ["known"], .array([.array([.id(1), .unsigned(1), .id(1), .null])]))
        specimen.expect(.wrongType, in: "known[0][1]", from: ["known"], .array([.array([.id(1), .null, .id(1)])]))
        let many = StateCertificate.knownLimit + 1
        specimen.expect(.tooMany, in: "known", from: ["known"], .array(Array(repeating: .null, count: many)))
    }
}
