package import Agreement
internal import Cryptography
package import Identity
package import Verification

/// The words in which one reader is told of one copy of an agreement: its instruments by title, its seals by party.
///
/// Sentences begin in lower case and end without a full stop, so that they fit into others; a stranger's words in them
/// are safe for a terminal.
package struct Phrasebook: Sendable {
    package let ledger: Ledger
    package let evaluation: Evaluation
    /// The language that titles are quoted in, if they have it.
    package let language: Identifier?

    /// By instrument, the perfected ones, not out, that name it in `replaces`.
    private let replacersOf: [InstrumentID: [InstrumentID]]
    /// Seals whose keys their parties have given up without standing by them; and those of them that are void.
    private let disputes: Set<Digest>
    private let voids: Set<Digest>

    package init(_ ledger: Ledger, _ evaluation: Evaluation, language: Identifier? = nil) {
        self.ledger = ledger
        self.evaluation = evaluation
        self.language = language
        let out = Set(evaluation.out)
        var replacersOf: [InstrumentID: [InstrumentID]] = [:]
        for id in evaluation.perfected where !out.contains(id) {
            for replaced in ledger.instruments[id]?.replaces ?? [] { replacersOf[replaced, default: []].append(id) }
        }
        self.replacersOf = replacersOf
        disputes = Set(evaluation.disputedSeals)
        voids = Set(evaluation.voidSeals)
    }

    package init(_ findings: VerificationReport.Findings, language: Identifier? = nil) {
        self.init(findings.contents.ledger, findings.evaluation, language: language)
    }

    /// `“Hotline” (3fd2a1c0)`; only the id of one that is not there.
    package func name(_ id: InstrumentID) -> String {
        guard let instrument = ledger.instruments[id] else { return "\(Quoting.short(id)) (not here)" }
        return "\(title(instrument)) (\(Quoting.short(id)))"
    }

    package func names(_ ids: some Sequence<InstrumentID>) -> String { Quoting.list(ids.map(name)) }

    /// Its title in quotation marks, in the reader's language or else the instrument's first.
    package func title(_ instrument: Instrument) -> String {
        let preferred = language.flatMap { instrument.title.byLanguage[$0] }
        return Quoting.quoted(preferred ?? instrument.title.text(in: instrument.languages[0]))
    }

    /// Those that took an instrument out of force, ascending.
    func replacers(of id: InstrumentID) -> [InstrumentID] { replacersOf[id] ?? [] }

    /// The seals that count on an instrument, by party.
    package func seals(on id: InstrumentID) -> [Seal] {
        evaluation.countingSeals(on: id).compactMap { ledger.seals[$0]?.seal }
    }

    /// Who gave which verdict: `CHN and KOR accepted; PRK accepted, provided “Guarantee” (3fd2a1c0)`.
    package func verdicts(on id: InstrumentID) -> String {
        let seals = seals(on: id)
        guard !seals.isEmpty else { return "nobody has sealed it" }
        var clauses: [String] = []
        for verdict in Seal.Verdict.allCases {
            let given = seals.filter { $0.verdict == verdict }
            clauses += alike(given).map { together in
                let seal = together[0]
                let capacities = seal.capacities.map { " as \(Quoting.list($0))" } ?? ""
                let conditions = seal.provided.isEmpty ? "" : ", provided \(names(seal.provided))"
                return "\(Quoting.list(parties(together))) \(verdict.pastTense)\(capacities)\(conditions)"
                    + doubt(of: seal.id)
            }
        }
        return clauses.joined(separator: "; ")
    }

    /// Seals of one verdict, those together that say the same; first those without conditions, in all capacities.
    private func alike(_ seals: [Seal]) -> [[Seal]] {
        struct Said: Hashable {
            let provided: [InstrumentID]
            let capacities: [Identifier]?
            let doubt: String
        }
        var order: [Said] = []
        var groups: [Said: [Seal]] = [:]
        for seal in seals {
            let said = Said(provided: seal.provided, capacities: seal.capacities, doubt: doubt(of: seal.id))
            if groups.updateValue((groups[said] ?? []) + [seal], forKey: said) == nil { order.append(said) }
        }
        let plain = Said(provided: [], capacities: nil, doubt: "")
        return (order.filter { $0 == plain } + order.filter { $0 != plain }).map { groups[$0]! }
    }

    /// ` (disputed)` or ` (void)`; empty for a seal that its party stands by.
    private func doubt(of seal: Digest) -> String {
        voids.contains(seal) ? " (void)" : disputes.contains(seal) ? " (disputed)" : ""
    }

    private func parties(_ seals: [Seal]) -> [Identifier] { Set(seals.map(\.party)).sorted() }

    /// Those who accepted or abstained, on whatever condition.
    func committed(to id: InstrumentID) -> [Identifier] {
        parties(seals(on: id).filter(\.verdict.isCommitment))
    }
}

extension Seal.Verdict {
    package var pastTense: String {
        switch self {
        case .accept: "accepted"
        case .abstain: "abstained"
        case .reject: "rejected"
        }
    }

    /// `KOR accepted it`, where what follows is named.
    package var pastTenseOf: String { self == .abstain ? "abstained on" : pastTense }

    /// `KOR may accept it`.
    package var infinitiveOf: String { self == .abstain ? "abstain on" : rawValue }

    /// `KOR accepts it`.
    package var presentTense: String {
        switch self {
        case .accept: "accepts"
        case .abstain: "abstains on"
        case .reject: "rejects"
        }
    }
}
