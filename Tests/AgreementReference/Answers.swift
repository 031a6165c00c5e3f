/// What a copy answers in the words of the specification, for whoever holds a product against it: which seals count,
/// what key records there are, who is convicted by which records.
///
/// Nothing here decides anything that is not decided elsewhere; it only says it as a product does.
extension Reference {
    // MARK: Seals

    /// For what a seal counts.
    package struct Weight: Hashable, Sendable {
        /// For every requirement but newcomers'.
        package let consents: Bool
        /// For newcomers' requirements.
        package let enrols: Bool
        package let isDisputed: Bool
        /// Its root is established.
        package let isEstablished: Bool

        package init(consents: Bool, enrols: Bool, isDisputed: Bool, isEstablished: Bool) {
            self.consents = consents
            self.enrols = enrols
            self.isDisputed = isDisputed
            self.isEstablished = isEstablished
        }
    }

    /// By the ids of those that count in one way or the other on an instrument.
    package func weights(on instrument: String) -> [String: Weight] {
        var weights: [String: Weight] = [:]
        for counted in counting[instrument] ?? [] {
            weights[counted.seal.id] = Weight(
                consents: counted.consents, enrols: counted.enrols, isDisputed: counted.isDisputed,
                isEstablished: isEstablished(counted.root, of: counted.seal.party))
        }
        return weights
    }

    // MARK: Key records

    /// A key record at hand, and what has become of it.
    package struct KeyRecord: Hashable, Sendable {
        package let party: String
        package let id: String
        package let root: String
        package let version: Int
        package let isFrozen: Bool
        package let isByRecovery: Bool
        package let isSuperseded: Bool
        package let isRetired: Bool

        package init(
            party: String, id: String, root: String, version: Int, isFrozen: Bool, isByRecovery: Bool,
            isSuperseded: Bool, isRetired: Bool
        ) {
            self.party = party
            self.id = id
            self.root = root
            self.version = version
            self.isFrozen = isFrozen
            self.isByRecovery = isByRecovery
            self.isSuperseded = isSuperseded
            self.isRetired = isRetired
        }
    }

    package var keyRecords: [KeyRecord] {
        chains.links.map { place, link in
            KeyRecord(
                party: link.party, id: link.id, root: link.root, version: link.version, isFrozen: link.record == nil,
                isByRecovery: link.isByRecovery, isSuperseded: chains.isSuperseded(place),
                isRetired: chains.isRetired(link.id, of: link.party))
        }
    }

    /// The seals and withdrawals that the statements of a root's chain acknowledge which still hold.
    package func acknowledged(inChainOf root: String, of party: String) -> Set<String> {
        chains.acknowledged(inChainOf: ReferenceKeyChains.Place(party: party, id: root))
    }

    /// The pairs of statements over one record of a root's chain by one authority: the lowest with each other one.
    package func forks(inChainOf root: String, of party: String) -> Set<[String]> {
        let forks = chains.forks(of: party).filter { $0.root == root }
        return Set(forks.flatMap { fork in fork.statements.dropFirst().map { [fork.statements[0], $0] } })
    }

    package func establishedRoots(of party: String) -> Set<String> {
        Set(established.filter { $0.party == party }.map(\.id))
    }

    // MARK: Contradictions

    /// Two records that convict a party.
    package struct Contradiction: Hashable, Sendable {
        package let party: String
        /// As the specification calls it.
        package let kind: String
        /// Ascending.
        package let records: [String]

        package init(party: String, kind: String, records: [String]) {
            self.party = party
            self.kind = kind
            self.records = records
        }
    }

    /// In the order of parties, then kinds, then records.
    package var contradictions: [Contradiction] {
        let parties = Set(counting.values.joined().map(\.seal.party)).union(chains.links.keys.map(\.party))
        return parties.sortedBytewise().flatMap { party in
            let binding = Dictionary(grouping: binding(party), by: \.instrument)
            func named(_ kind: String, _ pairs: [[String]]) -> [Contradiction] {
                pairs.sorted { $0.lexicographicallyPrecedes($1, by: precedesBytewise) }
                    .map { Contradiction(party: party, kind: kind, records: $0) }
            }
            return named("two-verdicts", binding.values.flatMap(Self.twoVerdicts))
                + named("incoherent-seals", incoherentSeals(of: party, binding))
                + named("forked-keys", forkedKeys(of: party).map { [$0.0, $0.1] })
        }
    }

    /// Of each verdict the lowest seal; of these the lowest with each other one.
    private static func twoVerdicts(_ seals: [ReferenceSeal]) -> [[String]] {
        let byVerdict = Dictionary(grouping: seals, by: \.verdict).values
        let lowest = byVerdict.compactMap { $0.map(\.id).sortedBytewise().first }.sortedBytewise()
        return lowest.dropFirst().map { [lowest[0], $0] }
    }

    /// Of several commitments to one instrument the lowest.
    private func incoherentSeals(of party: String, _ binding: [String: [ReferenceSeal]]) -> [[String]] {
        func lowest(_ instrument: String) -> String {
            (binding[instrument] ?? []).filter(\.verdict.commits).map(\.id).sortedBytewise().first ?? ""
        }
        return convictions(of: party).filter { $0.0 != $0.1 }
            .map { [lowest($0.0), lowest($0.1)].sortedBytewise() }
    }

    // MARK: The text

    /// The root of a party's record in force, or of the founding's while nothing is in force and that is well formed.
    package func rootInForce(of party: String) -> String? {
        let founding = instruments.intersection([ground.roadmap]).filter(ground.isWellFormed)
        let force = inForce.isEmpty ? founding : inForce
        let text = ground.text(of: force)
        return text[Provision.party(party)].flatMap { ground.content(of: Provision.party(party), in: $0)?.root?.id }
    }
}
