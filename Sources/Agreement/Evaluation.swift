internal import BitCollections
internal import Cryptography
internal import Identity

/// What follows from a set of records: which instruments are perfected, out, standing, contested, and in force.
///
/// The one function that decides, in node, verifier and simulator. The same records give the same answer, in every order
/// of arrival; no clock and no setting enters. Source: `Docs/Specification/agreement.md`, sections "Perfected" to
/// "In force".
public struct Evaluation: Sendable {
    let structure: Structure
    let needs: Needs
    let seals: SealsByInstrument
    let perfectedSet: BitSet
    let outSet: BitSet
    let standingSet: BitSet
    let contestedPairs: [(Int, Int)]
    let inForceSet: BitSet

    /// Evaluates instruments and seals whose signatures have been judged already.
    package init(
        instruments: [InstrumentID: Instrument], seals given: [SealGiven], withdrawals: [WithdrawalGiven] = [],
        keyForks: [KeyForkGiven] = [], roadmap: InstrumentID
    ) {
        structure = Structure(of: instruments, roadmap: roadmap)
        needs = Needs(structure)
        seals = SealsByInstrument(given, in: structure)
        let fixedPoints = FixedPoints(structure, needs, seals)
        perfectedSet = fixedPoints.perfected()
        outSet = fixedPoints.out(of: perfectedSet)
        standingSet = fixedPoints.standing(perfectedSet.subtracting(outSet))
        contestedPairs = Self.conflictingPairs(in: standingSet, structure)
        inForceSet =
            contestedPairs.isEmpty
            ? standingSet
            : ForceOrder(standingSet, contestedPairs, structure, needs, seals).inForce()
    }

    private static func conflictingPairs(in set: BitSet, _ structure: Structure) -> [(Int, Int)] {
        set.flatMap { index in
            structure.conflicts(of: index, in: set).filter { $0 > index }.map { (index, $0) }
        }
    }
}

/// The seals that count, by instrument, and which instruments wait on which by a condition.
struct SealsByInstrument: Sendable {
    private(set) var on: [Int: [SealGiven]] = [:]
    /// By the instrument that a seal is provided on: those with such a seal on them.
    private(set) var conditionedOn: [Int: Set<Int>] = [:]
    /// The same seals by party, with the place of their instruments: what a party has said. A seal that does not count
    /// is nobody's word: the threshold has not signed, or it is under a record that anyone may have put into an instrument.
    private(set) var byParty: [Identifier: [(index: Int, seal: SealGiven)]] = [:]

    /// A seal counts if its threshold has signed, under the newest record of its party among what its instrument writes
    /// or is built on.
    init(_ given: [SealGiven], in structure: Structure) {
        var recordIDs: [Structure.Version: Digest] = [:]
        for seal in given where seal.isSigned {
            guard let index = structure.indexOf[seal.instrument], structure.wellFormed.contains(index),
                let provision = ReservedProvision.record(of: seal.party)
            else { continue }
            var reach = structure.ancestors[index]
            reach.insert(index)
            guard let writer = structure.newestWriter(of: provision, among: reach),
                case .party(let record)? = structure.instruments[writer].change(to: provision)?.content?.reserved
            else { continue }
            let version = Structure.Version(provision: provision, id: structure.instruments[writer].id)
            let recordID = recordIDs[version] ?? record.id
            recordIDs[version] = recordID
            guard seal.chain == recordID else { continue }
            on[index, default: []].append(seal)
            byParty[seal.party, default: []].append((index, seal))
            for condition in seal.provided.compactMap({ structure.indexOf[$0] }) {
                conditionedOn[condition, default: []].insert(index)
            }
        }
    }

    /// The verdicts on an instrument by seals whose conditions are all in `met`; without the founding's conditional ones.
    func verdicts(
        on index: Int, met: BitSet, in structure: Structure, without excluded: Set<Identifier> = []
    ) -> Verdicts {
        var verdicts = Verdicts()
        let isFounding = structure.instruments[index].isFounding
        for seal in on[index] ?? [] where !excluded.contains(seal.party) {
            if isFounding, !seal.provided.isEmpty { continue }
            let isUnconditional = seal.provided.allSatisfy { structure.indexOf[$0].map(met.contains) ?? false }
            if isUnconditional { verdicts.add(seal.verdict, by: seal.party, in: seal.capacities) }
        }
        return verdicts
    }

    /// Those who accepted or abstained, on whatever condition.
    func committed(to index: Int) -> Set<Identifier> {
        Set((on[index] ?? []).filter(\.verdict.isCommitment).map(\.party))
    }
}
