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

    /// Adds a stranger's records: all, or none, but for statements of other parties that too few of their keys signed, and
    /// what this party would lie with.
    ///
    /// The former count for nothing, and one that somebody slipped into a bundle must not keep the rest of it out. Nor must
    /// what a thief of this party's keys made: it is in every file that the others write.
    ///
    /// - Returns: how many were new, and what was left out.
    static func takeIn(
        _ contents: BundleContents, for party: Identifier, through door: any HomeDoor
    ) async throws -> (new: Int, leftOut: LeftOut) {
        let (offered, halfSigned) = try await withoutHalfSigned(contents, for: party, through: door)
        var leftOut = LeftOut(halfSigned: halfSigned)
        do {
            return (try await door.publish(offered), leftOut)
        } catch let refusal as NodeRefusal {
            let copy = try Self.copy(of: await door.bundle())
            let (rest, lies) = withoutLies(offered, of: party, in: copy)
            var trial = copy
            guard !lies.isEmpty, (try? trial.accept(rest, for: party))?.isEmpty == false else {
                throw try await complaint(about: refusal, of: offered, for: party, door)
            }
            leftOut.lies = lies
            return (try await publish(rest, for: party, through: door), leftOut)
        }
    }

    /// So many are looked for, each by another look at all records.
    private static let liesLookedFor = 64

    private static func withoutLies(
        _ records: [PublishedRecord], of party: Identifier, in copy: RoadmapCopy
    ) -> (rest: [PublishedRecord], lies: [PublicationRefusal]) {
        var rest = records
        var lies: [PublicationRefusal] = []
        while lies.count < liesLookedFor {
            var trial = copy
            do throws(PublicationRefusal) {
                _ = try trial.accept(rest, for: party)
                break
            } catch {
                guard let statement = error.lie else { break }
                rest.removeAll { $0.statement == statement }
                lies.append(error)
            }
        }
        return (rest, lies)
    }

    private static func withoutHalfSigned(
        _ contents: BundleContents, for party: Identifier, through door: any HomeDoor
    ) async throws -> ([PublishedRecord], [HalfSigned]) {
        let offered = inTheirTime(contents.records)
        guard HalfSigned.all(in: contents.ledger).contains(where: { $0.party != party }) else { return (offered, []) }
        // With the signatures that are here already there may be enough.
        var copy = try Self.copy(of: await door.bundle())
        for record in contents.records { copy.take(record.kind, record.body) }
        let offeredIDs = Set(offered.compactMap(\.statement))
        let leftOut = HalfSigned.all(in: copy.ledger).filter { $0.party != party && offeredIDs.contains($0.id) }
        let ids = Set(leftOut.map(\.id))
        let records = offered.filter { record in record.statement.map { !ids.contains($0) } ?? true }
        return (records, leftOut)
    }

    /// Instruments and changes of keys, then seals and withdrawals by the time that they claim, then certificates.
    ///
    /// Every seal of this party is judged by what came before it: one that was honest when it was given, and whose
    /// instrument was replaced since, would be refused after its replacement.
    private static func inTheirTime(_ records: [PublishedRecord]) -> [PublishedRecord] {
        let ranked = records.enumerated().map { place, record -> (rank: Int, time: UInt64, place: Int) in
            switch record {
            case .instrument: (0, 0, place)
            case .keyStatement: (1, 0, place)
            case .seal(let statement): (2, (try? Seal(payload: statement.payload))?.at ?? 0, place)
            case .withdrawal(let statement): (2, (try? Withdrawal(payload: statement.payload))?.at ?? 0, place)
            case .certificate: (3, 0, place)
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
            case .unknownKeys(let kind, let id, let party):
                Complaint(
                    .notYours, "unknown-keys",
                    "the \(kind.noun) \(Quoting.short(id)) is by keys of \(party) that no record held here names",
                    hint: "import the amendment or the change of keys first that brings them; nothing was changed")
            case .belowThreshold(let kind, let id, let party, let signatures, let threshold):
                Complaint(
                    .notYours, "below-threshold",
                    "the \(kind.noun) \(Quoting.short(id)) has \(signatures) of \(threshold) signatures of \(party)",
                    hint: "let the next official sign the same file"
                        + " with `syngraph \(kind == .seal ? "seal --sign" : "sign")`; nothing was changed")
            case .noAuthority(let statement, let party):
                Complaint(
                    .notYours, "below-threshold",
                    "the key statement \(Quoting.short(statement)) of \(party) is signed neither by enough of the seal "
                        + "keys before, nor by enough of the recovery keys",
                    hint: "let the next official sign it with `syngraph sign`; nothing was changed")
            case .unproven(let statement, let party, let keys):
                Complaint(
                    .notYours, "unproven-keys",
                    "the key statement \(Quoting.short(statement)) of \(party) brings "
                        + Quoting.count(keys.count, "key") + " that did not sign it: "
                        + Quoting.list(keys.map { Quoting.short($0.digest) }),
                    hint:
                        "every new key signs, with `syngraph sign`, so that nobody's is brought in unasked; nothing was "
                        + "changed")
            case .wouldFork(let statement, let other):
                Complaint(
                    .notYours, "forked-keys",
                    "the key statement \(Quoting.short(statement)) stands beside \(Quoting.short(other)), on the same "
                        + "record and by the same authority: together they would be proof of a lie",
                    hint: "make the change upon the newest record; nothing was changed")
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

extension StatementKind {
    /// What people call it.
    var noun: String {
        switch self {
        case .seal: "seal"
        case .keys: "key statement"
        case .withdrawal: "withdrawal"
        case .state: "state certificate"
        case .checkpoint: "checkpoint"
        case .card: "card"
        }
    }
}

/// What an import does not take in.
struct LeftOut {
    var halfSigned: [HalfSigned]
    /// In this party's name, and against its word.
    var lies: [PublicationRefusal] = []

    var ids: [Digest] { halfSigned.map(\.id) + lies.compactMap(\.lie) }
}

extension PublicationRefusal {
    /// The statement by which the party whose copy it is would lie; nil if it is refused for another reason.
    fileprivate var lie: Digest? {
        switch self {
        case .dishonest(let seal, _): seal
        case .wouldFork(let statement, _): statement
        case .refused, .unknownKeys, .belowThreshold, .noAuthority, .unproven: nil
        }
    }
}

/// A statement that too few keys of its party have signed.
struct HalfSigned: Hashable {
    let kind: StatementKind
    let id: Digest
    let party: Identifier

    /// Ascending by id.
    static func all(in ledger: Ledger) -> [HalfSigned] {
        var all = ledger.seals.values.filter { !$0.isSigned }.map {
            HalfSigned(kind: .seal, id: $0.seal.id, party: $0.seal.party)
        }
        all += ledger.keyChains.statements.values.filter { !$0.isGood }.map {
            HalfSigned(kind: .keys, id: $0.statement.id, party: $0.statement.party)
        }
        all += ledger.withdrawals.values.filter { !$0.isSigned }.map {
            HalfSigned(kind: .withdrawal, id: $0.withdrawal.id, party: $0.withdrawal.party)
        }
        return all.sorted { $0.id < $1.id }
    }
}

extension PublishedRecord {
    /// The id of what is said, for a statement that several keys may have to sign.
    fileprivate var statement: Digest? {
        switch self {
        case .seal(let signed), .keyStatement(let signed), .withdrawal(let signed): Digest(of: signed.payload)
        case .instrument, .certificate: nil
        }
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
