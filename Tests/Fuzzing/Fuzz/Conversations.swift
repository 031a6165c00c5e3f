import CanonicalEncoding
import Cryptography
import Identity
import Journal
import NodeLogic

@testable import Exchange

/// A node with an empty journal, to which a peer that knows the roadmap says anything.
enum Conversations {
    private static let roadmap = Digest([UInt8](repeating: 0x20, count: 32))!
    private static let exported = [UInt8](repeating: 0x30, count: 32)

    private struct EmptyJournal: JournalReading {
        var journal = Journal(roadmap: roadmap)

        func batch(
            of writer: WriterID, from sequence: UInt64, onBranchTo tip: Place, byteCount: Int
        ) -> ReceivedBatch? { nil }
        func mayWrite(_ key: PublicKey) -> Bool { true }
        var admittedKeyCount: Int { 0 }
        func bodyRefusal(_ kind: EntryKind, _ body: [UInt8]) -> DecodingRefusal? { AgreementBody.refusal(kind, body) }
    }

    /// The frames that a peer sends first: its greeting, and that it has nothing.
    private static func greeting() -> [[UInt8]] {
        var peer = Conversation(as: .dialler, about: roadmap, exportedKey: exported)
        let effects = peer.receive(.connected, journal: EmptyJournal(), at: Moment(milliseconds: 0))
        return effects.flatMap { effect -> [[UInt8]] in if case .send(let frames) = effect { frames } else { [] } }
    }

    /// Frames are cut by lengths of two bytes; the top bit of a length says that no greeting stands before.
    static func play(_ bytes: [UInt8]) {
        var conversation = Conversation(as: .listener, about: roadmap, exportedKey: exported)
        var journal = EmptyJournal()
        var now: UInt64 = 0
        func take(_ input: Conversation.Input) {
            now += 1
            for effect in conversation.receive(input, journal: journal, at: Moment(milliseconds: now)) {
                guard case .store(let batch, let token) = effect else { continue }
                journal.journal.append(batch)
                take(.stored(token))
            }
        }
        take(.connected)
        if (bytes.first ?? 0) & 0x80 == 0 { for frame in greeting() { take(.frame(frame)) } }
        var rest = bytes[...]
        while rest.count > 2, !conversation.isClosed {
            let count = Int(rest[rest.startIndex] & 0x7F) << 8 | Int(rest[rest.startIndex + 1])
            take(.frame(Array(rest.dropFirst(2).prefix(count))))
            rest = rest.dropFirst(2 + count)
        }
        now += 1_000_000
        take(.wake)
    }
}
