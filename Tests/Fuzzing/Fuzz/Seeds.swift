import CanonicalEncoding
import Cryptography
import Drafting
import Foundation
import Identity
import Journal
import NodeLogic

@testable import Exchange
@testable import NodeRuntime

/// A valid value of each format that has no vectors.
enum Seeds {
    static func write(to folder: String) throws {
        for (target, seeds) in all() {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(target.rawValue)", withIntermediateDirectories: true)
            for (number, seed) in seeds.enumerated() {
                try Data(seed).write(to: URL(filePath: "\(folder)/\(target.rawValue)/made-\(number)"))
            }
        }
    }

    private static func all() -> [FuzzTarget: [[UInt8]]] {
        let messages = messages()
        let signature = CanonicalValue.array([
            Digest(of: [1]).value, .integer(-8), .bytes([UInt8](repeating: 2, count: 64)),
        ])
        let change = CanonicalValue.array([.bytes([0xa0]), .array([signature])])
        let keyRounds = [KeyRound.ask, CanonicalValue.array([change]).encoded()]
        let cut = messages.map { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
        let edits = textEdits()
        return [
            .keyRound: keyRounds,
            .message: messages,
            .conversation: cut + [cut.flatMap { $0 }],
            .frames: messages.map { [7, 0, 0, UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 },
            .entry: entries(),
            .control: [
                ControlRequest.status.encoded(), ControlRequest.bundle.encoded(), ControlRequest.forks.encoded(),
                ControlRequest.publish([]).encoded(), ControlAnswer.published(count: 3).encoded(),
                ControlAnswer.refused("no").encoded(), ControlAnswer.diskFull.encoded(),
                ControlAnswer.bundle([1, 2]).encoded(), ControlAnswer.forks([]).encoded(),
            ],
            .textEdits: [edits.reduce(into: [0xFF]) { $0 += [UInt8($1.count >> 8), UInt8($1.count & 0xFF)] + $1 }],
            .storedText: storedTexts(),
        ]
    }

    private static var key: SigningKey { SigningKey(seed: [UInt8](repeating: 5, count: 32)) }

    private static func composed() -> [VerifiedBatch] {
        let roadmap = Digest([UInt8](repeating: 0x20, count: 32))!
        var composition = Composition(
            roadmap: roadmap, key: key.publicKey, incarnation: Incarnation([UInt8](repeating: 4, count: 16))!,
            succeeds: nil, at: 1)
        composition.compose(.instrument, body: [1, 2, 3], seen: [], at: 2)
        return composition.finish(signing: key)
    }

    private static func entries() -> [[UInt8]] {
        composed().flatMap { batch in
            batch.entries.map(\.header.bytes) + batch.entries.compactMap(\.body) + [batch.checkpoint?.bytes ?? []]
        }
    }

    private static func messages() -> [[UInt8]] {
        let digest = Digest([UInt8](repeating: 9, count: 32))!
        let writer = WriterID(digest)
        let place = Place(sequence: 3, id: EntryID(digest))
        let batches = composed().map { batch in
            ReceivedBatch(
                writer: batch.writer,
                entries: batch.entries.map { ReceivedEntry(header: $0.header.bytes, body: $0.body) },
                checkpoint: batch.checkpoint?.bytes)
        }
        let messages: [Message] =
            batches.map { .entries($0) } + [
                .summary(digest), .heads(round: 1, [WriterHeads(writer: writer, heads: [place])]),
                .acknowledged(writer, place), .settled(digest), .probe(writer, tip: place, sequences: [0, 1]),
                .ids(writer, tip: place, [EntryID(digest)]), .closing(code: 1), .ping, .pong,
                .declined(writer, place, .gap), .part(byteCountLeft: 4, [1, 2]),
            ]
        return messages.map { $0.encoded() }
    }

    private static func textEdits() -> [[UInt8]] {
        var text = DraftText()
        var edits: [[UInt8]] = []
        func close(_ number: UInt64) {
            edits.append(text.openEdits)
            text.close(
                as: EditStamp(sequence: number, writer: Digest(of: [1]), id: Digest(of: [UInt8(number)])))
        }
        text.insert("The bridge is mended by both", at: 0)
        close(0)
        text.delete(4..<10)
        text.insert("Brücke 橋", at: 4)
        close(1)
        return edits
    }

    private static func storedTexts() -> [[UInt8]] {
        var text = DraftText()
        text.insert("The bridge is mended by both", at: 0)
        text.close(as: EditStamp(sequence: 0, writer: Digest(of: [1]), id: Digest(of: [2])))
        text.delete(4..<10)
        text.close(as: EditStamp(sequence: 1, writer: Digest(of: [1]), id: Digest(of: [3])))
        return [true, false].compactMap { try? text.stored(includingIDs: $0) }
    }
}
