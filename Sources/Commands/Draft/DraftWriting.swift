internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Drafting
internal import Identity
internal import Journal
internal import NodeLogic
internal import NodeRuntime
internal import Redline
internal import Wording

/// The draft that a verb is about, and the home that it is in.
struct DraftOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The draft: its id, or the first eight digits.", valueName: "draft"))
    var draft: String
}

/// A draft that is written on: what was done becomes an entry of this home's journal.
struct DraftHand {
    var draft: Draft
    /// The newest entry of this home's writer in the draft.
    private(set) var previous: Digest?
    private let door: any HomeDoor

    init(_ draft: Draft, previous: Digest?, through door: any HomeDoor) {
        self.draft = draft
        self.previous = previous
        self.door = door
    }

    /// Makes an entry of what is open; on disk when this returns.
    ///
    /// - Returns: nil if this home has written on the draft in between, and nothing was written now.
    mutating func publish() async throws -> Digest? {
        guard let stamp = try await publish(draft.openEdits.body) else { return nil }
        draft.close(as: stamp, previous: previous)
        previous = stamp.id
        return stamp.id
    }

    /// Where more entries are newest than one can name, entries that gather them first. False if overtaken.
    mutating func gather() async throws -> Bool {
        while let edits = draft.gathering {
            guard let stamp = try await publish(edits.body) else { return false }
            draft.merge([DraftEntry(stamp: stamp, party: draft.writingParty, previous: previous, edits: edits)])
            previous = stamp.id
        }
        return true
    }

    private func publish(_ body: [UInt8]) async throws -> EditStamp? {
        guard body.count <= JournalLimits.bodyByteCount else { throw Complaint.draftEntryTooLong }
        do {
            switch try await door.publishDraft(body, after: previous) {
            case .written(let stamp): return stamp
            case .overtaken: return nil
            }
        } catch let refusal as NodeRefusal {
            throw HomeFailure.refused(reason: refusal.words)
        }
    }
}

/// What a verb did to a draft, to be said once it is an entry.
struct DraftDeed: Sendable {
    /// Without an end: `struck article-4`.
    var sentence: String
    /// It was done to the draft as a whole: `closed`.
    var isOfTheWhole = false
    /// What people will want to name later: `bracket`, and its name.
    var made: [(label: String, name: OperationName)] = []
    /// What a person should know beside it.
    var remarks: [String] = []
}

/// A draft as it was written on.
struct DraftWritten: Sendable {
    let deed: DraftDeed
    let id: Digest
    let title: String
    /// Nil if nothing was to be done.
    let entry: Digest?
}

enum DraftWriting {
    /// Times that a verb begins anew because this home wrote on the draft at the same moment.
    private static let attempts = 8

    /// Opens a draft of a home, does some work on it, and journals that.
    ///
    /// - Parameter heads: the version that the work is meant for; nil for all that is here.
    static func perform(
        on typed: String, in options: HomeOptions, asOf heads: [Digest]? = nil,
        _ work: (inout Draft, DraftOnRecord) throws -> DraftDeed
    ) async throws -> DraftWritten {
        let home = options.location
        return try await options.withDoor { try await perform(on: typed, at: home, through: $0, asOf: heads, work) }
    }

    /// The same, through a door that is open already.
    static func perform(
        on typed: String, at home: Home, through door: any HomeDoor, asOf heads: [Digest]? = nil,
        _ work: (inout Draft, DraftOnRecord) throws -> DraftDeed
    ) async throws -> DraftWritten {
        for _ in 0..<attempts {
            let desk = try await DraftDesk(home, through: door)
            let record = try desk.record(typed)
            var draft = try desk.draft(record)
            if let heads, Set(heads) != Set(draft.heads) {
                guard var past = draft.version(asOf: heads) else { throw Complaint.overtaken }
                past.indexTexts()
                past.writingParty = desk.party
                draft = past
            }
            let own = desk.writer.flatMap { record.newest(of: $0) }
            var hand = DraftHand(draft, previous: own.filter(draft.contains), through: door)
            guard try await hand.gather() else { continue }
            let deed = try work(&hand.draft, record)
            guard hand.draft.hasOpenWork else {
                return DraftWritten(deed: deed, id: record.id, title: hand.draft.shownTitle, entry: nil)
            }
            if let entry = try await hand.publish() {
                return DraftWritten(deed: deed, id: record.id, title: hand.draft.shownTitle, entry: entry)
            }
            if heads != nil { throw Complaint.overtaken }
        }
        throw Complaint(
            .inUse, "in-use", "this home writes on the draft all the time: nothing was changed",
            hint: "try again when it rests")
    }
}

extension Digest? {
    fileprivate func filter(_ isIncluded: (Digest) -> Bool) -> Digest? { flatMap { isIncluded($0) ? $0 : nil } }
}

/// A verb that does one thing to a draft, and needs nothing but the draft for it.
protocol DraftAct: Verb {
    var options: DraftOptions { get }
    var homeOptions: HomeOptions { get }
    var output: JSONOption { get }

    /// Does it.
    ///
    /// - Throws: a ``Complaint`` where there is nothing to do or it may not be done; nothing is written then.
    func act(on draft: inout Draft, _ record: DraftOnRecord) throws -> DraftDeed
}

extension DraftAct {
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        speak(try await DraftWriting.perform(on: options.draft, in: homeOptions, act), voice)
        return .holds
    }
}

extension Verb {
    /// Says what was done to a draft.
    func speak(_ written: DraftWritten, _ voice: CommandVoice) {
        let deed = written.deed
        if wantsJSON {
            let made = deed.made.map { ($0.label, JSONValue.string($0.name.text(in: written.entry))) }
            voice.result(
                .object([
                    ("draft", .string(written.id.hex)), ("entry", written.entry.map { .string($0.hex) } ?? .null),
                    ("done", .string(deed.sentence)),
                    ("made", .array(made.map { .object([("what", .string($0.0)), ("name", $0.1)]) })),
                    ("remarks", .array(deed.remarks.map { .string($0) })),
                ]))
            return
        }
        for remark in deed.remarks { voice.talk(voice.paragraph(remark, hanging: 2)) }
        guard let entry = written.entry else { return voice.result("nothing to be changed in \(written.title)") }
        let preposition = deed.isOfTheWhole ? " " : ", in "
        voice.result(voice.paragraph(deed.sentence + preposition + written.title, hanging: 2))
        for (label, name) in deed.made { voice.result("\(label) \(name.text(in: written.entry))") }
        voice.talk("entry \(Quoting.short(entry))")
    }
}

extension Complaint {
    static var overtaken: Complaint {
        Complaint(
            .inUse, "overtaken", "this home has written on the draft since that version: nothing was changed",
            hint: "lay your words on the text as it is now: edit again")
    }

    static var draftEntryTooLong: Complaint {
        Complaint(
            .usage, "too-long", "this is more than one entry of a journal may hold: nothing was changed",
            hint: "do it in parts")
    }

    /// An operation that would do nothing.
    static func doesNothing(_ what: String) -> Complaint {
        Complaint(.notSo, "does-nothing", "\(what): nothing was changed")
    }
}
