import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import RoadmapFixtures
import TestSupport

@testable import Verification

/// Four parties at random work on one roadmap, each seeing a part of the records: they propose, replace, close, seal on
/// conditions, change their keys and recover them.
///
/// Whoever keeps to the rules seals only what its own software allows by its own copy. Every choice follows from the seed.
struct Assembly {
    private(set) var records: [AssemblyRecord] = []
    private(set) var delegates: [Delegate]
    let founding: Instrument
    private let liar: Int?
    private var random: SplitMix64
    private var saltCount: UInt64 = 0

    /// - Parameter hasLiar: whether the first party seals, half of the time, whatever comes to its hands.
    init(seed: UInt64, hasLiar: Bool = false, steps: Int = 60) {
        random = SplitMix64(seed: seed &* 2 &+ (hasLiar ? 1 : 0))
        liar = hasLiar ? 0 : nil
        let keys = ["ADA", "BOB", "CYD", "DAN"].map { DelegateKeys($0, 0) }
        let founding = Self.founding(keys)
        self.founding = founding
        delegates = keys.map { Delegate($0, of: founding.id) }
        publish(.instrument(founding))
        for place in delegates.indices {
            sync(place, percent: 100)
            seal(founding.id, by: place, .accept, provided: [])
        }
        for _ in 0..<steps { step() }
    }

    /// Everything that was ever published.
    var whole: Ledger { Self.ledger(of: records, roadmap: founding.id) }

    static func ledger(of records: some Sequence<AssemblyRecord>, roadmap: InstrumentID) -> Ledger {
        var ledger = Ledger(roadmap: roadmap)
        for record in records { record.insert(into: &ledger) }
        return ledger
    }

    private static func founding(_ keys: [DelegateKeys]) -> Instrument {
        let most = Rule.need(.majority, of: [name("member")], counting: .accept)
        let all = Rule.need(.all, of: [name("member")], counting: .accept)
        let rules = [("text", most), ("closing", most), ("roster", all), ("rule", all), ("party", all)]
        let changes = rules.map { Instrument.Change(name("rule/\($0)"), Content(.rule($1))) }
        return try! Instrument(
            roadmap: nil, title: words(["en": "An assembly"]), proposer: keys[0].party,
            salt: [UInt8](repeating: 0, count: 16), languages: [name("en")], base: [:],
            changes: changes + keys.map { Instrument.Change(name("party/\($0.party)"), Content(.party($0.record))) } + [
                Instrument.Change(name("roster/member"), Content(.roster(Roster(holders: keys.map(\.party))))),
                Pact.article("article-0", "0"), Pact.article("article-1", "1"), Pact.article("article-2", "2"),
            ])
    }

    // MARK: What happens

    private mutating func step() {
        let place = pick(Array(delegates.indices))!
        sync(place, percent: pick([30, 70, 100])!)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12: propose(by: place)
        case 12..<17: proposeStale(by: place)
        case 17..<26: close(by: place)
        case 26..<31: changeKeys(of: place, by: .seal)
        case 31..<34: changeKeys(of: place, by: .recovery)
        case 34..<39: offerAndAbandon(by: place)
        default: for _ in 0..<4 { sealSomething(by: place) }
        }
    }

    private mutating func publish(_ record: AssemblyRecord, by place: Int? = nil) {
        records.append(record)
        if let place { record.insert(into: &delegates[place].copy) }
    }

    /// A delegate hears of some of what there is; what names what has not come waits in its copy.
    private mutating func sync(_ place: Int, percent: Int) {
        for record in records where Int.random(in: 0..<100, using: &random) < percent {
            record.insert(into: &delegates[place].copy)
        }
    }

    // MARK: Instruments

    private mutating func propose(by place: Int) {
        let evaluation = delegates[place].evaluation
        let known = evaluation.instrumentIDs.filter { $0 != founding.id }
        let replaced = chance(30) ? [pick(known)].compactMap(\.self) : []
        let isClosable = chance(60)
        freeze([article()], replaces: replaced, reliesOn: isClosable ? [name("rule/closing")] : [], by: place)
    }

    /// Upon the text that some older instrument found.
    private mutating func proposeStale(by place: Int) {
        let evaluation = delegates[place].evaluation
        guard let ground = pick(evaluation.instrumentIDs.filter { evaluation.illFormedness(of: $0) == nil }) else {
            return
        }
        let change = article()
        let version = evaluation.provision(change.provision, beneath: ground)?.version.id ?? founding.id
        let stale = try? Instrument(
            roadmap: founding.id, title: words(["en": "Late"]), proposer: delegates[place].party, salt: salt(),
            languages: founding.languages,
            base: [
                change.provision: version, name("rule/text"): founding.id, name("roster/member"): founding.id,
                name("rule/closing"): founding.id,
            ], changes: [change])
        if let stale { publish(.instrument(stale), by: place) }
    }

    private mutating func close(by place: Int) {
        let evaluation = delegates[place].evaluation
        let closable = evaluation.instrumentIDs.filter {
            evaluation.instrument($0)?.base[name("rule/closing")] != nil && evaluation.illFormedness(of: $0) == nil
        }
        guard let subject = pick(closable) else { return }
        let outcome: ClosingOutcome = chance(60) ? .complete : .abandoned
        freeze([Instrument.Change(Closing.provision(of: subject), Content(.closing(outcome)))], by: place)
    }

    /// Something is offered to be completed, hangs, and is abandoned for something else: whoever accepted it only
    /// provided that it was complete is free.
    private mutating func offerAndAbandon(by place: Int) {
        let change = article()
        guard let offered = freeze([change], reliesOn: [name("rule/closing")], by: place) else { return }
        let closing = Closing.provision(of: offered)
        let outcomes = [ClosingOutcome.complete, .abandoned].compactMap { outcome in
            freeze([Instrument.Change(closing, Content(.closing(outcome)))], by: place)
        }
        guard outcomes.count == 2 else { return }
        sealAll(offered, provided: [outcomes[0]], percent: 60)
        sealAll(outcomes[1], percent: 90)
        sync(place, percent: 100)
        let other = Pact.article(change.provision.string, "instead")
        guard let instead = freeze([other], reliesOn: [closing], by: place) else { return }
        sealAll(instead, percent: 80)
    }

    /// Those who hear of it accept, if they may.
    private mutating func sealAll(_ id: InstrumentID, provided: [InstrumentID] = [], percent: Int) {
        for place in delegates.indices where chance(percent) {
            sync(place, percent: 100)
            let evaluation = delegates[place].evaluation
            guard delegates[place].mayGive(.accept, on: id, provided: provided, by: evaluation) else { continue }
            seal(id, by: place, .accept, provided: provided)
        }
    }

    @discardableResult
    private mutating func freeze(
        _ changes: [Instrument.Change], replaces: [InstrumentID] = [], reliesOn: [Identifier] = [], by place: Int
    ) -> InstrumentID? {
        let amendment = Amendment(
            title: words(["en": "Amendment"]), changes: changes, reliesOn: reliesOn, replaces: replaces)
        let frozen = try? delegates[place].evaluation.freeze(
            amendment, proposer: delegates[place].party, salt: salt(), languages: founding.languages,
            roadmap: founding.id)
        if let frozen { publish(.instrument(frozen), by: place) }
        return frozen?.id
    }

    private mutating func article() -> Instrument.Change {
        saltCount += 1
        return Pact.article("article-\(Int.random(in: 0..<3, using: &random))", "\(saltCount)")
    }

    private mutating func salt() -> [UInt8] { (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) } }

    // MARK: Statements

    private mutating func sealSomething(by place: Int) {
        let evaluation = delegates[place].evaluation
        let known = evaluation.instrumentIDs
        guard let id = pick(known.filter { $0 != founding.id }) else { return }
        let verdict = pick([Seal.Verdict.accept, .accept, .accept, .accept, .abstain, .reject])!
        var provided: [InstrumentID] = []
        if chance(35) {
            let closings = evaluation.closings(of: id)
            provided = [pick(chance(70) ? closings.complete : known)].compactMap(\.self)
        }
        let isAllowed = delegates[place].mayGive(verdict, on: id, provided: provided, by: evaluation)
        guard isAllowed || place == liar && chance(50) else { return }
        seal(id, by: place, verdict, provided: provided)
    }

    private mutating func seal(
        _ id: InstrumentID, by place: Int, _ verdict: Seal.Verdict, provided: [InstrumentID]
    ) {
        let delegate = delegates[place]
        let seal = try! Seal(
            roadmap: founding.id, instrument: id, party: delegate.party, keys: delegate.keyRecord, verdict: verdict,
            provided: provided, at: UInt64(records.count))
        publish(.seal(SignedStatement(seal.payload, as: .seal, by: delegate.keys.seal)), by: place)
    }

    /// By seal keys with all of its word acknowledged; or after a loss by recovery keys, with some of it.
    private mutating func changeKeys(of place: Int, by authority: KeyAuthority) {
        let delegate = delegates[place]
        let word = delegate.undisputedSeals
        let acknowledged = authority == .seal ? word : word.filter { _ in chance(60) }
        let next = delegate.keys.next
        let statement = try! KeyStatement(
            roadmap: founding.id, party: delegate.party, version: UInt64(next.number), previous: delegate.keyRecord,
            record: next.record, acknowledges: acknowledged, reason: nil)
        let signers = [authority == .seal ? delegate.keys.seal : delegate.keys.recovery, next.seal, next.recovery]
        for signer in signers { publish(.keys(SignedStatement(statement.payload, as: .keys, by: signer)), by: place) }
        delegates[place].keys = next
        delegates[place].keyRecord = statement.id
    }

    // MARK: Chance

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &random) }
}

/// A party in the assembly, with its own copy.
struct Delegate {
    var keys: DelegateKeys
    /// The key record that it seals under.
    var keyRecord: Digest
    let root: Digest
    var copy: Ledger { didSet { evaluated = nil } }
    private var evaluated: Evaluation?

    init(_ keys: DelegateKeys, of roadmap: InstrumentID) {
        self.keys = keys
        keyRecord = keys.record.id
        root = keys.record.id
        copy = Ledger(roadmap: roadmap)
    }

    var party: Identifier { keys.party }

    /// What follows from its copy, found once for as long as that stays the same.
    var evaluation: Evaluation {
        mutating get {
            if let evaluated { return evaluated }
            let evaluation = Evaluation(of: copy)
            evaluated = evaluation
            return evaluation
        }
    }

    var undisputedSeals: [Digest] { copy.sealsGiven.filter { $0.party == party && !$0.isDisputed }.map(\.id).sorted() }

    /// By the check of an honest party, which may set aside that something rests on disputed seals.
    func mayGive(
        _ verdict: Seal.Verdict, on id: InstrumentID, provided: [InstrumentID], by evaluation: Evaluation
    ) -> Bool {
        evaluation.objections(to: verdict, on: id, by: party, provided: provided, under: root).allSatisfy {
            if case .restsOnDisputed = $0 { true } else { false }
        }
    }
}

/// One key for each purpose, of a party's n-th reign.
struct DelegateKeys {
    let party: Identifier
    let number: Int
    let seal: SigningKey
    let recovery: SigningKey
    let record: PartyRecord

    init(_ party: String, _ number: Int) {
        func key(_ purpose: String) -> SigningKey {
            SigningKey(seed: Digest(of: Array("\(party), \(number), \(purpose)".utf8)).bytes)
        }
        self.party = name(party)
        self.number = number
        (seal, recovery) = (key("seal"), key("recovery"))
        record = try! PartyRecord(
            names: words(["en": party]), seal: KeySet(keys: [seal.publicKey], threshold: 1)!,
            recovery: KeySet(keys: [recovery.publicKey], threshold: 1)!, next: nil, nodes: [])
    }

    var next: DelegateKeys { DelegateKeys(party.string, number + 1) }
}

enum AssemblyRecord {
    case instrument(Instrument)
    case seal(SignedStatement)
    case keys(SignedStatement)

    func insert(into ledger: inout Ledger) {
        switch self {
        case .instrument(let instrument): _ = try! ledger.insert(instrument)
        case .seal(let statement): try! ledger.insertSeal(statement)
        case .keys(let statement): try! ledger.insertKeyStatement(statement)
        }
    }
}

private func name(_ text: String) -> Identifier { Identifier(text)! }
