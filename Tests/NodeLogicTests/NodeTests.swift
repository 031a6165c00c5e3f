import Agreement
import CanonicalEncoding
import Cryptography
import Exchange
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Testing

@Suite("A node")
struct NodeTests {
    private static let ada = Member("ADA", seed: 1)
    private let pact = Pact(of: [ada, Member("BOB", seed: 2)])
    private let here: [UInt8] = [1]
    private let elsewhere: [UInt8] = [2]

    /// A node with its disk, and what it was told that it should do.
    private struct Home {
        var disk: StoreContents
        var node: Node
        var reports: [Node.Report] = []
        var drawn: UInt8 = 0

        init(_ disk: StoreContents, at place: [UInt8]) throws {
            self.disk = disk
            node = try Node(of: NodeTests.ada.id, signing: NodeTests.ada.nodeKey, place: place, reading: disk)
            perform(.opened)
        }

        /// - Returns: what was answered.
        @discardableResult
        mutating func perform(_ input: Node.Input, failure: StoreFailure? = nil) -> Node.Answer? {
            var answer: Node.Answer?
            var next: Node.Input? = input
            while let input = next {
                next = nil
                drawn += 1
                // Two lives of one store draw differently, for they begin with other numbers of entries.
                let incarnation = Incarnation([UInt8](repeating: UInt8(disk.entryCount) * 16 + drawn, count: 16))!
                let world = Node.Circumstances(now: .start, seconds: 7, store: disk) { incarnation }
                for effect in node.receive(input, in: world) {
                    switch effect {
                    case .store(let batches, let settings):
                        if let failure {
                            next = .notStored(failure)
                        } else {
                            try! disk.append(batches, settings: settings)
                            next = .stored
                        }
                    case .answer(let given): answer = given
                    case .report(let report): reports.append(report)
                    case .send, .disconnect, .admit, .stop: break
                    }
                }
            }
            return answer
        }
    }

    private var empty: StoreContents { StoreContents(roadmap: pact.id) }

    private func acceptance(at time: UInt64) -> Node.Input {
        .publish(Self.ada.signed(Self.ada.seal(pact.id, of: pact.id, at: time)).map { .seal($0) })
    }

    private func founded(at place: [UInt8]) throws -> Home {
        var home = try Home(empty, at: place)
        home.perform(.publish([.instrument(pact.founding)]))
        return home
    }

    @Test func `goes on with its chain where its store stands where it stood`() throws {
        let home = try founded(at: here)
        let again = try Home(home.disk, at: here)
        #expect(again.node.writerID == home.node.writerID)
        #expect(again.node.journal.writers.count == 1)
    }

    @Test func `begins a new chain where its store was restored, copied or moved, and names the old one`() throws {
        let home = try founded(at: here)
        let old = try #require(home.node.writerID)
        var moved = try Home(home.disk, at: elsewhere)
        let new = try #require(moved.node.writerID)
        #expect(new != old)
        let entry = try #require(try moved.disk.batches(of: new, from: 0, byteLimit: 0).first?.entries.first?.body)
        #expect(try WriterBody(encoded: entry).succeeds == home.node.journal[old]?.heads.first?.id)
        moved.perform(acceptance(at: 7))
        #expect(moved.node.journal[old]?.count == home.node.journal[old]?.count)
        #expect(try Home(moved.disk, at: elsewhere).node.writerID == new)
    }

    @Test func `leaves its chain where somebody shows more of it than it wrote`() throws {
        let backup = try founded(at: here)
        var lived = backup
        lived.perform(acceptance(at: 7))
        let writer = try #require(lived.node.writerID)
        let more = try #require(try lived.disk.batches(of: writer, from: 2, byteLimit: 0).first)
        var restored = try Home(backup.disk, at: here)
        let batch = try restored.node.journal.verify(more, mayWrite: { _ in true }, bodyCheck: { _, _ in nil })
        restored.perform(.brought(batch))
        #expect(restored.reports.contains(.ownChainContinuedElsewhere))
        restored.perform(acceptance(at: 8))
        #expect(restored.node.writerID != writer)
        #expect(restored.node.journal[writer]?.heads == lived.node.journal[writer]?.heads)
        #expect(restored.node.journal.writers.allSatisfy { restored.node.journal[$0]?.hasForked == false })
    }

    @Test func `shows nothing that the disk did not take`() throws {
        var home = try founded(at: here)
        let journal = home.node.journal
        guard case .failed(.diskFull)? = home.perform(acceptance(at: 7), failure: .diskFull) else {
            Issue.record("a full disk is told")
            return
        }
        #expect(home.node.journal == journal)
        #expect(home.node.copy.ledger.seals.isEmpty)
        guard case .published(1)? = home.perform(acceptance(at: 7)) else {
            Issue.record("it can be published again")
            return
        }
        #expect(home.node.copy.ledger.seals.count == 1)
    }
}

extension StoreContents {
    fileprivate var entryCount: Int { (try? counts().entries) ?? 0 }
}
