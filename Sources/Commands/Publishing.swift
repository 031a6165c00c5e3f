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
    static func publish(
        _ records: [PublishedRecord], for party: Identifier, through door: any HomeDoor
    ) async throws -> Int {
        do {
            return try await door.publish(records)
        } catch let refusal as NodeRefusal {
            // A running node answers in words of its own log; the same check here finds the reason again.
            var copy = try Self.copy(of: await door.bundle())
            var reason = refusal.reason
            if reason == nil {
                do throws(PublicationRefusal) { _ = try copy.accept(records, for: party) } catch { reason = error }
            }
            guard let reason else { throw HomeFailure.refused(reason: refusal.words) }
            for case .instrument(let instrument) in records { _ = copy.take(instrument) }
            throw Complaint(about: reason, Phrasebook(copy.ledger, copy.evaluation))
        }
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
                    "the seal \(Quoting.short(seal)) has \(signatures) of the \(threshold) signatures that \(party) needs",
                    hint: "let the next official sign the same file with `syngraph seal --sign`; nothing was changed")
            case .dishonest(let seal, let objections): Self.objection(to: seal, objections, book)
            }
    }

    private static func objection(to seal: Digest, _ objections: [Objection], _ book: Phrasebook) -> Complaint {
        Complaint(
            .notYours, objections.first?.word ?? "incoherent",
            "the seal \(Quoting.short(seal)) is refused: " + objections.map(book.sentence(for:)).joined(separator: "; "),
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
        case .replacedBy, .conflictsWith, .groundReplacedBy, .groundConflictsWith, .earlierBuiltOnReplaced,
            .earlierBuiltOnRival, .providedOnReplaced:
            "incoherent"
        case .wouldNotStand: "would-not-stand"
        case .wouldTopple: "would-topple"
        }
    }
}
