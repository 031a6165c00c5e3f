internal import Journal

/// What this side does unasked: sends what the peer lacks, asks where branches part, and notices when all is done.
extension Conversation {
    /// Does whatever can be done now; called after every input.
    mutating func advance(_ journal: some JournalReading, _ now: Moment) throws(CloseReason) {
        do { try checkArrived(journal) } catch { throw .refused(error) }
        guard isAnswered else { return }
        if declined.removeAdmitted(by: journal) {
            idleRounds = 0
            return try beginRound(journal, now)
        }
        sendWhatPeerLacks(journal, now)
        let isQuiet =
            inFlight.isEmpty && arrived.isEmpty && storing.isEmpty && parts == nil && peers.searched.isEmpty
        let isAllCovered = queue.isEmpty && waiting.isEmpty && passedOver.isEmpty && !isPartial
        try settle(isQuiet: isQuiet, isDone: isQuiet && isAllCovered && peers.awaited.isEmpty, journal, now)
    }

    /// Looks at the writers about whom something has come, first come first served, and sends batches as far as the
    /// peer's limits allow.
    private mutating func sendWhatPeerLacks(_ journal: some JournalReading, _ now: Moment) {
        for writer in journal.journal.writersChanged(since: changesSeen) { queue.add(writer) }
        changesSeen = journal.journal.changes
        for writer in passedOver { queue.add(writer) }
        passedOver = []
        var inHand: [WriterID: Set<Place>] = [:]
        for batch in arrived + storing.values { inHand[batch.writer, default: []].insert(batch.last) }
        while let writer = queue.first {
            let heads = WriterHeads(writer: writer, heads: journal.heads(of: writer))
            let state = cover(heads, journal, inHand: inHand[writer] ?? [], now)
            if state == .full { return }
            queue.removeFirst()
            if state == .waits { waiting.insert(writer) } else { waiting.remove(writer) }
            if state == .passedOver { passedOver.append(writer) }
        }
    }

    /// How far a writer's entries have come to the peer.
    private enum Coverage {
        /// The peer has, or was sent, all that it takes.
        case done
        /// Something must come from the peer, or be stored, first.
        case waits
        /// The peer takes no more now.
        case full
        /// The store has nothing to send now.
        case passedOver
    }

    private mutating func cover(
        _ writer: WriterHeads, _ journal: some JournalReading, inHand: Set<Place>, _ now: Moment
    ) -> Coverage {
        guard !writer.heads.isEmpty else { return .done }
        var peer = peers[writer.writer] ?? PeerWriter()
        // What the peer does not take of a writer it may still send, and then owes it no more.
        defer { peers[writer.writer] = peer }
        peer.refresh(writer.writer, heads: writer.heads, in: journal)
        if let pause = peer.pause { return pause == .gap ? .waits : .done }
        var coverage = Coverage.done
        for head in writer.heads {
            switch cover(head, of: writer, &peer, journal, inHand: inHand, now) {
            case .done: continue
            case .full: return .full
            case .waits: coverage = .waits
            case .passedOver: coverage = .passedOver
            }
        }
        return coverage
    }

    /// Does what one branch asks for, as far as it can be done now.
    private mutating func cover(
        _ head: Place, of writer: WriterHeads, _ peer: inout PeerWriter, _ journal: some JournalReading,
        inHand: Set<Place>, _ now: Moment
    ) -> Coverage {
        while true {
            switch peer.need(
                for: head, among: writer.heads, of: writer.writer, in: journal, inHand: inHand)
            {
            case .nothing: return .done
            case .wait: return .waits
            case .search(let tip):
                peer.search = PartingSearch(tip: tip, newestHeld: writer.heads.map(\.sequence).max() ?? 0)
                ask(&peer, writer.writer, now)
                if peer.search != nil { return .waits }
            case .send(let sequence):
                let coverage = sendBatch(of: writer.writer, from: sequence, to: head, &peer, journal, now)
                guard coverage == .done else { return coverage }
            }
        }
    }

    /// Sends one batch, if there is one and the peer can take it now.
    private mutating func sendBatch(
        of writer: WriterID, from sequence: UInt64, to head: Place, _ peer: inout PeerWriter,
        _ journal: some JournalReading, _ now: Moment
    ) -> Coverage {
        let underWay = inFlight.reduce(0) { $0 + $1.byteCount }
        // No batch is read from the disk for which there is likely to be no room.
        guard UInt64(inFlight.count) < peerLimits.batchesInFlight,
            inFlight.isEmpty || UInt64(underWay + ExchangeLimits.batchByteCount) <= peerLimits.bytesInFlight
        else { return .full }
        guard
            let batch = journal.batch(
                of: writer, from: sequence, onBranchTo: head, byteCount: ExchangeLimits.batchByteCount)
        else { return .passedOver }
        let (bytes, places) = message(for: batch)
        guard inFlight.isEmpty || UInt64(underWay + bytes.count) <= peerLimits.bytesInFlight else { return .full }
        guard let last = places.last, places[0].sequence == sequence else {
            preconditionFailure("the store gave another batch than the one it was asked for")
        }
        inFlight.append(SentBatch(writer: writer, last: last, byteCount: bytes.count))
        clocks.acknowledgementDue = clocks.acknowledgementDue ?? now + limits.acknowledgementPatience
        clocks.isQuietSince = nil
        for place in places where place == last || place == head || place.sequence == peer.parting {
            peer.claim(place, wasHeld: true)
        }
        peer.refresh(writer, heads: journal.heads(of: writer), in: journal)
        sendFrames(bytes)
        return .done
    }

    /// The batch as the version spoken carries it, and where its entries stand.
    private func message(for batch: ReceivedBatch) -> (bytes: [UInt8], places: [Place]) {
        let headers = batch.entries.compactMap { try? EntryHeader(encoded: $0.header) }
        let places = headers.map { Place(sequence: $0.sequence, id: $0.id) }
        if version > 1, let lean = LeanBatch(batch, headers: headers) { return (Message.lean(lean).encoded(), places) }
        return (Message.entries(batch).encoded(), places)
    }

    /// Sends an encoded batch, in parts if it is longer than a frame.
    private mutating func sendFrames(_ bytes: [UInt8]) {
        guard bytes.count > ExchangeLimits.messageByteCount else { return sendFrame(bytes) }
        for start in stride(from: 0, to: bytes.count, by: ExchangeLimits.partByteCount) {
            let end = min(start + ExchangeLimits.partByteCount, bytes.count)
            send(.part(byteCountLeft: UInt64(bytes.count - end), Array(bytes[start..<end])))
        }
    }

    /// Asks for the next ids of a search, or ends it where none are left to ask for.
    mutating func ask(_ peer: inout PeerWriter, _ writer: WriterID, _ now: Moment) {
        guard var search = peer.search else { return }
        let question = search.nextQuestion()
        guard !question.isEmpty else { return peer.part(from: search.tip, after: search.common) }
        peer.search = search
        clocks.idsDue = now + limits.answerPatience
        send(.probe(writer, tip: search.tip, sequences: question))
    }

    /// Names our digest when there is nothing left to do, and compares anew when that does not help.
    private mutating func settle(
        isQuiet: Bool, isDone: Bool, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        if isDone, declined.mayAdmitUnkept(by: journal) {
            idleRounds = 0
            return try beginRound(journal, now)
        }
        if isDone, !isAgreed {
            nameDigest(journal)
            isAgreed = digestNamedByUs == digestNamedByPeer
        }
        if isDone, isAgreed {
            idleRounds = 0
            clocks.isQuietSince = nil
            if !isSettled { effects.append(.settled(butFor: peers.notTaken.union(declined.writers).sorted())) }
            isSettled = true
            return
        }
        isSettled = false
        guard isQuiet else { return clocks.isQuietSince = nil }
        // What was left out of this round needs no patience: the peer left out the same.
        if isPartial, role == .dialler { return try beginRound(journal, now) }
        clocks.isQuietSince = clocks.isQuietSince ?? now
        clocks.differencePatience = ExchangeLimits.differencePatience << idleRounds
        if clocks.hasBeenQuietTooLong(at: now) { try beginRound(journal, now) }
    }

    /// Names the digest of what is held, less what either side does not take now, unless it was named.
    private mutating func nameDigest(_ journal: some JournalReading) {
        let state = NamedState(
            changes: journal.journal.changes, notTaken: peers.notTaken.count, postponed: declined.postponed.count)
        guard state != stateNamed else { return }
        stateNamed = state
        let digest = HeadsDigest.of(
            journal.heads.filter { !peers.notTaken.contains($0.writer) && !declined.postponed.contains($0.writer) })
        guard digest != digestNamedByUs else { return }
        digestNamedByUs = digest
        send(.settled(digest))
    }
}

/// Of what our last digest was made: while it stays, the digest does.
struct NamedState: Hashable {
    let changes: UInt64
    let notTaken: Int
    let postponed: Int
}
