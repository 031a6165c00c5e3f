internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// Which signatures in one file are good, each by itself: nothing is said of what follows from them.
///
/// A key id is the digest of its key, so whichever record carries a key of that id, it is the key.
struct SignatureFindings {
    private var keys: [KeyID: PublicKey] = [:]

    /// One signature of a record.
    struct Finding {
        let key: KeyID
        /// Nil where no record of the file carries the key.
        let isGood: Bool?
    }

    /// Knows the keys that these records carry, as far as they can be read.
    init(records: [[UInt8]]) {
        for bytes in records {
            if let card = try? PartyCard(encoded: bytes) {
                add(card.record)
            } else if let instrument = try? Instrument(payload: bytes) {
                for (_, record) in instrument.partyRecords { add(record) }
            }
        }
    }

    private mutating func add(_ record: PartyRecord) {
        for key in record.allKeys { keys[key.id] = key }
    }

    /// The signatures on a record: one for an envelope, those of all its keys for a card, none for what is not signed.
    func findings(on bytes: [UInt8]) -> [Finding] {
        if let card = try? PartyCard(encoded: bytes) {
            // A card that can be read was signed by every key in it.
            return card.record.allKeys.map { Finding(key: $0.id, isGood: true) }.sorted { $0.key < $1.key }
        }
        return StatementKind.allCases.lazy
            .compactMap { try? SignedStatement(encoded: bytes, expecting: $0) }
            .first.map { [Finding(key: $0.signer, isGood: keys[$0.signer].map($0.isValid))] } ?? []
    }
}
