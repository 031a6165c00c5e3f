/// A stretch of the old text and the stretch of the new text that stands in its place, in tokens of either.
///
/// Not both are empty. Changes come in order, and at least one kept token lies between any two.
struct Change: Hashable, Sendable {
    var old: Range<Int>
    var new: Range<Int>

    /// Whether it both takes out and puts in.
    var isReplacement: Bool { !old.isEmpty && !new.isEmpty }
    var isEmpty: Bool { old.isEmpty && new.isEmpty }

    /// One change from the start of this one to the end of a later one, with what was kept between.
    func joined(to later: Change) -> Change {
        Change(old: old.lowerBound..<later.old.upperBound, new: new.lowerBound..<later.new.upperBound)
    }
}

/// Turns an alignment into the changes a reader would make.
///
/// The fewest differences are not yet a good redline. Where a phrase is rewritten, a comma or an "of" that both
/// wordings happen to share would split it into confetti. So the changes are built from what the alignment leaves,
/// then joined over islets (``isIslet(_:between:and:)``), cut back to where the two sides really differ, and shifted
/// along repeated words to where a sentence or at least a word begins.
struct Editing {
    private let old: [Int32]
    private let new: [Int32]
    /// By token number, as is `sentenceEnds`.
    private let kinds: [TokenizedText.Kind]
    private let sentenceEnds: [Bool]
    /// How many words precede each token.
    private let oldWordsBefore: [Int]
    private let newWordsBefore: [Int]

    private var changes: [Change] = []
    private var oldEnd = 0
    private var newEnd = 0

    init(old: [Int32], new: [Int32], kinds: [TokenizedText.Kind], sentenceEnds: [Bool]) {
        self.old = old
        self.new = new
        self.kinds = kinds
        self.sentenceEnds = sentenceEnds
        func wordsBefore(_ tokens: [Int32]) -> [Int] {
            var counts = [0]
            counts.reserveCapacity(tokens.count + 1)
            for token in tokens { counts.append(counts[counts.count - 1] + (kinds[Int(token)].isWord ? 1 : 0)) }
            return counts
        }
        oldWordsBefore = wordsBefore(old)
        newWordsBefore = wordsBefore(new)
    }

    /// Notes that a token has stayed; what lies before it and after the last one kept has changed.
    mutating func keep(old oldIndex: Int, new newIndex: Int) {
        noteChange(to: oldIndex, newIndex)
        oldEnd = oldIndex + 1
        newEnd = newIndex + 1
    }

    /// The changes, once all that stayed is noted.
    mutating func finished() -> [Change] {
        noteChange(to: old.count, new.count)
        oldEnd = old.count
        newEnd = new.count
        joinOverIslets()
        changes = changes.map(cutBack).filter { !$0.isEmpty }
        shiftToBoundaries()
        return changes
    }

    private mutating func noteChange(to oldStart: Int, _ newStart: Int) {
        let change = cutBack(Change(old: oldEnd..<oldStart, new: newEnd..<newStart))
        if !change.isEmpty { changes.append(change) }
    }

    /// The change without the tokens that both its sides begin or end with.
    private func cutBack(_ change: Change) -> Change {
        var (oldStart, newStart) = (change.old.lowerBound, change.new.lowerBound)
        var (oldEnd, newEnd) = (change.old.upperBound, change.new.upperBound)
        while oldStart < oldEnd, newStart < newEnd, old[oldStart] == new[newStart] {
            oldStart += 1
            newStart += 1
        }
        while oldStart < oldEnd, newStart < newEnd, old[oldEnd - 1] == new[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        return Change(old: oldStart..<oldEnd, new: newStart..<newEnd)
    }
}

// MARK: - Islets

extension Editing {
    private mutating func joinOverIslets() {
        var joined: [Change] = []
        joined.reserveCapacity(changes.count)
        for change in changes {
            var current = change
            // A change that has grown may drown the islet before it, too.
            while let last = joined.last,
                isIslet(last.old.upperBound..<current.old.lowerBound, between: last, and: current)
            {
                joined.removeLast()
                current = last.joined(to: current)
            }
            joined.append(current)
        }
        changes = joined
    }

    /// Whether the kept tokens (of the old text) between two changes are too little to be shown as kept.
    ///
    /// Between two replacements, one punctuation mark with its white space is an islet, and so are a few words where
    /// the replacements are of many (``RedlineLimits/isletWords``, ``RedlineLimits/isletRatio``). Between two
    /// insertions, or two deletions, only what the joined change gives back at its ends: else joining would take
    /// something out just to put it in again. A line break is never an islet.
    private func isIslet(_ kept: Range<Int>, between first: Change, and second: Change) -> Bool {
        guard kept.count <= 4 * RedlineLimits.isletWords else { return false }
        var marks = 0
        for index in kept {
            switch kinds[Int(old[index])] {
            case .lineBreak: return false
            case .punctuation: marks += 1
            case .word, .character, .space: break
            }
        }
        let words = oldWordsBefore[kept.upperBound] - oldWordsBefore[kept.lowerBound]
        if first.old.isEmpty && second.old.isEmpty || first.new.isEmpty && second.new.isEmpty {
            return words == 0 && !cutBack(first.joined(to: second)).isReplacement
        }
        guard first.isReplacement, second.isReplacement else { return false }
        if words == 0 { return marks <= 1 }
        return words <= RedlineLimits.isletWords
            && min(wordCount(of: first), wordCount(of: second)) >= RedlineLimits.isletRatio * words
    }

    /// The words on the longer side of a change.
    private func wordCount(of change: Change) -> Int {
        max(
            oldWordsBefore[change.old.upperBound] - oldWordsBefore[change.old.lowerBound],
            newWordsBefore[change.new.upperBound] - newWordsBefore[change.new.lowerBound])
    }
}

// MARK: - Boundaries

extension Editing {
    /// Moves insertions and deletions along repeated tokens: "the [big ]dog" rather than "the[ big] dog".
    ///
    /// At least one kept token stays on either side where another change follows. Of equally good places the last
    /// one is taken.
    private mutating func shiftToBoundaries() {
        for index in changes.indices where !changes[index].isReplacement {
            let change = changes[index]
            let roomBefore =
                index == 0 ? change.old.lowerBound : change.old.lowerBound - changes[index - 1].old.upperBound - 1
            let roomAfter =
                index == changes.count - 1
                ? old.count - change.old.upperBound
                : changes[index + 1].old.lowerBound - change.old.upperBound - 1
            let shift =
                change.old.isEmpty
                ? bestShift(of: change.new, in: new, before: roomBefore, after: roomAfter)
                : bestShift(of: change.old, in: old, before: roomBefore, after: roomAfter)
            changes[index] = Change(
                old: change.old.lowerBound + shift..<change.old.upperBound + shift,
                new: change.new.lowerBound + shift..<change.new.upperBound + shift)
        }
    }

    private func bestShift(of range: Range<Int>, in tokens: [Int32], before: Int, after: Int) -> Int {
        var earliest = 0
        while -earliest < min(before, RedlineLimits.longestShift),
            tokens[range.lowerBound + earliest - 1] == tokens[range.upperBound + earliest - 1]
        {
            earliest -= 1
        }
        var latest = 0
        while latest < min(after, RedlineLimits.longestShift),
            tokens[range.lowerBound + latest] == tokens[range.upperBound + latest]
        {
            latest += 1
        }
        var (best, bestWorth) = (0, -1)
        for shift in earliest...latest {
            // Where it starts matters more than where it ends: the eye arrives there.
            let worth =
                2 * worthOfBoundary(before: range.lowerBound + shift, in: tokens)
                + worthOfBoundary(before: range.upperBound + shift, in: tokens)
            if worth >= bestWorth { (best, bestWorth) = (shift, worth) }
        }
        return best
    }

    /// How good a place the boundary before a token is to cut a text: from 0, inside a phrase without spaces, to 4,
    /// at the start of a line.
    private func worthOfBoundary(before index: Int, in tokens: [Int32]) -> Int {
        guard index > 0, index < tokens.count else { return 4 }
        switch kinds[Int(tokens[index - 1])] {
        case .lineBreak:
            return 4
        case .space:
            return index > 1 && sentenceEnds[Int(tokens[index - 2])] ? 3 : 2
        case .punctuation:
            // Scripts that do not space words do not space sentences either.
            let follows = kinds[Int(tokens[index])]
            return follows == .character && sentenceEnds[Int(tokens[index - 1])] ? 3 : 1
        case .word, .character:
            let follows = kinds[Int(tokens[index])]
            return follows == .space || follows == .punctuation || follows == .lineBreak ? 1 : 0
        }
    }
}
