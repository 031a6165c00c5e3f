internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Verification

/// A bundle of one roadmap with so many seals: by fifty parties, on amendments that each bring an article.
struct SealFile {
    static let partyCount = 50

    let bytes: [UInt8]
    let sealCount: Int

    init(sealCount: Int) throws {
        let parties = (0..<min(Self.partyCount, sealCount)).map { number in
            (id: Identifier("P\(number)")!, key: SigningKey(seed: Digest(of: Array("party \(number)".utf8)).bytes))
        }
        let records = try parties.map { party in
            try PartyRecord(
                names: Self.words(party.id.string), seal: KeySet(keys: [party.key.publicKey], threshold: 1)!,
                recovery: .none, next: nil, nodes: [])
        }
        let rule = Rule.need(.majority, of: [Identifier("member")!], counting: .accept)
        let rules = ["text", "roster", "rule", "party"].map {
            Instrument.Change(Identifier("rule/\($0)")!, Content(.rule(rule)))
        }
        let founding = try Instrument(
            roadmap: nil, title: Self.words("Many"), proposer: parties[0].id, salt: [UInt8](repeating: 0, count: 16),
            languages: [Identifier("en")!], base: [:],
            changes: rules + [
                Instrument.Change(
                    Identifier("roster/member")!, Content(.roster(Roster(holders: parties.map(\.id)))))
            ] + zip(parties, records).map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($1))) })
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        var instruments = [founding]
        var count = 0
        for number in 0... {
            guard count < sealCount else { break }
            if number > 0 { instruments.append(try Self.amendment(number, of: founding)) }
            let instrument = instruments[number]
            if number > 0 { try ledger.insert(instrument) }
            for (party, record) in zip(parties, records) where count < sealCount {
                let seal = try Seal(
                    roadmap: founding.id, instrument: instrument.id, party: party.id, keys: record.id, verdict: .accept,
                    at: 1_800_000_000)
                try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: party.key))
                count += 1
            }
        }
        bytes = BundleWriter(ledger).encoded()
        self.sealCount = count
    }

    private static func amendment(_ number: Int, of founding: Instrument) throws -> Instrument {
        let article = Identifier("article-\(number)")!
        return try Instrument(
            roadmap: founding.id, title: words("Amendment \(number)"), proposer: founding.proposer,
            salt: Array(Digest(of: Array("\(number)".utf8)).bytes.prefix(16)), languages: founding.languages,
            base: [article: nil, Identifier("rule/text")!: founding.id, Identifier("roster/member")!: founding.id],
            changes: [
                .init(
                    article,
                    Content(
                        kind: Identifier("article")!, provisionClass: Identifier("text")!, parent: nil, order: [1],
                        text: words("Article \(number)")))
            ])
    }

    private static func words(_ text: String) -> Words { Words([Identifier("en")!: ExactText(text)])! }
}
