import Cryptography
import DraftingReference
import Testing

@testable import Drafting

/// Entries are taken in one by one; what is counted is how often a walk brings a run into a view, or takes it back.
@Suite("What merging costs")
struct BoundTests {
    /// Each writer sees the others' entries late, for ever.
    @Test(arguments: [2, 3, 8, 20], [1, 7, 60])
    func `is at most one look of each writer at each edit, however late they see each other`(writers: Int, lag: Int) {
        let entries = Self.crowd(writers, stepCount: 1200 / writers) { step, writer in
            step >= lag ? (0..<writers).filter { $0 != writer }.map { ($0, step - lag) } : []
        }
        Self.expectBound(of: entries, laneCount: writers)
    }

    @Test func `is the same for writers who never see each other, and for the branches of one who forks`() {
        for sharedWriter in [false, true] {
            let entries = Self.crowd(8, stepCount: 150, sharedWriter: sharedWriter) { _, _ in [] }
            Self.expectBound(of: entries, laneCount: 8)
        }
    }

    /// Each sees now this one's newest and now that one's, and at times all of a long time ago.
    @Test func `is the same whatever each one saw`() {
        for seed in UInt64(1)...6 {
            var random = SplitMix64(seed: seed)
            let entries = Self.crowd(6, stepCount: 150) { step, writer in
                let other = random.below(6)
                guard step > 0, other != writer else { return [] }
                return [(other, random.chance(50) ? step - 1 : random.below(step))]
            }
            Self.expectBound(of: entries, laneCount: 6)
        }
    }

    /// Who does not name their own previous entry, though others' that they name have it in their past, is one lane too.
    @Test func `does not depend on whether a writer's previous entry is named or in the past of one that is`() {
        var entries: [EditEntry] = []
        for step in 0..<300 {
            for writer in 0..<3 {
                let parents = entries.isEmpty ? [] : [entries[entries.count - 1].stamp.id]
                entries.append(Self.entry(writer, step, parents: parents, writerID: UInt8(writer)))
            }
        }
        var text = DraftText()
        #expect(text.merge(entries).isEmpty)
        #expect(Set((0..<text.graph.count).map { text.graph.lane(of: $0) }).count == 3)
    }

    private static func expectBound(of entries: [EditEntry], laneCount: Int) {
        var text = DraftText()
        var changeCount = 0
        var walkCount = 0
        for entry in entries {
            let before = text.walk?.changeCount ?? 0
            #expect(text.merge([entry]).isEmpty)
            let after = text.walk?.changeCount ?? 0
            changeCount += after < before ? after : after - before
            if after < before { walkCount += 1 }
        }
        #expect(Set((0..<text.graph.count).map { text.graph.lane(of: $0) }).count == laneCount)
        // Every lane and the common view take in all; and twice as much is taken back as patience has it.
        let bound = (laneCount + 1 + 2 * Patience.usual.perRun) * entries.count + 2 * Patience.usual.atFirst
        #expect(changeCount <= bound, "\(changeCount) changes of \(entries.count) entries")
        #expect(walkCount <= 4)
    }

    /// Writers who take turns; each has seen its own and what is told of the others: a writer and a step.
    private static func crowd(
        _ writerCount: Int, stepCount: Int, sharedWriter: Bool = false, seen: (Int, Int) -> [(Int, Int)]
    ) -> [EditEntry] {
        var entries: [EditEntry] = []
        for step in 0..<stepCount {
            for writer in 0..<writerCount {
                var parents = step > 0 ? [id(writer, step - 1)] : []
                for other in seen(step, writer) { parents.append(id(other.0, other.1)) }
                entries.append(entry(writer, step, parents: parents, writerID: sharedWriter ? 0 : UInt8(writer)))
            }
        }
        return entries
    }

    private static func entry(_ writer: Int, _ step: Int, parents: [Digest], writerID: UInt8) -> EditEntry {
        var log = EditLog()
        if step % 5 == 4 {
            log.delete(1, at: 0)
        } else {
            Array("x".utf8).withUnsafeBufferPointer { log.insert($0, scalarCount: 1, at: step / 2) }
        }
        let stamp = EditStamp(
            sequence: UInt64(step), writer: Digest(padding: [writerID]), id: id(writer, step))
        return EditEntry(stamp: stamp, parents: parents, log: log)
    }

    private static func id(_ writer: Int, _ step: Int) -> Digest {
        Digest(padding: [UInt8(writer), UInt8(step & 255), UInt8(step >> 8), 1])
    }
}
