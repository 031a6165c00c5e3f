package import Agreement
package import Drafting
package import Identity

/// Brackets of a draft that its parties have left open, and that what was frozen from it and is in force has settled.
///
/// Whoever froze it took a wording of theirs; all whose consent it needed have sealed that. Nobody has said anything of
/// them since: whoever does opens them again. Source: `Docs/Specification/negotiation.md`, section 1.4.
package struct SettledInForce {
    package let outcomes: [OperationName: Drafting.Alternative]

    /// - Parameter base: the text that the draft was opened on.
    package init(
        of draft: Draft, openedOn base: [Identifier: Content], _ evaluation: Evaluation,
        counting: Draft.Counting = { _ in true }
    ) {
        let open = draft.allBrackets(counting: counting).filter { $0.isOpen && $0.follows == nil }
        var outcomes: [OperationName: Drafting.Alternative] = [:]
        for instrument in open.isEmpty ? [] : Self.inForce(from: draft, evaluation) {
            guard var past = draft.version(asOf: instrument.frozenFrom) else { continue }
            past.indexTexts()
            let differing = FrozenOrigin(of: instrument, in: past, openedOn: base, evaluation).differing
            let written = Set(
                instrument.changes.map(\.provision).filter { provision in
                    evaluation.versionInForce(of: provision) == instrument.id && !differing.contains(provision)
                })
            let places = Outcomes(of: past)
            for bracket in open {
                guard let then = places.brackets[bracket.name], then.positions == bracket.positions,
                    then.choices == bracket.choices, let provision = then.provision(places, in: past),
                    written.contains(provision)
                else { continue }
                outcomes[bracket.name] =
                    bracket.choices.last { $0.party == instrument.proposer }?.value ?? then.reads
            }
        }
        self.outcomes = outcomes
    }

    /// What was frozen from a draft, and has a version in force; in the order of their ids.
    private static func inForce(from draft: Draft, _ evaluation: Evaluation) -> [Instrument] {
        evaluation.instrumentIDs.sorted().compactMap(evaluation.instrument).filter { instrument in
            instrument.frozenFrom.contains(draft.id) && instrument.frozenFrom.allSatisfy(draft.contains)
                && instrument.changes.contains { evaluation.versionInForce(of: $0.provision) == instrument.id }
        }
    }
}

extension DraftBracket {
    /// The provision that it stands in; nil where that is gone from the draft, or was given no name.
    func provision(_ outcomes: Outcomes, in draft: Draft) -> Identifier? {
        let node: NodeName? =
            switch subject {
            case .node(let node): node
            case .text(let text): outcomes.place(of: text)?.node
            }
        guard let node else { return nil }
        var fields = FieldReader(node, draft)
        return fields.identifier(.identifier)
    }
}
