internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Drafting
internal import Identity
internal import Journal
internal import Negotiation
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// The drafts of a home, as a verb has them before it.
struct DraftDesk {
    let party: Identifier
    let findings: VerificationReport.Findings
    let drafts: Drafts
    /// As whom this home writes; nil if it has written nothing.
    let writer: Digest?

    init(_ home: Home, through door: any HomeDoor) async throws {
        party = try home.settings().party
        findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
        let writers = DraftWriters(findings.contents.ledger, findings.evaluation)
        drafts = Drafts(try await door.draftEntries()) { writers.party(of: $0) }
        writer = try await door.status().writer
    }

    /// The draft that a person names by its id, or the first digits.
    func record(_ typed: String) throws(Complaint) -> DraftOnRecord {
        let id = try IDPrefix(typed).resolve(
            among: drafts.all.map(\.id), noun: "draft", place: "in this home")
        return drafts[id]!
    }

    /// A draft with all of its entries.
    ///
    /// - Throws: a ``Complaint`` if the text that it is opened on is not here.
    func draft(_ record: DraftOnRecord) throws(Complaint) -> Draft {
        guard let base = findings.evaluation.draftBase(of: record.opening.base) else {
            let missing = record.opening.base.filter { findings.contents.ledger.instruments[$0] == nil }
            throw Complaint(
                .notSo, "awaiting-records",
                "the draft \(Quoting.short(record.id)) is opened on a text that is not here: "
                    + (missing.isEmpty
                        ? "an instrument that it names makes no text"
                        : Quoting.list(missing.map { Quoting.short($0) })),
                hint: "it comes with the records of whoever opened it: run the node, or import their bundle")
        }
        var draft = record.draft(on: base)
        draft.indexTexts()
        draft.writingParty = party
        return draft
    }

    /// The same, as of some entries; with none, with all.
    func draft(_ record: DraftOnRecord, asOf entries: [String]) throws(Complaint) -> Draft {
        let draft = try draft(record)
        guard !entries.isEmpty else { return draft }
        let heads = try entries.map { typed throws(Complaint) in try record.entry(typed) }
        guard var past = draft.version(asOf: heads) else {
            throw Complaint(.notSo, "waiting", "what was written before that entry is not all here")
        }
        past.indexTexts()
        past.writingParty = party
        return past
    }
}

extension DraftOnRecord {
    var entryIDs: [Digest] { [id] + edits.map(\.stamp.id) }

    func entry(_ typed: String) throws(Complaint) -> Digest {
        try IDPrefix(typed).resolve(among: entryIDs, noun: "entry", place: "of this draft")
    }

    /// A bracket, an alternative, a note, a reservation: `3fa92b1c.0`, the entry that made it and its number there.
    func operation(_ typed: String) throws(Complaint) -> OperationName {
        let parts = typed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), number >= 0 else {
            throw .usage(
                "\(Typed.shown(typed)) is no name of a bracket, a note or anything else of a draft",
                hint: "they are an entry's first digits, a dot and a number, as `draft show` prints them: 3fa92b1c.0")
        }
        return OperationName(entry: try entry(String(parts[0])), number: number)
    }
}

extension OperationName {
    /// As a person types it; `id` is the entry that it was made in, if it was made just now.
    func text(in id: Digest? = nil) -> String { "\((entry ?? id).map { Quoting.short($0) } ?? "").\(number)" }
}

extension Draft {
    /// What a person calls a provision: its identifier; where several have it, the name of what added it too.
    ///
    /// - Parameter shared: ``sharedIdentifiers``, where many are asked for.
    func shownName(of node: NodeName, among shared: [Identifier: [NodeName]]? = nil) -> String {
        let identifiers = identifiers(of: node)
        let words = identifiers.map(\.string).joined(separator: "|")
        guard case .added(let name) = node, name.entry != nil else { return words }
        let shared = shared ?? sharedIdentifiers
        return words + (identifiers.contains { shared[$0] != nil } ? " (\(name.text()))" : "")
    }

    func identifiers(of node: NodeName) -> [Identifier] {
        (reading(of: .identifier, of: node)?.values ?? []).compactMap {
            if case .text(let text) = $0 { Identifier(text.string) } else { nil }
        }
    }

    /// The provision that a person names, by its identifier or by the name of what added it.
    func node(_ typed: String, in record: DraftOnRecord) throws(Complaint) -> NodeName {
        let all = documentOrder.map(\.name)
        let matching = all.filter { identifiers(of: $0).contains { $0.string == typed } }
        if matching.count > 1 {
            let names = matching.map { node in
                if case .added(let name) = node { name.text() } else { "the one of the text it is opened on" }
            }
            throw .usage(
                "\(Quoting.count(matching.count, "provision")) of this draft are called \(Typed.shown(typed))",
                hint: "name one by what added it: \(Quoting.list(names, "or"))")
        }
        if let found = matching.first { return found }
        if typed.contains("."), let name = try? record.operation(typed), all.contains(.added(name)) {
            return .added(name)
        }
        throw Complaint(
            .noSuchFile, "no-such-provision", "there is no provision \(Typed.shown(typed)) in this draft",
            hint: "`syngraph draft show` lists them")
    }

    /// The language meant: the one named, or the only one.
    func language(_ typed: String?) throws(Complaint) -> Identifier {
        guard let typed else {
            guard opening.languages.count == 1 else {
                throw .usage(
                    "the draft is in \(Quoting.list(opening.languages))", hint: "say which with --language")
            }
            return opening.languages[0]
        }
        guard let found = opening.languages.first(where: { $0.string == typed }) else {
            throw .usage("the draft is not in \(Typed.shown(typed)): it has \(Quoting.list(opening.languages))")
        }
        return found
    }

    var shownTitle: String {
        title.values.map { Quoting.quoted($0.text(in: opening.languages[0])) }.joined(separator: " | ")
    }

    /// The bracket that a person names.
    func bracket(_ typed: String, in record: DraftOnRecord) throws(Complaint) -> DraftBracket {
        guard let found = bracket(try record.operation(typed)) else {
            throw Complaint(.noSuchFile, "no-such-bracket", "there is no bracket \(Typed.shown(typed)) in this draft")
        }
        return found
    }

    /// An alternative of a bracket: `in`, `out`, or a number or a name as `draft show` prints them.
    func alternative(
        _ typed: String, of bracket: DraftBracket, in record: DraftOnRecord
    ) throws(Complaint) -> Alternative {
        if typed == "in" { return .standing }
        if typed == "out" { return .nothing }
        // The first and the last are in and out, which have no numbers.
        if let number = Int(typed), bracket.alternatives.indices.dropFirst().dropLast().contains(number) {
            return bracket.alternatives[number]
        }
        if typed.contains("."), let name = try? record.operation(typed), bracket.alternatives.contains(.added(name)) {
            return .added(name)
        }
        throw .usage(
            "\(Typed.shown(typed)) is no wording of bracket \(bracket.name.text())",
            hint: "say in (the words that stand there), out (nothing)"
                + (bracket.alternatives.count > 2
                    ? ", or a number from 1 to \(bracket.alternatives.count - 2) of the wordings that were added" : ""))
    }
}
