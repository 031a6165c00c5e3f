internal import Cryptography
internal import Journal

/// How both sides find out what they differ in, from version 2 on.
extension Conversation {
    /// Begins a round with the tally of what is held now.
    mutating func beginFinding(_ journal: some JournalReading, _ due: Moment) {
        round += 1
        let finding = Finding(round: round, heads: journal.heads, under: exportedKey)
        changesSeen = journal.journal.changes
        self.finding = finding
        clocks.findingDue = due
        send(.tally(round: round, writerCount: finding.heads.count, finding.digest))
    }

    mutating func takeTally(
        _ theirRound: UInt64, _ writerCount: Int, _ digest: Digest, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        if isAnswered {
            guard theirRound == round + 1 else { throw .refused(.wrongRound(expected: round + 1, found: theirRound)) }
            try beginRound(journal, now)
        }
        guard theirRound == round else { throw .refused(.wrongRound(expected: round, found: theirRound)) }
        guard var finding, finding.step == 0 else { throw .refused(.outOfTurn(number: Message.Number.tally.rawValue)) }
        let next = finding.take(writerCount: writerCount, digest)
        isAgreed = digest == finding.digest
        proceed(finding, next, journal, now)
    }

    /// Takes a summary of ranges, or a part of a list.
    mutating func takeFound(
        _ message: Message, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        do throws(ExchangeRefusal) {
            guard !isAnswered, var finding, finding.step > 0 else { throw .outOfTurn(number: message.number.rawValue) }
            switch message {
            case .ranges(let theirRound, let step, let theirs):
                try checkRound(theirRound)
                guard step == finding.step, !finding.isListing else {
                    throw .outOfTurn(number: message.number.rawValue)
                }
                let next = try finding.take(theirs)
                proceed(finding, next, journal, now)
            case .listing(let theirRound, let isLast, let list):
                try checkRound(theirRound)
                guard finding.isListing else { throw .outOfTurn(number: message.number.rawValue) }
                try finding.take(list: list)
                if isLast { finish(finding, journal) } else { self.finding = finding }
            default: preconditionFailure("no other message is part of a comparison")
            }
        } catch { throw .refused(error) }
    }

    private func checkRound(_ theirRound: UInt64) throws(ExchangeRefusal) {
        guard theirRound == round else { throw .wrongRound(expected: round, found: theirRound) }
    }

    private mutating func proceed(
        _ finding: Finding, _ next: Finding.Next, _ journal: some JournalReading, _ now: Moment
    ) {
        clocks.findingDue = now + limits.answerPatience
        switch next {
        case .finish: return finish(finding, journal)
        case .split: send(.ranges(round: round, step: finding.step, finding.summaries))
        case .list: sendList(finding.list)
        }
        self.finding = finding
    }

    private mutating func sendList(_ list: [WriterHeads]) {
        var start = 0
        repeat {
            let end = min(start + ExchangeLimits.writers, list.count)
            send(.listing(round: round, isLast: end == list.count, Array(list[start..<end])))
            start = end
        } while start < list.count
    }

    private mutating func finish(_ finding: Finding, _ journal: some JournalReading) {
        self.finding = nil
        isAnswered = true
        clocks.findingDue = nil
        let outcome = finding.outcome
        adopt(outcome.known, journal)
        isPartial = outcome.isPartial
        for writer in outcome.open { queue.add(writer) }
    }
}
