internal import ArgumentParser
internal import Charters
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation
internal import NodeLogic
internal import Redline
internal import Wording

/// `syngraph draft edit DRAFT PROVISION`
struct DraftEdit: Verb {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Edit the words of a provision, in an editor or from a file.",
        discussion: """
            Examples:

              syngraph draft edit 3fa92b1c article-4
              syngraph draft edit 3fa92b1c article-4 --print > article-4.txt
              syngraph draft edit 3fa92b1c article-4 --file article-4.txt --at 9d0f77aa

            What differs becomes edits, and nothing else: who changes one word has changed that word. Disagreement is \
            written in square brackets, `shall meet [monthly **(US)**] [yearly **(DPRK)**]`: words put in brackets are \
            bracketed, a wording beside them is another alternative, the own party's name in one is its position, and \
            brackets taken away are a choice of the wording that is left.

            The editor is VISUAL, or else EDITOR. A file that was printed some time ago names with --at the entries that \
            `--print` said then: what others wrote since stays.
            """)

    @OptionGroup var options: DraftOptions
    @Argument(help: "The provision.") var provision: String
    @Option(
        name: .long, help: ArgumentHelp("In which language; needed where there are several.", valueName: "language"))
    var language: String?
    @Option(name: .long, help: ArgumentHelp("The new text; - for standard input.", valueName: "file")) var file: String?
    @Flag(name: .customLong("print"), help: "Print the text as it is edited, and change nothing.") var isPrint = false
    @Option(name: .long, help: ArgumentHelp("The version that the file was made from.", valueName: "entry,…")) var at:
        String?
    @Flag(name: .long, help: "Square brackets are signs like any other.") var plain = false
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        let shown = try await shown()
        for remark in shown.remarks { voice.talk(voice.paragraph(remark, hanging: 2)) }
        if isPrint {
            print(shown, voice)
            return .holds
        }
        var typed: String
        if let file {
            typed = try CharterFiles.text(of: file)
            if typed.hasSuffix("\n"), !shown.text.notation.hasSuffix("\n") { typed.unicodeScalars.removeLast() }
        } else {
            typed = try TextEditor.edit(shown.text.notation, named: provision)
        }
        let edited = typed.precomposed
        let remarks = edited.utf8.elementsEqual(typed.utf8) ? [] : ["letters were brought to NFC"]
        if !edited.isEmpty { try Typed.checkSignable(edited) }
        let written = try await DraftWriting.perform(on: options.draft, in: homeOptions, asOf: shown.heads) {
            draft, _ in
            let node = shown.node
            var deed = DraftDeed(sentence: "edited \(draft.shownName(of: node)) (\(shown.language))", remarks: remarks)
            let result: TextEdited
            do throws(TextEditingFault) {
                result = try shown.text.apply(edited, to: &draft, by: draft.writingParty)
            } catch {
                throw Complaint(about: error, edited)
            }
            if result.inserted + result.deleted > 0 {
                let typed = Quoting.count(result.inserted, "character")
                deed.remarks.append("\(typed) typed, \(result.deleted) deleted")
            }
            deed.made = result.bracketed.map { ("bracket", $0) }
            for name in result.positioned where name.entry != nil {
                deed.remarks.append("took a position on bracket \(name.text())")
            }
            for name in result.chosen {
                deed.remarks.append("chose a wording of bracket \(name.text()): \(draft.standing(of: name).joined())")
            }
            return deed
        }
        speak(written, voice)
        return .holds
    }

    private struct Shown: Sendable {
        let text: EditableText
        let node: NodeName
        let language: Identifier
        let heads: [Digest]
        let remarks: [String]
    }

    private func shown() async throws -> Shown {
        let home = homeOptions.location
        let desk = try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
        let record = try desk.record(options.draft)
        let entries = at?.split(separator: ",").map(String.init) ?? []
        let draft = try desk.draft(record, asOf: entries)
        let node = try draft.node(provision, in: record)
        let language = try draft.language(language)
        guard let text = EditableText(of: .node(node, language: language), in: draft, plainly: plain) else {
            throw Complaint.doesNothing("it has no text in \(language)")
        }
        var remarks: [String] = []
        let brackets = Quoting.list(text.unshown.map { $0.text() })
        if text.isPlain && !plain {
            remarks.append(
                "square brackets are words here, for the text has some of its own"
                    + (text.unshown.isEmpty ? "" : "; brackets \(brackets) are not shown"))
        } else if !text.unshown.isEmpty {
            remarks.append("brackets \(brackets) cross each other, and are not shown: their words are")
        }
        return Shown(text: text, node: node, language: language, heads: draft.heads, remarks: remarks)
    }

    private func print(_ shown: Shown, _ voice: CommandVoice) {
        if wantsJSON {
            voice.result(
                .object([
                    ("language", .string(shown.language.string)), ("text", .string(shown.text.notation)),
                    ("plain", .bool(shown.text.isPlain)), ("heads", FindingsJSON.ids(shown.heads)),
                ]))
            return
        }
        // Into a file go the words themselves, to be laid beside them again.
        let isTerminal = Surroundings.current.outputColumns != nil
        let lines = shown.text.notation.split(separator: "\n", omittingEmptySubsequences: false)
        voice.result(
            isTerminal ? lines.map { terminalSafe(String($0)) }.joined(separator: "\n") : shown.text.notation)
        voice.talk("as of \(shown.heads.map { Quoting.short($0) }.joined(separator: ","))")
    }
}

extension Complaint {
    fileprivate init(about fault: TextEditingFault, _ edited: String) {
        let hint = "nothing was changed"
        self =
            switch fault {
            case .notation(.opensAndNeverCloses(let place)):
                Complaint(
                    .notOurFormat, "notation", "a bracket opens and never closes: \(Self.words(at: place, edited))",
                    hint: hint)
            case .notation(.closesNothing(let place)):
                Complaint(
                    .notOurFormat, "notation", "a bracket closes that never opened: \(Self.words(at: place, edited))",
                    hint: hint)
            case .notation(.tooDeep(let place)):
                Complaint(
                    .notOurFormat, "notation",
                    "brackets stand within each other too often: \(Self.words(at: place, edited))", hint: hint)
            case .alternativeGone(let name):
                Complaint(
                    .notSo, "wording-gone",
                    "a wording of bracket \(name.text()) is gone, and others may hold it: \(hint)",
                    hint: "choose with `draft choose`, or take the whole bracket away and leave the wording chosen")
            case .speaksForOthers(let names):
                Complaint(
                    .notYours, "speaks-for-others",
                    "the position of \(Quoting.list(names.map { terminalSafe($0) })) was changed: each party takes its own",
                    hint: hint)
            case .noRoom(let name):
                Complaint(
                    .notSo, "no-room",
                    "the words of bracket \(name.text()) cannot be replaced where they stand: \(hint)",
                    hint: "write another wording beside them")
            case .cannotBeSaid:
                Complaint(
                    .notSo, "cannot-be-said",
                    "brackets cannot be moved to other words, and no two stand on the same: \(hint)",
                    hint: "take a bracket away first, and put it where it is to be")
            case .tooDeep:
                Complaint(
                    .notSo, "too-deep", "brackets stand within each other more often than a draft allows", hint: hint)
            case .tooMuch: .draftEntryTooLong
            }
    }

    /// The words at a place, for a person to find it.
    private static func words(at place: Int, _ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return Typed.shown(
            String(String.UnicodeScalarView(scalars[max(0, place - 20)..<min(scalars.count, place + 20)])))
    }
}
