public import Agreement
public import Cryptography
public import Identity

/// What a lawyer wrote to amend a roadmap, laid on the text in force and found without fault.
///
/// Source: `Docs/Specification/charter.md`, section "Amendments".
public struct AmendmentFile: Sendable {
    public let title: Words
    public let note: Words?
    public let reliesOn: [Identifier]
    public let replaces: [InstrumentID]
    /// Disputed seals and withdrawals that it voids.
    public let voids: [Digest]
    /// The end of the day by which answers are asked for: seconds since 1970-01-01T00:00:00Z.
    public let answerBy: UInt64?
    let changes: [PlannedChange]

    /// Reads an amendment, and collects all that is wrong with it rather than the first.
    ///
    /// - Parameters:
    ///   - text: the file, at most ``CharterLimits/fileByteCount`` bytes.
    ///   - evaluation: says what is in force, and which instruments there are.
    ///   - languages: the roadmap's, in which every text must be given.
    ///   - cards: finds the card at a path, relative to the file, or gives nil where there is none.
    /// - Returns: the file's changes, from which ``amendment(salt:)`` can be made; or its faults, never none.
    public static func read(
        _ text: String, on evaluation: Evaluation, languages: [Identifier], cards: (String) throws -> PartyCard?
    ) -> Result<AmendmentFile, CharterFaults> {
        var findings = Findings()
        guard let root = YAMLNode.load(text, &findings),
            var reader = AmendmentReader(root, evaluation, languages, &findings),
            let file = reader.read(cards, &findings), findings.isEmpty
        else { return .failure(CharterFaults(findings)) }
        return .success(file)
    }

    /// The amendment, for `Evaluation.freeze`, which must be given the same salt.
    ///
    /// - Parameter salt: decides the ids of those additions that the file does not name.
    public func amendment(salt: [UInt8]) -> Amendment {
        Amendment(
            title: title, note: note, changes: changes.map { $0.change(salt: salt) }, reliesOn: reliesOn,
            replaces: replaces, voids: voids, answerBy: answerBy)
    }
}

/// A change as a file wants it.
enum PlannedChange: Sendable {
    case write(PlannedProvision)
    case writeReserved(Identifier, ReservedContent)
    case repeal(Identifier)

    func change(salt: [UInt8]) -> Instrument.Change {
        switch self {
        case .write(let provision): provision.change(salt: salt)
        case .writeReserved(let provision, let content): Instrument.Change(provision, Content(content))
        case .repeal(let provision): Instrument.Change(provision, nil)
        }
    }
}
