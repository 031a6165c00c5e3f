import Agreement
import CanonicalEncoding
import Cryptography
import Identity

/// A consortium at work: its founding, what was published since, and the seals given.
///
/// Key states are China, the two Koreas and the United States, partners Japan and Russia, concerned China and the United
/// States; observers are dormant. `a1` is of class `hard-security`, which all key states decide; `a2` with its
/// paragraph `a2-1` is of class `procedure`, which most of them decide, and so is `a3`. The constitution is all key
/// states' matter.
struct Conference {
    private(set) var instruments: [InstrumentID: Instrument] = [:]
    private(set) var seals: [SealGiven] = []
    var withdrawals: [WithdrawalGiven] = []
    var keyForks: [KeyForkGiven] = []
    let founding: Instrument
    private var serial: UInt8 = 0

    static let standings: [String: Roster] = [
        "key-state": roster(Parties.keyStates), "partner": roster(Parties.partners),
        "concerned": roster([Parties.china, Parties.unitedStates]),
        "observer": Roster(holders: [], isDormant: true),
    ]

    static func roster(_ holders: [Party], isDormant: Bool = false) -> Roster {
        Roster(holders: holders.map(\.name), isDormant: isDormant)
    }

    /// - Parameters:
    ///   - rules: Besides those of the constitution and of the two classes; or instead of them.
    ///   - standings: Besides, or instead of, the four.
    init(
        rules: [String: Rule] = [:], standings: [String: Roster] = [:], parties: [Party] = Parties.members,
        without absent: [String] = [], sealed: Bool = true
    ) {
        var contents: [String: Content] = [:]
        for (standing, roster) in Self.standings.merging(standings, uniquingKeysWith: { $1 }) {
            contents["roster/\(standing)"] = Content(.roster(roster))
        }
        let usual = [
            "rule": Rules.allKeyStates, "roster": Rules.allKeyStates, "party": Rules.allKeyStates,
            "hard-security": Rules.allKeyStates, "procedure": Rules.mostKeyStates,
        ]
        for (provisionClass, rule) in usual.merging(rules, uniquingKeysWith: { $1 }) {
            contents["rule/\(provisionClass)"] = Content(.rule(rule))
        }
        for party in parties { contents[party.provision.string] = Content(.party(party.record)) }
        contents["a1"] = Articles.text("Nuclear matters.", class: "hard-security")
        contents["a2"] = Articles.text("Channels.")
        contents["a2-1"] = Articles.text("Letters.", in: "a2")
        contents["a3"] = Articles.text("Meetings.")
        for provision in absent { contents[provision] = nil }
        founding = require {
            try Instrument(
                roadmap: nil, title: words("The Roadmap"), proposer: Parties.southKorea.name, salt: Self.salt(0),
                languages: [name("en")], base: [:],
                changes: contents.map { Instrument.Change(name($0.key), $0.value) })
        }
        instruments[founding.id] = founding
        if sealed { seal(founding, by: parties) }
    }

    var roadmap: InstrumentID { founding.id }
    var evaluation: Evaluation {
        Evaluation(
            instruments: instruments, seals: seals, withdrawals: withdrawals, keyForks: keyForks, roadmap: roadmap)
    }

    /// The same, lacking some instruments.
    func evaluation(without lacking: Instrument...) -> Evaluation { evaluation(without: lacking) }

    func evaluation(without lacking: [Instrument]) -> Evaluation {
        let held = instruments.filter { !lacking.map(\.id).contains($0.key) }
        return Evaluation(
            instruments: held, seals: seals, withdrawals: withdrawals, keyForks: keyForks, roadmap: roadmap)
    }

    func state(_ instrument: Instrument) -> InstrumentState? { evaluation.state(of: instrument.id) }

    // MARK: Publishing

    /// Publishes an amendment of `changes` as honest tools draft it, on the text of `ground`.
    ///
    /// - Parameter distort: What is done to the base before it is frozen.
    @discardableResult
    mutating func amend(
        _ changes: [String: Content?], on ground: [Instrument]? = nil, relyingOn relied: [String] = [],
        after: [Instrument] = [], replacing: [Instrument] = [], voiding: [Digest] = [],
        distort: (inout [Identifier: InstrumentID?]) -> Void = { _ in }
    ) -> Instrument {
        let view = view(of: (ground ?? [founding]) + after)
        var base = Draft(changes, on: view, relyingOn: relied, isVoiding: !voiding.isEmpty).base
        distort(&base)
        serial += 1
        let instrument = require {
            try Instrument(
                roadmap: roadmap, title: words("Amendment \(serial)"), proposer: Parties.southKorea.name,
                salt: Self.salt(serial), languages: [name("en")], base: base,
                changes: changes.map { Instrument.Change(name($0.key), $0.value) },
                after: (after + (ground ?? [])).map(\.id), replaces: replacing.map(\.id),
                voids: voiding)
        }
        publish(instrument)
        return instrument
    }

    mutating func publish(_ instrument: Instrument) { instruments[instrument.id] = instrument }

    /// A hotline between the capitals: a paragraph of the article on channels.
    @discardableResult
    mutating func hotline(
        _ text: String = "A hotline.", acceptedBy parties: [Party] = [], on ground: [Instrument]? = nil,
        replacing: [Instrument] = []
    ) -> Instrument {
        let hotline = amend(["hotline": Articles.text(text, in: "a2")], on: ground, replacing: replacing)
        seal(hotline, by: parties)
        return hotline
    }

    /// Other words for a provision of class `procedure`.
    @discardableResult
    mutating func reword(
        _ provision: String, _ text: String, acceptedBy parties: [Party] = [], on ground: [Instrument]? = nil,
        replacing: [Instrument] = []
    ) -> Instrument {
        let amendment = amend([provision: Articles.text(text)], on: ground, replacing: replacing)
        seal(amendment, by: parties)
        return amendment
    }

    /// The end of waiting for an instrument, as honest tools draft it.
    ///
    /// - Parameter ground: Instead of what the subject is directly built on, or of the subject where that is
    ///   constitutional and completed.
    @discardableResult
    mutating func close(
        _ subject: Instrument, _ outcome: ClosingOutcome = .complete, on ground: [Instrument]? = nil,
        replacing: [Instrument] = [], acceptedBy parties: [Party] = []
    ) -> Instrument {
        let closed = Closing.provision(of: subject.id)
        let standsOnIt = outcome == .complete && subject.isConstitutional
        let usual = standsOnIt ? [subject] : subject.ground.compactMap { instruments[$0] }
        let closing = amend(
            [closed.string: Content(.closing(outcome))], on: ground ?? usual, replacing: replacing
        ) { $0 = [closed: nil] }
        seal(closing, by: parties)
        return closing
    }

    // MARK: Sealing

    @discardableResult
    mutating func seal(
        _ instrument: Instrument, by parties: [Party], _ verdict: Seal.Verdict = .accept,
        provided: [Instrument] = [], in capacities: [String]? = nil, isSigned: Bool = true, isDisputed: Bool = false
    ) -> [Digest] {
        parties.map { party in
            let seal = Seals.seal(
                instrument, by: party, verdict, provided: provided, in: capacities, roadmap: roadmap)
            seals.append(SealGiven(seal, isSigned: isSigned, isDisputed: isDisputed))
            return seal.id
        }
    }

    /// The effect of a withdrawal from rosters in the versions that these instruments wrote.
    @discardableResult
    mutating func withdraw(
        _ party: Party, from rosters: [String: Instrument], committed: [InstrumentID] = [], isDisputed: Bool = false
    ) -> Digest {
        let id = Digest(of: Array("withdrawal \(withdrawals.count)".utf8))
        withdrawals.append(
            WithdrawalGiven(
                id: id, party: party.name, chain: party.record.id,
                rosters: Dictionary(uniqueKeysWithValues: rosters.map { (name($0.key), $0.value.id) }),
                committed: committed, isDisputed: isDisputed))
        return id
    }

    private static func salt(_ serial: UInt8) -> [UInt8] { Array(repeating: serial, count: 16) }

    /// The instruments given, and everything they are built on.
    private func view(of ground: [Instrument]) -> [Instrument] {
        var found: [InstrumentID: Instrument] = [:]
        var open = ground
        while let next = open.popLast() {
            guard found.updateValue(next, forKey: next.id) == nil else { continue }
            open += next.ground.compactMap { instruments[$0] }
        }
        return Array(found.values)
    }
}

enum Articles {
    static func text(
        _ text: String, class provisionClass: String = "procedure", in parent: String? = nil,
        addressees: [Party] = []
    ) -> Content {
        let listed = CanonicalValue.array(addressees.map { .text($0.name.string) })
        return Content(
            kind: name("article"), provisionClass: name(provisionClass), parent: parent.map(name), order: [],
            text: words(text), attributes: addressees.isEmpty ? [:] : [name("addressees"): listed])
    }
}

enum Seals {
    static func seal(
        _ instrument: Instrument, by party: Party, _ verdict: Seal.Verdict = .accept, provided: [Instrument] = [],
        in capacities: [String]? = nil, roadmap: InstrumentID? = nil, at time: UInt64 = 0
    ) -> Seal {
        require {
            try Seal(
                roadmap: roadmap ?? instrument.roadmap ?? instrument.id, instrument: instrument.id, party: party.name,
                keys: party.record.id, capacities: capacities.map { $0.map(name) }, verdict: verdict,
                provided: provided.map(\.id), at: time)
        }
    }
}

/// What an honest tool puts into the base of an amendment.
private struct Draft {
    private(set) var base: [Identifier: InstrumentID?] = [:]
    private let view: [Instrument]

    init(_ changes: [String: Content?], on view: [Instrument], relyingOn relied: [String], isVoiding: Bool) {
        self.view = view
        if isVoiding { relyOnRule(of: name("roster")) }
        for (provision, content) in changes {
            relyOn(name(provision))
            let before = self.content(of: name(provision))
            for provisionClass in [before?.provisionClass, content?.provisionClass].compactMap({ $0 }) {
                relyOnRule(of: provisionClass)
            }
            var above: Set<Identifier> = []
            var parent = content?.parent
            while let place = parent, above.insert(place).inserted {
                relyOn(place)
                parent = (changes[place.string] ?? self.content(of: place))?.parent
            }
        }
        for provision in relied { relyOn(name(provision)) }
        guard changes.keys.contains(where: { ReservedProvision(name($0)) != nil }) else { return }
        for provision in view.flatMap(\.changes).map(\.provision) {
            switch ReservedProvision(provision) {
            case .rule, .roster: relyOn(provision)
            case .party, .closing, nil: break
            }
        }
    }

    private mutating func relyOn(_ provision: Identifier) {
        base.updateValue(newest(of: provision)?.id, forKey: provision)
    }

    private mutating func relyOnRule(of provisionClass: Identifier) {
        let provision = ReservedProvision.rule(for: provisionClass)!
        relyOn(provision)
        guard case .rule(let rule)? = content(of: provision)?.reserved else { return }
        for standing in rule.standings { relyOn(ReservedProvision.roster(of: standing)!) }
    }

    private func content(of provision: Identifier) -> Content? {
        newest(of: provision)?.change(to: provision)?.content
    }

    /// The writer that no other writer of the provision names in its base.
    private func newest(of provision: Identifier) -> Instrument? {
        let writers = view.filter { $0.writes(provision) }
        let superseded = Set(writers.compactMap { $0.base[provision] ?? nil })
        return writers.first { !superseded.contains($0.id) }
    }
}
