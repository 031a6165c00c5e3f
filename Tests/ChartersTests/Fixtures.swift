import Agreement
import CanonicalEncoding
import Cryptography
import Foundation
import Identity

@testable import Charters

/// Three countries share a strait, in two languages; one of them has a code that YAML 1.1 took for a falsehood.
enum Strait {
    static let charter = """
        # Three countries share one strait.
        syngraph: charter/1
        title: { en: Rules of the strait, fr: Règles du détroit }
        languages: [en, fr]
        proposer: NO
        note: { en: A first version., fr: Une première version. }
        parties: [DNK, NO, SWE]
        standings:
          coast: [DNK, NO, SWE]
          pilot: [DNK]
          observer: []
          archive: { holders: [SWE], dormant: true }
        rules:
          navigation:
            all:
              - { need: all, of: coast }
              - { need: { atLeast: 1 }, of: pilot }
              - { need: majority, of: [coast, pilot], counting: [accept, abstain] }
          dues: { any: [{ party: DNK }, { need: { fraction: [2, 3] }, of: coast }] }
          duty: { all: [{ named: obligors }, { need: majority, of: coast }] }
          roster: { need: all, of: coast }
          rule: { need: all, of: coast }
          party: { need: all, of: coast }
        provisions:
          - id: passage
            kind: article
            class: navigation
            number: "1"
            heading: { en: Passage, fr: Passage }
            provisions:
              - id: passage/right
                kind: paragraph
                class: navigation
                text: { en: Every ship may pass., fr: Tout navire peut passer. }
              - kind: paragraph
                class: duty
                text: { en: Norway lights the strait., fr: La Norvège éclaire le détroit. }
                attributes: { obligors: [NO], lamps: 12, all-year: true, since: "1905", more: [a, { b: -2 }] }
          - id: dues
            kind: article
            class: dues
            number: 2
            text:
              en: |
                No dues are taken.
              fr: Aucun droit n'est perçu.

        """

    static let amendment = """
        syngraph: amendment/1
        title: { en: Dues and pilots, fr: Droits et pilotes }
        note: { en: As agreed in June., fr: Comme convenu en juin. }
        changes:
          - amend: dues
            number: ~
            text: { en: Dues are taken from 2030., fr: Des droits sont perçus dès 2030. }
          - add: passage/pilots
            under: passage
            after: passage/right
            kind: paragraph
            class: navigation
            text: { en: Pilots are free., fr: Les pilotes sont gratuits. }
          - add: ~
            before: dues
            kind: article
            class: duty
            heading: { en: Charts, fr: Cartes }
            attributes: { obligors: [DNK, ISL] }
          - party: ISL
            card: cards/ISL.card
          - roster: observer
            holders: [ISL]
          - rule: dues
            is: { need: all, of: coast }
        relies-on: [passage/right]

        """

    static let languages = ["en", "fr"].map { Identifier($0)! }
    static let salt = [UInt8](repeating: 7, count: 16)

    /// A card with one seal key and one node key, made from the party's name.
    static func card(_ party: Identifier) -> PartyCard { known[party] ?? card(party, sealKey: key("\(party) seal")) }

    /// Keys take longer to make than charters to read.
    private static let known = Dictionary(
        uniqueKeysWithValues: ["DNK", "NO", "SWE", "ISL", "FIN"].map { Identifier($0)! }.map {
            ($0, card($0, sealKey: key("\($0) seal")))
        })

    static func card(_ party: Identifier, sealKey: SigningKey) -> PartyCard {
        let record = try! PartyRecord(
            names: Words([Identifier("en")!: ExactText("Party \(party)")])!,
            seal: KeySet(keys: [sealKey.publicKey], threshold: 1)!, recovery: .none,
            next: nil, nodes: [NodeRecord(key: key("\(party) node").publicKey, endpoints: [])])
        return PartyCard(party: party, record: record)
    }

    static func key(_ label: String) -> SigningKey { SigningKey(seed: Digest(of: Array(label.utf8)).bytes) }

    static func read(
        _ text: String, cards: (Identifier) throws -> PartyCard? = { card($0) }
    ) -> Result<Charter, CharterFaults> {
        Charter.read(text, cards: cards)
    }

    /// The charter as it reads after `old` was exchanged for `new`, which must stand in it once.
    static func edited(_ old: String, _ new: String, in text: String = charter) -> String {
        precondition(text.components(separatedBy: old).count == 2, "`\(old)` stands once in the example")
        return text.replacingOccurrences(of: old, with: new)
    }

    static func faults(_ old: String, _ new: String) -> [CharterFault] { faults(in: edited(old, new)) }

    static func faults(
        in text: String, cards: (Identifier) throws -> PartyCard? = { card($0) }
    ) -> [CharterFault] {
        read(text, cards: cards).faults
    }
}

extension Result where Failure == CharterFaults {
    var faults: [CharterFault] {
        switch self {
        case .success: []
        case .failure(let failure): failure.faults
        }
    }
}

/// The strait's charter in force, and instruments laid on it.
struct StraitInForce {
    let founding: Instrument
    private(set) var instruments: [InstrumentID: Instrument]
    private var seals: [SealGiven] = []

    init(_ charter: String = Strait.charter) throws {
        founding = try Strait.read(charter).get().foundingInstrument(salt: Strait.salt)
        instruments = [founding.id: founding]
        try accept(founding)
    }

    var evaluation: Evaluation { Evaluation(instruments: instruments, seals: seals, roadmap: founding.id) }

    /// Adds an instrument that every party of the founding, and every party it brings, has accepted.
    mutating func accept(_ instrument: Instrument) throws {
        instruments[instrument.id] = instrument
        for (party, record) in founding.partyRecords + instrument.partyRecords {
            let seal = try Seal(
                roadmap: founding.id, instrument: instrument.id, party: party, keys: record.id, verdict: .accept, at: 0)
            seals.append(SealGiven(seal, isSigned: true))
        }
    }

    /// Publishes an instrument with an acceptance by a party whose keys are retired and which disowns it.
    mutating func dispute(_ instrument: Instrument, of party: String) throws -> Digest {
        instruments[instrument.id] = instrument
        let (name, record) = founding.partyRecords.first { $0.party.string == party }!
        let seal = try Seal(
            roadmap: founding.id, instrument: instrument.id, party: name, keys: record.id, verdict: .accept, at: 1)
        seals.append(SealGiven(seal, isSigned: true, isDisputed: true))
        return seal.id
    }

    func read(
        _ text: String, cards: (String) throws -> PartyCard? = { Strait.card(from: $0) }
    ) -> Result<AmendmentFile, CharterFaults> {
        AmendmentFile.read(text, on: evaluation, languages: founding.languages, cards: cards)
    }

    func freeze(_ text: String) throws -> Instrument {
        try evaluation.freeze(
            read(text).get().amendment(salt: Strait.salt), proposer: Identifier("NO")!, salt: Strait.salt,
            languages: founding.languages, roadmap: founding.id)
    }

    /// Faults of an amendment with these changes.
    func faults(ofChanges changes: String, more: String = "") -> [CharterFault] {
        read(Self.amendment(changes, more: more)).faults
    }

    static func amendment(_ changes: String, more: String = "") -> String {
        let title = "syngraph: amendment/1\ntitle: { en: A change, fr: Une modification }\nchanges:\n"
        let indented = changes.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        return title + indented.joined(separator: "\n") + "\n" + more
    }
}

extension Strait {
    /// The card of the party for which the file at `path` is named: `cards/ISL.card`.
    static func card(from path: String) -> PartyCard? {
        guard path.hasSuffix(".card"), let name = path.split(separator: "/").last,
            let party = Identifier(String(name.dropLast(5)))
        else { return nil }
        return card(party)
    }
}
