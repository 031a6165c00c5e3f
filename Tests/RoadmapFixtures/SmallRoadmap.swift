package import Agreement
internal import CanonicalEncoding
package import Cryptography
internal import Identity
internal import Verification

/// A roadmap of three parties and two languages, small enough to read whole.
///
/// Key states are KOR and PRK, CHN is partner. Hard security needs both key states and a partner, procedure a majority,
/// the constitution both key states.
package struct SmallRoadmap: Sendable {
    package let founding: Instrument
    package private(set) var ledger: Ledger
    package private(set) var certificates: [SignedStatement] = []
    private var saltCount: UInt8 = 1

    package var id: InstrumentID { founding.id }
    package var evaluation: Evaluation { Evaluation(of: ledger) }

    /// - Parameter founders: those who have accepted the founding.
    package init(title: String = "Roadmap for a small peninsula", acceptedBy founders: [Signatory] = Signatory.all) {
        founding = try! Instrument(
            roadmap: nil, title: words(["en": title, "ko": "작은 반도 로드맵"]), proposer: Signatory.korea.id,
            salt: [UInt8](repeating: 0, count: 16), languages: ["en", "ko"].map { Identifier($0)! }, base: [:],
            changes: Self.foundingChanges)
        ledger = Ledger(roadmap: founding.id)
        _ = try! ledger.insert(founding)
        for founder in founders { seal(founding.id, by: founder) }
    }

    private static var foundingChanges: [Instrument.Change] {
        let keyStates = Identifier("key-state")!
        let partners = Identifier("partner")!
        let bothKeyStates = Rule.need(.all, of: [keyStates], counting: .accept)
        let rules: [(String, Rule)] = [
            ("hard-security", .all([bothKeyStates, .need(.atLeast(1), of: [partners], counting: .accept)])),
            ("procedure", .need(.majority, of: [keyStates, partners], counting: .acceptOrAbstain)),
            ("roster", bothKeyStates), ("rule", bothKeyStates), ("party", bothKeyStates),
        ]
        return [
            Instrument.Change(
                Identifier("roster/key-state")!,
                Content(
                    .roster(
                        Roster(
                            holders: [Signatory.korea.id, Signatory.dprk.id])))),
            Instrument.Change(
                Identifier("roster/partner")!, Content(.roster(Roster(holders: [Signatory.china.id])))),
        ] + rules.map { Instrument.Change(Identifier("rule/\($0.0)")!, Content(.rule($0.1))) }
            + Signatory.all.map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($0.record))) }
            + [
                provision("part-1", number: "I", heading: ["en": "Security", "ko": "안보"], order: 1),
                provision(
                    "article-1", class: "hard-security", in: "part-1", number: "1",
                    text: ["en": "No party shall use force.", "ko": "어느 당사국도 무력을 사용하지 아니한다."], order: 1),
                provision(
                    "article-2", in: "part-1", number: "2",
                    text: [
                        "en": "The parties meet twice a year, in turn in each capital.",
                        "ko": "당사국은 매년 두 차례 각국 수도에서 교대로 회의를 개최한다.",
                    ], order: 2),
            ]
    }

    /// A provision of text.
    package static func provision(
        _ id: String, class provisionClass: String = "procedure", in parent: String? = nil, number: String? = nil,
        heading: [String: String]? = nil, text: [String: String]? = nil, order: UInt8
    ) -> Instrument.Change {
        Instrument.Change(
            Identifier(id)!,
            Content(
                kind: Identifier("article")!, provisionClass: Identifier(provisionClass)!,
                parent: parent.map { Identifier($0)! }, order: [order], number: number.map { ExactText($0) },
                heading: heading.map(words), text: text.map(words)))
    }

    /// Freezes an amendment on the text in force and puts it on the table.
    @discardableResult
    package mutating func amend(
        _ title: [String: String], by proposer: Signatory = .korea, replaces: [InstrumentID] = [],
        changes: [Instrument.Change]
    ) -> Instrument {
        let instrument = draft(title, by: proposer, replaces: replaces, changes: changes)
        _ = try! ledger.insert(instrument)
        return instrument
    }

    /// Puts an instrument on the table that was frozen elsewhere.
    package mutating func put(_ instrument: Instrument) throws { _ = try ledger.insert(instrument) }

    /// Freezes an amendment and keeps it back.
    package mutating func draft(
        _ title: [String: String], by proposer: Signatory = .korea, replaces: [InstrumentID] = [],
        changes: [Instrument.Change]
    ) -> Instrument {
        saltCount += 1
        return try! evaluation.freeze(
            Amendment(title: words(title), changes: changes, replaces: replaces), proposer: proposer.id,
            salt: [UInt8](repeating: saltCount, count: 16), languages: founding.languages, roadmap: id)
    }

    package mutating func seal(
        _ instrument: InstrumentID, _ verdict: Seal.Verdict = .accept, by signatory: Signatory,
        provided: [InstrumentID] = []
    ) {
        _ = try! ledger.insertSeal(signatory.seals(instrument, verdict, provided: provided, of: id))
    }

    /// The signatory's node confirms the state as these records have it now.
    package mutating func confirm(by signatory: Signatory, at: UInt64 = 1_772_357_400) {
        let roots = StateRoots(of: evaluation)
        let certificate = try! StateCertificate(
            roadmap: id, party: signatory.id, writer: Digest(of: signatory.id.string.utf8), sequence: 0, previous: nil,
            perfected: roots.perfected, inForce: roots.inForce, contested: evaluation.contestedIDs, known: [], at: at)
        certificates.append(SignedStatement(certificate.payload, as: .state, by: signatory.nodeKey))
    }

    package var bundle: [UInt8] { BundleWriter(ledger, certificates: certificates).encoded() }
}

extension SmallRoadmap {
    /// `article-3`, a hotline: heavy, so that both key states and the partner are asked.
    package static let hotline = provision(
        "article-3", class: "hard-security", in: "part-1", number: "3", heading: ["en": "Hotline", "ko": "직통전화"],
        text: ["en": "A line between the capitals is open at all hours.", "ko": "수도 간 직통전화를 상시 운영한다."], order: 3)

    /// `article-4`, a guarantee.
    package static let guarantee = provision(
        "article-4", class: "hard-security", in: "part-1", number: "4", heading: ["en": "Guarantee", "ko": "보장"],
        text: ["en": "The partners guarantee article 1.", "ko": "협력국은 제1조를 보장한다."], order: 4)

    /// `article-2` in other words.
    package static func meetings(_ text: String) -> Instrument.Change {
        provision("article-2", in: "part-1", number: "2", text: ["en": text, "ko": "당사국은 회의를 개최한다."], order: 2)
    }
}
