internal import Agreement
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal

/// What a node writes of its own, and what it does once something is on disk.
extension Node {
    /// Judges and journals records; nothing is taken in where one is refused.
    mutating func publish(_ records: [PublishedRecord], _ world: Circumstances) {
        var accepted = copy
        do throws(PublicationRefusal) {
            let new = try accepted.accept(records, for: party, carriedBy: id)
            guard !new.isEmpty else { return effects.append(.answer(.published(0))) }
            let unsealed = accepted.unsealed.count(by: id)
            if unsealed > limits.allowances.unsealedInstruments, unsealed > copy.unsealed.count(by: id) {
                report(.manyUnsealed(unsealed))
            }
            journalOwn(
                new.map { ($0.kind, $0.body) }, for: .publishing(accepted, count: new.count), world)
        } catch {
            effects.append(.answer(.refused(error)))
        }
    }

    /// Signs a state certificate if what is in force here is no longer what the last one says.
    mutating func certify(isAsked: Bool, _ world: Circumstances) {
        certifyAt = nil
        // A writer's certificates are a chain of their own: it begins first.
        guard let writer else { return journalOwn([], for: .beginning(certifying: isAsked), world) }
        guard
            let certificate = copy.certificateDue(
                by: writer.id, signing: id, of: party, heads: journal.heads, at: world.seconds)
        else {
            if isAsked { effects.append(.answer(.done)) }
            return
        }
        let statement = SignedStatement(certificate.payload, as: .state, by: key)
        journalOwn(
            [(.stateCertificate, statement.encoded())], for: .certifying(statement, isAsked: isAsked), world)
    }

    /// Asks for a verified batch to be stored.
    mutating func store(_ batch: VerifiedBatch, from source: (link: LinkID, token: BatchToken)?) {
        let batch = journal.refitted(batch)
        pending = .received(batch, from: source)
        effects.append(.store([batch], settings: [:]))
    }

    /// Asks for entries of this node's own to be stored, with what tells where it stands, in one transaction.
    mutating func journalOwn(_ records: [(EntryKind, [UInt8])], for deed: Deed, _ world: Circumstances) {
        if let failure { return giveUp(deed, failure, world) }
        var (composition, author) = continuation(world)
        for (kind, body) in records {
            composition.compose(kind, body: body, seen: author.newlySeen(in: journal), at: world.seconds)
        }
        let batches = composition.finish(signing: key)
        pending = .own(batches, author, deed)
        effects.append(.store(batches, settings: author.settings(at: place)))
    }

    /// Where this node goes on writing: on its chain, or, where that cannot be continued, on a new one.
    private mutating func continuation(_ world: Circumstances) -> (Composition, OwnWriter) {
        if let writer, let composition = journal.composing(as: writer.id) { return (composition, writer) }
        // A fork convicts the node's custody; it must not silence its party.
        if writer != nil { report(.ownChainForked) }
        let key = self.key.publicKey
        let succeeds = journal.writers.filter { journal[$0]?.key == key }
            .compactMap { journal[$0]?.heads.first }.max { $0.sequence < $1.sequence }
        let composition = Composition(
            roadmap: journal.roadmap, key: key, incarnation: world.drawIncarnation(), succeeds: succeeds?.id,
            at: world.seconds)
        return (composition, OwnWriter(id: composition.writer))
    }

    /// What was asked for is durable: only now does it show in the journal, and is told.
    mutating func finish(_ world: Circumstances) {
        guard let done = pending else { preconditionFailure("nothing was to be stored") }
        pending = nil
        switch done {
        case .received(let batch, let source):
            journal.append(batch)
            allowances.take(batch, unsealed: copy.unsealed.count(by: batch.key.id), today: world.today)
            takeInRecords(of: batch, world)
            if let source { feed(.stored(source.token), to: source.link, world) }
            pushToAll(except: source?.link, world)
            if source == nil { effects.append(.answer(.done)) }
        case .own(let batches, let author, let deed):
            for batch in batches { journal.append(batch) }
            writer = author
            finish(deed, world)
        }
    }

    private mutating func finish(_ deed: Deed, _ world: Circumstances) {
        var isAsked = false
        switch deed {
        case .beginning(let isAskedToCertify):
            if let isAskedToCertify { certify(isAsked: isAskedToCertify, world) }
        case .publishing(let accepted, let count):
            copy = accepted
            noteChange(world)
            effects.append(.answer(.published(count)))
        case .drafting(let draft): noteDrafted(draft)
        case .certifying(let statement, let asked):
            copy.takeCertificate(statement)
            isAsked = asked
        case .carrying(let asked):
            mayHoldLooseRecords = false
            isAsked = asked
        case .introducing(let introduced, let link, let party):
            copy = introduced
            noteChange(world)
            welcome(link, party, world)
        }
        pushToAll(except: nil, world)
        if isAsked { effects.append(.answer(.done)) }
    }

    /// Nothing of what was asked for was stored: it does not show, and nobody is told that it does.
    mutating func giveUp(_ found: StoreFailure, _ world: Circumstances) {
        guard let lost = pending else { preconditionFailure("nothing was to be stored") }
        pending = nil
        note(found)
        switch lost {
        case .received(_, let source):
            // Without room or a sound disk nothing is acknowledged; the peer will offer it again.
            guard let source else { return effects.append(.answer(.failed(found))) }
            report(.cannotStore(found))
            rest(world)
            feed(.leave, to: source.link, world)
        case .own(_, _, let deed): giveUp(deed, found, world)
        }
    }

    private mutating func giveUp(_ deed: Deed, _ found: StoreFailure, _ world: Circumstances) {
        switch deed {
        case .publishing, .drafting, .beginning(certifying: true?), .certifying(_, isAsked: true),
            .carrying(isAsked: true):
            effects.append(.answer(.failed(found)))
        case .beginning, .certifying:
            certifyAt = world.now + limits.rest
            report(.cannotCertify(found))
        case .carrying:
            levelSince = world.now
            report(.cannotCarry(found))
        case .introducing(_, let link, _):
            report(.cannotStore(found))
            rest(world)
            noteEnd(ofMeeting: link, .left)
            effects.append(.disconnect(link))
        }
    }

    /// Takes in what a stored batch says.
    private mutating func takeInRecords(of batch: VerifiedBatch, _ world: Circumstances) {
        switch batch.placement {
        case .held: break
        case .growth: noteOwnElsewhere(batch)
        case .parting, .dropped: mayHoldLooseRecords = true
        }
        let carrier = journal[batch.writer]?.key.id
        for entry in batch.entries where entry.header.kind.isAgreement {
            guard let body = entry.body else { continue }
            if case .refused(let refusal) = copy.take(entry.header.kind, body, from: carrier) {
                report(.refusedRecord(entry.id, refusal))
            }
        }
        noteChange(world)
    }

    /// More of our own chain than we wrote: this store was set back, and another life of it went on. How far is not
    /// known, so its chain is left where it is.
    private mutating func noteOwnElsewhere(_ batch: VerifiedBatch) {
        guard batch.writer == writer?.id else { return }
        writer = nil
        report(.ownChainContinuedElsewhere)
    }
}

// MARK: - Records that no journal carries

extension Node {
    /// True if there may be records at hand that peers will not hear of by journal: those of a bundle that was joined
    /// from, and those that a fork tore off their chain.
    static func mayHoldLooseRecords(_ store: any StoreReading, _ journal: Journal) throws(StoreFailure) -> Bool {
        try store.counts().records > 0 || journal.writers.contains { journal[$0]?.hasForked == true }
    }

    /// Whether this node should look now for records that no entry carries.
    ///
    /// Nodes look one after the other, in the order of their parties, counted from when each was first level with a
    /// peer: by then the journals that carry a founding have come, and what one carries the next ones find carried.
    func isTurnToCarry(at now: Moment) -> Bool {
        guard mayHoldLooseRecords, !isLeaving, let levelSince,
            let place = partyRecords.firstIndex(where: { $0.party == party }),
            levelSince + limits.carryingTurn * UInt64(place + 1) <= now
        else { return false }
        return links.values.contains { $0.conversation.isSettled }
    }

    /// Journals every record held that no entry which counts carries, so that whoever exchanges with us comes to have
    /// it.
    ///
    /// `Docs/Decisions/0015-why-nodes-carry-loose-records.md`.
    mutating func carryLooseRecords(isAsked: Bool, _ world: Circumstances) {
        let deed = Deed.carrying(isAsked: isAsked)
        let records: [(EntryKind, [UInt8])]
        do throws(StoreFailure) {
            records = try looseRecords(in: world.store)
        } catch {
            note(error)
            return giveUp(deed, error, world)
        }
        guard !records.isEmpty else { return finish(deed, world) }
        report(.carrying(records.count))
        journalOwn(records, for: deed, world)
    }

    /// Records in this copy whose bytes no entry that counts has for a body, by kind and id.
    private func looseRecords(in store: any StoreReading) throws(StoreFailure) -> [(EntryKind, [UInt8])] {
        var carried: Set<Digest> = []
        var loose: [Digest: StoredRecord] = [:]
        try store.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            let counting = journal[entry.header.writer]?.entries(at: entry.header.sequence) ?? []
            if counting.contains(entry.header.id) {
                carried.insert(entry.header.bodyHash)
            } else {
                loose[entry.header.bodyHash] = StoredRecord(kind: entry.header.kind, bytes: entry.body)
            }
        }
        try store.forEachRecord { (record: StoredRecord) throws(StoreFailure) in loose[record.id] = record }
        return loose.values.filter { !carried.contains($0.id) && copy.isWorthCarrying($0.kind, $0.bytes) }
            .sorted { ($0.kind.code, $0.id) < ($1.kind.code, $1.id) }.map { ($0.kind, $0.bytes) }
    }
}
