internal import Journal

/// What this side does unasked: sends what the peer lacks, asks where branches part, and notices when all is done.
extension Conversation {
    /// Does whatever can be done now; called after every input.
    mutating func advance(_ journal: some JournalReading, _ now: Moment) throws(CloseReason) {
        do { try checkArrived(journal) } catch { throw .refused(error) }
        guard isAnswered else { return }
        if declined.contains(where: { journal.mayWrite($0.value) }) {
            declined = declined.filter { !journal.mayWrite($0.value) }
            idleRounds = 0
            return try beginRound(journal, now)
        }
        let isAllCovered = sendWhatPeerLacks(journal, now)
        let isQuiet =
            inFlight.isEmpty && arrived.isEmpty && storing.isEmpty && parts == nil
            && !peers.values.contains { $0.search != nil }
        try settle(isQuiet: isQuiet, isDone: isQuiet && isAllCovered && awaited.isEmpty, journal, now)
    }

    /// Entries that the peer has told of, and owes.
    var awaited: [Place] { peers.values.flatMap(\.awaited) }

    /// Sends batches as far as the peer's limits allow, by ascending writer.
    ///
    /// - Returns: true if the peer has, or was sent, everything that it takes.
    private mutating func sendWhatPeerLacks(_ journal: some JournalReading, _ now: Moment) -> Bool {
        var inHand: [WriterID: Set<Place>] = [:]
        for batch in arrived + storing.values { inHand[batch.writer, default: []].insert(batch.last) }
        var isAllCovered = true
        for writer in journal.heads {
            var peer = peers[writer.writer] ?? PeerWriter()
            peer.refresh(writer.writer, heads: writer.heads, in: journal)
            if let pause = peer.pause {
                if pause == .gap { isAllCovered = false }
                continue
            }
            for head in writer.heads {
                let isCovered = cover(
                    head, of: writer, &peer, journal, inHand: inHand[writer.writer] ?? [], now)
                isAllCovered = isAllCovered && isCovered
            }
            peers[writer.writer] = peer
        }
        return isAllCovered
    }

    /// Does what one branch asks for, as far as it can be done now.
    private mutating func cover(
        _ head: Place, of writer: WriterHeads, _ peer: inout PeerWriter, _ journal: some JournalReading,
        inHand: Set<Place>, _ now: Moment
    ) -> Bool {
        while true {
            switch peer.need(
                for: head, among: writer.heads, of: writer.writer, in: journal, inHand: inHand)
            {
            case .nothing: return true
            case .wait: return false
            case .search(let tip):
                peer.search = PartingSearch(tip: tip, newestHeld: writer.heads.map(\.sequence).max() ?? 0)
                ask(&peer, writer.writer, now)
                if peer.search != nil { return false }
            case .send(let sequence):
                guard sendBatch(of: writer.writer, from: sequence, to: head, &peer, journal, now) else { return false }
            }
        }
    }

    /// Sends one batch; false if there is none or the peer can take no more now.
    private mutating func sendBatch(
        of writer: WriterID, from sequence: UInt64, to head: Place, _ peer: inout PeerWriter,
        _ journal: some JournalReading, _ now: Moment
    ) -> Bool {
        guard UInt64(inFlight.count) < peerLimits.batchesInFlight,
            let batch = journal.batch(
                of: writer, from: sequence, onBranchTo: head, byteCount: ExchangeLimits.batchByteCount)
        else { return false }
        let bytes = Message.entries(batch).encoded()
        let bytesInFlight = inFlight.reduce(bytes.count) { $0 + $1.byteCount }
        guard inFlight.isEmpty || UInt64(bytesInFlight) <= peerLimits.bytesInFlight else { return false }
        guard let sent = try? ArrivedBatch(batch, byteCount: bytes.count), sent.places[0].sequence == sequence else {
            preconditionFailure("the store gave another batch than the one it was asked for")
        }
        inFlight.append(SentBatch(writer: writer, last: sent.last, byteCount: bytes.count))
        clocks.acknowledgementDue = clocks.acknowledgementDue ?? now + ExchangeLimits.acknowledgementPatience
        clocks.isQuietSince = nil
        for place in sent.places where place == sent.last || place == head || place.sequence == peer.parting {
            peer.claim(place, wasHeld: true)
        }
        peer.refresh(writer, heads: journal.heads(of: writer), in: journal)
        sendFrames(bytes)
        return true
    }

    /// Sends an encoded message 4, in parts if it is longer than a frame.
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
        clocks.idsDue = now + ExchangeLimits.answerPatience
        send(.probe(writer, tip: search.tip, sequences: question))
    }

    /// Names our digest when there is nothing left to do, and compares anew when that does not help.
    private mutating func settle(
        isQuiet: Bool, isDone: Bool, _ journal: some JournalReading, _ now: Moment
    ) throws(CloseReason) {
        let notTaken = peers.filter { $0.value.pause == .unknownWriter }.map(\.key)
        if isDone, !isAgreed {
            let digest = HeadsDigest.of(journal.heads.filter { !notTaken.contains($0.writer) })
            if digest != digestNamedByUs {
                digestNamedByUs = digest
                send(.settled(digest))
            }
            isAgreed = digest == digestNamedByPeer
        }
        if isDone, isAgreed {
            idleRounds = 0
            clocks.isQuietSince = nil
            if !isSettled { effects.append(.settled(butFor: (notTaken + declined.keys).sorted())) }
            isSettled = true
            return
        }
        isSettled = false
        guard isQuiet else { return clocks.isQuietSince = nil }
        clocks.isQuietSince = clocks.isQuietSince ?? now
        clocks.differencePatience = ExchangeLimits.differencePatience << idleRounds
        if clocks.hasBeenQuietTooLong(at: now) { try beginRound(journal, now) }
    }
}
