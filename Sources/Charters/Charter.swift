public import Agreement
public import CanonicalEncoding
public import Identity

/// What a lawyer wrote to found a roadmap: parties, standings, rules and text, read and found without fault.
///
/// Source: `Docs/Specification/charter.md`.
public struct Charter: Sendable {
    public let title: Words
    /// The equally authentic languages, in the author's order.
    public let languages: [Identifier]
    public let proposer: Identifier
    public let note: Words?
    /// By party, the record on its card.
    public let records: [Identifier: PartyRecord]
    /// By standing.
    public let rosters: [Identifier: Roster]
    /// By class.
    public let rules: [Identifier: Rule]
    /// Parents before what they contain, siblings in order.
    let provisions: [PlannedProvision]

    /// Reads a charter, and collects all that is wrong with it rather than the first.
    ///
    /// - Parameters:
    ///   - text: the file, at most ``CharterLimits/fileByteCount`` bytes.
    ///   - cards: finds the card of a party, or gives nil where there is none; what it throws is reported as a fault of
    ///     that party's card.
    /// - Returns: the charter, from which ``foundingInstrument(salt:)`` can be made; or its faults, never none.
    public static func read(
        _ text: String, cards: (Identifier) throws -> PartyCard?
    ) -> Result<Charter, CharterFaults> {
        var findings = Findings()
        guard let root = YAMLNode.load(text, &findings),
            let charter = CharterReader(root, &findings)?.read(cards, &findings), findings.isEmpty
        else { return .failure(CharterFaults(findings)) }
        return .success(charter)
    }

    /// Reads of a charter what decides who can pass what; the cards of its parties are not asked for.
    ///
    /// - Parameter text: the file, at most ``CharterLimits/fileByteCount`` bytes.
    /// - Returns: the rules, rosters and parties, these without records; or the charter's faults, never none.
    public static func readConstitution(_ text: String) -> Result<Constitution, CharterFaults> {
        var findings = Findings()
        guard let root = YAMLNode.load(text, &findings),
            let reading = CharterReader(root, &findings)?.readWithoutCards(&findings), findings.isEmpty
        else { return .failure(CharterFaults(findings)) }
        let records = Dictionary(uniqueKeysWithValues: reading.parties.map { ($0, PartyRecord?.none) })
        return .success(
            Constitution(rules: reading.charter.rules, rosters: reading.charter.rosters, records: records))
    }

    /// The instrument that founds the roadmap, and whose id is the roadmap's.
    ///
    /// - Parameter salt: 16 bytes from the system's randomness; the same charter, cards and salt give the same bytes.
    /// - Throws: what ``Agreement/Instrument`` refuses: a salt of another length.
    public func foundingInstrument(salt: [UInt8]) throws(DecodingRefusal) -> Instrument {
        var changes = provisions.map { $0.change(salt: salt) }
        for (standing, roster) in rosters {
            changes.append(Instrument.Change(ReservedProvision.roster(of: standing)!, Content(.roster(roster))))
        }
        for (provisionClass, rule) in rules {
            changes.append(Instrument.Change(ReservedProvision.rule(for: provisionClass)!, Content(.rule(rule))))
        }
        for (party, record) in records {
            changes.append(Instrument.Change(ReservedProvision.record(of: party)!, Content(.party(record))))
        }
        return try Instrument(
            roadmap: nil, title: title, proposer: proposer, salt: salt, languages: languages, base: [:],
            changes: changes, note: note)
    }
}
