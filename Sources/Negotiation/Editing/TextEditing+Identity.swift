internal import Drafting

/// Which brackets of an edited notation were there before, and what became of those whose signs are gone.
extension TextEditing {
    /// Recognises brackets and their wordings by the signs that are left of them.
    mutating func identify(_ text: PlacedText) {
        for case .bracket(let wordings) in text.pieces {
            var bracket: OperationName?
            for wording in wordings {
                guard let former = former(wording), !known.contains(former),
                    bracket == former.bracket || bracket == nil && !claimed.contains(former.bracket)
                else { continue }
                bracket = former.bracket
                claimed.insert(former.bracket)
                known.insert(former)
                identities[wording.open] = former
            }
            for wording in wordings { identify(wording.text) }
        }
    }

    private func former(_ wording: PlacedAlternative) -> Former? {
        for place in [wording.open, wording.close] {
            switch kept[place].map({ before.origins[$0].sign }) {
            case .opening(let bracket, let alternative)?, .closing(let bracket, let alternative)?:
                return Former(bracket: bracket, alternative: alternative)
            default: continue
            }
        }
        return nil
    }

    /// Whether all wordings are there still, and nobody's name but the writer's own came or went.
    func checkAlternatives(_ text: PlacedText) throws(TextEditingFault) {
        for case .bracket(let wordings) in text.pieces {
            let known = wordings.compactMap { identities[$0.open] }
            if let bracket = known.first?.bracket, let shown = before.shown[bracket] {
                let left = known.map(\.alternative)
                guard shown.alternatives.allSatisfy({ left.contains($0.alternative) }) else {
                    throw .alternativeGone(bracket)
                }
            }
            for wording in wordings {
                let identity = identities[wording.open]
                let told = identity.flatMap { identity in
                    before.shown[identity.bracket]?.alternatives.first { $0.alternative == identity.alternative }
                }
                let others = Set(told?.parties ?? []).symmetricDifference(wording.parties).subtracting([party])
                guard others.isEmpty else { throw .speaksForOthers(others.sorted()) }
                try checkAlternatives(wording.text)
            }
        }
    }

    /// Of a bracket whose signs are gone, the wording of which most is left.
    mutating func choose() {
        var left = [Int](repeating: 0, count: before.alternatives.count)
        for origin in kept {
            guard let origin, case .word = before.origins[origin].sign else { continue }
            var within = before.origins[origin].within
            while let number = within {
                left[number] += 1
                within = before.alternatives[number].around
            }
        }
        let rivals = Dictionary(grouping: before.alternatives.indices) { before.alternatives[$0].bracket }
        // Outer ones are shown before those in them.
        for (number, shown) in before.alternatives.enumerated() {
            if let around = shown.around, lost.contains(around) { lost.insert(number) }
            guard !claimed.contains(shown.bracket), !lost.contains(number) else { continue }
            let best: Int = rivals[shown.bracket]!.max { left[$0] < left[$1] || left[$0] == left[$1] && $0 > $1 }!
            if choices[shown.bracket] == nil {
                choices[shown.bracket] = left[best] == 0 ? .nothing : before.alternatives[best].alternative
            }
            if number != best || left[best] == 0 { lost.insert(number) }
        }
    }
}
