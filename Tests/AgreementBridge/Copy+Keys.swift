internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// The key records: which there are, what has become of them, and who speaks by them.
extension Copy {
    func differenceOfKeys() -> String? {
        let expected = Set(reference.keyRecords)
        let records = ledger.keyChains.all
        let names = records.map { "\($0.party.string) \(scribe.text($0.id))" }
        return first(
            { setDifference("key records", names, expected.map { "\($0.party) \($0.id)" }) },
            { differenceOfLinks(expected) }, { differenceOfChains(records.filter { $0.version == 0 }) },
            { differenceOfNodes(expected) })
    }

    /// What has become of each record.
    private func differenceOfLinks(_ expected: Set<Reference.KeyRecord>) -> String? {
        let roots = ledger.keyChains.all.filter { $0.version == 0 }
        let chains = roots.compactMap { ledger.keyChains.chain(of: $0.party, root: $0.id) }
        let found = chains.flatMap { chain in
            chain.links.map { link in
                Reference.KeyRecord(
                    party: chain.party.string, id: scribe.text(link.record.id), root: scribe.text(link.record.root),
                    version: Int(link.record.version), isFrozen: link.record.isFrozen,
                    isByRecovery: link.authority == .recovery, isSuperseded: link.isSuperseded,
                    isRetired: link.isRetired)
            }
        }
        let alone = Set(found).subtracting(expected)
        return alone.isEmpty && found.count == expected.count
            ? nil : "key records: the product alone says \(alone), the reference \(expected.subtracting(found))"
    }

    /// What each chain as a whole says, and whose is in force.
    private func differenceOfChains(_ roots: [KeyRecord]) -> String? {
        for root in roots {
            guard let chain = ledger.keyChains.chain(of: root.party, root: root.id) else { return "no \(root)" }
            let (party, id) = (root.party.string, scribe.text(root.id))
            let forks = Set(chain.forks.map(scribe.texts))
            let isEstablished = reference.establishedRoots(of: party).contains(id)
            let found = first(
                {
                    setDifference(
                        "acknowledged by \(party)", scribe.texts(chain.acknowledged),
                        reference.acknowledged(inChainOf: id, of: party))
                },
                { difference("forks of \(party)", forks, reference.forks(inChainOf: id, of: party)) },
                {
                    let newest = scribe.text(chain.newest.record.id)
                    return difference("newest of \(id)", newest, self.newest(inChainOf: id, of: party))
                },
                { difference("\(id) established", product.isEstablished(root.id, of: root.party), isEstablished) },
                {
                    let inForce = ledger.chainInForce(of: root.party, by: product).map { scribe.text($0.root) }
                    return difference("in force for \(party)", inForce, reference.rootInForce(of: party))
                })
            if let found { return found }
        }
        return nil
    }

    /// The page's own words: of those that are not superseded the one with the highest version, then the lowest id.
    private func newest(inChainOf root: String, of party: String) -> String? {
        let live = reference.keyRecords.filter { $0.party == party && $0.root == root && !$0.isSuperseded }
        let highest = live.map(\.version).max()
        return live.filter { $0.version == highest }.map(\.id).sortedBytewise().first
    }

    // MARK: Nodes

    /// A node speaks for its party if a key record names it that is in an established chain and not superseded.
    private func differenceOfNodes(_ records: Set<Reference.KeyRecord>) -> String? {
        let speaking = SpeakingNodes(of: ledger, among: EstablishedRoots(product))
        var mayConnect: [String: Set<String>] = [:]
        var known: Set<String> = []
        for record in records {
            let nodes = scribe.nodes(of: record.id)
            known.formUnion(nodes.map { "\(record.party) \($0)" })
            let isLive = !record.isSuperseded && reference.establishedRoots(of: record.party).contains(record.root)
            if isLive { mayConnect[record.party, default: []].formUnion(nodes) }
        }
        for name in known.sortedBytewise() {
            let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
            let isSpeaking = speaking.contains(scribe.keyID(parts[1]), of: Spelling.name(parts[0]))
            let expected = mayConnect[parts[0]]?.contains(parts[1]) ?? false
            if let found = difference("\(parts[1]) speaks", isSpeaking, expected) { return found }
        }
        return nil
    }
}
