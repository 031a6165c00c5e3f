internal import Cryptography
public import Drafting
public import Identity

extension EditableText {
    /// Makes edits of what somebody wrote in the notation's place.
    ///
    /// - Words that changed are edits of the texts that they stand in, and nothing more.
    /// - New signs are a new bracket on the words of its first wording; further wordings are its alternatives. A wording
    ///   added to a bracket is an alternative of that.
    /// - Signs taken away are a choice: of the wording of which most is left, or of nothing.
    /// - The writer's own party beside a wording is its position.
    ///
    /// - Parameters:
    ///   - draft: the one that this was made of, as it was.
    ///   - party: the writer's, as the notation names it.
    public func apply(
        _ edited: String, to draft: inout Draft, by party: Identifier
    ) throws(TextEditingFault) -> TextEdited {
        var editing = try TextEditing(self, edited, party)
        try editing.perform(on: &draft)
        return editing.result
    }
}

/// One edited notation on its way into operations.
private struct TextEditing {
    let before: EditableText
    let party: String
    let scalars: [Unicode.Scalar]
    /// By scalar of the edited notation, the one of the notation before.
    var kept: [Int?]
    let root: PlacedText
    var result = TextEdited()

    /// Where words of the edited notation belong.
    enum Container: Hashable {
        case text(TextName)
        /// A wording that is to become an alternative, by where its sign opens.
        case new(Int)
    }

    /// A wording as it was before.
    struct Former: Hashable {
        let bracket: OperationName
        let alternative: Drafting.Alternative
    }

    /// By where a wording's sign opens: which one it was before.
    var identities: [Int: Former] = [:]
    var known: Set<Former> = []
    var claimed: Set<OperationName> = []
    /// By bracket whose signs are gone: what is chosen.
    var choices: [OperationName: Drafting.Alternative] = [:]
    /// Wordings shown before that are not chosen, and all in them: their words stay where they are, unread.
    var lost: Set<Int> = []
    /// By where a bracket's first sign opens: the text that it is a bracket of.
    var homes: [Int: Container] = [:]
    /// By container, what stands in it, in order.
    var items: [Container: [Item]] = [:]
    /// By container, the scalars of the edited notation as they stand in it now; nil for what was not shown.
    var mirrors: [Container: [Int?]] = [:]

    enum Item {
        /// A scalar of the edited notation; nil if it was typed, else its position before.
        case scalar(Int, position: Int?)
        case enters(OperationName)
        case leaves(OperationName)
    }

    init(_ before: EditableText, _ edited: String, _ party: Identifier) throws(TextEditingFault) {
        self.before = before
        self.party = party.string
        scalars = Array(edited.unicodeScalars)
        guard !before.isPlain else {
            var plain = BracketedText()
            plain.append(edited)
            root = PlacedText(plain)
            kept = KeptScalars(from: before.notation, to: edited).origins
            return
        }
        do throws(BracketedText.NotationError) {
            root = PlacedText(try BracketedText(notation: edited))
        } catch {
            throw .notation(error)
        }
        kept = Self.keptWords(before, scalars, root)
    }

    /// Names of parties are left out where words are compared: many are alike, and would tie unlike wordings together.
    private static func keptWords(
        _ before: EditableText, _ scalars: [Unicode.Scalar], _ root: PlacedText
    ) -> [Int?] {
        let old = before.origins.indices.filter { before.origins[$0].sign != .attribution }
        let names = Set(root.attributions.joined())
        let new = scalars.indices.filter { !names.contains($0) }
        let notation = Array(before.notation.unicodeScalars)
        let found = KeptScalars(
            from: String(String.UnicodeScalarView(old.map { notation[$0] })),
            to: String(String.UnicodeScalarView(new.map { scalars[$0] }))
        ).origins
        var kept = [Int?](repeating: nil, count: scalars.count)
        for (place, origin) in zip(new, found) { kept[place] = origin.map { old[$0] } }
        return kept
    }

    mutating func perform(on draft: inout Draft) throws(TextEditingFault) {
        identify(root)
        try checkAlternatives(root)
        choose()
        try place(root, in: .text(before.name))
        for text in shownTexts { try edit(text, items[.text(text)] ?? [], &draft) }
        try bracket(root, in: .text(before.name), &draft)
        for (bracket, alternative) in choices.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            guard draft.hasRoom else { throw .tooMuch }
            guard draft.perform(.choose(bracket: bracket, alternative)) != nil else { continue }
            result.chosen.append(bracket)
        }
        try checkResult(in: draft)
    }

    /// What was typed is what is shown then, but for the order of wordings; unless some bracket is settled by it.
    private func checkResult(in draft: Draft) throws(TextEditingFault) {
        let brackets = claimed.union(result.bracketed)
        guard choices.isEmpty, brackets.allSatisfy({ draft.bracket($0)?.isOpen == true }) else { return }
        let after = EditableText(of: before.name, in: draft, plainly: before.isPlain)?.notation ?? ""
        let edited = String(String.UnicodeScalarView(scalars))
        if before.isPlain {
            guard after.utf8.elementsEqual(edited.utf8) else { throw .cannotBeSaid }
            return
        }
        guard let one = try? BracketedText(notation: after), let other = try? BracketedText(notation: edited),
            one.unordered.utf8.elementsEqual(other.unordered.utf8)
        else { throw .cannotBeSaid }
    }

    private static func order(_ name: OperationName) -> String { "\(name.entry?.hex ?? "") \(name.number)" }

    // MARK: Which bracket is which

    private mutating func identify(_ text: PlacedText) {
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

    private func checkAlternatives(_ text: PlacedText) throws(TextEditingFault) {
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
    private mutating func choose() {
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

    // MARK: Where words belong

    private mutating func place(_ text: PlacedText, in container: Container) throws(TextEditingFault) {
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
    private var shownTexts: [TextName] {
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

// MARK: - Edits

extension TextEditing {
    /// Words typed at one place, before the scalar that stood at `at`.
    private struct Typed {
        var at: Int
        var places: [Int] = []
        /// The scalar at the edge of a bracket, which is typed anew so that the words stand within.
        var retyped: (position: Int, isBehind: Bool)?
    }

    private mutating func edit(_ name: TextName, _ list: [Item], _ draft: inout Draft) throws(TextEditingFault) {
        let original = Array((draft.string(of: name) ?? "").unicodeScalars)
        let count = original.count
        var mirror = [Int?](repeating: nil, count: count)
        var isShown = [Bool](repeating: false, count: count)
        for origin in before.origins {
            guard case .word(name, let position) = origin.sign, origin.within.map(lost.contains) != true else {
                continue
            }
            isShown[position] = true
        }
        var isGone = isShown
        for case .scalar(let place, let position?) in list {
            isGone[position] = false
            mirror[position] = place
        }
        let places = mirror
        var typed = try typings(in: list, isGone)
        for retyped in typed.compactMap(\.retyped) { isGone[retyped.position] = true }
        typed.sort { $0.at < $1.at }
        guard draft.hasRoom || !(typed.isEmpty && !isGone.contains(true)) else { throw .tooMuch }
        // From the end to the beginning, so that positions before stay what they were.
        var end = count
        func delete(from start: Int, _ draft: inout Draft) {
            var position = end
            while position > start {
                guard isGone[position - 1] else {
                    position -= 1
                    continue
                }
                let last = position
                while position > start, isGone[position - 1] { position -= 1 }
                draft.delete(position..<last, in: name)
                mirror.removeSubrange(position..<last)
                result.deleted += last - position
            }
            end = start
        }
        for one in typed.reversed() {
            delete(from: one.at, &draft)
            var new: [(place: Int?, scalar: Unicode.Scalar)] = one.places.map { ($0, scalars[$0]) }
            if let retyped = one.retyped {
                let edge = (places[retyped.position], original[retyped.position])
                new.insert(edge, at: retyped.isBehind ? new.count : 0)
            }
            let words = String(String.UnicodeScalarView(new.map(\.scalar)))
            draft.insert(words, in: name, at: one.at)
            mirror.insert(contentsOf: new.map(\.place), at: one.at)
            result.inserted += new.count
        }
        delete(from: 0, &draft)
        mirrors[.text(name)] = mirror
    }

    /// Where what was typed is inserted: right behind what stands before it, but within the brackets that it is in.
    ///
    /// A bracket's span ends where its own first and last scalar stood, deleted or not, and what is typed beyond these
    /// is outside.
    private func typings(in list: [Item], _ isGone: [Bool]) throws(TextEditingFault) -> [Typed] {
        var typed: [Typed] = []
        var open: [OperationName] = []
        var last: Int?
        var index = 0
        while index < list.count {
            switch list[index] {
            case .enters(let bracket): open.append(bracket)
            case .leaves: open.removeLast()
            case .scalar(_, let position?): last = position
            case .scalar(_, nil):
                var group = Typed(at: 0)
                let first = index
                while index < list.count, case .scalar(let place, nil) = list[index] {
                    group.places.append(place)
                    index += 1
                }
                try settle(&group, list, first, index, last, open, isGone)
                typed.append(group)
                continue
            }
            index += 1
        }
        return typed
    }

    private func settle(
        _ group: inout Typed, _ list: [Item], _ first: Int, _ end: Int, _ last: Int?, _ open: [OperationName],
        _ isGone: [Bool]
    ) throws(TextEditingFault) {
        let next = list[end...].lazy.compactMap { if case .scalar(_, let position?) = $0 { position } else { nil } }
            .first
        group.at = last.map { $0 + 1 } ?? next ?? 0
        guard let bracket = open.last, let range = before.shown[bracket]?.range else {
            // Outside of all brackets: behind those that were left.
            if first > 0, case .leaves(let left) = list[first - 1], let range = before.shown[left]?.range {
                group.at = max(group.at, range.upperBound)
            }
            if end < list.count, case .enters(let next) = list[end], let range = before.shown[next]?.range {
                group.at = min(group.at, range.lowerBound)
            }
            return
        }
        guard range.count > 1 else { throw .noRoom(bracket) }
        let isInside = last.map { range.contains($0) } ?? false
        if !isInside {
            // At its beginning.
            if end < list.count, case .enters = list[end] { throw .noRoom(bracket) }
            group.at = range.lowerBound + 1
            if !isGone[range.lowerBound] { group.retyped = (range.lowerBound, true) }
        } else if last == range.upperBound - 1 {
            if case .leaves = list[first - 1] { throw .noRoom(bracket) }
            group.at = range.upperBound - 1
            group.retyped = (range.upperBound - 1, false)
        } else if first > 0, case .leaves(let left) = list[first - 1], let inner = before.shown[left]?.range {
            guard inner.upperBound < range.upperBound else { throw .noRoom(bracket) }
            group.at = max(group.at, inner.upperBound)
        }
    }

    // MARK: Brackets

    private mutating func bracket(
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

extension BracketedText {
    /// The notation with the wordings of each bracket in an order of their own, and a blank between them.
    fileprivate var unordered: String {
        pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .bracket(let bracket):
                bracket.alternatives.map { "[\($0.text.unordered)\(PlacedAlternative.attribution(of: $0.parties))]" }
                    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: " ")
            }
        }.joined()
    }
}
