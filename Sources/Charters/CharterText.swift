public import Agreement
public import Identity

/// The text of a charter, read for its words alone.
public struct CharterText: Sendable {
    /// In the author's order.
    public let languages: [Identifier]
    /// The provisions, parents before what they contain, siblings in order. One without an id of its own goes by one
    /// that the founding will not have: ids are made with a salt.
    public let provisions: [Instrument.Change]
}

extension Charter {
    /// Reads of a charter the text; the cards of its parties are not asked for.
    ///
    /// - Parameter text: the file, at most ``CharterLimits/fileByteCount`` bytes.
    /// - Returns: the text; or the charter's faults, never none.
    public static func readText(_ text: String) -> Result<CharterText, CharterFaults> {
        var findings = Findings()
        guard let root = YAMLNode.load(text, &findings),
            let reading = CharterReader(root, &findings)?.readWithoutCards(&findings), findings.isEmpty
        else { return .failure(CharterFaults(findings)) }
        let salt = [UInt8](repeating: 0, count: 16)
        return .success(
            CharterText(
                languages: reading.charter.languages,
                provisions: reading.charter.provisions.map { $0.change(salt: salt) }
            ))
    }
}
