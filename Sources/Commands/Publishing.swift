internal import Agreement
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import NodeRuntime
internal import Verification
internal import Wording

/// Records on their way into a party's copy, and why they are refused there.
enum Publishing {
    /// Adds records through the door: all, or none.
    ///
    /// - Returns: how many were new.
    /// - Throws: a ``Complaint`` with the sentence for the first that is refused.
    @discardableResult
    static func publish(
        _ records: [PublishedRecord], for party: Identifier, through door: any HomeDoor
    ) async throws -> Int {
        do {
            return try await door.publish(records)
        } catch let refusal as NodeRefusal {
            throw try await complaint(about: refusal, of: records, for: party, door)
        }
    }

    /// Adds a stranger's records: all, or none, but for seals of other parties that too few of their keys signed.
    ///
    /// Those count for nothing, and one that somebody slipped into a bundle must not keep the rest of it out.
    ///
    /// - Returns: how many were new, and the seals left out.
    static func takeIn(
        _ contents: BundleContents, for party: Identifier, through door: any HomeDoor
    ) async throws -> (new: Int, leftOut: [Seal]) {
        let offered = inTheirTime(contents.records)
        let unsigned = contents.ledger.seals.values.filter { !$0.isSigned && $0.seal.party != party }.map(\.seal)
        guard !unsigned.isEmpty else { return (try await publish(offered, for: party, through: door), []) }
        // With the signatures that are here already there may be enough.
        var copy = try Self.copy(of: await door.bundle())
        for record in contents.records { copy.take(record.kind, record.body) }
        let ledger = copy.ledger
        let leftOut = unsigned.filter { !(ledger.seals[$0.id]?.isSigned ?? false) }.sorted { $0.id < $1.id }
        let ids = Set(leftOut.map(\.id))
        let records = offered.filter { record in
            guard case .seal(let statement) = record else { return true }
            return !ids.contains(Digest(of: statement.payload))
        }
        return (try await publish(records, for: party, through: door), leftOut)
    }

    /// Instruments, then seals by the time that they claim, then certificates.
    ///
    /// Every seal of this party is judged by what came before it: one that was honest when it was given, and whose
    /// instrument was replaced since, would be refused after its replacement.
    private static func inTheirTime(_ records: [PublishedRecord]) -> [PublishedRecord] {
        let ranked = records.enumerated().map { place, record -> (rank: Int, time: UInt64, place: Int) in
            switch record {
            case .instrument: (0, 0, place)
            case .seal(let statement): (1, (try? Seal(payload: statement.payload))?.at ?? 0, place)
            case .certificate: (2, 0, place)
            }
        }
        return ranked.sorted { ($0.rank, $0.time, $0.place) < ($1.rank, $1.time, $1.place) }.map { records[$0.place] }
    }

    /// Does something that publishes, its refusals said in the words of `book`.
    static func refusing(_ book: Phrasebook, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let refusal as NodeRefusal {
            guard let reason = refusal.reason else { throw HomeFailure.refused(reason: refusal.words) }
            throw Complaint(about: reason, book)
        }
    }

    /// A running node answers in words of its own log; the same check here finds the reason again.
    private static func complaint(
        about refusal: NodeRefusal, of records: [PublishedRecord], for party: Identifier, _ door: any HomeDoor
    ) async throws -> any Error {
        var copy = try Self.copy(of: await door.bundle())
        var reason = refusal.reason
        if reason == nil {
            do throws(PublicationRefusal) { _ = try copy.accept(records, for: party) } catch { reason = error }
        }
        guard let reason else { return HomeFailure.refused(reason: refusal.words) }
        for case .instrument(let instrument) in records { _ = copy.take(instrument) }
        return Complaint(about: reason, Phrasebook(copy.ledger, copy.evaluation))
    }

    private static func copy(of bundle: [UInt8]) throws -> RoadmapCopy {
        let contents = try BundleContents(bundle)
        var copy = RoadmapCopy(roadmap: contents.roadmap)
        for record in contents.records { copy.take(record.kind, record.body) }
        return copy
    }
}

extension Complaint {
    /// Why a party's own copy does not take a record: each reason its own sentence.
    init(about refusal: PublicationRefusal, _ book: Phrasebook) {
        self =
            switch refusal {
            case .refused(.keyNotInRecord, let record):
                Complaint(
                    .notYours, "unknown-key",
                    "the record \(Quoting.short(record)) is refused: \(LedgerRefusal.keyNotInRecord.sentence)",
                    hint: "nothing was changed")
            case .refused(let reason, let record):
                Complaint(
                    .invalid, "refused", "the record \(Quoting.short(record)) is refused: \(reason.sentence)",
                    hint: "nothing was changed")
            case .unknownKeys(let seal, let party):
                Complaint(
                    .notYours, "unknown-keys",
                    "the seal \(Quoting.short(seal)) is by keys of \(party) that no record held here names",
                    hint: "import the amendment first that brings them; nothing was changed")
            case .belowThreshold(let seal, let party, let signatures, let threshold):
                Complaint(
                    .notYours, "below-threshold",
                    "the seal \(Quoting.short(seal)) has \(signatures) of \(threshold) signatures of \(party)",
                    hint: "let the next official sign the same file with `syngraph seal --sign`; nothing was changed")
            case .dishonest(let seal, let objections): Self.objection(to: seal, objections, book)
            }
    }

    private static func objection(to seal: Digest, _ objections: [Objection], _ book: Phrasebook) -> Complaint {
        Complaint(
            .notYours, objections.first?.word ?? "incoherent",
            "the seal \(Quoting.short(seal)) is refused: "
                + objections.map(book.sentence(for:)).joined(separator: "; "),
            hint: "nothing was changed")
    }
}

extension Objection {
    /// The word by which a script knows it.
    var word: String {
        switch self {
        case .notKnown: "not-known"
        case .illFormed: "ill-formed"
        case .otherVerdict: "second-verdict"
        case .withdrawn: "withdrawn"
        case .replacedBy, .conflictsWith, .groundReplacedBy, .groundConflictsWith, .earlierBuiltOnReplaced,
            .earlierBuiltOnRival, .providedOnReplaced:
            "incoherent"
        case .leavesRuleUnmeetable: "leaves-rule-unmeetable"
        case .wouldNotStand: "would-not-stand"
        case .wouldCompleteNothing: "would-complete-nothing"
        case .wouldTopple: "would-topple"
        case .restsOnDisputed: "rests-on-disputed"
        }
    }
}
