internal import Agreement
internal import Cryptography
internal import Identity

/// What is perfected in a simulated roadmap, said as plainly as can be: an oracle beside the product.
///
/// It knows what nights are made of and nothing else: provisions that stand under no other, rules that ask some share of
/// the members to accept, and no votes to void. What it says costs what it costs: nothing is kept that could be counted
/// again.
/// Source: `Docs/Specification/agreement.md`, sections "What stands on what", "Conflict", "Needs" and "Perfected".
struct PlainLaw {
    private let ledger: Ledger
    /// Those with all that they name, however far down; and what each is built on.
    private let instruments: [InstrumentID: Instrument]
    private let beneath: [InstrumentID: Set<InstrumentID>]
    private let acceptances: [InstrumentID: [Seal]]
    private let departures: [Withdrawal]

    init(_ ledger: Ledger) {
        self.ledger = ledger
        var beneath: [InstrumentID: Set<InstrumentID>] = [:]
        var open = Array(ledger.instruments.values)
        while true {
            let ready = open.filter { Self.named(by: $0).allSatisfy { beneath[$0] != nil } }
            if ready.isEmpty { break }
            for instrument in ready {
                beneath[instrument.id] = instrument.ground.reduce(into: []) { $0.formUnion(beneath[$1]!.union([$1])) }
            }
            open.removeAll { beneath[$0.id] != nil }
        }
        self.beneath = beneath
        instruments = ledger.instruments.filter { beneath[$0.key] != nil }
        acceptances = Dictionary(
            grouping: ledger.seals.values.filter { $0.isSigned && $0.seal.verdict == .accept }.map(\.seal),
            by: \.instrument)
        departures = ledger.withdrawals.values.filter { $0.isSigned && $0.withdrawal.stage == .effect }
            .map(\.withdrawal)
    }

    private static func named(by instrument: Instrument) -> [InstrumentID] {
        instrument.ground + instrument.replaces + (instrument.closing.map { [$0.subject] } ?? [])
    }

    /// Ascending.
    var perfected: [InstrumentID] {
        let needs = instruments.mapValues(needs)
        var left = Set(instruments.keys)
        while true {
            let fallen = left.filter { id in
                !instruments[id]!.ground.allSatisfy(left.contains) || !needs[id]!.allSatisfy { isMet($0, on: id, left) }
            }
            if fallen.isEmpty { return left.sorted() }
            left.subtract(fallen)
        }
    }

    // MARK: Texts

    /// A text is what a set of instruments has written.
    private typealias Text = Set<InstrumentID>

    /// The one of those that write a provision which is built on all the others.
    private func newest(of provision: Identifier, in text: Text) -> Instrument? {
        let writers = text.filter { instruments[$0]!.writes(provision) }
        return writers.first { id in writers.allSatisfy { $0 == id || beneath[id]!.contains($0) } }
            .flatMap { instruments[$0] }
    }

    private func members(in text: Text) -> Set<Identifier> {
        newest(of: Charter.roster, in: text).map { Self.members(written: $0) } ?? []
    }

    private static func members(written instrument: Instrument) -> Set<Identifier> {
        guard case .roster(let roster)? = instrument.change(to: Charter.roster)?.content?.reserved else { return [] }
        return Set(roster.effectiveHolders)
    }

    /// The record that the party has in a text, as the root of its keys.
    private func record(of party: Identifier, in text: Text) -> Digest? {
        let provision = ReservedProvision.record(of: party)!
        return newest(of: provision, in: text).flatMap { Self.record(written: provision, by: $0) }
    }

    private static func record(written provision: Identifier, by instrument: Instrument) -> Digest? {
        guard case .party(let record)? = instrument.change(to: provision)?.content?.reserved else { return nil }
        return record.id
    }

    // MARK: Needs

    private enum Need {
        case founder(Identifier)
        case newcomer(Identifier)
        /// Who may be excused is read in the text, too.
        case share(Rule.Share, of: Set<Identifier>, in: Set<InstrumentID>)
    }

    private func needs(of instrument: Instrument) -> [Need] {
        ownNeeds(of: instrument)
            + replaced(by: instrument).map { instruments[$0]! }.flatMap { replaced in
                ownNeeds(of: replaced) + (replaced.isConstitutional ? needsAfter(replaced) : [])
            }
    }

    /// All the way down; and with what completes a subject that subject.
    private func replaced(by instrument: Instrument) -> Set<InstrumentID> {
        var found: Set<InstrumentID> = []
        var open = instrument.replaces
        while let id = open.popLast() {
            guard found.insert(id).inserted else { continue }
            open += instruments[id]!.replaces
            if let closing = instruments[id]!.closing, closing.outcome == .complete { open.append(closing.subject) }
        }
        return found
    }

    private func ownNeeds(of instrument: Instrument) -> [Need] {
        let added = Self.members(written: instrument)
        if instrument.isFounding { return added.map { .founder($0) } }
        if let closing = instrument.closing {
            return need(ofClass: Charter.closingClass, in: beneath[closing.subject]!)
        }
        let text = beneath[instrument.id]!
        let classes = instrument.changes.flatMap { change in
            [newest(of: change.provision, in: text)?.change(to: change.provision)?.content, change.content]
        }.compactMap { $0?.provisionClass }
        return Set(classes).flatMap { need(ofClass: $0, in: text) }
            + added.subtracting(members(in: text)).map { .newcomer($0) }
    }

    private func need(ofClass provisionClass: Identifier, in text: Text) -> [Need] {
        let provision = ReservedProvision.rule(for: provisionClass)!
        guard let content = newest(of: provision, in: text)?.change(to: provision)?.content,
            case .rule(.need(let share, [Charter.member], .accept))? = content.reserved
        else { preconditionFailure("\(provision) is no rule as nights have them") }
        return [.share(share, of: members(in: text), in: text)]
    }

    /// The rules of all classes as they stood after it, but for those that nobody could meet there.
    private func needsAfter(_ instrument: Instrument) -> [Need] {
        let text = beneath[instrument.id]!.union([instrument.id])
        let members = members(in: text)
        return Charter.classes.flatMap { need(ofClass: $0, in: text) }.filter { need in
            guard case .share(let share, _, _) = need else { return true }
            return !members.isEmpty && Self.number(share, of: members.count) <= members.count
        }
    }

    private static func number(_ share: Rule.Share, of count: Int) -> Int {
        switch share {
        case .all: count
        case .majority: count / 2 + 1
        case .atLeast(let number): Int(number)
        case .fraction(let part, let whole): (Int(part) * count + Int(whole) - 1) / Int(whole)
        }
    }

    // MARK: Consent

    private func isMet(_ need: Need, on id: InstrumentID, _ left: Set<InstrumentID>) -> Bool {
        switch need {
        case .founder(let party):
            return (acceptances[id] ?? []).contains { $0.party == party && $0.provided.isEmpty && counts($0) }
        case .newcomer(let party):
            return accepting(id, left) { counts($0, asNewcomer: true) }.contains(party)
        case .share(let share, let members, let text):
            let accepting = accepting(id, left) { counts($0) }.intersection(members)
            if accepting.isEmpty { return false }
            if accepting.count >= Self.number(share, of: members.count) { return true }
            return share == .all && members.subtracting(accepting).allSatisfy { isExcused($0, from: id, in: text) }
        }
    }

    private func accepting(_ id: InstrumentID, _ left: Set<InstrumentID>, _ counts: (Seal) -> Bool) -> Set<Identifier> {
        Set((acceptances[id] ?? []).filter { $0.provided.allSatisfy(left.contains) && counts($0) }.map(\.party))
    }

    /// Given under the keys that the party had before; or, by a newcomer, under those that it brings.
    private func counts(_ seal: Seal, asNewcomer: Bool = false) -> Bool {
        let instrument = instruments[seal.instrument]!
        let earlier = record(of: seal.party, in: beneath[instrument.id]!)
        let brought = Self.record(written: ReservedProvision.record(of: seal.party)!, by: instrument)
        guard let root = asNewcomer ? brought ?? earlier : earlier ?? brought else { return false }
        return ledger.keyRecord(of: seal.party, named: seal.keys)?.root == root
    }

    // MARK: Departures

    /// Who has gone is not waited for where all are asked, unless what it had committed to speaks against it.
    private func isExcused(_ party: Identifier, from id: InstrumentID, in text: Text) -> Bool {
        departures.contains { departure in
            guard departure.party == party, let version = departure.rosters[Charter.member],
                let root = record(of: party, in: beneath[id]!),
                ledger.keyRecord(of: party, named: departure.keys)?.root == root
            else { return false }
            return hasBeenMember(party, since: version, in: text)
                && departure.committed.allSatisfy { $0 == id || instruments[$0] != nil && !speaks($0, against: id) }
        }
    }

    private func hasBeenMember(_ party: Identifier, since version: InstrumentID, in text: Text) -> Bool {
        let versions = text.filter { instruments[$0]!.writes(Charter.roster) }
        return versions.contains(version)
            && versions.filter { $0 == version || beneath[$0]!.contains(version) }
                .allSatisfy { Self.members(written: instruments[$0]!).contains(party) }
    }

    /// Whether who has committed to one thing could not in honesty commit to another.
    private func speaks(_ earlier: InstrumentID, against id: InstrumentID) -> Bool {
        let (before, new) = (instruments[earlier]!, instruments[id]!)
        if before.replaces.contains(id) { return true }
        if new.replaces.contains(earlier) { return false }
        let ground = beneath[id]!
        if !ground.contains(where: { instruments[$0]!.replaces.contains(earlier) }) {
            if conflict(before, new) || before.replaces.contains(where: ground.contains) { return true }
        }
        let isRivalBeneath = ground.contains { rival in
            conflict(instruments[rival]!, before)
                && !beneath[rival]!.union([rival]).contains { instruments[$0]!.replaces.contains(earlier) }
        }
        return isRivalBeneath || new.replaces.contains(where: beneath[earlier]!.contains)
            || beneath[earlier]!.contains { conflict(instruments[$0]!, new) }
    }

    private func conflict(_ one: Instrument, _ other: Instrument) -> Bool {
        guard one.id != other.id, !beneath[one.id]!.contains(other.id), !beneath[other.id]!.contains(one.id) else {
            return false
        }
        let shared = one.base.filter { provision, _ in other.base[provision] != nil }
        let isFoundAlike = { (provision: Identifier) in one.base[provision] == other.base[provision] }
        if shared.keys.contains(where: { (one.writes($0) || other.writes($0)) && isFoundAlike($0) }) { return true }
        return one.isConstitutional && other.isConstitutional
            && shared.keys.allSatisfy { provision in
                switch ReservedProvision(provision) {
                case .rule, .roster: isFoundAlike(provision)
                case .party, .closing, nil: true
                }
            }
    }
}
