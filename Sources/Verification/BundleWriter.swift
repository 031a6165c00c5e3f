public import Agreement
internal import CanonicalEncoding
public import Cryptography
internal import HeapModule
internal import Identity
internal import Journal

/// Packs what a stranger needs into one file, always in the same order.
///
/// A record comes after everything it is built on, replaces, names or is signed under. Of those that may come
/// next, the lowest kind is first, then the lowest id, then the lowest key id.
public struct BundleWriter: Sendable {
    private let ledger: Ledger
    private let certificates: [SignedStatement]
    private let requests: [Seal]
    private let journal: JournalExcerpt
    private let accusations: [Accusation]
    /// What makes a party's key record known, and one of its node keys: of several the lowest, instruments first.
    ///
    /// By party, for anybody may publish another's record or key as its own, and readers look in the right one.
    private let carriers: [Carried: Name]

    private enum Carried: Hashable {
        case record(Digest, of: Identifier)
        case node(KeyID, of: Identifier)
    }

    /// What others come after: an instrument, or a key statement with all signatures on it.
    private struct Name: Hashable, Comparable {
        let kind: BundleRecordKind
        let id: Digest

        static func instrument(_ id: InstrumentID) -> Name { Name(kind: .instrument, id: id) }
        static func statement(_ id: Digest) -> Name { Name(kind: .keyStatement, id: id) }

        static func < (one: Name, other: Name) -> Bool {
            (one.kind.rawValue, one.id) < (other.kind.rawValue, other.id)
        }
    }

    /// - Parameters:
    ///   - certificates: signed state certificates to go along.
    ///   - requests: seals that their party is asked to sign.
    ///   - journal: pieces of journals, for a file of evidence.
    ///   - accusations: with one it is a file of evidence, else none.
    public init(
        _ ledger: Ledger, certificates: [SignedStatement] = [], requests: [Seal] = [],
        journal: JournalExcerpt = JournalExcerpt(), accusations: [Accusation] = []
    ) {
        self.ledger = ledger
        self.certificates = certificates
        self.requests = requests
        self.journal = journal
        self.accusations = accusations
        var carriers: [Carried: Name] = [:]
        func note(_ record: PartyRecord?, _ id: Digest, of party: Identifier, in carrier: Name) {
            let nodes = (record?.nodes ?? []).map { Carried.node($0.key.id, of: party) }
            for thing in [Carried.record(id, of: party)] + nodes {
                carriers[thing] = min(carriers[thing] ?? carrier, carrier)
            }
        }
        for instrument in ledger.instruments.values {
            for (party, record) in instrument.partyRecords {
                note(record, record.id, of: party, in: .instrument(instrument.id))
            }
        }
        for made in ledger.keyChains.all where made.version > 0 {
            note(made.record, made.id, of: made.party, in: .statement(made.id))
        }
        self.carriers = carriers
    }

    /// The bundle: of scope `agreement`, or where somebody is accused of scope `evidence`.
    ///
    /// Statements whose key record is not held are left out, and so are certificates by a key that no record held names
    /// as their party's node: nobody could check them. What is handed in twice is written once.
    public func encoded() -> [UInt8] {
        var bytes = BundleFormat.header(ledger.roadmap, accusations.isEmpty ? .agreement : .evidence)
        let records = inOrder()
        for record in records { bytes += BundleFormat.record(record.rank.kind, record.content) }
        return bytes + BundleFormat.footer(count: records.count, digest: Digest(of: bytes))
    }

    private struct Rank: Hashable, Comparable {
        let kind: BundleRecordKind
        let id: Digest
        let signer: Digest?

        static func < (one: Rank, other: Rank) -> Bool {
            if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
            if one.id != other.id { return one.id < other.id }
            guard let a = one.signer, let b = other.signer else { return one.signer == nil && other.signer != nil }
            return a < b
        }
    }

    private struct Record {
        let rank: Rank
        let content: [UInt8]
        /// What comes before it.
        let after: Set<Name>

        var name: Name { Name(kind: rank.kind, id: rank.id) }
    }

    private func inOrder() -> [Record] {
        var ranks: Set<Rank> = []
        let records =
            (instrumentRecords() + sealRecords() + keyStatementRecords() + withdrawalRecords() + requestRecords()
            + certificateRecords() + journalRecords() + accusationRecords()).filter { ranks.insert($0.rank).inserted }
        var outstanding: [Name: Int] = [:]
        for record in records { outstanding[record.name, default: 0] += 1 }
        var waitingOn: [Name: [Int]] = [:]
        var missingCount: [Int] = []
        var ready = Heap<Ranked>()
        for (place, record) in records.enumerated() {
            let needed = record.after.filter { outstanding[$0] != nil }
            missingCount.append(needed.count)
            for name in needed { waitingOn[name, default: []].append(place) }
            if needed.isEmpty { ready.insert(Ranked(rank: record.rank, place: place)) }
        }
        var ordered: [Record] = []
        while let next = ready.popMin() {
            let record = records[next.place]
            ordered.append(record)
            outstanding[record.name]! -= 1
            guard outstanding[record.name] == 0 else { continue }
            for place in waitingOn[record.name] ?? [] {
                missingCount[place] -= 1
                if missingCount[place] == 0 { ready.insert(Ranked(rank: records[place].rank, place: place)) }
            }
        }
        return ordered
    }

    private struct Ranked: Comparable {
        let rank: Rank
        let place: Int
        static func < (one: Ranked, other: Ranked) -> Bool { one.rank < other.rank }
    }

    private func instrumentRecords() -> [Record] {
        ledger.instruments.values.map {
            Record(
                rank: Rank(kind: .instrument, id: $0.id, signer: nil), content: $0.payload,
                after: Set($0.named.map(Name.instrument)))
        }
    }

    private func sealRecords() -> [Record] {
        ledger.seals.values.flatMap { records(.seal, $0.seal.id, $0.signatures, after: before($0.seal)) }
    }

    /// Statements that too few have signed go along: the next signer needs them.
    private func keyStatementRecords() -> [Record] {
        ledger.keyChains.statements.values.flatMap { onRecord in
            let statement = onRecord.statement
            return records(
                .keyStatement, statement.id, onRecord.signatures,
                after: before([], madeUnder: statement.previous, of: statement.party))
        }
    }

    private func withdrawalRecords() -> [Record] {
        ledger.withdrawals.values.flatMap { onRecord in
            let withdrawal = onRecord.withdrawal
            return records(
                .withdrawal, withdrawal.id, onRecord.signatures,
                after: before(Array(withdrawal.rosters.values), madeUnder: withdrawal.keys, of: withdrawal.party))
        }
    }

    /// A record for each signature.
    private func records(
        _ kind: BundleRecordKind, _ id: Digest, _ signatures: [KeyID: SignedStatement], after: Set<Name>
    ) -> [Record] {
        signatures.map { signer, signed in
            Record(rank: Rank(kind: kind, id: id, signer: signer.digest), content: signed.encoded(), after: after)
        }
    }

    private func requestRecords() -> [Record] {
        requests.map {
            Record(rank: Rank(kind: .sealRequest, id: $0.id, signer: nil), content: $0.payload, after: before($0))
        }
    }

    private func certificateRecords() -> [Record] {
        certificates.compactMap { statement in
            guard let certificate = try? StateCertificate(payload: statement.payload),
                let carrier = carriers[.node(statement.signer, of: certificate.party)]
            else { return nil }
            return Record(
                rank: Rank(kind: .stateCertificate, id: certificate.id, signer: statement.signer.digest),
                content: statement.encoded(), after: [carrier])
        }
    }

    private func journalRecords() -> [Record] {
        let bodies = journal.writers.mapValues { $0.encoded() }
        return journal.headers.values.map {
            Record(
                rank: Rank(kind: .header, id: $0.id.digest, signer: nil), content: $0.bytes,
                after: [Name(kind: .header, id: $0.previous.digest)])
        }
            + bodies.values.map {
                Record(rank: Rank(kind: .body, id: Digest(of: $0), signer: nil), content: $0, after: [])
            }
            + journal.checkpoints.map { checkpoint in
                let body = bodies[checkpoint.writer].map { Name(kind: .body, id: Digest(of: $0)) }
                return Record(
                    rank: Rank(kind: .checkpoint, id: Digest(of: checkpoint.bytes), signer: nil),
                    content: checkpoint.bytes,
                    after: Set([Name(kind: .header, id: checkpoint.entry.digest), body].compactMap { $0 }))
            }
    }

    private func accusationRecords() -> [Record] {
        accusations.map {
            Record(rank: Rank(kind: .accusation, id: $0.id, signer: nil), content: $0.payload, after: [])
        }
    }

    private func before(_ seal: Seal) -> Set<Name> { before([seal.instrument], madeUnder: seal.keys, of: seal.party) }

    /// What comes before a statement: the instruments that it names, and what makes its key record known.
    private func before(
        _ instruments: [InstrumentID], madeUnder keys: Digest, of party: Identifier
    ) -> Set<Name> {
        Set(instruments.map(Name.instrument) + [carriers[.record(keys, of: party)]].compactMap { $0 })
    }
}
