internal import Cryptography
internal import Journal
internal import NodeLogic

/// Bodies that go and come back: an entry is whole without one, but for what the agreement is computed from.
extension World {
    /// Somebody needs room, and takes bodies off a disk into an archive; for a while the node passes entries on without.
    func archiveBodies(_ body: Int, _ dice: inout Dice) {
        var isAnyGone = false
        for entry in bodies[body].disk.entries where dice.chance(60) {
            guard let bytes = entry.body, bodies[body].disk.prune(entry.id) else { continue }
            archive[entry.id] = bytes
            isAnyGone = true
        }
        guard isAnyGone else { return }
        count(.archivedBodies)
        agenda.add(
            .relief(.bodies(body: body)), at: now + dice.within(1_000...20_000 as ClosedRange<UInt64>))
    }

    /// Somebody brings the bodies back that are missing on a disk.
    func bringBodies(to body: Int) throws(Broken) {
        for entry in bodies[body].disk.entries where entry.body == nil {
            guard let bytes = archive[entry.id] else { continue }
            guard !bodies[body].disk.attach(bytes + [0], to: entry.id), bodies[body].disk.attach(bytes, to: entry.id)
            else { throw broken(.nothingIsLost, "\(name(body)) does not take the body of \(entry.id) back") }
        }
    }

    // MARK: What a disk has spoilt

    /// A machine breaks, and its disk gives back other bytes than it was given. Whoever reads it must see that; then
    /// somebody sets up a backup.
    func spoilDisk(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard let node = bodies[body].node else { return }
        let chains = node.journal.writers.shuffled(using: &dice).compactMap {
            SpoiltChain(of: $0, from: bodies[body].disk.contents, &dice)
        }
        guard let chain = chains.first else { return }
        if (try? chain.opened()) != nil || (try? chain.streamed()) != nil || (try? chain.received()) != nil {
            throw broken(.damageIsSeen, "entries of \(chain.writer) at \(name(body))")
        }
        if let forked = node.journal.writers.first(where: { node.journal[$0]?.hasForked == true }) {
            bodies[body].disk.isWithoutBeginnings = true
            let proof = try? bodies[body].disk.forkProof(of: forked, in: node.journal)
            bodies[body].disk.isWithoutBeginnings = false
            guard proof == nil else { throw broken(.damageIsSeen, "a fork of \(forked) at \(name(body))") }
        }
        count(.rottenDisk)
        try setUpBackup(body, &dice)
    }
}
