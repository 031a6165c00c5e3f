package import Agreement
internal import CanonicalEncoding
package import Drafting
package import Identity

/// What a draft says of an instrument that says it was frozen from it.
///
/// It decides nothing: what is sealed is the instrument's bytes. Source: `Docs/Specification/negotiation.md`, section 3.5.
package struct FrozenOrigin {
    /// Positions that it left.
    package let left: [PositionLeft]
    /// Provisions whose words are neither those that the draft read, nor those that the instrument found; ascending.
    package let differing: [Identifier]

    /// - Parameters:
    ///   - draft: as of the entries that the instrument names.
    ///   - base: the text that the draft was opened on.
    package init(
        of instrument: Instrument, in draft: Draft, openedOn base: [Identifier: Content], _ evaluation: Evaluation
    ) {
        var draft = draft
        draft.indexTexts()
        let counted = Freezing.counted(
            in: draft, on: [base.filter { !ReservedProvision.isReserved($0.key) }], evaluation)
        var choices: [OperationName: Drafting.Alternative] = [:]
        for bracket in draft.allBrackets(counting: counted.contains) where bracket.isOpen && bracket.follows == nil {
            // What the proposer chose last goes, whatever others chose beside it.
            if let choice = bracket.choices.last(where: { $0.party == instrument.proposer })?.value {
                choices[bracket.name] = choice
            }
        }
        let outcomes = Outcomes(of: draft, counting: counted.contains, choosing: choices)
        left = PositionLeft.all(in: draft, outcomes)
        var read: [Identifier: ReadProvision] = [:]
        for provision in DraftReading(of: draft, outcomes).provisions { read[provision.identifier] = provision }
        differing = instrument.changes.filter { change in
            let found = evaluation.provision(change.provision, beneath: instrument.id)?.content.text
            return (change.content?.text?.byLanguage ?? [:]).contains { language, text in
                let words = read[change.provision]?.texts[language]?.words ?? ""
                return text != found?.byLanguage[language] && text != ExactText(words)
            }
        }.map(\.provision)
    }
}
