internal import Agreement
internal import Cryptography
internal import Drafting
internal import Identity
internal import Journal
internal import NodeLogic
internal import Verification

/// What people do with papers: drafts that they write on, and files that they carry where no connection reaches.
extension World {
    // MARK: Drafts

    /// The drafts that a body's journal holds, as a verb at its home reads them.
    func drafts(at body: Int) throws(Broken) -> Drafts {
        guard var node = bodies[body].node else { preconditionFailure("\(name(body)) is up") }
        var (entries, number) = ([JournalledDraftEntry](), UInt64(0))
        while let page = try? bodies[body].disk.draftEntries(after: number, byteLimit: 4_096), let last = page.last {
            for entry in page where node.counts(entry.header) {
                guard let key = node.journal[entry.header.writer]?.key.id else { continue }
                entries.append(JournalledDraftEntry(header: entry.header, key: key, body: entry.body))
            }
            number = last.number
        }
        let writers = DraftWriters(node.copy.ledger, node.evaluation)
        return Drafts(entries) { writers.party(of: $0) }
    }

    /// Opens a draft, or writes an article into one that is there.
    func draft(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard let writer = bodies[body].node?.writerID else { return }
        let party = parties[bodies[body].party].id
        guard let record = try dice.pick(drafts(at: body).all), dice.chance(75) else {
            let opening = try! DraftOpening(
                title: .english("Draft \(dice.next() % 1_000)"), languages: [Charter.english], base: [founding.id])
            return try noteDraft(input(.publishDraft(opening.body, after: nil), to: body), body, in: nil)
        }
        var draft = record.draft(on: DraftBase([]))
        guard draft.gathering == nil else { return }
        draft.writingParty = party
        draft.add(
            Identifier("draft-\(dice.within(1...4))")!, kind: Identifier("article")!,
            provisionClass: Charter.minorClass,
            beneath: nil, behind: dice.chance(50) ? draft.documentOrder.first?.name : nil)
        // Somebody who wrote on an older text than the node has is told so.
        let previous = dice.chance(10) ? nil : record.newest(of: writer.digest)
        try noteDraft(input(.publishDraft(draft.openEdits.body, after: previous), to: body), body, in: record)
    }

    /// - Parameter record: the draft that was written on; nil where one was opened.
    private func noteDraft(_ answer: Node.Answer?, _ body: Int, in record: DraftOnRecord?) throws(Broken) {
        switch answer {
        case .draftPublished(.written(let stamp)):
            count(.draft)
            guard isHonest(body) else { return }
            let opener = parties.first { $0.id == record?.party }
            bodies[body].drafted[stamp.id] = Body.DraftWritten(
                draft: record?.id ?? stamp.id, isOpenedByLiar: opener?.isLiar == true)
        case .draftRefused(let refusal):
            throw broken(.sameAnswer, "\(name(body)) refuses an edit of a draft that it holds: \(refusal)")
        case .draftPublished(.overtaken), .failed, .done, .published, .refused, nil: break
        }
    }

    /// All copies have the same drafts, in whatever order their entries came, and nothing that was written is lost.
    func judgeDrafts(_ copies: [Int]) throws(Broken) {
        let first = try drafts(at: copies[0])
        for body in copies.dropFirst() {
            let other = try drafts(at: body)
            let names = "\(name(copies[0])) and \(name(body))"
            guard first.all.map(\.id) == other.all.map(\.id), first.unopened == other.unopened else {
                throw broken(.copiesConverge, "\(names) differ in drafts")
            }
            for (one, two) in zip(first.all, other.all) {
                let (one, two) = (one.draft(on: DraftBase([])), backwards(two))
                guard one.heads == two.heads, one.documentOrder == two.documentOrder, one.missing == two.missing else {
                    throw broken(.copiesConverge, "\(names) read the draft \(one.id) otherwise")
                }
            }
        }
        let held = Set(first.all.flatMap { [$0.id] + $0.edits.map(\.stamp.id) })
        for body in copies {
            for (id, written) in bodies[body].drafted where !held.contains(id) {
                // What was built on a liar's second story waits for it, and is counted where nobody has the opening.
                guard written.isOpenedByLiar, first.unopened[written.draft] != nil else {
                    throw broken(.nothingIsLost, "edits of drafts by \(name(body)) are gone")
                }
            }
        }
    }

    private func backwards(_ record: DraftOnRecord) -> Draft {
        var draft = Draft(record.opening, stamp: record.stamp, party: record.party, base: DraftBase([]))
        for entry in record.edits.reversed() { draft.merge([entry]) }
        return draft
    }

    // MARK: Files

    /// A file on its way from one home to another.
    struct FileUnderWay {
        let bytes: [UInt8]
        let isWhole: Bool
        let to: Int
        /// What its writer held as it wrote it, if it wrote all of it.
        let heads: [Head]
    }

    /// Somebody takes journals away on a stick: all, or from somewhere on.
    func exportFile(_ body: Int, _ dice: inout Dice) throws(Broken) {
        guard let node = bodies[body].node, !bodies[body].disk.isUnreadable,
            let other = dice.pick(bodies.indices.filter { $0 != body })
        else { return }
        let start: ExportStart
        switch dice.within(0...9) {
        case 0...3: start = .everything
        case 4...5: start = .time(seconds(body) - min(seconds(body), dice.within(0...20 as ClosedRange<UInt64>)))
        case 6...7:
            // As of the last file from over there.
            guard let there = bodies[other].node else { return }
            start = .file(Dictionary(there.journal.heads.map { ($0.writer, $0.sequence) }, uniquingKeysWith: min))
        default:
            guard let head = dice.pick(node.journal.heads) else { return }
            start = .entry(head.id)
        }
        guard var bytes = try? node.journalFile(since: start, reading: bodies[body].disk).encoded() else {
            throw broken(.nothingIsLost, "\(name(body)) cannot write its journals into a file")
        }
        let isWhole = isHonest(body) || dice.chance(50)
        if !isWhole {
            let place = Int(dice.next() % UInt64(bytes.count))
            if dice.chance(30) {
                bytes = Array(bytes.prefix(place))
            } else {
                bytes[place] ^= UInt8(dice.within(1...255))
            }
        }
        let file = FileUnderWay(
            bytes: bytes, isWhole: isWhole, to: other, heads: start == .everything ? node.journal.heads : [])
        agenda.add(.relief(.file(file)), at: now + dice.within(200...9_000 as ClosedRange<UInt64>))
    }

    func takeIn(_ file: FileUnderWay) throws(Broken) {
        let body = file.to
        guard bodies[body].node != nil, isHonest(body) || !isAtPeace else { return }
        do {
            var intake = try JournalIntake(file.bytes, for: roadmap)
            while let node = bodies[body].node, let input = try intake.next(for: node, reading: bodies[body].disk) {
                let answer = try self.input(input, to: body)
                guard let after = bodies[body].node else { return }
                if case .failed? = answer { return }
                intake.note(answer, after)
            }
            count(.file)
            if file.isWhole { try judge(intake.taken, of: file) }
        } catch let broken as Broken {
            throw broken
        } catch {
            guard !file.isWhole else {
                throw broken(.filesAreTakenIn, "\(name(body)) refuses a file that an honest node wrote: \(error)")
            }
        }
    }

    /// Whoever took in a whole file has what its writer had, but for what it says that it could not take.
    private func judge(_ taken: JournalImport, of file: FileUnderWay) throws(Broken) {
        let journal = bodies[file.to].node!.journal
        for head in file.heads {
            let isExcused =
                taken.writersWithGaps.contains(head.writer) || taken.writersNotAdmitted.contains(head.writer)
            let history = journal[head.writer]
            guard
                isExcused || history?.hasForked == true || history?.entries(at: head.sequence).contains(head.id) == true
            else {
                throw broken(.filesAreTakenIn, "\(name(file.to)) took in a file, and lacks entries of \(head.writer)")
            }
        }
    }
}
