internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// What histories do not tell: states that nodes confirm, and seals that parties are asked for.
extension Copy {
    /// Certificates by the nodes that the copy's key records name, up to three of each in their order: most of the state that
    /// the copy is in, some of another; some nodes tell a second story, and of some chains parts are left out.
    func certificates(_ random: inout SplitMix64) -> [SignedStatement] {
        nodes.flatMap { node in certificates(by: node.key, of: node.party, &random) }
    }

    private func certificates(
        by node: String, of party: String, _ random: inout SplitMix64
    ) -> [SignedStatement] {
        let roots = StateRoots(of: product)
        var previous: Digest?
        var made: [SignedStatement] = []
        for sequence in 0..<(random.next() % 4) {
            func certificate(at second: UInt64, after previous: Digest?) -> StateCertificate {
                Spelling.require {
                    try StateCertificate(
                        roadmap: ledger.roadmap, party: Spelling.name(party), writer: Self.writer(of: node),
                        sequence: sequence, previous: previous, perfected: roots.perfected,
                        inForce: random.next() % 4 == 0 ? Self.digest("another state") : roots.inForce,
                        contested: product.contestedIDs, known: Self.heads(of: node, &random), at: second)
                }
            }
            let isTorn = sequence > 0 && random.next() % 16 == 0
            let newest = certificate(at: sequence, after: isTorn ? Self.digest("another story") : previous)
            if random.next() % 8 != 0 { made.append(scribe.certificate(newest, by: node)) }
            if random.next() % 24 == 0 {
                made.append(scribe.certificate(certificate(at: 1_000 + sequence, after: previous), by: node))
            }
            previous = newest.id
        }
        return made
    }

    /// The nodes that its key records name, each with its party; ascending.
    private var nodes: [(party: String, key: String)] {
        var found: Set<[String]> = []
        func note(_ party: String, _ record: String) {
            for key in scribe.nodes(of: record) { found.insert([party, key]) }
        }
        for event in events {
            switch event {
            case .published(let instrument):
                for (provision, change) in instrument.changes {
                    if let root = change.content?.root { note(Provision.name(in: provision), root.id) }
                }
            case .keyed(let statement): note(statement.party, statement.id)
            case .sealed, .withdrew: break
            }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }.map { ($0[0], $0[1]) }
    }

    private static func heads(of node: String, _ random: inout SplitMix64) -> [StateCertificate.KnownHead] {
        let writers = [writer(of: node), digest("another writer"), digest("a third writer")]
        return writers.filter { _ in random.next() % 2 == 0 }.map {
            .init(writer: $0, sequence: random.next() % 40, entry: digest("an entry"))
        }
    }

    private static func writer(of node: String) -> Digest { digest("writer of \(node)") }

    private static func digest(_ words: String) -> Digest { Digest(of: Array(words.utf8)) }
}

extension Scribe {
    /// Some of the seals that are not among these events, as requests: their parties were asked for them.
    func requests(besides events: [ReferenceHistory.Event], of all: [ReferenceHistory.Event]) -> [Seal] {
        func sealIDs(_ events: [ReferenceHistory.Event]) -> [String] {
            events.compactMap { if case .sealed(let seal) = $0 { seal.id } else { nil } }
        }
        let made = Set(sealIDs(events))
        return Set(sealIDs(all)).subtracting(made).sorted().enumerated().filter { $0.offset % 3 == 0 }
            .map { seals[$0.element]! }
    }
}
