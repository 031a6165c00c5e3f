internal import BitCollections
public import Cryptography
public import Identity

/// Two records by one party that honest software would not both make: proof of a lie, in front of anyone.
public struct Contradiction: Hashable, Sendable {
    public let party: Identifier
    public let kind: Kind
    /// The ids of the two records, ascending.
    public let records: [Digest]

    public enum Kind: String, Hashable, Sendable {
        /// Two different verdicts on one instrument.
        case twoVerdicts = "two-verdicts"
        /// Commitments to two instruments of which neither may follow the other.
        case incoherentSeals = "incoherent-seals"
    }
}

extension Evaluation {
    /// Every contradiction among the seals that count, by party, kind and records.
    ///
    /// One official's signature is not yet the party's word, and a signature under a record that is not the party's
    /// newest, or that a stranger published in its name, is not the party's at all: only what counts convicts.
    /// Two seals convict only by what their instruments themselves say: neither order of the two passes the clauses that
    /// are read from the instruments alone. Which of several seals on the same two instruments are named does not depend
    /// on the order of arrival: those with the lowest ids.
    public func contradictions() -> [Contradiction] {
        seals.byParty.keys.sorted().flatMap { party in
            twoVerdicts(of: party) + incoherentSeals(of: party)
        }
    }

    private func twoVerdicts(of party: Identifier) -> [Contradiction] {
        let byInstrument = Dictionary(grouping: seals.byParty[party]!.map(\.seal), by: \.instrument)
        return byInstrument.keys.sorted().flatMap { instrument -> [Contradiction] in
            let lowest = Dictionary(grouping: byInstrument[instrument]!, by: \.verdict).values
                .map { $0.map(\.id).min()! }.sorted()
            return lowest.dropFirst().map { Contradiction(party: party, kind: .twoVerdicts, records: [lowest[0], $0]) }
        }
    }

    private func incoherentSeals(of party: Identifier) -> [Contradiction] {
        var sealOn: [Int: Digest] = [:]
        for (index, seal) in seals.byParty[party]! where seal.verdict.isCommitment {
            sealOn[index] = min(sealOn[index] ?? seal.id, seal.id)
        }
        let committed = BitSet(sealOn.keys)
        // Everything the party stands on by its seals: only what touches this can contradict any of them.
        let reach = committed.reduce(into: committed) { $0.formUnion(structure.ancestors[$1]) }
        var found: [Contradiction] = []
        for index in committed {
            let suspects = BitSet(structure.conflicts(of: index, in: reach)).union(
                BitSet(structure.replaces[index].filter(reach.contains)))
            guard !suspects.isEmpty else { continue }
            for other in committed where other != index && touches(other, suspects) {
                let isIncoherent =
                    !structure.objections(toCommittingTo: index, after: other).isEmpty
                    && !structure.objections(toCommittingTo: other, after: index).isEmpty
                guard isIncoherent else { continue }
                let records = [sealOn[index]!, sealOn[other]!].sorted()
                found.append(Contradiction(party: party, kind: .incoherentSeals, records: records))
            }
        }
        return Set(found).sorted { $0.records.lexicographicallyPrecedes($1.records) }
    }

    private func touches(_ index: Int, _ suspects: BitSet) -> Bool {
        suspects.contains(index) || !structure.ancestors[index].isDisjoint(with: suspects)
    }
}
