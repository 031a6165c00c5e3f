internal import Redline

/// Which scalars of an edited text are still those of the text before: by word, and within a changed word what it
/// begins and ends with. All others were deleted or typed.
struct KeptScalars {
    /// By scalar of the new text, the one of the old text that it is; rising.
    let origins: [Int?]

    init(from old: String, to new: String) {
        var matching = Matching()
        let segments = Self.slid(RedlinedText(from: old, to: new).segments)
        var index = 0
        while index < segments.count {
            switch segments[index] {
            case .kept(let words): matching.keep(words.unicodeScalars.count)
            case .inserted(let words): matching.type(words.unicodeScalars.count)
            case .deleted(let gone):
                if index + 1 < segments.count, case .inserted(let words) = segments[index + 1] {
                    matching.replace(Array(gone.unicodeScalars), by: Array(words.unicodeScalars))
                    index += 1
                } else {
                    matching.old += gone.unicodeScalars.count
                }
            }
            index += 1
        }
        origins = matching.origins
    }

    /// Behind `[upon signature]` the wording `[on signature]` can be read as ` [on signature]` typed behind the sign, or as
    /// `signature] [on ` typed within the wording. Who typed it meant the first: an edit stands where its own brackets
    /// close, if it can.
    private static func slid(_ segments: [RedlinedText.Segment]) -> [RedlinedText.Segment] {
        var slid = segments
        for index in slid.indices.dropFirst().dropLast()
        where !slid[index].isKept && slid[index - 1].isKept && slid[index + 1].isKept {
            let before = Array(slid[index - 1].text.unicodeScalars)
            let edit = Array(slid[index].text.unicodeScalars)
            let behind = Array(slid[index + 1].text.unicodeScalars)
            guard let distance = distance(toSlide: edit, between: before, and: behind) else { continue }
            let all = before + edit + behind
            let start = before.count + distance
            slid[index - 1] = .kept(string(all[..<start]))
            let moved = string(all[start..<start + edit.count])
            slid[index] = slid[index].isInserted ? .inserted(moved) : .deleted(moved)
            slid[index + 1] = .kept(string(all[(start + edit.count)...]))
        }
        return slid
    }

    /// How far forward, or back if negative, an edit says the same with its brackets closed; nil if they are, or never are.
    private static func distance(
        toSlide edit: [Unicode.Scalar], between before: [Unicode.Scalar], and behind: [Unicode.Scalar]
    ) -> Int? {
        // Slid, it is itself turned round; its brackets close if it begins where it was least deep.
        var depths = [0]
        for scalar in edit { depths.append(depths.last! + (scalar == "[" ? 1 : scalar == "]" ? -1 : 0)) }
        guard depths.last == 0, let least = depths.min() else { return nil }
        guard least < 0 else {
            // A wording beside a bracket comes with the blank before it; the one behind belongs to the words there.
            let isBeside = edit.first == "[" && edit.last == " " && before.suffix(2).elementsEqual("] ".unicodeScalars)
            return isBeside ? -1 : nil
        }
        let forward = depths.firstIndex(of: least)!
        if behind.starts(with: edit[..<forward]) { return forward }
        let back = edit[depths.lastIndex(of: least)!...]
        return before.suffix(back.count).elementsEqual(back) ? -back.count : nil
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}

private struct Matching {
    var origins: [Int?] = []
    /// The next scalar of the old text.
    var old = 0

    mutating func keep(_ count: Int) {
        origins += (old..<old + count).map { $0 }
        old += count
    }

    mutating func type(_ count: Int) { origins += [Int?](repeating: nil, count: count) }

    /// A reader takes words together that belong together; an edit is no larger than it has to be.
    mutating func replace(_ gone: [Unicode.Scalar], by words: [Unicode.Scalar]) {
        let (oldTokens, newTokens) = (Self.tokens(gone), Self.tokens(words))
        guard oldTokens.count * newTokens.count <= Self.cellLimit else {
            return replaceWord(gone[...], by: words[...])
        }
        var (oldPlace, newPlace) = (0, 0)
        for (one, other) in Self.common(oldTokens, newTokens) {
            replaceWord(Self.joined(oldTokens[oldPlace..<one]), by: Self.joined(newTokens[newPlace..<other]))
            keep(oldTokens[one].count)
            (oldPlace, newPlace) = (one + 1, other + 1)
        }
        replaceWord(Self.joined(oldTokens[oldPlace...]), by: Self.joined(newTokens[newPlace...]))
    }

    private mutating func replaceWord(_ gone: ArraySlice<Unicode.Scalar>, by words: ArraySlice<Unicode.Scalar>) {
        let shorter = min(gone.count, words.count)
        let start = zip(gone, words).prefix { $0 == $1 }.count
        let end = zip(gone.reversed(), words.reversed()).prefix { $0 == $1 }.count
        let kept = min(end, shorter - start)
        keep(start)
        type(words.count - start - kept)
        old += gone.count - start - kept
        keep(kept)
    }

    /// Cells of the table of longest common tokens; changes that need more are replaced as one.
    private static let cellLimit = 1 << 18

    /// Words of letters and digits; everything else stands alone.
    private static func tokens(_ scalars: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var tokens: [[Unicode.Scalar]] = []
        var isInWord = false
        for scalar in scalars {
            let isLetter = scalar.value > 127 || "0"..."9" ~= scalar || "A"..."Z" ~= scalar || "a"..."z" ~= scalar
            if isLetter && isInWord { tokens[tokens.count - 1].append(scalar) } else { tokens.append([scalar]) }
            isInWord = isLetter
        }
        return tokens
    }

    private static func joined(_ tokens: ArraySlice<[Unicode.Scalar]>) -> ArraySlice<Unicode.Scalar> {
        Array(tokens.joined())[...]
    }

    /// A longest common part of two lists: pairs of places, rising in both. Blanks do not count.
    private static func common(_ one: [[Unicode.Scalar]], _ other: [[Unicode.Scalar]]) -> [(Int, Int)] {
        var lengths = [[Int]](repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
        func isShared(_ a: Int, _ b: Int) -> Bool { one[a] == other[b] && one[a] != [" "] }
        for a in one.indices.reversed() {
            for b in other.indices.reversed() {
                lengths[a][b] =
                    isShared(a, b)
                    ? lengths[a + 1][b + 1] + 1 : max(lengths[a + 1][b], lengths[a][b + 1])
            }
        }
        var (pairs, a, b) = ([(Int, Int)](), 0, 0)
        while a < one.count, b < other.count {
            if isShared(a, b), lengths[a][b] == lengths[a + 1][b + 1] + 1 {
                pairs.append((a, b))
                (a, b) = (a + 1, b + 1)
            } else if lengths[a + 1][b] >= lengths[a][b + 1] {
                a += 1
            } else {
                b += 1
            }
        }
        return pairs
    }
}
