internal import Drafting

/// In which of a draft's texts each word of an edited notation belongs.
extension TextEditing {
    mutating func place(_ text: PlacedText, in container: Container) throws(TextEditingFault) {
        let level = text.pieces.flatMap { (piece) -> [Int] in
            if case .words(let range) = piece { Array(range) } else { [] }
        }
        let owners = level.map { owner(of: $0, in: container) }
        // What is typed between two words of one text belongs to that.
        var before: [Container?] = []
        for owner in owners { before.append(owner ?? before.last ?? nil) }
        var containers: [Int: (container: Container, isKept: Bool)] = [:]
        var next: Container?
        for index in level.indices.reversed() {
            if let owner = owners[index] { next = owner }
            let typed = before[index] == next ? next : nil
            containers[level[index]] = (owners[index] ?? typed ?? container, owners[index] != nil)
        }
        for piece in text.pieces {
            switch piece {
            case .words(let range):
                for place in range { add(place, to: containers[place]!.container, isKept: containers[place]!.isKept) }
            case .bracket(let wordings): try self.place(wordings, in: container)
            }
        }
    }

    private mutating func place(
        _ wordings: [PlacedAlternative], in container: Container
    ) throws(TextEditingFault) {
        let old = wordings.compactMap { identities[$0.open]?.bracket }.first
        let home: Container
        if let old {
            home = try self.home(of: old, in: container)
        } else {
            home = self.home(ofNew: wordings[0], in: container)
        }
        homes[wordings[0].open] = home
        for (index, wording) in wordings.enumerated() {
            switch identities[wording.open]?.alternative {
            case .standing?:
                items[home, default: []].append(.enters(old!))
                try place(wording.text, in: home)
                items[home, default: []].append(.leaves(old!))
            case .added(let name)?: try place(wording.text, in: .text(.alternative(name)))
            case .nothing?: try place(wording.text, in: .new(wording.open))
            case nil: try place(wording.text, in: index == 0 && old == nil ? home : .new(wording.open))
            }
        }
    }

    /// The text that a bracket is in, which must be the one here, or read in it.
    private func home(of bracket: OperationName, in container: Container) throws(TextEditingFault) -> Container {
        guard case .text(let text)? = before.shown[bracket]?.bracket.subject, isRead(text, in: container) else {
            throw .alternativeGone(bracket)
        }
        return .text(text)
    }

    /// The text that all words of a new bracket are of.
    private func home(ofNew wording: PlacedAlternative, in container: Container) -> Container {
        var found: Container?
        for case .words(let range) in wording.text.pieces {
            for place in range {
                guard let owner = owner(of: place, in: container) else { continue }
                guard found == nil || found == owner else { return container }
                found = owner
            }
        }
        return found ?? container
    }

    private mutating func add(_ place: Int, to container: Container, isKept: Bool) {
        var position: Int?
        if isKept, let origin = kept[place], case .word(_, let found) = before.origins[origin].sign { position = found }
        items[container, default: []].append(.scalar(place, position: position))
    }

    /// The text that a word was in and may stay in; nil if it is new there.
    private func owner(of place: Int, in container: Container) -> Container? {
        guard let origin = kept[place], case .word(let text, _) = before.origins[origin].sign,
            before.origins[origin].within.map(lost.contains) != true, isRead(text, in: container)
        else { return nil }
        return .text(text)
    }

    /// Whether words of a text may stand among those of another: what is read in the place of a bracket stays in the
    /// text of its wording.
    private func isRead(_ text: TextName, in container: Container) -> Bool {
        guard case .text(let target) = container else { return false }
        var name = text
        while name != target {
            guard case .alternative(let alternative) = name, let host = before.hosts[alternative],
                before.readThrough[host.bracket] == alternative || choices[host.bracket] == .added(alternative)
            else { return false }
            name = host.text
        }
        return true
    }

    /// The texts that are shown, wholly or in part, in the order in which they begin.
    var shownTexts: [TextName] {
        var texts = [before.name]
        var known: Set = [before.name]
        for origin in before.origins {
            switch origin.sign {
            case .word(let text, _): if known.insert(text).inserted { texts.append(text) }
            case .opening(_, .added(let name)):
                if known.insert(.alternative(name)).inserted { texts.append(.alternative(name)) }
            default: continue
            }
        }
        return texts
    }
}
