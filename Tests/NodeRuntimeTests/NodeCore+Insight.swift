import Cryptography
import Exchange
import Journal
import NodeLogic
import Storage

@testable import NodeRuntime

/// What tests see of an open home, and do to it, beyond what a node offers.
extension NodeCore {
    var copy: RoadmapCopy { node.copy }
    var journal: Journal { node.journal }
    var links: [LinkID: Node.Link] { node.links }
    nonisolated var ownNode: KeyID { publicKey.id }
    var restUntil: Moment { node.restUntil }
    var store: any JournalStore { get throws { try readableStore() } }

    /// The first frames of a conversation with this node, as it would send them.
    func greeting(as role: Role, under exportedKey: [UInt8]) throws -> [[UInt8]] {
        var conversation = Conversation(as: role, about: node.roadmap, exportedKey: exportedKey)
        let durable = node.durable(reading: try readableStore(), on: 20_000)
        var frames: [[UInt8]] = []
        for case .send(let sent) in conversation.receive(.connected, journal: durable, at: .start) { frames += sent }
        return frames
    }

    func takeIn(_ batch: VerifiedBatch) throws { _ = try ask(.brought(batch)) }
    func carryLooseRecords() throws { _ = try ask(.carry) }
}
