import CanonicalEncoding
import Cryptography
import Journal
import TestSupport
import Testing

@testable import Exchange

@Suite("A vector of messages")
struct MessageVectorTests {
    private static let vectors = Vector.all(of: "message")

    private func outcome(_ bytes: [UInt8]) -> String {
        do throws(ExchangeRefusal) {
            #expect(try Message(bytes, in: 3).encoded(in: 3) == bytes)
            return "valid"
        } catch {
            switch error {
            case .badMessage(let refusal): return refusal.fault.rawValue
            case .unknownMessage: return "unknown-message"
            default: return "\(error)"
            }
        }
    }

    @Test(arguments: vectors)
    func `is refused with its code, or written again as it came`(vector: Vector) {
        #expect(outcome(vector.bytes) == vector.expectation)
    }

    /// What landed stays: there the heads of these four announce one item more than there is.
    @Test(arguments: ["acknowledged", "probe", "ids", "declined"], [1, 2] as [UInt64])
    func `has another head in versions 1 and 2, if a place is in it`(name: String, version: UInt64) throws {
        let vector = try #require(Self.vectors.first { $0.name == name })
        let old = [vector.bytes[0] + 1] + vector.bytes.dropFirst()
        #expect(try Message(vector.bytes, in: 3).encoded(in: version) == old)
        #expect(try Message(old, in: version).encoded(in: 3) == vector.bytes)
        #expect(throws: ExchangeRefusal.self) { try Message(vector.bytes, in: version) }
        #expect(throws: ExchangeRefusal.self) { try Message(old, in: 3) }
    }

    @Test func `exists for every message, and is of other bytes than the rest`() throws {
        let numbers = try Self.vectors.filter { $0.expectation == "valid" }.map { try Message($0.bytes, in: 3).number }
        #expect(Set(numbers) == Set(Message.Number.allCases))
        #expect(Set(Self.vectors.map(\.bytes)).count == Self.vectors.count)
    }
}

@Suite("What nodes say, read by zcbor", .enabled(if: ForeignPython.has("zcbor", "cbor2")))
struct RealMessagesTests {
    /// Two nodes of one version that differ in many writers, in one who forked, and in a batch that goes in parts; one of
    /// them does not know a writer, and both are silent for a while.
    private func frames(of version: UInt64) -> [[UInt8]] {
        let network = Network()
        let (france, japan) = (MemoryNode("France", seed: 1), MemoryNode("Japan", seed: 2))
        let liar = MemoryNode("Kenya", seed: 3)
        liar.write(600)
        let other = liar.copy("Kenya restored")
        liar.write(3, saying: "one story")
        other.write(3, saying: "another")
        france.begin(writers: 0..<200)
        japan.write(40)
        for (node, source) in [(france, liar), (japan, other)] {
            let link = network.connect(source, node, versions: version...version)
            network.run()
            network.cut(link)
        }
        japan.write(1, bodyByteCount: ExchangeLimits.messageByteCount + 9)
        let stranger = MemoryNode("Nobody", seed: 40)
        japan.admitted.insert(stranger.key.publicKey)
        stranger.admitted.insert(stranger.key.publicKey)
        stranger.write(2)
        let first = network.connect(stranger, japan, versions: version...version)
        network.run()
        network.cut(first)
        let link = network.connect(france, japan, versions: version...version)
        network.run(for: ExchangeLimits.pingAfter + 1_000)
        network.give(.leave, to: link.dialler, of: link)
        return link.ends.flatMap(\.sentFrames)
    }

    @Test(
        arguments: [1: ["2", "3", "4"], 2: ["16", "17", "18", "19"], 3: ["16", "17", "18", "19"]] as [UInt64: [String]])
    func `is as the description says`(version: UInt64, own: [String]) throws {
        let python = try #require(ForeignPython.shared)
        let said = try python.validates(
            frames(of: version).map { frame in
                let isMiscounted = version < 3 && [5, 7, 8, 12].contains(frame[1])
                return ("message", isMiscounted ? [frame[0] - 1] + frame.dropFirst() : frame)
            })
        #expect(said.filter { $0.hasPrefix("wrong") } == [])
        let numbers = Set(said.map { String($0.split(separator: " ")[1]) })
        #expect(numbers == Set(["1", "5", "6", "7", "8", "9", "10", "11", "12", "13"] + own), "\(said)")
    }
}
