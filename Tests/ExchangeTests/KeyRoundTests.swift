import CanonicalEncoding
import Cryptography
import TestSupport
import Testing

@testable import Exchange

@Suite("The round in which an unknown peer shows its keys")
struct KeyRoundTests {
    private let exported = [UInt8](repeating: 9, count: 32)
    private let statements = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300)].map { (payload: [UInt8]) in
        ShownChange((1...2).map { Self.signed(payload, by: $0) })
    }

    private static func signed(_ payload: [UInt8], by number: UInt8) -> SignedStatement {
        SignedStatement(
            payload, as: .keys, signer: KeyID(Digest(of: [number])),
            signature: [UInt8](repeating: number, count: 64))
    }

    private func shown(by role: Role, about roadmap: Digest = Roadmaps.gulf, under key: [UInt8]? = nil) -> [UInt8] {
        KeyRound.shown(statements, as: role, about: roadmap, exportedKey: key ?? exported)
    }

    private func round(as role: Role, byteLimit: Int = ExchangeLimits.introductionByteCount) -> KeyRound {
        KeyRound(as: role, about: Roadmaps.gulf, exportedKey: exported, byteLimit: byteLimit)
    }

    private var hello: [UInt8] {
        Message.hello(versions: [1, 2], limits: Conversation.limits, roadmaps: [Roadmaps.lake]).encoded()
    }

    @Test func `hands over the statements that the other side shows`() {
        var listener = round(as: .listener)
        #expect(listener.take(shown(by: .dialler)) == .judge(statements))
        var dialler = round(as: .dialler)
        #expect(dialler.take(shown(by: .listener)) == .judge(statements))
    }

    @Test func `reads nothing that was sealed for another roadmap, another session, or the other side`() {
        for frame in [
            shown(by: .dialler, about: Roadmaps.lake),
            shown(by: .dialler, under: [UInt8](repeating: 8, count: 32)), shown(by: .listener),
        ] {
            var listener = round(as: .listener)
            #expect(listener.take(frame) == .failed(.unreadable))
        }
    }

    @Test func `shows nothing of the roadmap or of the statements in the clear`() {
        let frame = shown(by: .dialler)
        #expect(frame.firstRange(of: Roadmaps.gulf.bytes) == nil)
        #expect(frame.firstRange(of: [7, 7, 7, 7]) == nil)
        #expect(KeyRound.ask == [0x81, 0x0e], "the asking says nothing at all")
    }

    @Test func `has the dialler show first of two that do not know each other`() {
        var dialler = round(as: .dialler)
        #expect(dialler.take(KeyRound.ask) == .show)
        var listener = round(as: .listener)
        #expect(listener.take(KeyRound.ask) == .nothing)
        #expect(listener.isAsked)
        #expect(listener.take(shown(by: .dialler)) == .judge(statements))
    }

    @Test func `passes over one greeting, and takes no second`() {
        var listener = round(as: .listener)
        #expect(listener.take(hello) == .nothing)
        #expect(listener.take(hello) == .failed(.unreadable))
        #expect(listener.take(shown(by: .dialler)) == .nothing, "there is one attempt")
    }

    @Test func `takes one attempt, and one asking`() {
        var listener = round(as: .listener)
        #expect(listener.take(shown(by: .dialler)) == .judge(statements))
        #expect(listener.take(shown(by: .dialler)) == .nothing)
        var dialler = round(as: .dialler)
        #expect(dialler.take(KeyRound.ask) == .show)
        #expect(dialler.take(KeyRound.ask) == .failed(.unreadable))
    }

    @Test(
        arguments: [
            [], [0x80], [0x81, 0x0f], [0x82, 0x0f, 0x01], [0x82, 0x0f, 0x40], [0x82, 0x0e, 0x40], [0x81, 0x0e, 0x00],
            [0x81, 0x18, 0x0e], [0xff], [0x81, 0x0a], Array("GET / HTTP/1.1\r\n\r\n".utf8),
        ] as [[UInt8]])
    func `takes nothing else`(frame: [UInt8]) {
        var listener = round(as: .listener)
        #expect(listener.take(frame) == .failed(.unreadable))
    }

    @Test func `takes no statements that are none, or not a list of them`() {
        let good = statements[0].value
        guard case .array(let parts) = good, case .array(let signatures) = parts[1],
            case .array(let signature) = signatures[0]
        else {
            Issue.record("a change is a payload and signatures")
            return
        }
        func change(_ signature: [CanonicalValue]) -> CanonicalValue {
            .array([.array([parts[0], .array([.array(signature)])])])
        }
        let values: [CanonicalValue] = [
            .array([]), .array([.unsigned(1)]), .array([good, .null]), good, .map(CanonicalMap([])),
            .array([.array([parts[0]])]), .array([.array([parts[0], .array([])])]),
            .array([.array([.text("a payload"), parts[1]])]), change([signature[0], signature[1]]),
            change([.bytes([1]), signature[1], signature[2]]), change([signature[0], .integer(-9), signature[2]]),
            change([signature[0], signature[1], .bytes([1])]), change([signature[0], .integer(-35), signature[2]]),
        ]
        for (value, isGood) in values.map({ ($0, false) }) + [(change(signature), true)] {
            let sealed = SealedMessage.seal(
                value.encoded(),
                key: Digest.authenticationCode(
                    key: exported, message: Array("syngraph/introduction/1".utf8) + [1] + Roadmaps.gulf.bytes
                ).bytes)
            var listener = round(as: .listener)
            let frame = CanonicalValue.array([.unsigned(15), .bytes(sealed)]).encoded()
            #expect((listener.take(frame) != .failed(.unreadable)) == isGood, "\(value)")
        }
    }

    @Test func `hears so many bytes and no more, whatever they say`() {
        let frame = shown(by: .dialler)
        var listener = round(as: .listener, byteLimit: frame.count)
        #expect(listener.take(frame) == .judge(statements))
        #expect(listener.take([0]) == .failed(.tooLong), "also after its attempt")
        var shorter = round(as: .listener, byteLimit: frame.count - 1)
        #expect(shorter.take(frame) == .failed(.tooLong))
        var many = round(as: .listener, byteLimit: 1_000)
        #expect((0..<1_000).allSatisfy { _ in many.take([0]) != .failed(.tooLong) })
        #expect(many.take([0]) == .failed(.tooLong))
    }

    @Test func `knows how long a message becomes, and leaves room for a hello`() {
        for lengths in [[0], [23], [24, 255], [256, 65_535], [65_536], [Int](repeating: 300, count: 200)] {
            let changes = lengths.map { ShownChange([Self.signed([UInt8](repeating: 1, count: $0), by: 1)]) }
            let frame = KeyRound.shown(changes, as: .dialler, about: Roadmaps.gulf, exportedKey: exported)
            #expect(frame.count <= KeyRound.byteCount(ofShown: changes.map(\.byteCount)))
        }
        let versions = (0..<ExchangeLimits.versions).map { UInt64.max - 100 + UInt64($0) }
        let longest = Message.hello(
            versions: versions, limits: LinkLimits(bytesInFlight: .max, batchesInFlight: .max),
            roadmaps: [Digest](repeating: Roadmaps.gulf, count: ExchangeLimits.roadmapsOffered))
        let rest = longest.encoded().count + KeyRound.ask.count
        #expect(rest + ExchangeLimits.shownByteCount <= ExchangeLimits.introductionByteCount)
    }

    @Test func `has the bytes that the specification shows`() throws {
        let page = Repository.text(at: "Docs/Specification/exchange.md")
        func shown(_ word: String) throws -> [UInt8] {
            let line = try #require(page.split(separator: "\n").last { $0.hasPrefix(word + "  ") })
            return try #require(Hexadecimal.bytes(of: String(line.split(separator: " ").last!)))
        }
        #expect(try shown("ask") == KeyRound.ask)
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let change = ShownChange([SignedStatement(Array("a change of keys".utf8), as: .keys, by: key)])
        let frame = KeyRound.shown([change], as: .dialler, about: Roadmaps.gulf, exportedKey: exported)
        #expect(try shown("shown") == frame, "\(Hexadecimal.text(of: frame))")
    }

    @Test func `is not begun by a node of before, which leaves without a word`() {
        var older = Conversation(as: .dialler, about: Roadmaps.gulf, exportedKey: exported)
        let node = MemoryNode("France", seed: 1)
        _ = older.receive(.connected, journal: node, at: .start)
        let answer = older.receive(.frame(KeyRound.ask), journal: node, at: .start)
        #expect(answer == [.close(.refused(.unknownMessage(number: 14)))])
    }
}
