/// Two texts, their words numbered, and the changes that lead from one to the other.
///
/// The work goes in three steps, each a reading of the one before: cut both texts into tokens and give equal tokens
/// equal numbers; align the words and marks of the two (``Alignment``); and tell what is left between them as
/// changes a reader would make (``Change``). White space takes no part in the alignment: blanks are everywhere, and
/// would tie unlike phrases together. It is kept where it is equal on both sides of an aligned word. Line breaks do
/// take part, so that paragraphs are found again.
struct Comparison {
    let old: TokenizedText
    let new: TokenizedText
    let changes: [Change]
    let isCoarse: Bool

    init(from oldText: String, to newText: String, stepLimit: Int) {
        old = TokenizedText(oldText)
        new = TokenizedText(newText)
        var vocabulary = Vocabulary()
        let oldNumbers = vocabulary.numbers(of: old)
        let newNumbers = vocabulary.numbers(of: new)
        let oldWords = old.wordIndices
        let newWords = new.wordIndices
        let alignment = Alignment(
            old: oldWords.map { oldNumbers[$0] }, new: newWords.map { newNumbers[$0] }, stepLimit: stepLimit)
        isCoarse = alignment.isCoarse
        var editing = Editing(
            old: oldNumbers, new: newNumbers, kinds: vocabulary.kinds, sentenceEnds: vocabulary.sentenceEnds)
        for run in alignment.keptRuns {
            for step in 0..<run.count {
                editing.keep(old: oldWords[run.old + step], new: newWords[run.new + step])
            }
        }
        changes = editing.finished()
    }

    /// The changes and what lies between them, as text.
    func segments() -> [RedlinedText.Segment] {
        var segments: [RedlinedText.Segment] = []
        var kept = 0
        for change in changes {
            if kept < change.old.lowerBound { segments.append(.kept(old.text(kept..<change.old.lowerBound))) }
            if !change.old.isEmpty { segments.append(.deleted(old.text(change.old))) }
            if !change.new.isEmpty { segments.append(.inserted(new.text(change.new))) }
            kept = change.old.upperBound
        }
        if kept < old.count { segments.append(.kept(old.text(kept..<old.count))) }
        return segments
    }
}

extension TokenizedText {
    /// The positions of all tokens but blanks.
    fileprivate var wordIndices: [Int] {
        kinds.indices.filter { kinds[$0] != .space }
    }
}

/// Numbers for tokens: equal bytes, equal number, counted from 0 in order of first appearance.
private struct Vocabulary {
    private var numberOf: [ArraySlice<UInt8>: Int32] = [:]
    /// The kind of each numbered token.
    private(set) var kinds: [TokenizedText.Kind] = []
    /// Whether each numbered token ends a sentence or an item of a list.
    private(set) var sentenceEnds: [Bool] = []

    mutating func numbers(of text: TokenizedText) -> [Int32] {
        (0..<text.count).map { index in
            let bytes = text[index]
            if let number = numberOf[bytes] { return number }
            let number = Int32(kinds.count)
            numberOf[bytes] = number
            kinds.append(text.kinds[index])
            sentenceEnds.append(
                text.kinds[index] == .punctuation && Self.sentenceEndings.contains { $0.utf8.elementsEqual(bytes) })
            return number
        }
    }

    private static let sentenceEndings = [".", ";", ":", "!", "?", "。", "；", "：", "！", "？", "।", "؟", "۔"]
}
