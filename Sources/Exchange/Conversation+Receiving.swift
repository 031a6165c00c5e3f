internal import Cryptography
internal import Journal

/// What each message of the peer's does.
extension Conversation {
    mutating func take(
        _ message: Message, _ byteCount: Int, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        if case .closing(let code) = message { throw .peerClosed(code: code) }
        // A batch in parts comes in one piece: nothing stands between its parts.
        if parts != nil, message.number != .part { throw .outOfTurn(message) }
        if message.number.version > version { throw .outOfTurn(message) }
        switch (phase, message) {
        case (.greeting, .hello(let versions, let limits, let roadmaps)):
            try takeHello(versions, limits, roadmaps, journal, now)
        case (.comparing(let heads, let ours), .summary(let theirs)):
            takeSummary(theirs, ours, heads, journal, now)
        case (.exchanging, .heads(let round, let heads)) where version == 1:
            try takeHeads(round, heads, journal, now)
        case (.exchanging, .tally(let round, let count, let digest)):
            try takeTally(round, count, digest, journal, now)
        case (.exchanging, .ranges), (.exchanging, .listing): try takeFound(message, journal, now)
        case (.greeting, _): throw .outOfTurn(message)
        case (_, .ping): send(.pong)
        case (_, .pong): break
        case (.comparing, _), (_, .hello), (_, .summary), (_, .heads): throw .outOfTurn(message)
        default:
            guard isAnswered || round > 1 else { throw .outOfTurn(message) }
            if case .settled = message {} else { clocks.isQuietSince = nil }
            try takeExchanged(message, byteCount, journal, now)
        }
    }

    private mutating func takeHello(
        _ versions: [UInt64], _ theirs: LinkLimits, _ roadmaps: [Digest], _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        guard roadmaps.contains(Greeting.proof(of: roadmap, by: role.other, under: exportedKey)) else {
            throw .noCommonRoadmap
        }
        guard let common = versions.filter(offered.contains).max() else { throw .noCommonVersion }
        guard theirs.bytesInFlight >= UInt64(ExchangeLimits.leastBytesInFlight), theirs.batchesInFlight >= 1 else {
            throw .refused(.uselessLimits)
        }
        peerLimits = LinkLimits(
            bytesInFlight: min(theirs.bytesInFlight, limits.link.bytesInFlight),
            batchesInFlight: min(theirs.batchesInFlight, limits.link.batchesInFlight))
        version = common
        guard version == 1 else {
            phase = .exchanging
            return beginFinding(journal, now + limits.findingPatience)
        }
        let heads = journal.heads
        guard heads.count <= ExchangeLimits.writers else { throw .tooManyWriters }
        let digest = HeadsDigest.of(heads)
        changesSeen = journal.journal.changes
        phase = .comparing(heads, digest)
        clocks.findingDue = now + limits.findingPatience
        send(.summary(digest))
    }

    private mutating func takeSummary(
        _ theirs: Digest, _ ours: Digest, _ heads: [WriterHeads], _ journal: some JournalReading,
        _ now: Moment
    ) {
        phase = .exchanging
        clocks.findingDue = theirs == ours ? nil : now + limits.findingPatience
        if theirs == ours {
            isAnswered = true
            isAgreed = true
            adopt(heads, journal)
        } else {
            round = 1
            send(.heads(round: round, journal.heads))
        }
    }

    private mutating func takeHeads(
        _ theirRound: UInt64, _ heads: [WriterHeads], _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        if isAnswered {
            guard theirRound == round + 1 else { throw .refused(.wrongRound(expected: round + 1, found: theirRound)) }
            try beginRound(journal, now)
        }
        guard theirRound == round else { throw .refused(.wrongRound(expected: round, found: theirRound)) }
        isAnswered = true
        clocks.findingDue = nil
        adopt(heads, journal)
        for writer in journal.journal.writers { queue.add(writer) }
    }

    /// Compares anew: what was believed of the peer is forgotten, and heads are exchanged.
    mutating func beginRound(_ journal: some JournalReading, _ now: Moment) throws(CloseReason) {
        idleRounds += 1
        guard idleRounds <= ExchangeLimits.idleRounds else {
            throw peers.awaited.isEmpty ? .copiesDiffer : .overdue(.entries)
        }
        declined.beginRound()
        isAnswered = false
        isAgreed = false
        isSettled = false
        digestNamedByUs = nil
        stateNamed = nil
        digestNamedByPeer = nil
        clocks.isQuietSince = nil
        guard version == 1 else { return beginFinding(journal, now + limits.answerPatience) }
        let heads = journal.heads
        guard heads.count <= ExchangeLimits.writers else { throw .tooManyWriters }
        round += 1
        clocks.findingDue = now + limits.answerPatience
        send(.heads(round: round, heads))
    }

    /// Believes the peer's heads, with what is under way between the two sides.
    mutating func adopt(_ heads: [WriterHeads], _ journal: some JournalReading) {
        var searches = peers.searches
        peers = PeerTable()
        waiting = []
        isPartial = false
        for writer in heads {
            var peer = PeerWriter()
            for head in writer.heads { peer.claim(head, wasHeld: journal.holds(head, of: writer.writer)) }
            peer.search = searches.removeValue(forKey: writer.writer)
            peers[writer.writer] = peer
        }
        // An answer that was asked for in the last round will still come.
        for (writer, search) in searches { peers[writer, default: PeerWriter()].search = search }
        let met = inFlight.map { (writer: $0.writer, place: $0.last) } + metMeanwhile
        for (writer, place) in met {
            peers[writer, default: PeerWriter()].claim(place, wasHeld: journal.holds(place, of: writer))
        }
        metMeanwhile = []
        for batch in arrived + storing.values { noteArrived(batch) }
    }

    private mutating func noteArrived(_ batch: ArrivedBatch) {
        if let before = batch.before { peers[batch.writer, default: PeerWriter()].claim(before) }
        peers[batch.writer, default: PeerWriter()].claim(batch.last)
    }

    private mutating func takeExchanged(
        _ message: Message, _ byteCount: Int, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        do throws(ExchangeRefusal) {
            switch message {
            case .entries(let batch):
                try takeBatch(byteCount) { (count: Int) throws(ExchangeRefusal) in
                    try ArrivedBatch(batch, byteCount: count)
                }
            case .lean(let batch):
                try takeBatch(byteCount) { [roadmap] in ArrivedBatch(batch, in: roadmap, byteCount: $0) }
            case .part(let left, let bytes): try takePart(left, bytes)
            case .acknowledged(let writer, let place):
                try finishSending(writer, place, message.number, now)
                idleRounds = 0
            case .declined(let writer, let place, let reason):
                try finishSending(writer, place, message.number, now)
                peers[writer, default: PeerWriter()].forget(place)
                peers[writer, default: PeerWriter()].pause = reason
            case .probe(let writer, let tip, let sequences):
                let ids = sequences.compactMap { journal.id(of: writer, at: $0, onBranchTo: tip) }
                send(.ids(writer, tip: tip, ids.count == sequences.count ? ids : []))
            case .ids(let writer, let tip, let ids): try takeIDs(writer, tip, ids, journal, now)
            case .settled(let digest): digestNamedByPeer = digest
            case .hello, .summary, .heads, .tally, .ranges, .listing, .closing, .ping, .pong: break
            }
        } catch { throw .refused(error) }
    }

    private mutating func takePart(_ left: UInt64, _ bytes: [UInt8]) throws(ExchangeRefusal) {
        let outOfTurn = ExchangeRefusal.outOfTurn(number: Message.Number.part.rawValue)
        guard bytes.count == ExchangeLimits.partByteCount || left == 0 else { throw outOfTurn }
        if let parts {
            guard left < parts.left, parts.left - left == UInt64(bytes.count) else { throw outOfTurn }
            self.parts = (parts.bytes + bytes, left)
        } else {
            guard left > 0, left <= UInt64(ExchangeLimits.longMessageByteCount - bytes.count),
                arrived.isEmpty, storing.isEmpty
            else { throw outOfTurn }
            parts = (bytes, left)
        }
        guard left == 0, let whole = parts?.bytes else { return }
        parts = nil
        guard whole.count > ExchangeLimits.messageByteCount else { throw outOfTurn }
        let message = try Message(whole, limit: ExchangeLimits.longMessageByteCount, in: version)
        guard message.number.version <= version else { throw outOfTurn }
        switch message {
        case .entries(let batch):
            try takeBatch(whole.count) { (count: Int) throws(ExchangeRefusal) in
                try ArrivedBatch(batch, byteCount: count)
            }
        case .lean(let batch):
            try takeBatch(whole.count) { [roadmap] in ArrivedBatch(batch, in: roadmap, byteCount: $0) }
        default: throw outOfTurn
        }
    }

    /// Nothing of a batch is looked at, and hashed, for which there is no room.
    private mutating func takeBatch(
        _ byteCount: Int, _ read: (Int) throws(ExchangeRefusal) -> ArrivedBatch
    ) throws(ExchangeRefusal) {
        let underWay = arrived + storing.values
        let bytesUnderWay = underWay.reduce(byteCount) { $0 + $1.byteCount }
        guard underWay.count < limits.batchesInFlight,
            underWay.isEmpty || bytesUnderWay <= limits.bytesInFlight
        else { throw .tooManyInFlight }
        let batch = try read(byteCount)
        noteArrived(batch)
        arrived.append(batch)
    }

    /// True unless an earlier batch of the same writer waits or is being stored.
    private func isReady(_ batch: ArrivedBatch, before: ArraySlice<ArrivedBatch>) -> Bool {
        !storing.values.contains { $0.writer == batch.writer } && !before.contains { $0.writer == batch.writer }
    }

    /// Checks what waits, in order; a batch of a writer only when the one before it is stored.
    mutating func checkArrived(_ journal: some JournalReading) throws(ExchangeRefusal) {
        var place = 0
        while place < arrived.count {
            let batch = arrived[place]
            guard isReady(batch, before: arrived[..<place]) else {
                place += 1
                continue
            }
            arrived.remove(at: place)
            try check(batch, journal)
        }
    }

    private mutating func check(_ batch: ArrivedBatch, _ journal: some JournalReading) throws(ExchangeRefusal) {
        if journal.holds(batch.last, of: batch.writer) {
            // Another connection was faster, and it is durable already.
            acknowledge(batch, journal)
        } else if hangsOnPostponed(batch, journal) {
            decline(batch, .unknownWriter)
        } else if isGap(batch, journal) {
            decline(batch, declined.mayBeUnknown(batch.writer, in: journal) ? .unknownWriter : .gap)
        } else {
            try verify(batch, journal)
        }
    }

    /// True if what it hangs on was postponed, on whatever branch: nothing is said of it yet.
    private func hangsOnPostponed(_ batch: ArrivedBatch, _ journal: some JournalReading) -> Bool {
        guard declined.postponed.contains(batch.writer), let before = batch.before else { return false }
        return !journal.holds(before, of: batch.writer)
    }

    /// True if the entry before the first is one that this node need not hold: it has not come, or a fork drove it out.
    private func isGap(_ batch: ArrivedBatch, _ journal: some JournalReading) -> Bool {
        guard let before = batch.before, !journal.holds(before, of: batch.writer) else { return false }
        let heads = journal.heads(of: batch.writer)
        guard let newest = heads.first else { return true }
        return before.sequence > newest.sequence || heads.count > 1 && before.sequence == newest.sequence
    }

    private mutating func verify(_ batch: ArrivedBatch, _ journal: some JournalReading) throws(ExchangeRefusal) {
        let verified: VerifiedBatch
        do throws(EntryRefusal) {
            let key = journal.journal[batch.writer]?.key ?? Self.provedKey(of: batch)
            verified = try journal.verify(batch.received(from: key))
        } catch {
            guard case .unknownWriter = error, let key = Self.provedKey(of: batch) else { throw .badEntry(error) }
            declined.insert(batch.writer, unknownKey: key, upTo: limits.declinedWriters, in: journal)
            guard declined.unknownBatchCount <= limits.unknownBatches else { throw .tooManyUnknownWriters }
            return decline(batch, .unknownWriter)
        }
        guard verified.placement != .held else { return acknowledge(batch, journal) }
        if let allowance = journal.allowanceUsedUp(for: verified) {
            return try postpone(batch, by: verified.key, beyond: allowance, journal)
        }
        declined.remove(batch.writer)
        let token = BatchToken(number: nextToken)
        nextToken += 1
        storing[token] = batch
        effects.append(.store(verified, token))
    }

    /// Declines a good batch until its writer's key has room again. What the peer has of the writer is owed then only.
    private mutating func postpone(
        _ batch: ArrivedBatch, by key: PublicKey, beyond allowance: Allowance, _ journal: some JournalReading
    ) throws(ExchangeRefusal) {
        declined.insert(batch.writer, by: key, beyond: allowance)
        guard declined.postponed.count <= ExchangeLimits.postponedWriters else { throw .tooManyUnknownWriters }
        var peer = peers[batch.writer] ?? PeerWriter()
        peer.refresh(batch.writer, heads: journal.heads(of: batch.writer), in: journal)
        peers[batch.writer] = peer
        decline(batch, .unknownWriter)
    }

    private mutating func decline(_ batch: ArrivedBatch, _ reason: Declination) {
        // Entries of a writer that is not admitted here are not owed; after a gap the peer compares anew. Either way
        // nothing stays behind, or writers that do not exist would fill the memory. What is held of a writer that is
        // postponed the peer has too, and need not be sent; and what the peer itself does not take of that writer is not
        // sent again, or two that have a story each would send them to and fro for ever.
        let isPostponed = declined.postponed.contains(batch.writer)
        var peer = reason == .gap || isPostponed ? peers[batch.writer] : nil
        if isPostponed { peer?.forgetOwed() }
        peer?.forget(batch.last)
        if let before = batch.before, !isPostponed { peer?.forget(before) }
        peers[batch.writer] = peer.flatMap { $0.isEmpty ? nil : $0 }
        queue.add(batch.writer)
        send(.declined(batch.writer, batch.last, reason))
    }

    /// The key that entry 0 proves to be the writer's; nil if it proves nothing.
    private static func provedKey(of batch: ArrivedBatch) -> PublicKey? {
        guard let bytes = batch.firstBody, let body = try? WriterBody(encoded: bytes),
            body.writer == batch.writer
        else { return nil }
        return body.key
    }

    mutating func noteStored(_ token: BatchToken, _ journal: some JournalReading) {
        guard let batch = storing.removeValue(forKey: token) else {
            preconditionFailure("a batch is stored once, and for the conversation that asked for it")
        }
        idleRounds = 0
        clocks.isQuietSince = nil
        acknowledge(batch, journal)
    }

    /// Says that a batch is durable.
    private mutating func acknowledge(_ batch: ArrivedBatch, _ journal: some JournalReading) {
        peers[batch.writer, default: PeerWriter()].noteStored(
            batch.places, of: batch.writer, heads: journal.heads(of: batch.writer), in: journal)
        if !isAnswered { metMeanwhile.append((batch.writer, batch.last)) }
        queue.add(batch.writer)
        send(.acknowledged(batch.writer, batch.last))
    }

    private mutating func finishSending(
        _ writer: WriterID, _ place: Place, _ number: Message.Number, _ now: Moment
    ) throws(ExchangeRefusal) {
        guard let at = inFlight.firstIndex(where: { $0.writer == writer && $0.last == place }) else {
            throw .unasked(number: number.rawValue)
        }
        inFlight.remove(at: at)
        if !isAnswered, number == .acknowledged { metMeanwhile.append((writer, place)) }
        queue.add(writer)
        clocks.acknowledgementDue = inFlight.isEmpty ? nil : now + limits.acknowledgementPatience
    }

    private mutating func takeIDs(
        _ writer: WriterID, _ tip: Place, _ ids: [EntryID], _ journal: some JournalReading, _ now: Moment
    ) throws(ExchangeRefusal) {
        guard var peer = peers[writer], var search = peer.search, search.tip == tip else {
            throw .unasked(number: Message.Number.ids.rawValue)
        }
        defer {
            peers[writer] = peer
            queue.add(writer)
            if peers.searched.isEmpty { clocks.idsDue = nil }
        }
        guard !ids.isEmpty else {
            // The peer has dropped the branch itself.
            peer.search = nil
            peer.forget(tip)
            return
        }
        try search.take(ids) { journal.holds($0, of: writer) }
        if search.isFound {
            peer.part(from: tip, after: search.common)
        } else {
            peer.search = search
            ask(&peer, writer, now)
        }
    }
}

extension CloseReason {
    fileprivate static func outOfTurn(_ message: Message) -> CloseReason {
        .refused(.outOfTurn(number: message.number.rawValue))
    }
}
