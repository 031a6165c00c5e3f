internal import BitCollections
public import Cryptography
public import Identity

/// Why an instrument can never be perfected, whoever consents: the first clause that it breaks.
///
/// Source: `Docs/Specification/agreement.md`, section "Well formed", whose order this is.
public enum IllFormedness: Hashable, Sendable {
    case writesClosing(Identifier)
    case writesOutsideBase(Identifier)
    case repealsReserved(Identifier)
    case namesIllFormed(InstrumentID)
    case foundingNotBeneath
    case foundingNamesNobody
    case foundingLacksRule(Identifier)
    case foundingLacksRecord(party: Identifier)
    case groundInConflict(InstrumentID, InstrumentID)
    case groundReplaced(InstrumentID, by: InstrumentID)
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
    /// The first clause of "well formed" that the instrument breaks; called in index order.
    func reasonIllFormed(_ index: Index) -> IllFormedness? {
        let instrument = instruments[index]
        if let reason = reasonOnItsFace(instrument) { return reason }
        if instrument.isFounding { return reasonFoundingIllFormed(index) }
        return reasonGroundIllFormed(index)
            ?? reasonBaseIllFormed(index)
            ?? reasonConstitutionMissing(index)
            ?? reasonTreeIllFormed(index)
            ?? reasonKeysIllFormed(index)
    }

    /// What is wrong with an instrument whatever it stands on.
    func reasonOnItsFace(_ instrument: Instrument) -> IllFormedness? {
        if let closing = instrument.changes.first(where: { $0.provision.string.hasPrefix("closing/") }) {
            return .writesClosing(closing.provision)
        }
        if instrument.isFounding { return instrument.id == roadmap ? nil : .foundingNotBeneath }
        for change in instrument.changes where instrument.base[change.provision] == nil {
            return .writesOutsideBase(change.provision)
        }
        for change in instrument.changes where change.content == nil {
            if ReservedProvision.isReserved(change.provision) { return .repealsReserved(change.provision) }
        }
        return nil
    }

    /// Of the instruments that await records, those that are ill-formed whatever arrives: on their face, or because
    /// something that they name is.
    func reasonsIllFormedAwaiting(_ known: [InstrumentID: Instrument]) -> [InstrumentID: IllFormedness] {
        let names = awaited.keys.map { (id: $0, named: known[$0]!.ground + known[$0]!.replaces) }
        var namedBy: [InstrumentID: [InstrumentID]] = [:]
        for (id, named) in names {
            for other in named { namedBy[other, default: []].append(id) }
        }
        var found = Set(illFormedness.keys.map { instruments[$0].id })
        found.formUnion(awaited.keys.filter { reasonOnItsFace(known[$0]!) != nil })
        var open = Array(found)
        while let next = open.popLast() {
            for id in namedBy[next] ?? [] where found.insert(id).inserted { open.append(id) }
        }
        var reasons: [InstrumentID: IllFormedness] = [:]
        for (id, named) in names where found.contains(id) {
            reasons[id] = reasonOnItsFace(known[id]!) ?? .namesIllFormed(named.filter(found.contains).min()!)
        }
        return reasons
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
        for named in (ground[index] + replaces[index]).sorted() where illFormedness[named] != nil {
            return .namesIllFormed(instruments[named].id)
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
            if !joined.isEmpty {
                for new in added {
                    guard let rival = conflicts(of: new, in: joined).first else { continue }
                    return .groundInConflict(instruments[min(new, rival)].id, instruments[max(new, rival)].id)
                }
            }
            joined.formUnion(added)
        }
        for replacer in replacing.intersection(joined) {
            for replaced in replaces[replacer] where joined.contains(replaced) {
                return .groundReplaced(instruments[replaced].id, by: instruments[replacer].id)
            }
        }
        for replaced in replaces[index] where joined.contains(replaced) {
            return .groundReplaced(instruments[replaced].id, by: instruments[index].id)
        }
        return nil
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
        func stands(_ provision: Identifier) -> Bool { instrument.base[provision]?.map { _ in true } ?? false }
        for provisionClass in touchedClasses(of: index).keys.sorted() {
            guard let name = ReservedProvision.rule(for: provisionClass), stands(name) else {
                return .decidedOutsideBase(Identifier("rule/\(provisionClass)") ?? provisionClass)
            }
            guard case .rule(let rule)? = content(of: name, among: ancestors[index])?.reserved else { continue }
            for standing in rule.standings {
                guard let roster = ReservedProvision.roster(of: standing), stands(roster) else {
                    return .decidedOutsideBase(Identifier("roster/\(standing)") ?? standing)
                }
            }
        }
        guard instrument.isConstitutional else { return nil }
        for provision in rulesAndRosters.sorted() where instrument.base[provision] == nil {
            if newestWriter(of: provision, among: ancestors[index]) != nil { return .decidedOutsideBase(provision) }
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
