internal import BitCollections
public import Cryptography
public import Identity

/// Two records by one party that honest software would not both make: proof of a lie, in front of anyone.
public struct Contradiction: Hashable, Sendable {
    public let party: Identifier
    public let kind: Kind
    /// The ids of the two records, ascending.
    public let records: [Digest]

    public init(party: Identifier, kind: Kind, records: [Digest]) {
        self.party = party
        self.kind = kind
        self.records = records
    }

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Two different verdicts on one instrument.
        case twoVerdicts = "two-verdicts"
        /// Commitments to two instruments of which neither may follow the other.
        case incoherentSeals = "incoherent-seals"
        /// Two different key statements on one record, by the same authority.
        case forkedKeys = "forked-keys"
        /// Two state certificates by one node for one place in its chain; found where certificates are, in `Verification`.
        case twoStates = "two-states"
    }
}

extension Contradiction: Comparable {
    /// By party, then by kind in the order of the page, then by records.
    public static func < (one: Contradiction, other: Contradiction) -> Bool {
        if one.party != other.party { return one.party < other.party }
        guard one.kind == other.kind else { return one.kind.place < other.kind.place }
        return one.records.lexicographicallyPrecedes(other.records)
    }
}

extension Contradiction.Kind {
    fileprivate var place: Int { Self.allCases.firstIndex(of: self)! }
}

extension Evaluation {
    /// Every contradiction among the seals that bind, and among the key statements of the parties' chains, by party, kind
    /// and records.
    ///
    /// One official's signature is not yet the party's word, and a seal is not the party's at all under a record that a
    /// stranger published in its name, or under keys that the party gave up and does not acknowledge: only what binds
    /// convicts. Two seals convict only by what their instruments themselves say: neither order of the two passes the
    /// clauses that are read from the instruments alone. Which of several seals on the same two instruments are named
    /// does not depend on the order of arrival: those with the lowest ids.
    public func contradictions() -> [Contradiction] {
        contradictions(of: Set(seals.byParty.keys).union(keyForks.map(\.party)))
    }

    /// Of the parties of whom something has come since this was asked last; the first time of all.
    package mutating func takeNewContradictions() -> [Contradiction] {
        defer { newlyHeard = [] }
        return newlyHeard.map(contradictions) ?? contradictions()
    }

    private func contradictions(of parties: Set<Identifier>) -> [Contradiction] {
        parties.sorted().flatMap { party in
            let binding = seals.said(by: party).filter { binds($0.seal) }
            return twoVerdicts(of: party, binding) + incoherentSeals(of: party, binding) + forkedKeys(of: party)
        }
    }

    /// A seal binds its party if it counts, its keys are not retired without being acknowledged, and the root of their
    /// chain is established: else anybody who writes a record in a party's name could convict it.
    func binds(_ seal: CountedSeal) -> Bool { !seal.isDisputed && isEstablished(seal.chain, of: seal.party) }

    private func twoVerdicts(of party: Identifier, _ said: [(index: Int, seal: CountedSeal)]) -> [Contradiction] {
        let byInstrument = Dictionary(grouping: said) { structure.instruments[$0.index].id }
        let pairs = byInstrument.values.flatMap { said -> [[Digest]] in
            let lowest = Dictionary(grouping: said.map(\.seal), by: \.verdict).values
                .map { $0.map(\.id).min()! }.sorted()
            return lowest.dropFirst().map { [lowest[0], $0] }
        }
        return pairs.sorted { $0.lexicographicallyPrecedes($1) }
            .map { Contradiction(party: party, kind: .twoVerdicts, records: $0) }
    }

    private func incoherentSeals(
        of party: Identifier, _ said: [(index: Int, seal: CountedSeal)]
    ) -> [Contradiction] {
        var sealOn: [Int: Digest] = [:]
        for (index, seal) in said where seal.verdict.isCommitment {
            sealOn[index] = min(sealOn[index] ?? seal.id, seal.id)
        }
        let word = PartyWord(of: said, remembered: [], structure)
        let committed = word.committed
        // Everything the party stands on by its seals: only what touches this can contradict any of them.
        let reach = committed.reduce(into: committed) { $0.formUnion(structure.ancestors[$1]) }
        var found: [Contradiction] = []
        for index in committed {
            let suspects = BitSet(structure.conflicts(of: index, in: reach)).union(
                BitSet(structure.replaces[index].filter(reach.contains)))
            guard !suspects.isEmpty else { continue }
            for other in committed where other != index && touches(other, suspects) {
                guard isIncoherent(index, other, word) else { continue }
                let records = [sealOn[index]!, sealOn[other]!].sorted()
                found.append(Contradiction(party: party, kind: .incoherentSeals, records: records))
            }
        }
        return Set(found).sorted { $0.records.lexicographicallyPrecedes($1.records) }
    }

    private func isIncoherent(_ one: Int, _ other: Int, _ word: PartyWord) -> Bool {
        // A condition that cannot be judged yet may turn out to be a closing, which would set its party free.
        let conditions = (word.conditions[one]! + word.conditions[other]!).joined()
        return conditions.allSatisfy(structure.isJudged) && !structure.areLoose(one, other, by: word)
            && !structure.objections(toCommittingTo: one, after: other).isEmpty
            && !structure.objections(toCommittingTo: other, after: one).isEmpty
    }

    private func touches(_ index: Int, _ suspects: BitSet) -> Bool {
        suspects.contains(index) || !structure.ancestors[index].isDisjoint(with: suspects)
    }

    private func forkedKeys(of party: Identifier) -> [Contradiction] {
        Set(keyForks.filter { $0.party == party && isEstablished($0.chain, of: party) }.map(\.statements))
            .sorted { $0.lexicographicallyPrecedes($1) }
            .map { Contradiction(party: party, kind: .forkedKeys, records: $0) }
    }
}
