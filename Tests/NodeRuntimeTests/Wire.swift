import Exchange
import Identity
import NodeLogic
import RoadmapFixtures
import Synchronization

@testable import NodeRuntime

/// Two open homes that speak to each other without a network: what one sends, the other hears.
final class Wire: Sendable {
    private let pumps: Task<Void, Never>

    /// - Parameter ticking: whether time passes for both meanwhile.
    init?(_ one: NodeCore, _ other: NodeCore, ticking: Bool = true) async {
        let exported = [UInt8](repeating: 9, count: 32)
        guard
            let first = await one.open(
                with: other.party, node: other.publicKey, isDialled: true, exportedKey: exported),
            let second = await other.open(
                with: one.party, node: one.publicKey, isDialled: false, exportedKey: exported)
        else { return nil }
        pumps = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await Self.carry(first.outgoing, from: one, first.id, to: other, second.id) }
                group.addTask { await Self.carry(second.outgoing, from: other, second.id, to: one, first.id) }
                if ticking { group.addTask { await Self.tick(one, other) } }
            }
        }
    }

    deinit { pumps.cancel() }

    private static func carry(
        _ frames: AsyncStream<[[UInt8]]>, from one: NodeCore, _ at: LinkID, to other: NodeCore, _ there: LinkID
    ) async {
        for await batch in frames {
            for frame in batch { await other.hear(frame, on: there) }
            await one.noteSent(batch, on: at)
        }
        await other.end(there)
    }

    private static func tick(_ one: NodeCore, _ other: NodeCore) async {
        while !Task.isCancelled {
            await one.tick()
            await other.tick()
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}

extension NodeCore {
    var areAllSettled: Bool { !links.isEmpty && links.values.allSatisfy { $0.conversation.isSettled } }
}

/// True if both say that their copies are equal.
func areLevel(_ one: NodeCore, _ other: NodeCore) async -> Bool {
    guard await one.areAllSettled else { return false }
    return await other.areAllSettled
}

/// True if neither has a connection.
func areApart(_ one: NodeCore, _ other: NodeCore) async -> Bool {
    guard await one.links.isEmpty else { return false }
    return await other.links.isEmpty
}
