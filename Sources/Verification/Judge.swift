internal import Agreement
internal import Cryptography
internal import Identity
internal import Journal

/// Judges accusations by the records of one file, and by nothing else.
///
/// It convicts only of what ``Evaluation/contradictions()`` finds, or of a fork under the writer's own signatures; and it
/// acquits only where everything is at hand that could say otherwise.
/// Source: `Docs/Specification/evidence.md`, section "Judgement".
struct Judge {
    private let ledger: Ledger
    private let journal: JournalExcerpt
    private let evaluation: Evaluation
    private let established: EstablishedRoots
    private let speaking: SpeakingNodes
    private let contradictions: Set<Contradiction>
    /// What the contradicting seals of each party are on: of several on the same two instruments others are named.
    private let contradictoryInstruments: Set<InstrumentPair>
    private let vouchedFor: Set<EntryID>
    /// Statements that nobody could check, for their key record is not known, by the ids of their payloads.
    private let waitingSeals: [Digest: Seal]
    private let waitingStatements: [Digest: KeyStatement]

    private struct InstrumentPair: Hashable {
        let party: Identifier
        let instruments: Set<InstrumentID>
    }

    init(_ contents: BundleContents, _ evaluation: Evaluation, _ contradictions: [Contradiction]) {
        let ledger = contents.ledger
        self.ledger = ledger
        self.evaluation = evaluation
        journal = contents.evidence.journal
        established = EstablishedRoots(evaluation)
        speaking = SpeakingNodes(of: ledger, among: established)
        self.contradictions = Set(contradictions)
        contradictoryInstruments = Set(
            contradictions.map { found in
                InstrumentPair(
                    party: found.party,
                    instruments: Set(found.records.compactMap { ledger.seals[$0]?.seal.instrument }))
            })
        vouchedFor = journal.vouchedFor
        let waiting = ledger.statementsAwaitingKeys
        waitingSeals = waiting.filter { $0.kind == .seal }.reduce(into: [:]) { seals, statement in
            if let seal = try? Seal(payload: statement.payload) { seals[seal.id] = seal }
        }
        waitingStatements = waiting.filter { $0.kind == .keys }.reduce(into: [:]) { statements, signed in
            if let statement = try? KeyStatement(payload: signed.payload) { statements[statement.id] = statement }
        }
    }

    func judge(_ accusation: Accusation) -> Judgement {
        switch accusation.kind {
        case .twoVerdicts, .incoherentSeals: judgeSeals(accusation)
        case .forkedKeys: judgeKeyStatements(accusation)
        case .forkedJournal: judgeEntries(accusation)
        }
    }

    // MARK: Seals

    private func judgeSeals(_ accusation: Accusation) -> Judgement {
        let found = accusation.records.map { ledger.seals[$0]?.seal ?? waitingSeals[$0] }
        let absent = zip(accusation.records, found).filter { $1 == nil }.map(\.0)
        guard absent.isEmpty else { return Judgement(accusation, .absent, missing: Set(absent)) }
        let seals = found.compactMap(\.self)
        guard areMeant(seals, by: accusation) else { return Judgement(accusation, .otherRecords) }
        guard seals.allSatisfy({ evaluation.illFormedness(of: $0.instrument) == nil }) else {
            return Judgement(accusation, .illFormed)
        }
        let missing = absentBeneath(seals, of: accusation)
        guard missing.isEmpty else { return Judgement(accusation, .absent, missing: missing) }
        guard seals.allSatisfy({ ledger.seals[$0.id]?.isSigned == true }) else {
            return Judgement(accusation, .notSigned)
        }
        return judgeWords(seals, accusation)
    }

    /// Of seals that everything is at hand for: whether they bind, and then whether they contradict each other.
    private func judgeWords(_ seals: [Seal], _ accusation: Accusation) -> Judgement {
        let standings = seals.map { evaluation.standing(ofSeal: $0.id, on: $0.instrument) }
        let reason: Judgement.Reason =
            if standings.contains(.notCounting) {
                .otherKeys
            } else if standings.contains(.disputed) {
                .disowned
            } else if standings.contains(.notEstablished) {
                .notEstablished
            } else if contradictoryInstruments.contains(
                InstrumentPair(party: accusation.party, instruments: Set(seals.map(\.instrument))))
            {
                .contradiction
            } else {
                .coherent
            }
        return Judgement(accusation, reason)
    }

    private func areMeant(_ seals: [Seal], by accusation: Accusation) -> Bool {
        guard seals.allSatisfy({ $0.party == accusation.party }) else { return false }
        let areOnOne = seals[0].instrument == seals[1].instrument
        return accusation.kind == .twoVerdicts
            ? areOnOne && seals[0].verdict != seals[1].verdict
            : !areOnOne && seals.allSatisfy(\.verdict.isCommitment)
    }

    /// Everything that could speak for the party and is not here: the ground, what is replaced or closed, what the party's
    /// commitments to either instrument are provided on, and the key records that the two are made under.
    private func absentBeneath(_ seals: [Seal], of accusation: Accusation) -> Set<Digest> {
        let judged = Set(seals.map(\.instrument))
        var instruments = judged
        if accusation.kind == .incoherentSeals {
            // A condition may be a closing, which sets its party free. Only of seals on these two: what is asked must not
            // hang on the order in which the seals come.
            for onRecord in ledger.seals.values
            where onRecord.seal.party == accusation.party && judged.contains(onRecord.seal.instrument) {
                instruments.formUnion(onRecord.seal.provided)
            }
            instruments.formUnion(seals.flatMap(\.provided))
        }
        return absent(beneath: instruments).union(seals.compactMap { absentKeys(of: $0.party, named: $0.keys) })
    }

    /// Those of these instruments, and of what they name all the way down, that are not here.
    private func absent(beneath instruments: Set<InstrumentID>) -> Set<InstrumentID> {
        var seen = instruments
        var open = Array(instruments)
        var absent: Set<InstrumentID> = []
        while let id = open.popLast() {
            guard let instrument = ledger.instruments[id] else {
                absent.insert(id)
                continue
            }
            open += instrument.named.filter { seen.insert($0).inserted }
        }
        return absent
    }

    /// The key record that is missing where one is not known: itself, or what the statement that makes it follows.
    private func absentKeys(of party: Identifier, named id: Digest) -> Digest? {
        var id = id
        while ledger.keyRecord(of: party, named: id) == nil {
            if ledger.keyChains.statements[id] != nil { return nil }
            guard let statement = waitingStatements[id], statement.party == party else { return id }
            id = statement.previous
        }
        return nil
    }

    // MARK: Key statements

    private func judgeKeyStatements(_ accusation: Accusation) -> Judgement {
        let found = accusation.records.map { ledger.keyChains.statements[$0]?.statement ?? waitingStatements[$0] }
        let absent = zip(accusation.records, found).filter { $1 == nil }.map(\.0)
        guard absent.isEmpty else { return Judgement(accusation, .absent, missing: Set(absent)) }
        let statements = found.compactMap(\.self)
        guard statements.allSatisfy({ $0.party == accusation.party }), statements[0].previous == statements[1].previous
        else { return Judgement(accusation, .otherRecords) }
        if let missing = absentKeys(of: accusation.party, named: statements[0].previous) {
            return Judgement(accusation, .absent, missing: [missing])
        }
        return judgeSuccessions(statements, accusation)
    }

    private func judgeSuccessions(_ statements: [KeyStatement], _ accusation: Accusation) -> Judgement {
        let records = statements.compactMap { ledger.keyRecord(of: $0.party, named: $0.id) }
        guard records.count == 2, let chain = ledger.keyChains.chain(of: accusation.party, root: records[0].root) else {
            return Judgement(accusation, .notSigned)
        }
        if accusation.records.contains(where: { chain[$0]?.isSuperseded == true }) {
            return Judgement(accusation, .superseded)
        }
        guard established.contains(records[0]) else { return Judgement(accusation, .notEstablished) }
        // Of three on one record the lowest is paired with both others, which contradict each other too.
        let partners = accusation.records.map { id in
            Set(contradictions.filter { $0.kind == .forkedKeys && $0.records.contains(id) }.flatMap(\.records))
        }
        return Judgement(accusation, partners[0].isDisjoint(with: partners[1]) ? .coherent : .contradiction)
    }

    // MARK: Journal entries

    private func judgeEntries(_ accusation: Accusation) -> Judgement {
        let writer = WriterID(accusation.writer!)
        let entries = accusation.records.compactMap { journal.headers[EntryID($0)] }
        var missing = Set(accusation.records).subtracting(entries.map(\.id.digest))
        if journal.writers[writer] == nil { missing.insert(writer.digest) }
        guard missing.isEmpty, let key = journal.writers[writer]?.key else {
            return Judgement(accusation, .absent, missing: missing)
        }
        let reason: Judgement.Reason =
            if entries.contains(where: { $0.writer != writer }) || entries[0].sequence != entries[1].sequence {
                .otherRecords
            } else if entries[0].previous != entries[1].previous {
                .earlierParting
            } else if !entries.allSatisfy({ vouchedFor.contains($0.id) }) {
                .notCovered
            } else if !speaking.contains(key.id, of: accusation.party) {
                .notEstablished
            } else {
                .fork
            }
        return Judgement(accusation, reason)
    }
}
