internal import AgreementReference

/// Records in a person's words, one line each, with short names for their ids.
struct RecordNotes {
    let lines: [String]
    private let nicknames: [(id: String, name: String)]

    init(_ events: [ReferenceHistory.Event]) {
        var names: [(id: String, name: String)] = []
        for (number, event) in events.enumerated() {
            switch event {
            case .published(let instrument):
                names.append((instrument.id, "i\(instrument.number)"))
                for (provision, change) in instrument.changes.sorted(by: { precedesBytewise($0.key, $1.key) }) {
                    guard let root = change.content?.root else { continue }
                    names.append((root.id, "root(\(Provision.name(in: provision)), i\(instrument.number))"))
                }
            case .sealed(let seal): names.append((seal.id, "s\(number)"))
            case .keyed(let statement): names.append((statement.id, "k\(number)"))
            case .withdrew(let withdrawal): names.append((withdrawal.id, "w\(number)"))
            }
        }
        nicknames = names
        lines = events.map { Self.shortened(Self.line($0), names) }
    }

    /// With every id that a record of these has replaced by its short name.
    func shortened(_ text: String) -> String { Self.shortened(text, nicknames) }

    private static func shortened(_ text: String, _ nicknames: [(id: String, name: String)]) -> String {
        var text = text[...]
        var shortened = ""
        let names = Dictionary(nicknames.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        while let first = text.first {
            let digits = text.prefix(64)
            if digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) {
                shortened += names[String(digits)] ?? String(digits.prefix(8))
                text = text.dropFirst(64)
            } else {
                shortened.append(first)
                text = text.dropFirst()
            }
        }
        return shortened.replacing("AgreementReference.", with: "")
    }

    private static func line(_ event: ReferenceHistory.Event) -> String {
        switch event {
        case .published(let instrument): line(instrument)
        case .sealed(let seal):
            "\(seal.id): \(seal.party) \(seal.verdict) \(seal.instrument) under \(seal.keys)"
                + (seal.capacities.map { " in \($0)" } ?? "")
                + (seal.provided.isEmpty ? "" : " provided \(seal.provided)") + (seal.isSigned ? "" : ", not signed")
        case .keyed(let statement):
            "\(statement.id): \(statement.party) \(statement.version) over \(statement.previous), "
                + (statement.record.map { "seal \($0.seal), recovery \($0.recovery)" } ?? "freezes")
                + ", acknowledges \(statement.acknowledges), signed by \(statement.signers.sortedBytewise())"
        case .withdrew(let withdrawal):
            "\(withdrawal.id): \(withdrawal.party) leaves (\(withdrawal.stage)) \(withdrawal.rosters) under "
                + "\(withdrawal.keys), committed to \(withdrawal.committed)"
                + (withdrawal.isSigned ? "" : ", not signed")
        }
    }

    private static func line(_ instrument: ReferenceInstrument) -> String {
        let base = instrument.base.sorted { precedesBytewise($0.key, $1.key) }.map { "\($0.key)@\($0.value ?? "-")" }
        let changes = instrument.changes.sorted { precedesBytewise($0.key, $1.key) }.map { provision, change in
            switch change {
            case .repeal: "repeals \(provision)"
            case .set(let content):
                "writes \(provision) (\(content.provisionClass)) \(said(content.matter))"
                    + (content.parent.map { " in \($0)" } ?? "") + (content.named.isEmpty ? "" : " \(content.named)")
            }
        }
        var parts = ["\(instrument.id): \(changes.joined(separator: "; "))", "base \(base.joined(separator: " "))"]
        if !instrument.after.isEmpty { parts.append("after \(instrument.after.sortedBytewise())") }
        if !instrument.replaces.isEmpty { parts.append("replaces \(instrument.replaces.sortedBytewise())") }
        if !instrument.voids.isEmpty { parts.append("voids \(instrument.voids.sortedBytewise())") }
        return parts.joined(separator: "; ")
    }

    private static func said(_ matter: ReferenceContent.Matter) -> String {
        switch matter {
        case .words: ""
        case .rule(let rule): said(rule)
        case .roster(let holders, let isDormant): "\(holders)\(isDormant ? " dormant" : "")"
        case .record(let id, _): id
        case .closing(let outcome): outcome.rawValue
        }
    }

    private static func said(_ rule: ReferenceRule) -> String {
        switch rule {
        case .need(let amount, let standings, let countingAbstentions):
            "\(amount) of \(standings)\(countingAbstentions ? " or abstains" : "")"
        case .party(let party): party
        case .named(let attribute): "named \(attribute)"
        case .all(let rules): "(" + rules.map(said).joined(separator: " and ") + ")"
        case .any(let rules): "(" + rules.map(said).joined(separator: " or ") + ")"
        }
    }
}
