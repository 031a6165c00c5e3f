internal import Agreement
internal import Drafting
internal import Identity
internal import Negotiation
internal import Verification
internal import Wording

extension DraftDesk {
    /// What this home's drafts say of an instrument before a party seals it: the positions that it left, and where it
    /// says otherwise than its draft did. The preview itself is made of the sealed bytes alone.
    func sentencesOnOrigin(of instrument: Instrument) -> [String] {
        guard !instrument.frozenFrom.isEmpty else { return [] }
        guard let opened = origin(of: instrument) else {
            return ["it says that it was frozen from a draft that is not here: positions that it left cannot be shown"]
        }
        let origin = FrozenOrigin(of: instrument, in: opened.draft, openedOn: opened.base, findings.evaluation)
        var sentences = origin.left.map { "it leaves a position: \($0.sentence)" }
        if !origin.differing.isEmpty {
            sentences.append(
                "beware: the draft that it says it was frozen from reads otherwise in \(Quoting.list(origin.differing))"
            )
        }
        return sentences
    }
}
