internal import Drafting
internal import Identity

/// New brackets, wordings and positions, once the words stand.
extension TextEditing {
    mutating func bracket(
        _ text: PlacedText, in container: Container, _ draft: inout Draft
    ) throws(TextEditingFault) {
        for case .bracket(let wordings) in text.pieces { try bracket(wordings, in: container, &draft) }
    }

    private mutating func bracket(
        _ wordings: [PlacedAlternative], in container: Container, _ draft: inout Draft
    ) throws(TextEditingFault) {
        let old = wordings.compactMap { identities[$0.open]?.bracket }.first
        var home = container
        if case .text(let text)? = homes[wordings[0].open] { home = .text(text) }
        let name: OperationName
        if let old { name = old } else { name = try newBracket(on: wordings[0], in: home, &draft) }
        var accepts: Set<Drafting.Alternative> = []
        for (index, wording) in wordings.enumerated() {
            let alternative: Drafting.Alternative
            switch identities[wording.open]?.alternative {
            case .nothing? where !wording.text.pieces.isEmpty:
                alternative = try newAlternative(wording, of: name, &draft)
            case .nothing?: alternative = .nothing
            case .standing?:
                alternative = .standing
                try bracket(wording.text, in: home, &draft)
            case .added(let added)?:
                alternative = .added(added)
                try bracket(wording.text, in: .text(.alternative(added)), &draft)
            case nil where index == 0 && old == nil:
                alternative = .standing
                try bracket(wording.text, in: home, &draft)
            case nil where wording.text.pieces.isEmpty: alternative = .nothing
            case nil: alternative = try newAlternative(wording, of: name, &draft)
            }
            if wording.parties.contains(party) { accepts.insert(alternative) }
        }
        let held = old.flatMap { before.shown[$0]?.bracket.positions[Identifier(party)!] } ?? []
        guard accepts != held else { return }
        guard draft.hasRoom else { throw .tooMuch }
        if draft.perform(.position(bracket: name, accepts: accepts)) != nil { result.positioned.append(name) }
    }

    private mutating func newBracket(
        on wording: PlacedAlternative, in container: Container, _ draft: inout Draft
    ) throws(TextEditingFault) -> OperationName {
        guard case .text(let text) = container else { throw .tooDeep }
        let mirror = mirrors[container] ?? []
        let covered = mirror.indices.filter { index in
            mirror[index].map { $0 > wording.open && $0 < wording.close } ?? false
        }
        let before = mirror.lastIndex { $0.map { $0 < wording.open } ?? false }.map { $0 + 1 } ?? 0
        let range = covered.first.map { $0..<covered.last! + 1 } ?? before..<before
        guard draft.hasRoom else { throw .tooMuch }
        guard let anchors = draft.anchors(around: range, in: text),
            let name = draft.perform(.bracket(text, start: anchors.start, end: anchors.end))
        else { throw .tooDeep }
        result.bracketed.append(name)
        return name
    }

    private mutating func newAlternative(
        _ wording: PlacedAlternative, of bracket: OperationName, _ draft: inout Draft
    ) throws(TextEditingFault) -> Drafting.Alternative {
        guard draft.hasRoom else { throw .tooMuch }
        guard let name = draft.perform(.alternative(bracket: bracket)) else { throw .tooDeep }
        let text = TextName.alternative(name)
        let places = (items[.new(wording.open)] ?? []).compactMap { item -> Int? in
            if case .scalar(let place, _) = item { place } else { nil }
        }
        let words = String(String.UnicodeScalarView(places.map { scalars[$0] }))
        guard draft.insert(words, in: text, at: 0) else { throw .tooDeep }
        result.inserted += places.count
        mirrors[.text(text)] = places
        try self.bracket(wording.text, in: .text(text), &draft)
        return .added(name)
    }
}
