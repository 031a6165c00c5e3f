internal import Agreement
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic
internal import Verification

/// What is checked when all is whole again and nothing moves.
extension World {
    /// Nothing was stored for a while, and all honest nodes are level with each other.
    var isAtRest: Bool { isQuiet && busy == nil && meeting == nil && reachable.count == copies.count }

    /// Nothing was stored for a while, and whoever has met is level; but not all have met.
    var isWaitingToMeet: Bool { isQuiet && busy == nil && reachable.count < copies.count }

    private var isQuiet: Bool {
        let quiet = 4_000 + Self.limits.carryingTurn * UInt64(parties.count + 1)
        return now > lastStored + quiet && now > scenario.peaceAt + quiet
    }

    /// The honest bodies whose copies must come to be the same: those of parties that a record in force names. A party
    /// that is not let in, or no longer, has a copy that nobody speaks to.
    private var copies: [Int] {
        guard let records = bodies[honestBodies[0]].node?.partyRecords else { return honestBodies }
        let admitted = Set(records.map(\.party))
        return honestBodies.filter { admitted.contains(parties[bodies[$0].party].id) }
    }

    /// Whether what nodes hold is the same, and not only what they take.
    var areCopiesEqual: Bool {
        let copies = copies
        return copies.allSatisfy { bodies[$0].node?.journal.heads == bodies[copies[0]].node?.journal.heads }
    }

    /// The bodies that level connections lead to, from the first honest one on.
    private var reachable: Set<Int> {
        guard let first = copies.first else { return [] }
        let copies = Set(copies)
        var found: Set<Int> = [first]
        var open = [first]
        while let body = open.popLast() {
            for other in levelPeers(of: body) where copies.contains(other) && found.insert(other).inserted {
                open.append(other)
            }
        }
        return found
    }

    private func levelPeers(of body: Int) -> [Int] {
        bodies[body].wires.values.compactMap { number in
            guard let wire = wires[number], wire.isOpen == [true, true], wire.bodies.allSatisfy(isHonest) else {
                return nil
            }
            // A connection that one end alone still believes in leads nowhere.
            let areLevel = (0...1).allSatisfy { end in
                bodies[wire.bodies[end]].node?.links[wire.links[end]]?.conversation.isSettled == true
            }
            return areLevel ? wire.bodies[wire.bodies[0] == body ? 1 : 0] : nil
        }
    }

    /// An honest node that is down, or a conversation between honest nodes that is not settled yet.
    private var busy: String? {
        for body in copies {
            guard let node = bodies[body].node else { return "\(name(body)) is down" }
            for (link, other) in honestPeers(of: body) where node.links[link]?.conversation.isSettled == false {
                return "\(name(body)) is busy with \(name(other))"
            }
        }
        return nil
    }

    /// Two honest nodes that are connected and do not converse yet.
    private var meeting: String? {
        for body in copies {
            for (link, other) in honestPeers(of: body) where bodies[body].node?.links[link] == nil {
                return "\(name(body)) is meeting \(name(other))"
            }
        }
        return nil
    }

    /// Whom a body's connections lead to, of those that must come to be level.
    private func honestPeers(of body: Int) -> [(link: LinkID, body: Int)] {
        let copies = Set(copies)
        return bodies[body].wires.sorted { $0.key < $1.key }.compactMap { link, number in
            guard let wire = wires[number], wire.bodies.allSatisfy(copies.contains) else { return nil }
            return (link, wire.bodies[wire.bodies[0] == body ? 1 : 0])
        }
    }

    var unrest: String {
        if let told = busy ?? meeting { return told }
        let missing = copies.filter { !reachable.contains($0) }.map(name)
        return missing.isEmpty ? "something is stored again and again" : "no way leads to \(missing)"
    }

    func judgeRest() throws(Broken) {
        let copies = copies
        for body in copies.dropFirst() { try compare(copies[0], body) }
        for body in copies { try judgeRoom(body) }
        for body in copies { try bringBodies(to: body) }
        try judgeAnswer(copies)
        try judgeDrafts(copies)
        try judgeConvictions(copies)
        try judgeChains(copies[copies.count - 1])
        try judgeReading(copies[Int(scenario.seed % UInt64(copies.count))])
    }

    /// Nobody's writers are kept but the parties', and what waits for keys stays within its room.
    private func judgeRoom(_ body: Int) throws(Broken) {
        let node = bodies[body].node!
        for writer in node.journal.writers where node.journal[writer].map({ node.copy.mayWrite($0.key) }) != true {
            throw broken(.limitsHold, "\(name(body)) keeps a stranger's chain: \(writer)")
        }
        let waiting = node.copy.ledger.statementsAwaitingKeys.reduce(0) { $0 + $1.payload.count }
        guard waiting <= StatementLimits.waitingByteCount else {
            throw broken(.limitsHold, "\(waiting) bytes wait for keys at \(name(body))")
        }
    }

    private func compare(_ first: Int, _ body: Int) throws(Broken) {
        let names = "\(name(first)) and \(name(body))"
        guard bodies[first].node!.journal.heads == bodies[body].node!.journal.heads else {
            throw broken(.copiesConverge, "the journals of \(names) differ")
        }
        let (one, other) = (bodies[first].node!.copy.ledger, bodies[body].node!.copy.ledger)
        func difference<Key: Hashable>(_ one: some Sequence<Key>, _ other: some Sequence<Key>, _ what: String)
            throws(Broken)
        {
            let apart = Set(one).symmetricDifference(other)
            guard apart.isEmpty else { throw broken(.copiesConverge, "\(names) differ in \(what): \(apart)") }
        }
        try difference(one.instruments.keys, other.instruments.keys, "instruments")
        try difference(signatures(one), signatures(other), "seals")
        try difference(one.keyChains.statements.keys, other.keyChains.statements.keys, "key statements")
        let certificates = (bodies[first].node!.copy.certificates, bodies[body].node!.copy.certificates)
        try difference(
            certificates.0.values.map(\.certificate.id), certificates.1.values.map(\.certificate.id), "certificates")
        guard bodies[first].node!.roots == bodies[body].node!.roots else {
            throw broken(.sameAnswer, "\(names) hold the same, and say otherwise of it")
        }
    }

    private func signatures(_ ledger: Ledger) -> [Digest] {
        ledger.seals.values.flatMap { seal in
            seal.signatures.keys.map { Digest(of: seal.seal.id.bytes + $0.digest.bytes) }
        }
    }

    /// The answer that grew record by record is the one that follows from all of them at once, and what plain counting
    /// says.
    private func judgeAnswer(_ copies: [Int]) throws(Broken) {
        let body = copies[0]
        let ledger = bodies[body].node!.copy.ledger
        let evaluation = bodies[body].node!.evaluation
        let anew = Evaluation(of: ledger)
        guard anew.perfected == evaluation.perfected, anew.inForce == evaluation.inForce,
            StateRoots(of: anew) == bodies[body].node!.roots
        else { throw broken(.sameAnswer, "\(name(body)) has come to another answer than its records give") }
        let plain = PlainLaw(ledger).perfected
        guard plain == evaluation.perfected else {
            let apart = Set(plain).symmetricDifference(evaluation.perfected)
            throw broken(.perfectedByConsent, "\(apart) at \(name(body))")
        }
        for body in copies {
            let party = parties[bodies[body].party].id
            let confirmed = bodies[body].node!.copy.certificates.values.filter { $0.certificate.party == party }
            let roots = bodies[body].node!.roots
            guard
                !evaluation.isAnythingPerfected
                    || confirmed.contains(where: { $0.certificate.inForce == roots.inForce })
            else { throw broken(.sameAnswer, "\(name(body)) does not confirm what is in force") }
        }
    }

    private func judgeConvictions(_ copies: [Int]) throws(Broken) {
        let body = copies[0]
        let node = bodies[body].node!
        let ledger = node.copy.ledger
        let evaluation = bodies[body].node!.evaluation
        let found = evaluation.contradictions()
        for accused in found where parties.first(where: { $0.id == accused.party })?.isLiar != true {
            throw broken(.noHonestPartyIsConvicted, "\(accused.kind.rawValue) of \(accused.party)")
        }
        for writer in node.journal.writers {
            let isForked = node.journal[writer]?.hasForked == true
            if !isForked, witness.sawTwoStories(by: writer, among: copies) {
                throw broken(.liesAreConvicted, "two stories by \(writer) are forgotten")
            }
        }
        let files = EvidenceWriter(ledger)
        for body in copies { try judgeForks(body, files) }
        guard evaluation.isAnythingPerfected else { return }
        for lie in witness.expected where isConvicting(lie, in: ledger, evaluation) {
            guard found.contains(where: { $0.kind == lie.kind && $0.party == lie.party }) else {
                throw broken(.liesAreConvicted, "\(lie.kind.rawValue) of \(lie.party)")
            }
        }
        try judgeFiles(found.compactMap(files.file(on:)), "a contradiction")
    }

    /// Whether all that convicts is among the records, and nothing that excuses.
    private func isConvicting(_ lie: Witness.Expectation, in ledger: Ledger, _ evaluation: Evaluation) -> Bool {
        guard let party = parties.first(where: { $0.id == lie.party }) else { return false }
        let isChanged = ledger.keyChains.statements.values.contains { $0.statement.party == party.id && $0.isGood }
        switch lie.kind {
        case .forkedKeys:
            // A recovery upon the same record supersedes both, and a fork that is superseded convicts nobody.
            let isRecovered = ledger.keyChains.statements.values.contains {
                $0.statement.party == party.id && $0.isGood && $0.authority == .recovery
            }
            return !isRecovered && lie.records.allSatisfy { ledger.keyChains.statements[$0]?.isGood == true }
        case .twoVerdicts:
            return !isChanged
                && lie.records.allSatisfy { id in
                    ledger.seals[id].map { $0.isSigned && ledger.instruments[$0.seal.instrument] != nil } ?? false
                }
        case .incoherentSeals:
            return !isChanged && party.version == 0
                && lie.records.allSatisfy { id in
                    ledger.instruments[id] != nil
                        && evaluation.countingSeals(on: id).contains { seal in
                            ledger.seals[seal].map { $0.seal.party == party.id && $0.seal.verdict == .accept } ?? false
                        }
                }
        // No liar of a night tells two states.
        case .twoStates: return false
        }
    }

    /// Both stories can be shown, and a stranger who reads the file convicts.
    private func judgeForks(_ body: Int, _ files: EvidenceWriter) throws(Broken) {
        let node = bodies[body].node!
        let proofs: [ForkProof]
        do throws(StoreFailure) {
            proofs = try node.forks(reading: bodies[body].disk)
        } catch {
            throw broken(.liesAreConvicted, "\(name(body)) cannot show both stories: \(error)")
        }
        let forked = node.journal.writers.filter { node.journal[$0]?.hasForked == true }
        guard proofs.map(\.writer) == forked else {
            throw broken(.liesAreConvicted, "\(name(body)) cannot show both stories of every writer that told two")
        }
        guard body == honestBodies[0], node.copy.ledger.instruments.count > 0 else { return }
        try judgeFiles(proofs.prefix(2).flatMap(files.files(on:)), "a fork")
    }

    private func judgeFiles(_ files: [EvidenceFile], _ what: String) throws(Broken) {
        for file in files.prefix(2) {
            guard let report = try? VerificationReport(verifying: file.bytes, expecting: roadmap),
                let judgement = report.findings?.judgements.first
            else { throw broken(.liesAreConvicted, "the file on \(what) cannot be read") }
            let accused = file.accusation.party
            if judgement.verdict == .convicted, parties.first(where: { $0.id == accused })?.isLiar != true {
                throw broken(.noHonestPartyIsConvicted, "the file on \(what) convicts \(accused)")
            }
            let isEstablished = bodies[honestBodies[0]].node!.evaluation.isAnythingPerfected
            if isEstablished, judgement.verdict != .convicted {
                throw broken(.liesAreConvicted, "the file on \(what) of \(accused): \(judgement.reason.rawValue)")
            }
        }
    }

    /// A reader that knows no node and no store finds every chain whole that has one story.
    private func judgeChains(_ body: Int) throws(Broken) {
        let journal = bodies[body].node!.journal
        var chains = ChainStream(roadmap: roadmap)
        do {
            for writer in journal.writers {
                guard let history = journal[writer], !history.hasForked else { continue }
                var next: UInt64 = 0
                while let batch = try bodies[body].disk.batches(of: writer, from: next, byteLimit: 4_096).first {
                    for entry in batch.entries {
                        try chains.take(header: entry.header[...])
                        guard try EntryHead(encoded: entry.header) == EntryHead(EntryHeader(encoded: entry.header))
                        else { throw broken(.nothingIsLost, "two readers of a header say otherwise of it") }
                        if let body = entry.body { try chains.take(body: body[...]) }
                    }
                    if let checkpoint = batch.checkpoint { try chains.take(checkpoint: checkpoint[...]) }
                    next += UInt64(batch.entries.count)
                }
            }
            try chains.finish()
        } catch let broken as Broken {
            throw broken
        } catch {
            throw broken(.nothingIsLost, "a chain of \(name(body)) is not whole: \(error)")
        }
    }

    /// What is on disk gives the same journal and the same answer to whoever opens it next.
    private func judgeReading(_ body: Int) throws(Broken) {
        let disk = bodies[body].disk
        let lost = bodies[body].durable.subtracting(disk.recordIDs)
        guard lost.isEmpty else { throw broken(.nothingIsLost, "\(name(body)) no longer has \(lost)") }
        guard
            var next = try? Node(
                of: parties[bodies[body].party].id, signing: bodies[body].key, limits: limits(of: bodies[body].party),
                place: disk.place, reading: disk)
        else { throw broken(.nothingIsLost, "the store of \(name(body)) does not open") }
        guard next.journal == bodies[body].node!.journal else {
            throw broken(.nothingIsLost, "the journal of \(name(body)) is another when it is opened again")
        }
        guard next.roots == bodies[body].node!.roots else {
            throw broken(.sameAnswer, "\(name(body)) comes to another answer when it is opened again")
        }
    }
}
