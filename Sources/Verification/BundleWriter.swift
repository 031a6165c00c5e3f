public import Agreement
internal import CanonicalEncoding
public import Cryptography
internal import HeapModule
internal import Identity

/// Packs what a stranger needs into one file, always in the same order.
///
/// A record comes after everything it is built on, replaces, is a seal on or is signed under. Of those that may come
/// next, the lowest kind is first, then the lowest id, then the lowest key id.
public struct BundleWriter: Sendable {
    private let ledger: Ledger
    private let certificates: [SignedStatement]
    private let requests: [Seal]
    /// The lowest instrument that carries a party's key record, and one of its node keys.
    ///
    /// By party, for anybody may publish another's record or key as its own, and readers look in the right one.
    private let carriers: [Carried: InstrumentID]

    private enum Carried: Hashable {
        case record(Digest, of: Identifier)
        case node(KeyID, of: Identifier)
    }

    /// - Parameters:
    ///   - certificates: signed state certificates to go along.
    ///   - requests: seals that their party is asked to sign.
    public init(_ ledger: Ledger, certificates: [SignedStatement] = [], requests: [Seal] = []) {
        self.ledger = ledger
        self.certificates = certificates
        self.requests = requests
        var carriers: [Carried: InstrumentID] = [:]
        for instrument in ledger.instruments.values {
            for (party, record) in instrument.partyRecords {
                let carried =
                    [Carried.record(record.id, of: party)] + record.nodes.map { Carried.node($0.key.id, of: party) }
                for thing in carried { carriers[thing] = min(carriers[thing] ?? instrument.id, instrument.id) }
            }
        }
        self.carriers = carriers
    }

    /// The bundle of scope `agreement`.
    ///
    /// Seals whose key record is not held are left out, and so are certificates by a key that no record held names as
    /// their party's node: nobody could check them. What is handed in twice is written once.
    public func encoded() -> [UInt8] {
        var bytes = BundleFormat.header(ledger.roadmap, .agreement)
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
        /// Instruments that come before it.
        let after: Set<InstrumentID>
    }

    private func inOrder() -> [Record] {
        var ranks: Set<Rank> = []
        let records = (instrumentRecords() + sealRecords() + requestRecords() + certificateRecords())
            .filter { ranks.insert($0.rank).inserted }
        let present = Set(ledger.instruments.keys)
        var waitingOn: [InstrumentID: [Int]] = [:]
        var missingCount: [Int] = []
        var ready = Heap<Ranked>()
        for (place, record) in records.enumerated() {
            let needed = record.after.intersection(present)
            missingCount.append(needed.count)
            for id in needed { waitingOn[id, default: []].append(place) }
            if needed.isEmpty { ready.insert(Ranked(rank: record.rank, place: place)) }
        }
        var ordered: [Record] = []
        while let next = ready.popMin() {
            let record = records[next.place]
            ordered.append(record)
            guard record.rank.kind == .instrument else { continue }
            for place in waitingOn[record.rank.id] ?? [] {
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
                after: Set($0.ground + $0.replaces))
        }
    }

    private func sealRecords() -> [Record] {
        ledger.seals.values.flatMap { onRecord in
            onRecord.signatures.map { signer, statement in
                Record(
                    rank: Rank(kind: .seal, id: onRecord.seal.id, signer: signer.digest), content: statement.encoded(),
                    after: before(onRecord.seal))
            }
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

    /// What comes before a seal: its instrument, and one that carries the record it is signed under.
    private func before(_ seal: Seal) -> Set<InstrumentID> {
        Set([seal.instrument] + [carriers[.record(seal.keys, of: seal.party)]].compactMap { $0 })
    }
}
