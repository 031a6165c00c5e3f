import Agreement
import CanonicalEncoding
import Cryptography
import Drafting
import Identity
import Journal
import NIOCore
import NodeLogic
import Verification

@testable import Charters
@testable import Exchange
@testable import NodeRuntime
@testable import SecureTransport

/// One decoder of a stranger's bytes. Besides not crashing, what it reads is to be written again as it came.
enum FuzzTarget: String, CaseIterable {
    case cbor, key, rule, partyRecord = "party-record", card, signature
    case instrument, seal, keyStatement = "key-statement", withdrawal, certificate = "state-certificate", accusation
    case entry, message, conversation, keyRound = "key-round", frames, control
    case bundle, evidence
    case opening = "draft-opening", draftEdits = "draft-edits", draft, textEdits = "text-edits", storedText =
        "stored-text"
    case charter, treaty, privateKey = "private-key"

    /// Refusals are the expected answer; everything else ends the process.
    func feed(_ bytes: [UInt8]) {
        do { try read(bytes) } catch {}
    }

    private func read(_ bytes: [UInt8]) throws {
        switch self {
        case .cbor: expect(try CanonicalDecoder.decode(bytes).encoded(), bytes)
        case .key: expect(try PublicKey(encoded: bytes).bytes, bytes)
        case .rule: expect(try Rule(Field(CanonicalDecoder.decode(bytes), path: "")).value.encoded(), bytes)
        case .partyRecord:
            expect(try PartyRecord(Field(CanonicalDecoder.decode(bytes), path: "")).value.encoded(), bytes)
        case .card: _ = try PartyCard(encoded: bytes)
        case .signature:
            for kind in StatementKind.allCases {
                if let statement = try? SignedStatement(encoded: bytes, expecting: kind) {
                    expect(statement.encoded(), bytes)
                }
            }
        case .instrument: expect(try Instrument(payload: bytes).payload, bytes)
        case .seal: expect(try Seal(payload: bytes).payload, bytes)
        case .keyStatement: expect(try KeyStatement(payload: bytes).payload, bytes)
        case .withdrawal: expect(try Withdrawal(payload: bytes).payload, bytes)
        case .certificate: expect(try StateCertificate(payload: bytes).payload, bytes)
        case .accusation: expect(try Accusation(payload: bytes).payload, bytes)
        case .entry:
            _ = try? Checkpoint(encoded: bytes)
            _ = try? WriterBody(encoded: bytes)
            expect(try EntryHeader(encoded: bytes).bytes, bytes)
        case .message: expect(try Message(bytes).encoded(), bytes)
        case .conversation: Conversations.play(bytes)
        case .keyRound: try meet(bytes)
        case .frames: try cutFrames(bytes)
        case .control:
            if let request = try? ControlRequest(encoded: bytes) { expect(request.encoded(), bytes) }
            expect(try ControlAnswer(encoded: bytes).encoded(), bytes)
        case .bundle, .evidence:
            _ = try? VerificationReport(verifying: bytes, expecting: nil)
            if let whole = Footer.made(anew: bytes) { _ = try VerificationReport(verifying: whole, expecting: nil) }
        case .opening: expect(try DraftOpening(body: bytes).body, bytes)
        case .draftEdits: expect(try DraftEdits(body: bytes).body, bytes)
        case .draft: Drafts.merge(bytes)
        case .textEdits: Drafts.mergeText(bytes)
        case .storedText:
            var text = try DraftText(stored: bytes)
            _ = text.string
            try text.readHistory { writer, sequence in Digest(of: writer.bytes + [UInt8(truncatingIfNeeded: sequence)])
            }
            _ = try text.spans()
        case .charter: _ = Charter.read(String(decoding: bytes, as: UTF8.self)) { _ in nil }
        case .treaty: _ = try TreatySource(String(decoding: bytes, as: UTF8.self), language: "en")
        case .privateKey:
            _ = try SealedKeyFile.decode(String(decoding: bytes, as: UTF8.self), passphrase: nil)
        }
    }

    /// What a stranger says before it is known: as a frame, and as what it has sealed, which nothing random is.
    private func meet(_ bytes: [UInt8]) throws {
        let roadmap = Digest(of: [1])
        let exported = [UInt8](repeating: 9, count: 32)
        var round = KeyRound(as: .listener, about: roadmap, exportedKey: exported)
        _ = round.take(bytes)
        let sealed = SealedMessage.seal(bytes, key: KeyRound.key(of: roadmap, by: .dialler, under: exported))
        let frame = CanonicalValue.array([.unsigned(15), .bytes(sealed)]).encoded()
        var other = KeyRound(as: .listener, about: roadmap, exportedKey: exported)
        guard case .judge(let changes) = other.take(frame) else { return }
        var copy = RoadmapCopy(roadmap: roadmap)
        _ = try copy.introduce(SigningKey(seed: [UInt8](repeating: 3, count: 32)).publicKey, by: changes)
    }

    private func expect(_ written: [UInt8], _ bytes: [UInt8]) {
        precondition(written == bytes, "what \(rawValue) reads is written otherwise than it came")
    }

    /// The frames are the same however the bytes came; the first byte says in which pieces.
    private func cutFrames(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        let size = Int(first) + 1
        let rest = Array(bytes.dropFirst())
        func frames(inPiecesOf size: Int) -> ([[UInt8]], FrameRefusal?) {
            var decoder = FrameDecoder(limit: 1 << 12)
            var frames: [[UInt8]] = []
            for start in stride(from: 0, to: rest.count, by: size) {
                var buffer = ByteBuffer(bytes: rest[start..<min(start + size, rest.count)])
                do throws(FrameRefusal) {
                    while let frame = try decoder.nextFrame(from: &buffer) { frames.append(frame) }
                } catch { return (frames, error) }
            }
            return (frames, nil)
        }
        let (cut, refusal) = frames(inPiecesOf: size)
        let (whole, sameRefusal) = frames(inPiecesOf: max(1, rest.count))
        precondition(cut == whole && refusal == sameRefusal, "frames depend on the pieces in which they come")
    }
}

/// Bundles end in a digest of what they hold, which nothing random hits: it is computed for the reader.
enum Footer {
    static func made(anew bytes: [UInt8]) -> [UInt8]? {
        var decoder = CanonicalDecoder(bytes)
        guard (try? decoder.value()) != nil else { return nil }
        var count: UInt64 = 0
        var end = decoder.offset
        while end < bytes.count, let item = try? decoder.value() {
            if case .array(let parts) = item, parts.count == 3 { break }
            count += 1
            end = decoder.offset
        }
        let body = Array(bytes[..<end])
        let footer = CanonicalValue.array([.text("end"), .unsigned(count), .bytes(Digest(of: body).bytes)])
        return body + footer.encoded()
    }
}
