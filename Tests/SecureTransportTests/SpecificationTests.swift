import Foundation
import NIOCore
import Testing

@testable import SecureTransport

@Suite("The transport's specification")
struct SpecificationTests {
    private let text: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(
            contentsOf: root.appendingPathComponent("Docs/Specification/transport.md"), encoding: .utf8)
    }

    /// The table of limits: name, number and unit.
    private var rows: [String: String] {
        var rows: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let number = cells[1].split(separator: " ").first, Int(number) != nil else { continue }
            rows[cells[0].replacingOccurrences(of: "`", with: "")] = cells[1]
        }
        return rows
    }

    @Test func `has a row for every limit, with the number of the code`() {
        var expected = [
            "writeByteCount": "\(TransportLimits.writeByteCount) bytes",
            "readByteCount": "\(TransportLimits.readByteCount) bytes",
        ]
        for child in Mirror(reflecting: TransportLimits()).children {
            let name = child.label ?? ""
            switch child.value {
            case let duration as Duration: expected[name] = "\(duration.components.seconds) s"
            case let count where !name.hasSuffix("ByteCount"): expected[name] = "\(count) connections"
            case let count: expected[name] = "\(count) bytes"
            }
        }
        #expect(rows == expected)
    }

    @Test func `names the protocol and the exporter's label as the code does`() {
        #expect(text.contains("`\(TLSContext.applicationProtocol)`"))
        #expect(text.contains("`\(TLSSession.exporterLabel)`"))
        #expect(text.contains("export \(TLSSession.exportedByteCount) bytes"))
    }

    @Test func `names every reason for refusing a peer or a frame`() throws {
        // No default: a new refusal has to be given its name here, and then to be found in the specification.
        func name(_ refusal: PeerRefusal) -> String? {
            switch refusal {
            case .noCommonProtocol: "noCommonProtocol"
            case .noCertificate: "noCertificate"
            case .unfitCertificate: "unfitCertificate"
            case .certificateNotYetValid: "certificateNotYetValid"
            case .certificateExpired: "certificateExpired"
            case .unsupportedKey: "unsupportedKey"
            case .certificateRevoked: "certificateRevoked"
            case .unknownKey: "unknownKey"
            case .unjudged: nil  // ours: the callbacks make it impossible
            }
        }
        let key = try Node.stranger.key()
        let refusals: [PeerRefusal] = [
            .noCommonProtocol, .noCertificate, .unfitCertificate(""), .certificateNotYetValid, .certificateExpired,
            .unsupportedKey, .certificateRevoked, .unknownKey(key, reason: ""),
        ]
        #expect(refusals.compactMap(name) == refusals.map(\.code))
        for refusal in refusals.compactMap(name) { #expect(text.contains("| `\(refusal)` |")) }
        for name in ["empty", "tooLong"] { #expect(text.contains("`\(name)`")) }
    }

    @Test func `shows a frame that the code makes`() throws {
        #expect(text.contains("\n00 00 00 02 aa bb\n"))
        var decoder = FrameDecoder(limit: 2)
        var bytes = ByteBuffer(bytes: [0, 0, 0, 2, 0xAA, 0xBB])
        #expect(try decoder.nextFrame(from: &bytes) == [0xAA, 0xBB])
    }
}
