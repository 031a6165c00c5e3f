package import Agreement
internal import Cryptography
internal import Identity

/// What would follow if some parties sealed, told to a person.
package struct SuppositionInWords: Hashable, Sendable {
    package let lines: [Line]

    package struct Line: Hashable, Sendable {
        package let indent: Int
        package let text: String
    }

    /// - Parameters:
    ///   - instruments: those asked about, in the order asked.
    ///   - book: of the records as they are.
    package init(_ supposition: Supposition, on instruments: [InstrumentID], in book: Phrasebook) {
        let after = Phrasebook(book.ledger, supposition.after, language: book.language)
        var lines: [Line] = []
        func say(_ text: String, indent: Int = 2) { lines.append(Line(indent: indent, text: text)) }
        for id in instruments {
            let seals = supposition.outcomes.map(\.seal).filter { $0.instrument == id }
            lines.append(Line(indent: 0, text: Self.question(seals, book.name(id))))
            say(Self.answer(id, book, after))
        }
        let shift = supposition.shift
        let others = shift.intoForce.filter { !instruments.contains($0) }
        if !others.isEmpty { say("into force with it: \(book.names(others))", indent: 0) }
        if !shift.outOfForce.isEmpty { say("out of force then: \(book.names(shift.outOfForce))", indent: 0) }
        if !shift.contested.isEmpty { say("contested then: \(book.names(shift.contested))", indent: 0) }
        for outcome in supposition.outcomes {
            let seal = outcome.seal
            if !outcome.counts {
                let name = book.name(seal.instrument)
                say("\(seal.party)'s seal would not count: no record of it is beneath \(name)", indent: 0)
            }
            guard !outcome.objections.isEmpty else { continue }
            let act = "\(seal.verdict.infinitiveOf) \(book.name(seal.instrument))"
            say("\(seal.party)'s own software would not let it \(act):", indent: 0)
            for objection in outcome.objections { say("- \(book.sentence(for: objection))") }
        }
        self.lines = lines
    }

    private static func question(_ seals: [SupposedSeal], _ name: String) -> String {
        let clauses = Seal.Verdict.allCases.compactMap { verdict -> String? in
            let parties = seals.filter { $0.verdict == verdict }.map(\.party).sorted()
            return parties.isEmpty ? nil : "\(Quoting.list(parties)) \(verdict.pastTense)"
        }
        return clauses.isEmpty ? "\(name), if nobody sealed it" : "\(name), if \(clauses.joined(separator: " and "))"
    }

    /// `sealed → in force`, and what it would still lack.
    private static func answer(_ id: InstrumentID, _ before: Phrasebook, _ after: Phrasebook) -> String {
        guard let old = before.state(of: id), let new = after.state(of: id) else { return "it is not here" }
        let change = old.state == new.state ? "still \(new.state.words)" : "\(old.state.words) → \(new.state.words)"
        // The seals are supposed: sentences that tell who sealed would not know of them.
        switch new.state {
        case .inForce: return change
        case .rejected: return "\(change): it cannot complete if those who said no keep to that"
        case .sealed, .unsealed: return "\(change): \(after.missing(of: id))"
        case .illFormed, .awaitingRecords, .contested, .replaced, .suspended, .stale, .conditional:
            return "\(change): \(new.sentence)"
        }
    }
}
