internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// The records of parties, read from their cards, no key in two of them.
struct CardReader {
    private(set) var records: [Identifier: PartyRecord] = [:]
    private var holders: [PublicKey: Identifier] = [:]

    /// - Parameter records: those in force, whose keys nobody else may bring.
    init(inForce records: [Identifier: PartyRecord] = [:]) {
        for (party, record) in records {
            for key in record.allKeys { holders[key] = party }
        }
    }

    /// Takes the card that `load` finds for `party`, and reports where there is none, or another's.
    mutating func take(
        _ party: Identifier, at place: Place, named file: String, _ findings: inout Findings,
        _ load: () throws -> PartyCard?
    ) {
        let card: PartyCard
        do {
            guard let found = try load() else {
                findings.report(
                    .missingCard, at: place,
                    "There is no card \(file.quoted) for \(party.string.quoted). Ask the party for the card that "
                        + "`syngraph party new` made for it.")
                return
            }
            card = found
        } catch {
            let reason = (error as? DecodingRefusal)?.fault.sentence ?? "\(error)"
            findings.report(
                .badCard, at: place,
                "The card \(file.quoted) of \(party.string.quoted) cannot be read: \(reason). Ask the party for it "
                    + "again.")
            return
        }
        guard card.party == party else {
            findings.report(
                .cardOfAnother, at: place,
                "The card \(file.quoted) is that of \(card.party.string.quoted), not of \(party.string.quoted). Put "
                    + "the right file there.")
            return
        }
        checkKeys(of: card, at: place, &findings)
        records[party] = card.record
    }

    private mutating func checkKeys(of card: PartyCard, at place: Place, _ findings: inout Findings) {
        for key in card.record.allKeys {
            if let other = holders[key], other != card.party {
                findings.report(
                    .keyUsedTwice, at: place,
                    "The cards of \([card.party.string, other.string].sorted().listed) hold the same key, "
                        + "\(key.id.description.prefix(16))…; no key serves two parties. Ask one of them for a new "
                        + "card.")
                return
            }
        }
        for key in card.record.allKeys { holders[key] = card.party }
    }
}
