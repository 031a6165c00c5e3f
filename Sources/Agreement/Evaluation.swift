internal import BitCollections
internal import Cryptography
internal import Identity

/// What follows from a set of records: which instruments are perfected, out, standing, contested, and in force.
///
/// The one function that decides, in node, verifier and simulator. The same records give the same answer, in every order
/// of arrival; no clock and no setting enters. Source: `Docs/Specification/agreement.md`, sections "Perfected" to
/// "In force".
public struct Evaluation: Sendable {
    var structure: Structure
    var needs: Needs
    var seals: CountedSeals
    var keyForks: [KeyForkGiven]
    var perfectedSet = BitSet()
    /// Those whose needs would be met if every condition stood; nothing else can be perfected.
    var readySet = BitSet()
    /// What a perfected instrument that is upheld replaces.
    var outSet = BitSet()
    /// The perfected ones that are not out.
    var upheldSet = BitSet()
    var voids = Voids()
    var standingSet = BitSet()
    /// What stands without disputed seals and withdrawals; nil while there are none.
    var undisputedSet: BitSet?
    var contestedPairs: Set<Pair> = []
    var inForceSet = BitSet()
    package internal(set) var changes = Changes()
    /// Of whom something has come that may convict; nil for everybody.
    var newlyHeard: Set<Identifier>?
    /// Suppositions: accepted by everybody without condition; replaced; and without what it voids.
    var supposedAccepted: Int?
    var supposedReplaced: Int?
    var supposedVoidingNothing: Int?

    /// Two instruments that stand and conflict, the one with the lower place first.
    struct Pair: Hashable {
        let one: Int
        let other: Int
    }

    /// How often something has changed since it was made: whoever keeps what follows knows by this when to look again.
    package struct Changes: Hashable, Sendable {
        /// What is perfected, stands or is in force.
        package internal(set) var state = 0
        /// The rules, rosters and party records in force, or before that those of the founding.
        package internal(set) var constitution = 0
    }

    /// Evaluates instruments, seals and withdrawals whose signatures have been judged already.
    package init(
        instruments: [InstrumentID: Instrument], seals given: [SealGiven], withdrawals: [WithdrawalGiven] = [],
        keyForks: [KeyForkGiven] = [], roadmap: InstrumentID
    ) {
        structure = Structure(of: instruments, roadmap: roadmap)
        needs = Needs(structure, withdrawals: withdrawals)
        seals = CountedSeals(given, in: structure)
        self.keyForks = keyForks
        perfectedSet = greatest(within: structure.wellFormed, hearing: .all)
        readySet = perfectedSet
        for index in structure.wellFormed.subtracting(perfectedSet) where isReady(index) { readySet.insert(index) }
        judgeOut(since: Array(perfectedSet))
        standingSet = greatest(within: upheldSet, hearing: .allButVoid)
        if !seals.disputed.isEmpty || needs.withdrawals.values.contains(where: \.isDisputed) {
            undisputedSet = greatest(within: upheldSet, hearing: .undisputed)
        }
        contestedPairs = conflictingPairs(of: standingSet)
        judgeForce()
    }

    /// What stands without any disputed seal or withdrawal.
    var undisputedStanding: BitSet { undisputedSet ?? standingSet }

    /// Pairs of which one is in `set`, and both stand.
    func conflictingPairs(of set: BitSet) -> Set<Pair> {
        set.reduce(into: []) { pairs, index in
            for rival in structure.conflicts(of: index, in: standingSet) {
                pairs.insert(Pair(one: min(index, rival), other: max(index, rival)))
            }
        }
    }

    mutating func judgeForce() {
        inForceSet = contestedPairs.isEmpty ? standingSet : ForceOrder(self).inForce()
    }
}

// MARK: Which seals are heard

/// Which seals and withdrawals are heard: for what is perfected all; for what stands all that are not void; for what an
/// honest party may build on only those that are not disputed.
enum Hearing: Hashable, Sendable {
    case all, allButVoid, undisputed
}

extension Evaluation {
    /// What has been consented to on an instrument, by seals whose conditions are all in `met`; without the founding's
    /// conditional ones.
    ///
    /// - Parameter met: nil supposes that every condition stands.
    func consent(
        on index: Int, in met: BitSet?, hearing: Hearing, without excluded: Set<Identifier> = []
    ) -> Consent {
        var consent = Consent()
        let isFounding = structure.instruments[index].isFounding
        let asksNewcomers = needs.askingNewcomers.contains(index)
        for seal in seals.on[index] where isHeard(seal.id, isDisputed: seal.isDisputed, hearing) {
            guard seal.provided.isEmpty || !isFounding && met.map({ stand(seal.provided, in: $0) }) ?? true,
                excluded.isEmpty || !excluded.contains(seal.party)
            else { continue }
            consent.add(seal.verdict, by: seal, asNewcomers: asksNewcomers)
        }
        if !needs.withdrawals.isEmpty { consent.hears = { hears($0, on: index, hearing) } }
        return consent
    }

    /// Whether a withdrawal excuses its party from what it would be asked for on an instrument.
    func hears(_ withdrawal: Digest, on index: Int, _ hearing: Hearing) -> Bool {
        guard let withdrawal = needs.withdrawals[withdrawal] else { return false }
        return isHeard(withdrawal.id, isDisputed: withdrawal.isDisputed, hearing)
            && structure.speaks(withdrawal, of: index)
    }

    func isHeard(_ statement: Digest, isDisputed: Bool, _ hearing: Hearing) -> Bool {
        guard isDisputed else { return true }
        return switch hearing {
        case .all: true
        case .allButVoid: !voids.contains(statement)
        case .undisputed: false
        }
    }

    /// The founding asks for acceptances without condition: no condition that comes to stand makes up for one.
    func consentIfConditionsStood(on index: Int) -> Consent { consent(on: index, in: nil, hearing: .all) }

    /// Of a thousand seals that must come together only the last is looked at with all others.
    func isReady(_ index: Int) -> Bool {
        seals.on[index].count >= needs.fewestSeals[index]!
            && needs.areMet(index, by: consentIfConditionsStood(on: index), in: structure)
    }

    private func stand(_ conditions: [InstrumentID], in met: BitSet) -> Bool {
        conditions.allSatisfy { structure.indexOf[$0].map(met.contains) ?? false }
    }
}
