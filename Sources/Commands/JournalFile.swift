internal import Cryptography
internal import Foundation
internal import Journal
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// Files of journals, for another node: `export --full`, `export --since WHAT`, and `import` of one.
enum JournalFile {
    /// What a person says after `--since`: a file, an entry's id, or a moment.
    ///
    /// - Parameter text: nil for everything.
    static func start(_ text: String?) throws -> ExportStart {
        guard let text else { return .everything }
        if FileReading.exists(text) { return .file(try newest(in: FileReading.bytes(of: text), of: text)) }
        if let digest = Digest(hex: text) { return .entry(EntryID(digest)) }
        if let time = moment(text) { return .time(time) }
        throw Complaint.usage(
            "\(terminalSafe(text)) is no file that is here, no entry's id and no moment",
            hint: "say for example --since 2026-03-01, --since 2026-03-01T09:30:00Z or --since last-month.syngraph")
    }

    /// A day or a moment of RFC 3339, in seconds since 1970-01-01T00:00:00Z.
    private static func moment(_ text: String) -> UInt64? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = text.contains("T") ? [.withInternetDateTime] : [.withFullDate]
        return formatter.date(from: text).flatMap { UInt64(exactly: $0.timeIntervalSince1970.rounded(.down)) }
    }

    /// The newest entry of each writer in a file.
    private static func newest(in bytes: [UInt8], of path: String) throws -> [WriterID: UInt64] {
        do {
            var reader = try JournalBundleReader(bytes)
            var newest: [WriterID: UInt64] = [:]
            while let item = try reader.next() {
                guard case .batch(let batch) = item, let last = batch.entries.last,
                    let sequence = try? EntryHeader(encoded: last.header).sequence
                else { continue }
                newest[batch.writer] = max(newest[batch.writer] ?? 0, sequence)
            }
            return newest
        } catch {
            throw Complaint(
                .notOurFormat, "no-journals", "\(terminalSafe(path)) is no whole file of journals",
                hint: "--since takes a file that export --full or export --since wrote")
        }
    }

    static func write(
        since text: String?, to out: String, of home: HomeOptions, _ voice: CommandVoice, json: Bool
    ) async throws {
        try OutputPath.check(out, json: json)
        let from = try start(text)
        let bytes = try await asking { try await home.withDoor { try await $0.journals(since: from) } }
        try FileWriting.write(bytes, to: out)
        let counts = try Self.counts(in: bytes)
        if json {
            voice.result(
                .object([
                    ("roadmap", .string(counts.roadmap.hex)), ("file", .string(out)),
                    ("entries", .number(counts.entries)), ("records", .number(counts.records)),
                    ("bytes", .number(bytes.count)),
                ]))
        } else if out != "-" {
            voice.result("\(terminalSafe(out)): \(Quoting.count(counts.entries, "entry", "entries"))")
        }
    }

    /// What a node refuses, it says in words.
    private static func asking<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        do { return try await body() } catch let refusal as NodeRefusal {
            throw Complaint(.invalid, "refused", terminalSafe(refusal.words))
        }
    }

    private static func counts(in bytes: [UInt8]) throws -> (roadmap: Digest, entries: Int, records: Int) {
        var reader = try JournalBundleReader(bytes)
        var (entries, records) = (0, 0)
        while let item = try reader.next() {
            switch item {
            case .record: records += 1
            case .batch(let batch): entries += batch.entries.count
            }
        }
        return (reader.roadmap, entries, records)
    }

    static func takeIn(
        _ bytes: [UInt8], of file: String, into homeOptions: HomeOptions, _ voice: CommandVoice, json: Bool
    ) async throws {
        let settings = try homeOptions.location.settings()
        guard let roadmap = settings.roadmap else {
            throw HomeFailure.noRoadmapYet(path: homeOptions.location.path)
        }
        if let offered = try? JournalBundleReader(bytes).roadmap, offered != roadmap {
            throw HomeFailure.otherRoadmap(held: roadmap, offered: offered)
        }
        let taken = try await homeOptions.withDoor { door in
            let taken = try await asking { try await door.takeIn(journals: bytes) }
            try await HomeKeys(home: homeOptions.location).settle(through: door, of: settings.party, voice)
            return taken
        }
        if json {
            voice.result(
                .object([
                    ("roadmap", .string(roadmap.hex)), ("new", .number(taken.newEntryCount)),
                    ("held", .number(taken.heldEntryCount)), ("newRecords", .number(taken.newRecordCount)),
                    ("leftOut", .number(taken.leftOutCount)),
                    ("gaps", .array(taken.writersWithGaps.sorted().map { .string($0.description) })),
                    ("notAdmitted", .array(taken.writersNotAdmitted.sorted().map { .string($0.description) })),
                ]))
            return
        }
        let count = taken.newEntryCount + taken.heldEntryCount
        let new = taken.newEntryCount
        voice.result(
            "\(terminalSafe(file)): \(Quoting.count(count, "entry", "entries")), \(new == 0 ? "none" : "\(new)") of them new"
        )
        if !taken.writersWithGaps.isEmpty {
            voice.talk(
                voice.paragraph(
                    "of \(Quoting.count(taken.writersWithGaps.count, "writer")) the file begins after what is held here: ask "
                        + "for one that begins earlier, or for all with export --full"))
        }
        if !taken.writersNotAdmitted.isEmpty {
            voice.talk(
                voice.paragraph(
                    "left out: the entries of \(Quoting.count(taken.writersNotAdmitted.count, "writer")) whose keys no record "
                        + "held here names"))
        }
    }
}
