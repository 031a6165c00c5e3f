import Agreement
import CanonicalEncoding
import Cryptography
import Identity

/// A roadmap of many parties over many years: circles of parties amend their articles over and over, each amendment in
/// reliance on another article; now and then two are given in return for each other, and now and then a party record is
/// changed, by two thirds of all and on top of everything.
///
/// With a thousand parties there are twenty-five circles of forty-six each, and four hundred articles.
struct BigRoadmap {
    private(set) var instruments: [Instrument] = []
    /// In the order in which they are given: those on an instrument after those on the ones before.
    private(set) var seals: [SealGiven] = []
    let roadmap: InstrumentID
    let parties: [Member]
    private let circles: [[Member]]
    private let articles: [String]
    private var versions: [String: InstrumentID] = [:]
    /// By article: those that rely on its newest version.
    private var reliers: [String: [InstrumentID]] = [:]
    private var newestRecord: InstrumentID?

    /// Who gave each of the seals.
    private var sealers: [Member] = []

    struct Member {
        let name: Identifier
        let record: PartyRecord
        let keys: Digest
        let sealKey: SigningKey
    }

    init(partyCount: Int, instrumentCount: Int) throws {
        let parties = try (0..<partyCount).map(Self.member)
        let size = min(46, partyCount)
        let circleCount = max(1, partyCount / 40)
        let circles = (0..<circleCount).map { circle in
            (0..<size).map { parties[(circle * partyCount / circleCount + $0) % partyCount] }
        }
        let articles = (0..<16 * circleCount).map { "article-\($0)" }
        var contents = try Self.constitution(parties, circles)
        for (place, article) in articles.enumerated() {
            contents[article] = Self.text("As founded.", circle: place % circleCount)
        }
        let founding = try Self.instrument(nil, 0, [:], contents)
        (self.parties, self.circles, self.articles, roadmap) = (parties, circles, articles, founding.id)
        for provision in contents.keys { versions[provision] = founding.id }
        try publish(founding, sealedBy: parties)
        while instruments.count < instrumentCount {
            if instruments.count.isMultiple(of: 250) {
                try changeRecord()
            } else {
                try reword(inReturn: instruments.count % 10 == 5 && instruments.count + 1 < instrumentCount)
            }
        }
    }

    /// The instruments that the first so many seals are on.
    func instruments(sealedBy sealCount: Int) -> [InstrumentID: Instrument] {
        let reached = Set(seals[..<sealCount].map(\.instrument))
        return Dictionary(uniqueKeysWithValues: instruments.filter { reached.contains($0.id) }.map { ($0.id, $0) })
    }

    private mutating func reword(inReturn isMutual: Bool) throws {
        let place = instruments.count * 7 % articles.count
        guard isMutual else { return try publish(reword(place), sealedBy: circles[place % circles.count]) }
        let other = (place + 1) % articles.count
        let pair = [try reword(place), try reword(other)]
        try publish(pair[0], sealedBy: circles[place % circles.count], provided: [pair[1].id])
        try publish(pair[1], sealedBy: circles[other % circles.count], provided: [pair[0].id])
    }

    private mutating func reword(_ place: Int) throws -> Instrument {
        let article = articles[place]
        let relied = articles[(place * 11 + instruments.count) % articles.count]
        let circle = place % circles.count
        let content = Self.text("Wording \(instruments.count).", circle: circle)
        let instrument = try Self.instrument(
            roadmap, instruments.count * 2 + place % 2,
            base(of: [article, relied, "roster/c\(circle)", "rule/c\(circle)"]),
            [article: content], after: reliers[article] ?? [])
        reliers[article] = nil
        if relied != article { reliers[relied, default: []].append(instrument.id) }
        versions[article] = instrument.id
        return instrument
    }

    private mutating func changeRecord() throws {
        let party = parties[instruments.count / 250 % parties.count]
        let provision = "party/\(party.name)"
        let constitution = versions.keys.filter { $0.hasPrefix("rule/") || $0.hasPrefix("roster/") }
        let after = Set(articles.map { versions[$0]! }).union(newestRecord.map { [$0] } ?? [])
        let instrument = try Self.instrument(
            roadmap, instruments.count * 2, base(of: constitution + [provision]),
            [provision: Content(.party(party.record))], after: Array(after))
        versions[provision] = instrument.id
        newestRecord = instrument.id
        try publish(instrument, sealedBy: parties)
    }

    private func base(of provisions: [String]) -> [Identifier: InstrumentID?] {
        var base: [Identifier: InstrumentID?] = [:]
        for provision in provisions { base[Identifier(provision)!] = versions[provision]! }
        return base
    }

    private mutating func publish(
        _ instrument: Instrument, sealedBy members: [Member], provided: [InstrumentID] = []
    ) throws {
        instruments.append(instrument)
        for member in members {
            seals.append(SealGiven(try Self.seal(roadmap, instrument.id, member, provided), isSigned: true))
            sealers.append(member)
        }
    }

    /// One of the seals as it is exchanged.
    func signed(_ place: Int) throws -> SignedStatement {
        let seal = try Self.seal(roadmap, seals[place].instrument, sealers[place], seals[place].provided)
        return SignedStatement(seal.payload, as: .seal, by: sealers[place].sealKey)
    }

    static func seal(
        _ roadmap: InstrumentID, _ instrument: InstrumentID, _ member: Member, _ provided: [InstrumentID] = []
    ) throws -> Seal {
        try Seal(
            roadmap: roadmap, instrument: instrument, party: member.name, keys: member.keys, verdict: .accept,
            provided: provided, at: 0)
    }

    // MARK: Records

    static func member(_ number: Int) throws -> Member {
        func key(_ purpose: String) -> SigningKey {
            SigningKey(seed: Digest(of: Array("party \(number), \(purpose)".utf8)).bytes)
        }
        let sealKey = key("seal")
        let record = try PartyRecord(
            names: words("Party \(number)"), seal: KeySet(keys: [sealKey.publicKey], threshold: 1)!, recovery: .none,
            next: nil,
            nodes: [NodeRecord(key: key("node").publicKey, endpoints: [])])
        return Member(name: Identifier("p\(number)")!, record: record, keys: record.id, sealKey: sealKey)
    }

    static func constitution(_ parties: [Member], _ circles: [[Member]]) throws -> [String: Content] {
        let twoThirdsOfAll = Rule.need(.fraction(2, 3), of: [Identifier("member")!], counting: .accept)
        var contents: [String: Content] = ["roster/member": Content(.roster(Roster(holders: parties.map(\.name))))]
        for constitutional in ["rule", "roster", "party"] {
            contents["rule/\(constitutional)"] = Content(.rule(twoThirdsOfAll))
        }
        for (number, circle) in circles.enumerated() {
            let standing = Identifier("c\(number)")!
            contents["roster/\(standing)"] = Content(.roster(Roster(holders: circle.map(\.name))))
            contents["rule/\(standing)"] = Content(.rule(.need(.fraction(2, 3), of: [standing], counting: .accept)))
        }
        for party in parties { contents["party/\(party.name)"] = Content(.party(party.record)) }
        return contents
    }

    static func text(_ text: String, circle: Int) -> Content {
        Content(
            kind: Identifier("article")!, provisionClass: Identifier("c\(circle)")!, parent: nil, order: [],
            text: words(text))
    }

    static func words(_ text: String) -> Words { Words([Identifier("en")!: ExactText(text)])! }

    static func instrument(
        _ roadmap: InstrumentID?, _ serial: Int, _ base: [Identifier: InstrumentID?], _ contents: [String: Content],
        after: [InstrumentID] = [], replaces: [InstrumentID] = []
    ) throws -> Instrument {
        try Instrument(
            roadmap: roadmap, title: words("Amendment \(serial)"), proposer: Identifier("p1")!,
            salt: Array(Digest(of: Array("\(serial)".utf8)).bytes.prefix(16)), languages: [Identifier("en")!],
            base: base,
            changes: contents.map { Instrument.Change(Identifier($0.key)!, $0.value) }, after: after, replaces: replaces
        )
    }
}
