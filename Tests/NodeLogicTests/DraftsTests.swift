import CanonicalEncoding
import Cryptography
import Drafting
import Identity
import Journal
import NodeLogic
import RoadmapFixtures
import Testing

/// A writer's chain of drafts' entries.
private struct DraftWriter {
    let key: SigningKey
    private var journal = Journal(roadmap: Copies.pact.id)
    private let writer: WriterID
    private(set) var entries: [JournalledDraftEntry] = []

    init(_ member: Member) {
        key = member.nodeKey
        let beginning = Composition(
            roadmap: Copies.pact.id, key: key.publicKey, incarnation: Incarnation([UInt8](repeating: 3, count: 16))!,
            at: 1)
        writer = beginning.writer
        for batch in beginning.finish(signing: key) { journal.append(batch) }
    }

    @discardableResult
    mutating func write(_ body: [UInt8], at time: UInt64 = 5) -> Digest {
        var composition = journal.composing(as: writer)!
        composition.compose(.draftOperations, body: body, at: time)
        let batches = composition.finish(signing: key)
        for batch in batches { journal.append(batch) }
        let entry = batches[0].entries[0]
        entries.append(JournalledDraftEntry(header: entry.header, key: key.publicKey.id, body: body))
        return entry.id.digest
    }

    /// Types words at the beginning of the article that the pact has.
    @discardableResult
    mutating func type(_ words: String, in draft: inout Draft, previous: Digest?) -> Digest {
        draft.insert(words, in: .node(.base(Identifier("article-1")!), language: Identifier("en")!), at: 0)
        let body = draft.openEdits.body
        let id = write(body)
        draft.close(as: entries.last!.stamp, previous: previous)
        return id
    }
}

@Suite("The drafts of a journal")
struct DraftsTests {
    private static let english = Identifier("en")!
    private static let base = DraftBase([
        DraftBase.Provision(
            identifier: Identifier("article-1")!, parent: nil, kind: Identifier("article")!,
            provisionClass: Identifier("text")!, texts: [english: "They meet."])
    ])
    private let text = TextName.node(.base(Identifier("article-1")!), language: english)
    private let opening = try! DraftOpening(
        title: Words([english: "Meetings"])!, languages: [english], base: [Copies.pact.id])

    private func drafts(_ entries: [JournalledDraftEntry]) -> Drafts {
        var copy = Copies.founded
        let writers = DraftWriters(copy.ledger, copy.evaluation)
        return Drafts(entries) { writers.party(of: $0) }
    }

    @Test func `are the same in whatever order the entries came`() throws {
        var (ada, bob) = (DraftWriter(Copies.ada), DraftWriter(Copies.bob))
        let id = ada.write(opening.body)
        var theirs = try #require(drafts(ada.entries)[id]).draft(on: Self.base)
        var ours = theirs
        ours.writingParty = Copies.ada.id
        theirs.writingParty = Copies.bob.id
        let first = ada.type("Now ", in: &ours, previous: id)
        ada.type("Well, ", in: &ours, previous: first)
        bob.type("Today ", in: &theirs, previous: nil)
        let entries = ada.entries + bob.entries
        var read: Set<String> = []
        for turn in 0..<entries.count {
            for order in [entries, entries.reversed()] {
                let found = drafts(Array(order[turn...] + order[..<turn]))
                let record = try #require(found[id])
                #expect(record.party == Copies.ada.id && record.edits.map(\.party).contains(Copies.bob.id))
                #expect(
                    record.edits.map(\.previous) == [id, nil, first]
                        || record.edits.map(\.previous) == [nil, id, first])
                read.insert(record.draft(on: Self.base).string(of: text)!)
            }
        }
        #expect(read.count == 1)
        #expect(read.first?.hasPrefix("Well, Now Today ") == true || read.first?.hasPrefix("Today Well, Now ") == true)
    }

    @Test func `have no part of what is malformed, and say it`() throws {
        var ada = DraftWriter(Copies.ada)
        let id = ada.write(opening.body)
        let bad = ada.write([1, 2, 3])
        let found = drafts(ada.entries)
        #expect(found.all.map(\.id) == [id])
        #expect(found.unread.map(\.stamp.id) == [bad])
        guard case .malformed = found.unread[0].reason else { Issue.record("\(found.unread)"); return }
    }

    @Test func `wait where a body is not here, for nobody knows what it edited`() throws {
        var ada = DraftWriter(Copies.ada)
        let id = ada.write(opening.body)
        var draft = try #require(drafts(ada.entries)[id]).draft(on: Self.base)
        draft.writingParty = Copies.ada.id
        let first = ada.type("Now ", in: &draft, previous: id)
        ada.type("Well, ", in: &draft, previous: first)
        var entries = ada.entries
        entries[1] = JournalledDraftEntry(header: entries[1].header, key: entries[1].key, body: nil)
        let found = drafts(entries)
        #expect(found.unread.map(\.reason) == [.pruned])
        let waiting = try #require(found[id]).draft(on: Self.base)
        #expect(waiting.waitingCount == 1 && waiting.missing == [first])
        #expect(waiting.string(of: text) == "They meet.")
    }

    @Test func `of which the opening is not here are counted`() throws {
        var (ada, bob) = (DraftWriter(Copies.ada), DraftWriter(Copies.bob))
        let id = ada.write(opening.body)
        var draft = try #require(drafts(ada.entries)[id]).draft(on: Self.base)
        draft.writingParty = Copies.bob.id
        bob.type("Today ", in: &draft, previous: nil)
        #expect(drafts(bob.entries).unopened == [id: 1])
        #expect(drafts(bob.entries).all.isEmpty)
    }

    @Test func `have no entries of a key that no record names`() {
        var stranger = DraftWriter(Member("EVE", seed: 66))
        stranger.write(opening.body)
        #expect(drafts(stranger.entries).all.isEmpty)
        #expect(drafts(stranger.entries).unread.map(\.reason) == [.ofNoParty])
    }
}
