internal import Agreement
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import Logging
internal import NodeLogic

/// A node's reports, as its log has them.
extension NodeCore {
    func say(_ report: Node.Report) {
        switch report {
        case .connected(let party, let isDialled):
            log.info("connected", metadata: ["party": "\(party)", "dialled": "\(isDialled)"])
        case .ended(let party, let reason):
            counters.add("conversation", reason.code)
            log.info("conversation ended: \(reason.sentence)", metadata: ["party": "\(party)"])
        case .introduced(let id, let party):
            counters.add("introduced")
            log.info(
                "a node has shown how its key became its party's",
                metadata: ["party": "\(party)", "address": "\(callers[id]?.address ?? "unknown")"])
        case .refusedStranger(let id, let failure):
            counters.add("refused", "unknownKey")
            guard let caller = callers[id] else { return }
            log.info(
                """
                refused a connection with \(caller.address): unknown key \(caller.key): \(caller.whyUnknown); \
                \(failure.sentence)
                """)
        case .unknownToPeer(let party):
            log.warning(
                """
                \(party)'s node does not know this node's key, and no change of keys leads there from one that it knows: \
                the record that names it has to come to \(party) by another node, or as a file
                """)
        case .peerDoesNotRead(let party):
            counters.add("conversation", "peerDoesNotRead")
            log.warning("the peer does not read what it asks for", metadata: ["party": "\(party)"])
        case .cannotStore(let failure): log.error("cannot store what a peer sent: \(words(failure))")
        case .cannotCertify(let failure): log.error("cannot certify the state: \(words(failure))")
        case .cannotCarry(let failure): log.error("cannot journal what no journal carries: \(words(failure))")
        case .cannotReread(let failure): log.error("cannot read the store again: \(words(failure))")
        case .cannotRead(let failure): log.error("cannot read what a peer lacks: \(words(failure))")
        case .postponed(let key, let parties, let allowance):
            counters.add("postponed", allowance.rawValue)
            let whose = parties.map(\.string).joined(separator: ", ")
            log.warning("what the key \(key) of \(whose)'s node writes waits: \(allowance.sentence)")
        case .manyUnsealed(let count):
            log.warning(
                """
                this party has \(count) instruments that nobody has sealed: peers that keep to the usual limit take no \
                more; seal or reject some
                """)
        case .refusedRecord(let entry, let refusal):
            log.warning("an entry's record is refused: \(refusal)", metadata: ["entry": "\(entry)"])
        case .ownChainForked:
            log.warning("this node's chain has forked: somebody else wrote with its key, or from a copy of its store")
        case .ownChainContinuedElsewhere:
            log.warning("this node's chain went on elsewhere: its store was set back, and it begins a new chain")
        case .carrying(let count): log.info("journalling \(count) records that no journal carries")
        case .contradiction(let found):
            let records = "records \(found.records[0]) and \(found.records[1])"
            log.warning("proof of a lie of \(found.party): \(found.kind.rawValue), \(records)")
        case .fork(let writer, let parties):
            let whose = parties.map(\.string).joined(separator: ", ")
            log.warning("two stories by one writer, with a key of \(whose)'s node: writer \(writer)")
        }
    }

    private func words(_ failure: StoreFailure) -> String { "\(HomeFailure(failure, home: home))" }
}

extension Allowance {
    /// Why more waits.
    fileprivate var sentence: String {
        switch self {
        case .entries: "it has written as much today as is taken of one key (entriesPerDay, bytesPerDay)"
        case .records: "it has written as many records today as are taken of one key (recordsPerDay, recordBytesPerDay)"
        case .instruments:
            "it has so many instruments that nobody has sealed that few more are taken in a day (unsealedInstruments)"
        }
    }
}
