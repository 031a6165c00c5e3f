/// Why the bytes of an entry are no edits. Such an entry has none, for everyone alike.
public enum EditRefusal: Error, Hashable, Sendable {
    /// They end too early, or go on.
    case wrongLength
    /// A number that is not spelled in as few bytes as can be, or too large.
    case badNumber
    /// No such kind of edit, or a run of none.
    case badRun
    /// A position below 0 or above ``DraftingLimits/highestPosition``.
    case badPosition
    /// More than ``DraftingLimits/editsPerEntry``.
    case tooManyEdits
    /// The inserted text is not UTF-8, or not as long as the runs say.
    case badText
}

/// The edits of one entry as bytes: two columns of numbers, then the text.
///
/// 1. The number of runs.
/// 2. For each run, four times its count of edits, and 0 for insertions, 1 for deletions, 2 for backspacing.
/// 3. For each run, its position less the place where the run before it left the cursor, twice, and one less than twice
///    its negative below 0.
/// 4. The text inserted, as UTF-8, to the end.
///
/// Numbers are LEB128. Typing a sentence costs its bytes and four more.
/// Source: `Docs/Specification/drafting.md`, section 3.
extension EditLog {
    var encoded: [UInt8] {
        var writer = ByteWriter(reserving: content.count + 4 * runs.count + 8)
        writer.number(UInt64(runs.count))
        for run in runs { writer.number(UInt64(run.count) << 2 | UInt64(run.kind.rawValue)) }
        var cursor = 0
        for run in runs {
            writer.signedNumber(Int64(run.position - cursor))
            cursor = run.cursorAfter
        }
        writer.append(content)
        return writer.bytes
    }

    init(encoded bytes: [UInt8]) throws(EditRefusal) {
        self.init()
        _ = try append(encoded: bytes)
    }

    /// Adds the edits of an entry, and answers the runs they became. Adds nothing when it throws.
    mutating func append(encoded bytes: [UInt8]) throws(EditRefusal) -> Range<Int> {
        let start = (runs: runs.count, content: content.count)
        do {
            let textStart = try appendRuns(bytes)
            try appendContent(bytes[textStart...], ofRunsFrom: start.runs)
        } catch {
            runs.removeSubrange(start.runs...)
            content.removeSubrange(start.content...)
            throw error
        }
        return start.runs..<runs.count
    }

    /// Adds the runs, and answers where the text begins.
    private mutating func appendRuns(_ bytes: [UInt8]) throws(EditRefusal) -> Int {
        var heads = ByteReader(bytes)
        let count = try heads.number()
        // Each run takes two bytes at least.
        guard count <= UInt64(bytes.count) / 2 else { throw .wrongLength }
        var moves = heads
        for _ in 0..<count { _ = try moves.number() }
        var cursor = 0
        var total: UInt64 = 0
        for _ in 0..<count {
            let head = try heads.number()
            guard let kind = EditRun.Kind(rawValue: UInt32(head & 3)), head >> 2 > 0 else { throw .badRun }
            total = min(total, UInt64(DraftingLimits.editsPerEntry)) + head >> 2
            guard total <= DraftingLimits.editsPerEntry else { throw .tooManyEdits }
            let position = cursor.addingReportingOverflow(Int(try moves.signedNumber())).partialValue
            let run = try EditRun.checked(kind, position: position, count: Int(head >> 2))
            runs.append(run)
            cursor = run.cursorAfter
        }
        return moves.position
    }

    /// Adds the text, and tells each run where its own begins.
    private mutating func appendContent(_ bytes: ArraySlice<UInt8>, ofRunsFrom first: Int) throws(EditRefusal) {
        let isUTF8 = bytes.withUnsafeBufferPointer { (try? UTF8Span(validating: Span(_unsafeElements: $0))) != nil }
        guard isUTF8 else { throw .badText }
        var start = content.count
        content.append(contentsOf: bytes)
        for index in first..<runs.count {
            runs[index].contentStart = start
            guard runs[index].isInsertion else { continue }
            for _ in 0..<runs[index].count {
                guard start < content.count else { throw .badText }
                start += TextRope.width(of: content[start])
            }
        }
        guard start == content.count else { throw .badText }
    }
}

extension EditRun {
    /// Where a run leaves the cursor of the one who typed it.
    var cursorAfter: Int {
        switch kind {
        case .insertion: position + Int(count)
        case .deletion: position
        case .backspacing: position - Int(count) + 1
        }
    }

    static func checked(_ kind: Kind, position: Int, count: Int) throws(EditRefusal) -> EditRun {
        guard (0...DraftingLimits.highestPosition).contains(position) else { throw .badPosition }
        let run = EditRun(kind, position: position, count: count, contentStart: 0)
        let highest = kind == .insertion ? run.cursorAfter : position
        guard run.cursorAfter >= 0, highest <= DraftingLimits.highestPosition else { throw .badPosition }
        return run
    }
}
