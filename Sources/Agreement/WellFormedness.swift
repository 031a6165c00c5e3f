internal import BitCollections
public import Cryptography
public import Identity

/// Why an instrument can never be perfected, whoever consents: the first clause that it breaks.
///
/// Source: `Docs/Specification/agreement.md`, section "Well formed", whose order this is.
public enum IllFormedness: Hashable, Sendable {
    case closingMalformed(Identifier)
    case writesOutsideBase(Identifier)
    case repealsReserved(Identifier)
    case namesIllFormed(InstrumentID)
    case foundingNotBeneath
    case foundingNamesNobody
    case foundingLacksRule(Identifier)
    case foundingLacksRecord(party: Identifier)
    case groundInConflict(InstrumentID, InstrumentID)
    case groundReplaced(InstrumentID, by: InstrumentID)
    case closesFounding(InstrumentID)
    case closingNotOffered(InstrumentID, lacking: Identifier)
    case closingNotBuiltOnSubject(InstrumentID)
    case notNewestVersion(Identifier)
    case decidedOutsideBase(Identifier)
    case parentNotThere(of: Identifier)
    case parentNotReliedOn(of: Identifier, parent: Identifier)
    case parentsInCycle(Identifier)
    case movesUnseen(Identifier, contained: Identifier)
    case repealsNothing(Identifier)
    case leavesChildBehind(Identifier, child: Identifier)
    case keyServesTwice(KeyID)
}

extension Structure {
    /// The first clause of "well formed" that the instrument breaks; asked of each when it is given its place.
    func reasonIllFormed(_ index: Index) -> IllFormedness? {
        let instrument = instruments[index]
        if let reason = reasonOnItsFace(instrument) { return reason }
        if instrument.isFounding { return reasonFoundingIllFormed(index) }
        return reasonGroundIllFormed(index)
            ?? reasonClosingIllFormed(index)
            ?? reasonBaseIllFormed(index)
            ?? reasonConstitutionMissing(index)
            ?? reasonTreeIllFormed(index)
            ?? reasonKeysIllFormed(index)
    }

    /// What is wrong with an instrument whatever it stands on.
    func reasonOnItsFace(_ instrument: Instrument) -> IllFormedness? {
        if let closing = instrument.closingWritten, !hasShapeOfClosing(instrument) { return .closingMalformed(closing) }
        if instrument.isFounding { return instrument.id == roadmap ? nil : .foundingNotBeneath }
        for change in instrument.changes where instrument.base[change.provision] == nil {
            return .writesOutsideBase(change.provision)
        }
        for change in instrument.changes where change.content == nil {
            if ReservedProvision.isReserved(change.provision) { return .repealsReserved(change.provision) }
        }
        return nil
    }

    /// One closing and nothing beside it, of an instrument by its id, that nobody closed before.
    private func hasShapeOfClosing(_ instrument: Instrument) -> Bool {
        guard instrument.changes.count == 1, instrument.voids.isEmpty,
            Closing.subject(of: instrument.changes[0].provision) != nil
        else { return false }
        return instrument.base[instrument.changes[0].provision].map { $0 == nil } ?? true
    }

    /// Why an instrument that awaits records is ill-formed whatever arrives; nil if it may turn out to be none.
    func reasonIllFormed(awaiting id: InstrumentID) -> IllFormedness? {
        guard awaiting.illFormed.contains(id), let instrument = awaiting.instruments[id] else { return nil }
        if let reason = reasonOnItsFace(instrument) { return reason }
        let spoilt = instrument.named.first { named in
            indexOf[named].map { illFormedness[$0] != nil } ?? awaiting.illFormed.contains(named)
        }
        return spoilt.map { .namesIllFormed($0) }
    }

    /// What an instrument that cannot be judged yet names and that is absent or awaits something itself, ascending.
    func awaited(by id: InstrumentID) -> [InstrumentID]? {
        awaiting.instruments[id].map { $0.named.filter { indexOf[$0] == nil } }
    }

    private func reasonFoundingIllFormed(_ index: Index) -> IllFormedness? {
        let founding = instruments[index]
        let written = Set(founding.changes.map(\.provision))
        var classes = Set(founding.changes.compactMap { $0.content?.provisionClass })
        classes.formUnion(["roster", "rule", "party"].map { Identifier($0)! })
        if founding.rosters.allSatisfy(\.roster.effectiveHolders.isEmpty) { return .foundingNamesNobody }
        for provisionClass in classes.sorted() {
            guard let rule = ReservedProvision.rule(for: provisionClass), written.contains(rule) else {
                return .foundingLacksRule(provisionClass)
            }
        }
        for holder in founding.rosters.flatMap(\.roster.holders).sorted() {
            guard let record = ReservedProvision.record(of: holder), written.contains(record) else {
                return .foundingLacksRecord(party: holder)
            }
        }
        return reasonTreeIllFormed(index) ?? reasonKeysIllFormed(index)
    }

    // MARK: Ground

    private func reasonGroundIllFormed(_ index: Index) -> IllFormedness? {
        let named = ground[index] + replaces[index] + (closes[index].map { [$0] } ?? [])
        if let spoilt = named.filter({ illFormedness[$0] != nil }).min(by: precedes) {
            return .namesIllFormed(instruments[spoilt].id)
        }
        guard let founding = indexOf[roadmap], isBuilt(index, on: founding) else { return .foundingNotBeneath }
        return reasonGroundContradictory(index)
    }

    /// What it is built on holds no two that conflict, and none that another of them, or it itself, replaces.
    ///
    /// The ground beneath each single parent was found sound already, so only what one parent adds to the others is
    /// compared: nothing at all for an instrument with one newest parent.
    private func reasonGroundContradictory(_ index: Index) -> IllFormedness? {
        var joined = BitSet()
        for parent in ground[index].sorted(by: >) where !joined.contains(parent) {
            var added = ancestors[parent]
            added.insert(parent)
            added.subtract(joined)
            if !joined.isEmpty, added.contains(where: { !conflicts(of: $0, in: joined).isEmpty }) {
                return firstConflict(in: ancestors[index])
            }
            joined.formUnion(added)
        }
        return firstReplaced(in: joined, by: Array(replacing.intersection(joined)) + [index])
    }

    /// Of several, the first in the order of the instruments: which one is told does not depend on what came first.
    private func firstConflict(in ground: BitSet) -> IllFormedness? {
        for one in ground.sorted(by: precedes) {
            guard let rival = conflicts(of: one, in: ground).min(by: precedes) else { continue }
            return .groundInConflict(instruments[one].id, instruments[rival].id)
        }
        return nil
    }

    private func firstReplaced(in ground: BitSet, by replacers: [Index]) -> IllFormedness? {
        for replacer in replacers.sorted(by: precedes) {
            guard let replaced = replaces[replacer].first(where: ground.contains) else { continue }
            return .groundReplaced(instruments[replaced].id, by: instruments[replacer].id)
        }
        return nil
    }

    // MARK: Closings

    /// A closing is decided under the rule and the rosters that its subject's base names.
    private func reasonClosingIllFormed(_ index: Index) -> IllFormedness? {
        guard let closing = instruments[index].closing, let subject = closes[index] else { return nil }
        let id = closing.subject
        if instruments[subject].isFounding || instruments[subject].closingWritten != nil { return .closesFounding(id) }
        if let lacking = undecidable(Closing.word, by: instruments[subject], among: ancestors[subject]) {
            return .closingNotOffered(id, lacking: lacking)
        }
        let mustStandOnIt = instruments[subject].isConstitutional && closing.outcome == .complete
        return mustStandOnIt && !isBuilt(index, on: subject) ? .closingNotBuiltOnSubject(id) : nil
    }

    /// True if a closing of this instrument can be well formed: it was offered with one.
    func canBeClosed(_ index: Index) -> Bool {
        let instrument = instruments[index]
        return wellFormed.contains(index) && !instrument.isFounding && instrument.closingWritten == nil
            && undecidable(Closing.word, by: instrument, among: ancestors[index]) == nil
    }

    // MARK: Base

    /// For each provision in its base it names the newest version beneath it.
    private func reasonBaseIllFormed(_ index: Index) -> IllFormedness? {
        let instrument = instruments[index]
        for provision in instrument.base.keys.sorted() {
            let newest = newestWriter(of: provision, among: ancestors[index]).map { instruments[$0].id }
            guard instrument.base[provision]! == newest else { return .notNewestVersion(provision) }
        }
        return nil
    }

    /// The rules and rosters it is decided under are in its base, never as "did not exist"; all of them, if it changes
    /// the constitution.
    private func reasonConstitutionMissing(_ index: Index) -> IllFormedness? {
        let instrument = instruments[index]
        for provisionClass in touchedClasses(of: index).keys.sorted() where closes[index] == nil {
            if let lacking = undecidable(provisionClass, by: instrument, among: ancestors[index]) {
                return .decidedOutsideBase(lacking)
            }
        }
        guard instrument.isConstitutional else { return nil }
        for provision in rulesAndRosters.sorted() where instrument.base[provision] == nil {
            if newestWriter(of: provision, among: ancestors[index]) != nil { return .decidedOutsideBase(provision) }
        }
        return nil
    }

    /// What the base of an instrument lacks, or has as "did not exist", of a class's rule and the rosters this speaks of.
    private func undecidable(
        _ provisionClass: Identifier, by instrument: Instrument, among beneath: BitSet
    ) -> Identifier? {
        func stands(_ provision: Identifier) -> Bool { instrument.base[provision]?.map { _ in true } ?? false }
        guard let name = ReservedProvision.rule(for: provisionClass), stands(name) else {
            return Identifier("rule/\(provisionClass)") ?? provisionClass
        }
        guard case .rule(let rule)? = content(of: name, among: beneath)?.reserved else { return nil }
        for standing in rule.standings {
            guard let roster = ReservedProvision.roster(of: standing), stands(roster) else {
                return Identifier("roster/\(standing)") ?? standing
            }
        }
        return nil
    }

    // MARK: Tree

    /// Whoever adds or moves a provision relies on its new parent and all of that one's ancestors; who moves one relies
    /// on all that it contains, or a heavier class given to a part at the same time would be moved without its consent;
    /// what is repealed is there, and leaves no children behind.
    private func reasonTreeIllFormed(_ index: Index) -> IllFormedness? {
        let instrument = instruments[index]
        for change in instrument.changes {
            let before = content(of: change.provision, among: ancestors[index])
            if let content = change.content {
                guard before == nil || before?.parent != content.parent else { continue }
                if let reason = reasonPlaceIllFormed(change.provision, under: content.parent, index) { return reason }
                if before != nil, let contained = containedUnseen(by: change.provision, index) {
                    return .movesUnseen(change.provision, contained: contained)
                }
            } else if before == nil {
                // It would touch no class, need nobody's consent, and so be perfected unsealed.
                return .repealsNothing(change.provision)
            } else if let child = childLeftBehind(by: change.provision, index) {
                return .leavesChildBehind(change.provision, child: child)
            }
        }
        return nil
    }

    private func reasonPlaceIllFormed(
        _ provision: Identifier, under parent: Identifier?, _ index: Index
    ) -> IllFormedness? {
        let instrument = instruments[index]
        var place = parent
        var depth = 0
        while let current = place {
            guard current != provision, depth < AgreementLimits.provisionDepth else {
                return .parentsInCycle(provision)
            }
            guard let content = contentAfter(index, current) else { return .parentNotThere(of: provision) }
            guard instrument.isFounding || instrument.base[current] != nil else {
                return .parentNotReliedOn(of: provision, parent: current)
            }
            place = content.parent
            depth += 1
        }
        return nil
    }

    private func containedUnseen(by moved: Identifier, _ index: Index) -> Identifier? {
        subtree(of: moved, among: ancestors[index]).first { instruments[index].base[$0] == nil }
    }

    private func childLeftBehind(by repealed: Identifier, _ index: Index) -> Identifier? {
        let own = instruments[index].changes.filter { $0.content?.parent == repealed }.map(\.provision)
        let candidates = (children[repealed] ?? []).union(own)
        return candidates.sorted().first { contentAfter(index, $0)?.parent == repealed }
    }

    /// What a provision says once the instrument stands on its ground.
    func contentAfter(_ index: Index, _ provision: Identifier) -> Content? {
        if let change = instruments[index].change(to: provision) { return change.content }
        return content(of: provision, among: ancestors[index])
    }

    // MARK: Keys

    /// No key serves two parties; that none serves two purposes of one is checked where a record is read.
    private func reasonKeysIllFormed(_ index: Index) -> IllFormedness? {
        var holders: [PublicKey: Identifier] = [:]
        for (party, record) in instruments[index].partyRecords {
            for key in record.allKeys {
                if holders.updateValue(party, forKey: key) != nil { return .keyServesTwice(key.id) }
                for carrier in carriers[key] ?? [] where carrier != ReservedProvision.record(of: party) {
                    guard case .party(let other)? = contentAfter(index, carrier)?.reserved else { continue }
                    if other.allKeys.contains(key) { return .keyServesTwice(key.id) }
                }
            }
        }
        return nil
    }
}

extension Instrument {
    /// The rosters it writes.
    public var rosters: [(standing: Identifier, roster: Roster)] {
        changes.compactMap { change in
            guard case .roster(let standing)? = ReservedProvision(change.provision),
                case .roster(let roster)? = change.content?.reserved
            else { return nil }
            return (standing, roster)
        }
    }
}
