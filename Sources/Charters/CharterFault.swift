/// Something wrong in a file that a lawyer wrote: where it is, what is wrong, and what to do.
///
/// Source: `Docs/Specification/charter.md`, section "Faults", whose table has a row for every code.
public struct CharterFault: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int
    public let code: Code
    /// Plain sentences: what is wrong and what to do.
    public let message: String

    public var description: String { "\(line):\(column): \(message)" }

    public enum Code: String, Hashable, Sendable, CaseIterable {
        // Of the file.
        case tooLarge = "too-large"
        case notYAML = "not-yaml"
        case severalDocuments = "several-documents"
        case aliasOrAnchor = "alias-or-anchor"
        case explicitTag = "explicit-tag"
        case duplicateKey = "duplicate-key"
        case notThisFormat = "not-this-format"
        case tooManyFaults = "too-many-faults"
        // Of the shape.
        case wrongShape = "wrong-shape"
        case unknownKey = "unknown-key"
        case missingKey = "missing-key"
        case emptyList = "empty-list"
        case repeatedItem = "repeated-item"
        case badIdentifier = "bad-identifier"
        case badNumber = "bad-number"
        case badDate = "bad-date"
        case tooMany = "too-many"
        case tooDeep = "too-deep"
        case refusedRecord = "refused-record"
        // Of the words.
        case missingLanguage = "missing-language"
        case extraLanguage = "extra-language"
        case emptyText = "empty-text"
        case forbiddenCharacter = "forbidden-character"
        case notNFC = "not-nfc"
        // Of parties, standings and rules.
        case duplicateParty = "duplicate-party"
        case unknownParty = "unknown-party"
        case missingCard = "missing-card"
        case badCard = "bad-card"
        case cardOfAnother = "card-of-another"
        case keyUsedTwice = "key-used-twice"
        case unknownStanding = "unknown-standing"
        case missingRule = "missing-rule"
        case impossibleRule = "impossible-rule"
        // Of provisions.
        case reservedPrefix = "reserved-prefix"
        case duplicateProvision = "duplicate-provision"
        case unknownProvision = "unknown-provision"
        // Of amendments.
        case nothingInForce = "nothing-in-force"
        case changesNothing = "changes-nothing"
        case misprintNotThere = "misprint-not-there"
        case contradictoryChanges = "contradictory-changes"
        case leavesContents = "leaves-contents"
        case notThere = "not-there"
        case withinItself = "within-itself"
        case noRoom = "no-room"
        case baseMoved = "base-moved"
        case unknownInstrument = "unknown-instrument"
        case ambiguousInstrument = "ambiguous-instrument"
        case notDisputed = "not-disputed"
    }
}

/// All that is wrong in a file, in the order of its lines; never none.
public struct CharterFaults: Error, Hashable, Sendable, CustomStringConvertible {
    public let faults: [CharterFault]

    init(_ findings: Findings) {
        precondition(!findings.isEmpty, "faults are thrown where there are some")
        faults = findings.faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// A place in a file.
struct Place: Hashable, Sendable {
    let line: Int
    let column: Int

    static let start = Place(line: 1, column: 1)
}

/// A value with the place where it was written.
struct Placed<Value> {
    let value: Value
    let place: Place
}

extension Placed: Sendable where Value: Sendable {}

/// Faults on their way to the reader: everything found is collected, so that one reading names them all.
struct Findings {
    private(set) var faults: [CharterFault] = []

    var isEmpty: Bool { faults.isEmpty }

    mutating func report(_ code: CharterFault.Code, at place: Place, _ message: String) {
        if faults.count < CharterLimits.faults {
            faults.append(CharterFault(line: place.line, column: place.column, code: code, message: message))
        } else if faults.count == CharterLimits.faults {
            let more = "There are more than \(CharterLimits.faults) faults; put these right and read the file again."
            faults.append(
                CharterFault(line: place.line, column: place.column, code: .tooManyFaults, message: more))
        }
    }
}
