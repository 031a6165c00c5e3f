internal import Agreement
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// What somebody who sees everything remembers of a night, to hold it against the claims.
struct Witness {
    /// Lies of which the records are named, that convict if honest parties come to have both sides.
    private(set) var expected: [Expectation] = []
    /// Digests of agreement records under way to a body in a batch, until it is acknowledged.
    var offered: [Offer: Set<Digest>] = [:]
    /// Entries that honest bodies stored and did not lose again, by body, writer and sequence.
    var seen: [Int: [WriterID: [UInt64: Set<EntryID>]]] = [:]

    /// Entries of batches that nobody must store.
    var unlawful: Set<EntryID> = []

    struct Expectation: Hashable {
        let kind: Contradiction.Kind
        let party: Identifier
        /// Two seals, two key statements, or two instruments.
        let records: [Digest]
    }

    struct Offer: Hashable {
        let body: Int
        let link: LinkID
        let entry: EntryID
    }

    /// Whether honest bodies hold, between them, two entries of a writer's at one place.
    ///
    /// - Parameter bodies: those that speak to each other.
    func sawTwoStories(by writer: WriterID, among bodies: [Int]) -> Bool {
        var places: [UInt64: Set<EntryID>] = [:]
        for body in bodies { places.merge(seen[body]?[writer] ?? [:]) { $0.union($1) } }
        return places.values.contains { $0.count > 1 }
    }

    mutating func expect(_ kind: Contradiction.Kind, of party: Identifier, _ records: [Digest]) {
        expected.append(Expectation(kind: kind, party: party, records: records))
    }
}

/// What is checked at every step.
extension World {
    func broken(_ claim: Claim, _ detail: String) -> Broken { Broken(claim: claim, detail: "at \(now) ms: \(detail)") }

    /// Looks at what a node is about to do.
    func witness(_ effect: Node.Effect, of body: Int) throws(Broken) {
        guard isHonest(body) else { return }
        switch effect {
        case .send(let frames, let link): for frame in frames { try witness(frame, on: link, of: body) }
        case .report(.contradiction(let found)):
            if let party = parties.first(where: { $0.id == found.party }), !party.isLiar {
                throw broken(
                    .noHonestPartyIsConvicted, "\(name(body)) holds \(found.kind.rawValue) against \(party.id)")
            }
        case .report(.fork(let writer, let told)):
            let honest = told.filter { id in parties.contains { $0.id == id && !$0.isLiar } }
            guard honest.isEmpty else {
                throw broken(.noHonestPartyIsConvicted, "\(name(body)) holds a fork of \(writer) against \(honest)")
            }
        case .report(.ownChainForked):
            throw broken(.noHonestPartyIsConvicted, "\(name(body)) finds that its own chain has forked")
        case .stop(let failure):
            guard failure == Disk.failure else { throw broken(.nothingIsLost, "\(name(body)) stops: \(failure)") }
        case .report(.ended(let party, let reason)):
            guard !reason.sentence.isEmpty, !reason.code.isEmpty else {
                throw broken(.sameAnswer, "\(name(body)) cannot say why it left \(party)")
            }
        case .report(.refusedStranger(_, let failure)):
            guard !failure.sentence.isEmpty else {
                throw broken(.sameAnswer, "\(name(body)) cannot say why it turned a stranger away")
            }
        case .report(.postponed): count(.postponement)
        case .report, .store, .disconnect, .admit, .answer: break
        }
    }

    private func witness(_ frame: [UInt8], on link: LinkID, of body: Int) throws(Broken) {
        switch Frames.number(of: frame) {
        case 4, 19:
            guard let headers = Frames.headers(frame, in: roadmap) else {
                throw broken(.sentIsDurable, "\(name(body)) sends a batch that cannot be read")
            }
            for header in headers where (try? bodies[body].disk.entry(header.id)) ?? nil == nil {
                throw broken(.sentIsDurable, "\(name(body)) sends entry \(header.id), which is not on its disk")
            }
        case 5:
            guard let told = Frames.acknowledged(frame) else {
                throw broken(.acknowledgedIsDurable, "\(name(body)) acknowledges what cannot be read")
            }
            let isKept = ((try? bodies[body].disk.entry(told.entry)) ?? nil) != nil
            // Of what a fork drove out only the agreement records stay.
            guard isKept || bodies[body].node?.journal[told.writer]?.hasForked == true else {
                throw broken(
                    .acknowledgedIsDurable, "\(name(body)) acknowledges entry \(told.sequence) of \(told.writer)")
            }
            let offer = Witness.Offer(body: body, link: link, entry: told.entry)
            let lost = (witness.offered.removeValue(forKey: offer) ?? []).subtracting(bodies[body].durable)
            guard lost.isEmpty else {
                throw broken(
                    .acknowledgedIsDurable, "\(name(body)) acknowledges a batch without records of it: \(lost)")
            }
        default: break
        }
    }

    /// Notes what is offered to an honest body, before it hears it.
    func witnessOffer(_ frame: [UInt8], on link: LinkID, to body: Int) {
        guard isHonest(body), let headers = Frames.headers(frame, in: roadmap), let last = headers.last else { return }
        // Who acknowledges an entry vouches for what that hangs on, and for nothing else that came in one frame with it.
        let gaps = headers.indices.dropFirst().filter { headers[$0].previous != headers[$0 - 1].id }
        let chain = headers[(gaps.last ?? 0)...]
        let records = chain.filter(\.kind.isAgreement).map(\.bodyHash)
        witness.offered[Witness.Offer(body: body, link: link, entry: last.id)] = Set(records)
    }

    func witnessStored(_ batches: [VerifiedBatch], _ body: Int) throws(Broken) {
        guard isHonest(body) else { return }
        lastStored = now
        for entry in batches.flatMap(\.entries) {
            guard !witness.unlawful.contains(entry.id) else {
                throw broken(.onlySoundIsJournalled, "\(name(body)) stores entry \(entry.id), which breaks a rule")
            }
            if entry.header.kind.isAgreement { bodies[body].durable.insert(entry.header.bodyHash) }
            witness.seen[body, default: [:]][entry.header.writer, default: [:]][entry.header.sequence, default: []]
                .insert(entry.id)
        }
    }

    func judge(_ body: Int) throws(Broken) {
        guard bodies[body].node != nil else { return }
        let room = limits(of: bodies[body].party).outboxByteCount
        for (_, link) in bodies[body].node!.links where link.waitingByteCount > room {
            throw broken(.limitsHold, "\(link.waitingByteCount) bytes wait for one peer of \(name(body))")
        }
        guard isHonest(body) else { return }
        let evaluation = bodies[body].node!.evaluation
        let changes = (evaluation.changes.state, bodies[body].node!.copy.ledger.instruments.count)
        guard changes != bodies[body].judgedAt else { return }
        bodies[body].judgedAt = changes
        try judge(evaluation, body)
    }

    private func judge(_ evaluation: Evaluation, _ body: Int) throws(Broken) {
        let perfected = Set(evaluation.perfected)
        if let lost = bodies[body].perfected.subtracting(perfected).min() {
            throw broken(.perfectedNeverShrinks, "\(lost) at \(name(body))")
        }
        bodies[body].perfected = perfected
        let standing = Set(evaluation.standing)
        let inForce = evaluation.inForce
        guard standing.isSubset(of: perfected), standing.isSuperset(of: inForce) else {
            throw broken(.oneLineOfVersions, "something is in force at \(name(body)) that does not stand")
        }
        for (place, one) in inForce.enumerated() {
            if let other = inForce[(place + 1)...].first(where: { evaluation.conflict(one, $0) }) {
                throw broken(.nothingInForceConflicts, "\(one) and \(other) at \(name(body))")
            }
        }
        var provisions: Set<Identifier> = []
        for provision in evaluation.textInForce {
            guard provisions.insert(provision.id).inserted, inForce.contains(provision.version.id),
                provision.version.change(to: provision.id)?.content == provision.content
            else { throw broken(.oneLineOfVersions, "\(provision.id) at \(name(body))") }
        }
    }

    // MARK: Lives of a node

    func noteEnd(of node: Node, _ body: Int) {
        if let writer = node.writerID { bodies[body].formerWriters.insert(writer) }
        bodies[body].expectedWriter = node.writerID.flatMap {
            node.journal.composing(as: $0) == nil ? nil : $0
        }
        bodies[body].perfected = []
        bodies[body].judgedAt = (-1, -1)
        witness.offered = witness.offered.filter { $0.key.body != body }
    }

    func noteRestored(_ body: Int) {
        bodies[body].expectedWriter = nil
        bodies[body].durable = bodies[body].disk.recordIDs
        bodies[body].isRestored = true
        bodies[body].mayHaveForgotten = true
        bodies[body].drafted = bodies[body].drafted.filter {
            (try? bodies[body].disk.entry(EntryID($0.key))) ?? nil != nil
        }
        // What this body alone had seen since the backup, nobody has any more.
        witness.seen[body] = witness.seen[body]?.mapValues { places in
            places.mapValues { ids in ids.filter { (try? bodies[body].disk.entry($0)) ?? nil != nil } }
        }
    }

    /// A node goes on with its chain after a crash, and never after its store was set back, or its key changed.
    func judgeStart(_ body: Int) throws(Broken) {
        guard isHonest(body), let node = bodies[body].node else { return }
        let lost = bodies[body].durable.subtracting(bodies[body].disk.recordIDs)
        guard lost.isEmpty else { throw broken(.nothingIsLost, "\(name(body)) came up without \(lost)") }
        // A write that was not confirmed may be there all the same.
        bodies[body].durable.formUnion(bodies[body].disk.recordIDs)
        if let expected = bodies[body].expectedWriter {
            guard node.writerID == expected else {
                throw broken(.writersGoOn, "\(name(body)) began a new chain where it need not")
            }
        } else if bodies[body].isRestored, let writer = node.writerID, bodies[body].formerWriters.contains(writer) {
            throw broken(.writersGoOn, "\(name(body)) was set back and goes on with its old chain")
        }
        bodies[body].isRestored = false
    }
}
