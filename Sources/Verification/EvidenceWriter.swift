public import Agreement
internal import Cryptography
public import Identity
public import Journal

/// Makes of what one copy holds the files that convict: each with all that it takes, and little more.
///
/// What it hands out was verified as a stranger would verify it, and convicts. Source: `Docs/Specification/evidence.md`,
/// section "What our writer puts in".
public struct EvidenceWriter {
    private let ledger: Ledger
    private let evaluation: Evaluation
    private let sealsOn: [InstrumentID: [SealOnRecord]]
    private let perfected: Set<InstrumentID>

    public init(_ ledger: Ledger) {
        self.ledger = ledger
        evaluation = Evaluation(of: ledger)
        sealsOn = Dictionary(grouping: ledger.seals.values.filter(\.isSigned), by: \.seal.instrument)
        perfected = Set(evaluation.perfected)
    }

    /// A file for every contradiction among the records, and for every fork; by party, kind and id.
    ///
    /// Of one party and one kind no more than the limit, those that come first in the order of contradictions: whoever
    /// commits to a thousand rivals could else have half a million files made.
    ///
    /// - Parameter forks: proofs of this roadmap, ascending by writer. One is left out whose key no party's established
    ///   record names.
    public func files(and forks: [ForkProof] = []) -> [EvidenceFile] {
        struct Lie: Hashable {
            let party: Identifier
            let kind: Contradiction.Kind
        }
        let limit = BundleLimits.evidenceFilesPerKind
        let contradictions = evaluation.contradictions().first(limit, ofEach: { Lie(party: $0.party, kind: $0.kind) })
        let stories = forks.first(limit, ofEach: \.key)
        return (contradictions.compactMap(file(on:)) + stories.flatMap(files(on:))).sorted {
            ($0.accusation.party, $0.accusation.kind.rawValue, $0.accusation.id)
                < ($1.accusation.party, $1.accusation.kind.rawValue, $1.accusation.id)
        }
    }

    // MARK: What convicts

    /// The file that convicts of a contradiction; nil if these records do not.
    public func file(on contradiction: Contradiction) -> EvidenceFile? {
        var selection = EvidenceSelection(ledger)
        let records: [Digest]
        switch contradiction.kind {
        case .forkedKeys:
            records = contradiction.records
            selection.addParty(contradiction.party)
            for id in records { establish(keys: id, of: contradiction.party, in: &selection) }
        case .twoVerdicts, .incoherentSeals:
            let seals = contradiction.records.compactMap { ledger.seals[$0]?.seal }.map {
                contradiction.kind == .twoVerdicts ? $0 : plainest(commitment: $0)
            }
            records = seals.map(\.id)
            for seal in seals { add(seal, to: &selection) }
        case .twoStates: return nil
        }
        guard let kind = Accusation.Kind(rawValue: contradiction.kind.rawValue) else { return nil }
        let accusation = try? Accusation(
            roadmap: ledger.roadmap, party: contradiction.party, kind: kind, records: records)
        return sufficient(selection, accusation)
    }

    /// The files that convict of a fork: one for each party that has the key, which is one unless two publish the same.
    public func files(on fork: ForkProof) -> [EvidenceFile] {
        let established = EstablishedRoots(evaluation)
        let naming = ledger.keyChains.all.filter { keys in
            established.contains(keys) && keys.record?.nodes.contains { $0.key == fork.key } == true
        }
        return ledger.parties(speakingBy: fork.key.id, among: established).compactMap { party in
            var selection = EvidenceSelection(ledger)
            selection.addParty(party)
            for keys in naming where keys.party == party { establish(keys: keys.id, of: party, in: &selection) }
            let accusation = try? Accusation(
                roadmap: ledger.roadmap, party: party, kind: .forkedJournal, records: fork.entries.map(\.digest),
                writer: fork.writer.digest)
            return sufficient(selection, accusation, JournalExcerpt(of: fork))
        }
    }

    /// Of the party's commitments to one instrument one without condition, if there is one: no closing sets it free.
    private func plainest(commitment: Seal) -> Seal {
        let given = (sealsOn[commitment.instrument] ?? []).map(\.seal).filter {
            $0.party == commitment.party && $0.verdict.isCommitment
                && evaluation.standing(ofSeal: $0.id, on: $0.instrument) == .binding
        }
        return given.filter(\.provided.isEmpty).min { $0.id < $1.id } ?? commitment
    }

    /// A seal with what it is judged by. One that hangs on conditions brings its party's other words along, for whether a
    /// closing sets the party free depends on them.
    private func add(_ seal: Seal, to selection: inout EvidenceSelection) {
        selection.add(seal)
        establish(keys: seal.keys, of: seal.party, in: &selection)
        guard !seal.provided.isEmpty else { return }
        for instrument in [seal.instrument] + seal.provided {
            for onRecord in sealsOn[instrument] ?? [] where onRecord.seal.party == seal.party {
                selection.add(onRecord.seal)
            }
        }
    }

    // MARK: Whose keys they are

    /// What shows that a key record is the party's: a perfected instrument with its root, and what makes it perfected.
    private func establish(keys: Digest, of party: Identifier, in selection: inout EvidenceSelection) {
        guard let root = ledger.keyRecord(of: party, named: keys)?.root else { return }
        let carriers = perfected.filter { id in
            ledger.instruments[id]!.partyRecords.contains { $0.party == party && $0.record.id == root }
        }
        // The one with the least beneath it, so that the file is short.
        let costs = carriers.map { (cost: depth(of: $0), id: $0) }
        guard let carrier = costs.min(by: { ($0.cost, $0.id) < ($1.cost, $1.id) })?.id else { return }
        addPerfected(carrier, to: &selection)
    }

    private func depth(of id: InstrumentID) -> Int {
        var selection = EvidenceSelection(ledger)
        selection.add(instrument: id)
        return selection.instruments.count
    }

    private func addPerfected(_ id: InstrumentID, to selection: inout EvidenceSelection) {
        var open = [id]
        var seen: Set<InstrumentID> = [id]
        while let id = open.popLast() {
            guard let instrument = ledger.instruments[id] else { continue }
            selection.add(instrument: id)
            var beneath = instrument.ground
            for onRecord in sealsOn[id] ?? [] where perfected.isSuperset(of: onRecord.seal.provided) {
                selection.add(onRecord.seal)
                beneath += onRecord.seal.provided
            }
            open += beneath.filter { seen.insert($0).inserted }
        }
    }

    // MARK: Until it suffices

    /// The first that convicts: what was chosen, that with all withdrawals, and the whole copy.
    private func sufficient(
        _ selection: EvidenceSelection, _ accusation: Accusation?, _ journal: JournalExcerpt = JournalExcerpt()
    ) -> EvidenceFile? {
        guard let accusation else { return nil }
        for selection in [selection, selection.withWithdrawals, EvidenceSelection(allOf: ledger)] {
            let bytes = BundleWriter(selection.ledger, journal: journal, accusations: [accusation]).encoded()
            let report = try? VerificationReport(verifying: bytes, expecting: ledger.roadmap)
            if report?.findings?.judgements.first?.verdict == .convicted {
                return EvidenceFile(accusation: accusation, bytes: bytes)
            }
        }
        return nil
    }
}

extension VerificationReport.Findings {
    /// The parties whose node told two stories by these records: one, or none where nothing shows whose key it is.
    public func parties(toldBy fork: ForkProof) -> [Identifier] {
        contents.ledger.parties(speakingBy: fork.key.id, among: EstablishedRoots(evaluation))
    }
}

extension Ledger {
    fileprivate func parties(speakingBy node: KeyID, among established: EstablishedRoots) -> [Identifier] {
        let speaking = SpeakingNodes(of: self, among: established)
        return parties(ofNode: node).filter { speaking.contains(node, of: $0) }
    }
}

extension Array {
    /// Of the elements of each sort the first few, in their order.
    fileprivate func first<Sort: Hashable>(_ limit: Int, ofEach sort: (Element) -> Sort) -> [Element] {
        var counts: [Sort: Int] = [:]
        return filter { element in
            counts[sort(element), default: 0] += 1
            return counts[sort(element)]! <= limit
        }
    }
}

/// A file that convicts, and of what.
public struct EvidenceFile: Hashable, Sendable {
    public let accusation: Accusation
    public let bytes: [UInt8]

    /// `EAST-two-verdicts-3fd2a1c0.evidence.syngraph`
    public var name: String {
        "\(accusation.party)-\(accusation.kind.rawValue)-\(accusation.id.hex.prefix(8)).evidence.syngraph"
    }
}
