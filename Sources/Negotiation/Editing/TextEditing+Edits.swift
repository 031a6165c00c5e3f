internal import Drafting

/// What was typed and what is gone, as edits of one text.
extension TextEditing {
    /// Words typed at one place, before the scalar that stood at `at`.
    private struct Typed {
        var at: Int
        var places: [Int] = []
        /// The scalar at the edge of a bracket, which is typed anew so that the words stand within, or without.
        var retyped: (position: Int, isBehind: Bool)?
        /// It must stand where it stands, whatever goes around it.
        var isPlaced = false
    }

    mutating func edit(_ name: TextName, _ items: [Item], _ draft: inout Draft) throws(TextEditingFault) {
        let list = try typingAnew(items)
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
        var typed = try typings(in: list, original, isGone, marks[name] ?? [])
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
    private func typings(
        in list: [Item], _ original: [Unicode.Scalar], _ isGone: [Bool], _ marks: [Range<Int>]
    ) throws(TextEditingFault) -> [Typed] {
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
                if group.retyped == nil, !group.isPlaced {
                    let room = room(in: list, from: first, to: index, open.last, around: group.at, original.count)
                    group.at = ReplacedWords(around: group.at, original, isGone, room).place(within: marks)
                }
                typed.append(group)
                continue
            }
            index += 1
        }
        return typed
    }

    /// The places at which words between two items may stand: within the brackets that are shown around them, and not in
    /// others.
    private func room(
        in list: [Item], from first: Int, to end: Int, _ bracket: OperationName?, around place: Int, _ count: Int
    ) -> ClosedRange<Int> {
        var (low, high) = (0, count)
        if let range = bracket.flatMap({ before.shown[$0]?.range }) {
            (low, high) = (range.lowerBound + 1, range.upperBound - 1)
        }
        if first > 0, case .leaves(let left) = list[first - 1], let range = before.shown[left]?.range {
            low = max(low, range.upperBound)
        }
        if end < list.count, case .enters(let next) = list[end], let range = before.shown[next]?.range {
            high = min(high, range.lowerBound)
        }
        return min(low, place)...max(high, place)
    }

    /// Puts words that are typed right behind a bracket behind the scalar that follows it.
    ///
    /// - Parameter limit: the words must stand at or before this place.
    private func settleBehindBracket(
        _ group: inout Typed, _ list: [Item], _ first: Int, _ end: Int, upTo limit: Int, _ isGone: [Bool]
    ) throws(TextEditingFault) -> Bool {
        guard typesBehindBracketsAnew, first > 0, case .leaves(let left) = list[first - 1],
            let range = before.shown[left]?.range, range.upperBound < limit
        else { return false }
        if end < list.count, case .enters = list[end] { throw .noRoom(left) }
        group.at = range.upperBound + 1
        group.isPlaced = true
        if !isGone[range.upperBound] { group.retyped = (range.upperBound, true) }
        return true
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
            if try settleBehindBracket(&group, list, first, end, upTo: isGone.count, isGone) { return }
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
        } else if try settleBehindBracket(&group, list, first, end, upTo: range.upperBound - 1, isGone) {
        } else if first > 0, case .leaves(let left) = list[first - 1], let inner = before.shown[left]?.range {
            guard inner.upperBound < range.upperBound else { throw .noRoom(bracket) }
            group.at = max(group.at, inner.upperBound)
        }
    }
}
