internal import ArgumentParser
internal import Cryptography
internal import Drafting

/// Plays a recorded editing session, or writers who all insert at one place.
struct DraftingBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drafting", abstract: "Measure the text that is drafted together.")

    @Option(help: "The session to play: JSON, perhaps gzipped; positions in Unicode scalars.")
    var trace: String?

    @Option(help: "Instead: this many writers, each of whom inserts five letters into an empty text, unseen by others.")
    var siblings: Int?

    @Option(help: "Instead: this many entries by writers who mean to cost time, taken in one by one.")
    var hostile: Int?

    @Option(help: "With --hostile: how many writers take turns.")
    var writers = 8

    @Option(help: "With --hostile: how many entries late they see each other's; if not given, half of the story.")
    var lag: Int?

    @Option(help: "How often each measurement is made; the median counts. At least 5.")
    var runs = 5

    @Flag(help: "Count how long the processor worked, and not how long it took: for a machine that is busy.")
    var processorTime = false

    @Flag(help: "Answer as one line of JSON.")
    var json = false

    private var stopwatch: Stopwatch { Stopwatch(countsProcessorTime: processorTime) }

    func validate() throws {
        guard [trace != nil, siblings != nil, hostile != nil].filter({ $0 }).count == 1 else {
            throw ValidationError("give one of --trace, --siblings and --hostile")
        }
        guard runs >= 5 else { throw ValidationError("a median of fewer than five runs says little") }
        guard siblings ?? 1 > 0, hostile ?? 1 > 0, writers > 0, lag ?? 1 > 0 else {
            throw ValidationError("writers and entries count from one")
        }
    }

    func run() throws {
        let report =
            try siblings.map(measureSiblings) ?? hostile.map(measureHostility) ?? measureTrace(Trace(file: trace!))
        print(json ? report.json : report.table)
    }

    private func measureSiblings(_ count: Int) -> Report {
        let entries = (0..<count).map { number in
            var text = DraftText()
            let name = String(number)
            text.insert("n" + String(repeating: "0", count: max(0, 4 - name.utf8.count)) + name, at: 0)
            let writer = Digest(of: Array("writer \(number)".utf8))
            let stamp = EditStamp(sequence: 0, writer: writer, id: Digest(of: Array("entry \(number)".utf8)))
            return EditEntry(stamp: stamp, parents: [], edits: text.openEdits)
        }
        var length = 0
        let merging = stopwatch.median(of: runs) {
            var text = DraftText()
            _ = text.merge(entries)
            length = text.utf8.count
        }
        precondition(length == entries.reduce(0) { $0 + $1.edits.count - 3 }, "something was lost")
        return Report([("siblings", .count(count)), ("merge_ms", .milliseconds(merging))])
    }

    private func measureHostility(_ count: Int) -> Report {
        let hostile = HostileWriters(entryCount: count, writerCount: writers, lag: lag ?? count / writers / 2)
        let memory = MemoryGauge()
        var report = Report([("entries", .count(count)), ("writers", .count(writers))])
        let kinds = [
            ("laggard", hostile.laggard), ("crowd", hostile.crowd), ("camps", hostile.camps),
            ("branches", hostile.branches), ("turncoats", hostile.turncoats), ("backwards", hostile.backwards),
        ]
        for (name, entries) in kinds {
            let time = stopwatch.median(of: runs) { HostileWriters.take(entries) }
            report.add(name + "_ms", .milliseconds(time))
        }
        report.add("peak_growth_kb", .count(memory.peakGrowth))
        return report
    }

    private func measureTrace(_ trace: Trace) throws -> Report {
        let memory = MemoryGauge()
        var report = Report([("edits", .count(trace.patches.count))])
        var text: DraftText
        if trace.isConcurrent {
            text = try measureReplay(of: trace, memory, &report)
        } else {
            text = Replay.playSequentially(trace)
            try check(text, trace)
            report.add("steady_growth_kb", .count(memory.growth))
            report.add("peak_rss_kb", .count(memory.peak))
            let applying = stopwatch.median(of: runs) { _ = Replay.playSequentially(trace).utf8 }
            report.add("apply_ms", .milliseconds(applying))
            let edits = text.openEdits
            text.close(as: EditStamp(sequence: 0, writer: Digest(of: Array("agent".utf8)), id: Digest(of: edits)))
        }
        try measureStoring(of: text, trace, &report)
        report.add("peak_rss_with_storing_kb", .count(memory.peak))
        report.add("text_sha256", .text(Digest(of: text.utf8).hex))
        return report
    }

    private func measureReplay(of trace: Trace, _ memory: MemoryGauge, _ report: inout Report) throws -> DraftText {
        var replay = Replay(trace)
        replay.play()
        for copy in replay.copies { try check(copy, trace) }
        let applying = stopwatch.median(of: runs) {
            var replay = Replay(trace)
            replay.play()
            _ = replay.copies[0].utf8
        }
        report.add("apply_ms", .milliseconds(applying))
        report.add("entries", .count(replay.entries.count))
        let writers = Array(Set(replay.entries.map(\.stamp.writer))).sorted()
        let bytes = writers.map { writer in AgentBytes.encode(replay.entries.filter { $0.stamp.writer == writer }) }
        var merged = DraftText()
        func merge() {
            var entries: [EditEntry] = []
            for (writer, bytes) in zip(writers, bytes) { AgentBytes.decode(bytes, writer: writer, into: &entries) }
            merged = DraftText()
            _ = merged.merge(entries)
            _ = merged.utf8
        }
        let merging = stopwatch.median(of: runs, merge)
        try check(merged, trace)
        report.add("peak_rss_kb", .count(memory.peak))
        report.add("merge_ms", .milliseconds(merging))
        return merged
    }

    /// The whole history as a node stores it beside its journal, and opened again.
    private func measureStoring(of text: DraftText, _ trace: Trace, _ report: inout Report) throws {
        var text = text
        let bytes = try text.stored(includingIDs: false)
        report.add("encode_bytes", .count(bytes.count))
        report.add("encode_with_ids_bytes", .count(try text.stored(includingIDs: true).count))
        report.add("encode_ms", .milliseconds(stopwatch.median(of: runs) { _ = try? text.stored(includingIDs: false) }))
        let opened = try DraftText(stored: bytes)
        try check(opened, trace)
        report.add("load_ms", .milliseconds(stopwatch.median(of: runs) { _ = try? DraftText(stored: bytes).utf8 }))
        let editing = stopwatch.median(of: runs) {
            guard var opened = try? DraftText(stored: bytes) else { return }
            let middle = opened.scalarCount / 2
            opened.delete(middle..<middle + 1)
            opened.insert("q", at: middle)
            _ = opened.utf8
        }
        report.add("load_and_edit_ms", .milliseconds(editing))
    }

    private func check(_ text: DraftText, _ trace: Trace) throws {
        guard text.utf8 == Array(trace.endContent.utf8) else { throw TraceFailure.wrongText }
    }
}
