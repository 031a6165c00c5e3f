internal import BitCollections
public import Cryptography
public import Identity

/// What binds one party: what is in force, what it committed to and is open, and what it will refuse because of that.
///
/// Source: `Docs/Specification/commands.md`, section `bound`.
public struct Bonds: Hashable, Sendable {
    public let party: Identifier
    /// By the rosters in force, ascending.
    public let standings: [Identifier]
    /// What is in force, in the order in which each comes after what it is built on.
    public let inForce: [Bond]
    /// What it committed to and is neither in force nor replaced, in the same order.
    public let open: [Bond]
    /// What is on the table and its own software would not let it accept, in the same order.
    public let refuses: [Refused]

    public struct Bond: Hashable, Sendable {
        public let instrument: InstrumentID
        public let state: InstrumentState
        /// Its seals on it that count, by id; none where it was bound by the others.
        public let seals: [Digest]
        public let consent: Consent
        /// The provisions in force that the instrument wrote last, ascending.
        public let provisions: [Identifier]
    }

    public enum Consent: String, Hashable, Sendable {
        case accepted, abstained, rejected
        /// Its verdict was not asked, or not needed.
        case none
    }

    public struct Refused: Hashable, Sendable {
        public let instrument: InstrumentID
        public let objections: [Objection]
    }
}

extension Evaluation {
    /// What binds a party; of one that no record in force names, what it sealed.
    public func bonds(of party: Identifier) -> Bonds { bonds(of: [party])[0] }

    /// The same of several, each.
    public func bonds(of parties: [Identifier]) -> [Bonds] {
        let written = Dictionary(grouping: textInForce, by: \.version.id).mapValues { $0.map(\.id) }
        let standings = Dictionary(uniqueKeysWithValues: partiesInForce.map { ($0.party, $0.standings) })
        return parties.map { bonds(of: $0, standings[$0] ?? [], written) }
    }

    private func bonds(
        of party: Identifier, _ standings: [Identifier], _ written: [InstrumentID: [Identifier]]
    ) -> Bonds {
        let said = Dictionary(grouping: seals.said(by: party), by: \.index).mapValues { $0.map(\.seal) }
        func bond(_ index: Int) -> Bonds.Bond {
            let id = structure.instruments[index].id
            let given = said[index] ?? []
            return Bonds.Bond(
                instrument: id, state: state(of: id)!, seals: given.map(\.id).sorted(),
                consent: consent(given.map(\.verdict)), provisions: written[id] ?? [])
        }
        let committed = BitSet(said.filter { $0.value.contains(where: \.verdict.isCommitment) }.keys)
        var words = OwnWords(of: party)
        let onTheTable = structure.wellFormed.subtracting(perfectedSet).subtracting(outSet).subtracting(committed)
        let refused = onTheTable.sorted(by: structure.precedes).compactMap { index -> Bonds.Refused? in
            let id = structure.instruments[index].id
            guard end(of: id) == nil else { return nil }
            let objections = ownObjections(to: .accept, on: id, words: &words).filter(\.isByEarlierWord)
            return objections.isEmpty ? nil : Bonds.Refused(instrument: id, objections: objections)
        }
        return Bonds(
            party: party, standings: standings,
            inForce: inForceSet.sorted(by: structure.precedes).map(bond),
            open: committed.subtracting(inForceSet).subtracting(outSet).sorted(by: structure.precedes).map(bond),
            refuses: refused)
    }

    /// Every party with a seal that counts, ascending.
    public var sealingParties: [Identifier] { seals.parties }

    private func consent(_ verdicts: [Seal.Verdict]) -> Bonds.Consent {
        if verdicts.contains(.accept) { return .accepted }
        if verdicts.contains(.abstain) { return .abstained }
        return verdicts.contains(.reject) ? .rejected : .none
    }
}

extension Objection {
    /// True if what speaks against is what the party sealed before, and not the instrument itself.
    fileprivate var isByEarlierWord: Bool {
        switch self {
        case .otherVerdict, .replacedBy, .conflictsWith, .groundReplacedBy, .groundConflictsWith,
            .earlierBuiltOnReplaced, .earlierBuiltOnRival, .wouldTopple, .withdrawn:
            true
        case .notKnown, .illFormed, .providedOnReplaced, .leavesRuleUnmeetable, .wouldNotStand, .wouldCompleteNothing,
            .restsOnDisputed:
            false
        }
    }
}
