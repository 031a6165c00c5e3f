import CanonicalEncoding
import Cryptography
import Identity
import Testing

@testable import Drafting

/// What is four times as much takes little more than four times as long, whoever made it so.
@Suite("What a draft costs")
struct DraftGrowthTests {
    enum Load: String, CaseIterable {
        case writersWhoAddAtOnePlace, addsOfOneWriter, placesThatHangOnEachOther, movesInAnyOrder, nodesBeneathEachOther
        case bracketsThatCross, bracketsThatNest, positionsApart, entriesThatWait
    }

    @Test(arguments: Load.allCases)
    func `grows like what it holds`(load: Load) {
        let (small, large) = (Self.entries(load, count: 500), Self.entries(load, count: 2000))
        // Debug builds on a busy machine: the best of three, and room for a logarithm.
        let times = (Self.best { Self.take(small) }, Self.best { Self.take(large) })
        #expect(times.1 < times.0 * 10, "\(load): \(times)")
    }

    private static func best(_ work: () -> Void) -> Duration {
        (0..<3).map { _ in ContinuousClock().measure(work) }.min()!
    }

    private static func take(_ entries: [DraftEntry]) {
        var draft = OpenedDraft.draft()
        draft.merge(entries)
        #expect(draft.waitingCount == 0 && draft.entryCount == entries.count + 1)
        #expect(draft.documentOrder.count >= 5)
        _ = draft.contestedSpans(of: .english("1"))
        _ = draft.openBrackets()
    }

    private static func entries(_ load: Load, count: Int) -> [DraftEntry] {
        switch load {
        case .writersWhoAddAtOnePlace:
            return (0..<count).map { entry("w\($0)", 1, nil, [add("n\($0)", beneath: nil, left: "1", right: "2")]) }
        case .addsOfOneWriter: return chain(count) { index, _ in [add("n\(index)", beneath: "2")] }
        case .placesThatHangOnEachOther:
            return chain(count) { index, last in [add("n\(index)", beneath: nil, left: last.map { .made($0) })] }
        case .movesInAnyOrder:
            return chain(count) { index, _ in
                [.move(index % 2 == 0 ? "2.a" : "2.b", parent: index % 3 == 0 ? "1" : nil, left: nil, right: nil)]
            }.shuffled()
        case .nodesBeneathEachOther:
            return chain(count) { index, last in
                [
                    add("n\(index)", beneath: last.map { .added($0) } ?? "1"),
                    .move("1", parent: "2", left: nil, right: nil),
                ]
            }
        case .bracketsThatCross:
            return chain(count) { index, _ in [bracket(index % 40, index % 40 + 5 + index % 7)] }
        case .bracketsThatNest:
            let first = insertion(count: 2 * count)
            return [first] + chain(count, after: first) { index, _ in [bracket(index, 2 * count - index, of: first)] }
        case .positionsApart:
            let first = entry("w", 1, nil, [.bracketNode("1")])
            let name = OperationName(entry: first.stamp.id, number: 0)
            return [first]
                + (0..<count).map { index in
                    entry(
                        "w\(index % 8)x", UInt64(index + 2), nil, [.position(bracket: name, accepts: [.standing])],
                        parents: [first.stamp.id])
                }.prefix(200) + chain(count, after: first) { _, _ in [.position(bracket: name, accepts: [.nothing])] }
        case .entriesThatWait: return chain(count) { _, _ in [.title("x")] }.reversed()
        }
    }

    private static func add(
        _ name: String, beneath parent: NodeName?, left: PlaceName? = nil, right: PlaceName? = nil
    ) -> DraftOperation {
        .add(
            parent: parent, left: left, right: right, identifier: Identifier(name)!, kind: "article",
            provisionClass: "text")
    }

    private static func bracket(_ start: Int, _ end: Int, of entry: DraftEntry? = nil) -> DraftOperation {
        let id = entry?.stamp.id ?? OpenedDraft.draft().id
        return .bracket(
            .english("1"), start: .scalar(entry: id, number: start, side: .before),
            end: .scalar(entry: id, number: end, side: .before))
    }

    private static func insertion(count: Int) -> DraftEntry {
        var draft = OpenedDraft.draft()
        draft.insert(String(repeating: "x", count: count), in: .english("1"), at: 0)
        return entry("w", 1, nil, [], texts: draft.openEdits.texts)
    }

    private static func entry(
        _ writer: String, _ sequence: UInt64, _ previous: Digest?, _ operations: [DraftOperation],
        parents: [Digest] = [], texts: [DraftEdits.TextEdits] = []
    ) -> DraftEntry {
        let edits = try! DraftEdits(
            draft: OpenedDraft.draft().id, parents: parents, operations: operations, texts: texts)
        return DraftEntry(
            stamp: OpenedDraft.stamp(of: writer, sequence, edits.body), party: "KOR", previous: previous, edits: edits)
    }

    /// One writer's entries; each is told of the first operation of the one before.
    private static func chain(
        _ count: Int, after first: DraftEntry? = nil, _ operations: (Int, OperationName?) -> [DraftOperation]
    ) -> [DraftEntry] {
        var previous = first?.stamp.id
        var last: OperationName?
        return (0..<count).map { index in
            let made = entry("w", UInt64(index + 2), previous, operations(index, last))
            previous = made.stamp.id
            last = OperationName(entry: made.stamp.id, number: 0)
            return made
        }
    }
}
