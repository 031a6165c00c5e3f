/// When an instrument is well formed.
///
/// Readings:
/// - Faults that the instrument shows by itself make it ill formed at once, whatever is missing. Then: something it is
///   built on or replaces is known and ill formed: ill formed too. Then: something is missing, or awaits: awaiting.
///   Only with everything at hand is the rest judged.
/// - The founding: nothing in base, `after` and `replaces`, no repeals; a rule for every class it uses and for
///   `roster`, `rule` and `party`; a record for every holder of every roster, dormant ones too; every parent exists.
/// - "the rules and rosters it is decided under": those of its own classes, not of what `replaces` brings in.
/// - Reserved provisions have the class of their prefix, no parent, and the matter that belongs to them. An ordinary
///   provision carries no such matter. Expressions with empty lists, p = 0, p > q or k = 0 are refused.
/// - Writing `closing/…` is not yet supported, and ill formed.
public enum ReferenceForm: Hashable, Sendable {
    case wellFormed
    case illFormed(ReferenceFault)
}

public enum ReferenceFault: Hashable, Sendable {
    case writesNothing
    case writesWhatItsBaseLacks(String)
    case misshapenContent(String)
    case closingIsNotSupported
    case misshapenFounding
    case restsOnIllFormed(String)
    case foundingNotBeneath
    case baseIsNotNewest(String)
    case groundConflicts(String, String)
    case groundIsReplaced(String)
    case ruleNotInBase(String)
    case rosterNotInBase(String)
    case constitutionNotInBase(String)
    case parentOrAncestorNotInBase(String)
    case movesWithoutRelyingOn(String)
    case repealsNothing(String)
    case leavesChildrenBehind(String)
}

extension ReferenceGround {
    /// The verdict, or `nil` while a record is missing.
    func judge(_ instrument: ReferenceInstrument) -> ReferenceForm? {
        if let fault = faultOnItsFace(instrument) { return .illFormed(fault) }
        let named = instrument.directGround.union(instrument.replaces).sortedBytewise()
        for id in named {
            if case .illFormed = verdicts[id] { return .illFormed(.restsOnIllFormed(id)) }
        }
        guard named.allSatisfy({ verdicts[$0] != nil }) else { return nil }
        if instrument.id == roadmap { return faultOfFounding(instrument).map { .illFormed($0) } ?? .wellFormed }
        return faultOnItsGround(instrument).map { .illFormed($0) } ?? .wellFormed
    }

    private func faultOnItsFace(_ instrument: ReferenceInstrument) -> ReferenceFault? {
        if instrument.changes.isEmpty { return .writesNothing }
        for (provision, change) in instrument.changes.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            if Provision.reservedClass(of: provision) == "closing" { return .closingIsNotSupported }
            if !isWellShaped(change, for: provision) { return .misshapenContent(provision) }
        }
        if instrument.id == roadmap {
            let hasNothingBeneath =
                instrument.base.isEmpty && instrument.after.isEmpty && instrument.replaces.isEmpty
            return instrument.isFounding && hasNothingBeneath ? nil : .misshapenFounding
        }
        if instrument.isFounding { return .foundingNotBeneath }
        return instrument.changes.keys.sortedBytewise().first { instrument.base[$0] == nil }
            .map { .writesWhatItsBaseLacks($0) }
    }

    private func isWellShaped(_ change: ReferenceChange, for provision: String) -> Bool {
        guard let reserved = Provision.reservedClass(of: provision) else {
            return change.content.map { $0.matter == .words } ?? true
        }
        guard let content = change.content else { return false }  // none of them is ever repealed
        guard content.provisionClass == reserved, content.parent == nil else { return false }
        switch content.matter {
        case .rule(let rule): return reserved == "rule" && rule.isDecodable
        case .roster: return reserved == "roster"
        case .record: return reserved == "party"
        case .words, .closing: return false
        }
    }

    private func faultOfFounding(_ founding: ReferenceInstrument) -> ReferenceFault? {
        let contents = founding.changes.compactMapValues(\.content)
        let classes = Set(contents.values.map(\.provisionClass)).union(["roster", "rule", "party"])
        let holders = contents.values.flatMap { content -> [String] in
            if case .roster(let holders, _) = content.matter { holders } else { [] }
        }
        let isWhole =
            contents.count == founding.changes.count
            && contents.values.contains { !$0.awakeHolders.isEmpty }
            && classes.allSatisfy { contents[Provision.rule($0)] != nil }
            && holders.allSatisfy { contents[Provision.party($0)] != nil }
            && contents.keys.allSatisfy { ReferenceAmending.ancestors(of: $0, in: contents) != nil }
        return isWhole ? nil : .misshapenFounding
    }

    private func faultOnItsGround(_ instrument: ReferenceInstrument) -> ReferenceFault? {
        let ground = builtOn(by: instrument)
        guard ground.contains(roadmap) else { return .foundingNotBeneath }
        let writers = writers(among: ground)
        for (provision, named) in instrument.base.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            let wrote = writers[provision] ?? []
            let isNewest = named == nil ? wrote.isEmpty : named == newest(of: wrote)
            if !isNewest { return .baseIsNotNewest(provision) }
        }
        return faultOfTogetherness(instrument, ground: ground)
            ?? faultOfAmending(instrument, ground: ground)
    }

    /// What it is built on contains no two that conflict, and none that another of them, or it itself, replaces.
    private func faultOfTogetherness(_ instrument: ReferenceInstrument, ground: Set<String>) -> ReferenceFault? {
        for id in ground.sortedBytewise() {
            if let rival = conflicts[id]?.intersection(ground).sortedBytewise().first {
                return .groundConflicts(id, rival)
            }
            if let replaced = instruments[id]?.replaces.intersection(ground).sortedBytewise().first {
                return .groundIsReplaced(replaced)
            }
        }
        return instrument.replaces.intersection(ground).sortedBytewise().first.map { .groundIsReplaced($0) }
    }

    private func faultOfAmending(_ instrument: ReferenceInstrument, ground: Set<String>) -> ReferenceFault? {
        let amending = amending(of: instrument)
        return faultOfDeciding(instrument, amending, ground: ground) ?? faultOfTree(instrument, amending)
    }

    /// The rule of every class it writes or touches and every roster these rules speak of are in its base, never as
    /// "did not exist"; who changes the constitution has all rules and rosters in its base.
    private func faultOfDeciding(
        _ instrument: ReferenceInstrument, _ amending: ReferenceAmending, ground: Set<String>
    ) -> ReferenceFault? {
        for provisionClass in amending.classes.sortedBytewise() {
            let provision = Provision.rule(provisionClass)
            guard let rule = rule(ofClass: provisionClass, namedBy: instrument) else {
                return .ruleNotInBase(provision)
            }
            for standing in rule.standings.sortedBytewise() {
                let roster = Provision.roster(standing)
                guard let named = instrument.base[roster], named != nil else { return .rosterNotInBase(roster) }
            }
        }
        guard instrument.changesConstitution else { return nil }
        return writers(among: ground).keys.sortedBytewise()
            .first { Provision.isRuleOrRoster($0) && instrument.base[$0] == nil }
            .map { .constitutionNotInBase($0) }
    }

    /// Whoever adds or moves a provision relies on its new parent and all of that one's ancestors; who moves one relies
    /// on all that it contains; what is repealed is there, and leaves no children behind.
    private func faultOfTree(_ instrument: ReferenceInstrument, _ amending: ReferenceAmending) -> ReferenceFault? {
        for provision in amending.added.union(amending.moved).sortedBytewise() {
            guard let ancestors = ReferenceAmending.ancestors(of: provision, in: amending.after),
                ancestors.allSatisfy({ instrument.base[$0] != nil })
            else { return .parentOrAncestorNotInBase(provision) }
        }
        for provision in amending.moved.sortedBytewise() {
            let contained = ReferenceAmending.descendants(of: provision, in: amending.before)
            if let unseen = contained.sortedBytewise().first(where: { instrument.base[$0] == nil }) {
                return .movesWithoutRelyingOn(unseen)
            }
        }
        if let absent = amending.repealed.sortedBytewise().first(where: { amending.before[$0] == nil }) {
            return .repealsNothing(absent)
        }
        return amending.repealed.sortedBytewise()
            .first { repealed in amending.after.values.contains { $0.parent == repealed } }
            .map { .leavesChildrenBehind($0) }
    }

    /// What the instrument does to the text of all that it is built on.
    public func amending(of instrument: ReferenceInstrument) -> ReferenceAmending {
        ReferenceAmending(instrument.changes, to: contents(of: text(of: builtOn(by: instrument))))
    }

    /// The rule of a class in the version that the instrument's base names.
    func rule(ofClass provisionClass: String, namedBy instrument: ReferenceInstrument) -> ReferenceRule? {
        let provision = Provision.rule(provisionClass)
        guard let named = instrument.base[provision], let version = named,
            case .rule(let rule) = content(of: provision, in: version)?.matter
        else { return nil }
        return rule
    }
}

extension ReferenceRule {
    /// The standings that the rule's `need` terms speak of.
    public var standings: Set<String> {
        switch self {
        case .need(_, let standings, _): Set(standings)
        case .party, .named: []
        case .all(let rules), .any(let rules): Set(rules.flatMap(\.standings))
        }
    }

    /// Whether a decoder lets it in.
    public var isDecodable: Bool {
        switch self {
        case .need(let amount, let standings, _): !standings.isEmpty && amount.isDecodable
        case .party, .named: true
        case .all(let rules), .any(let rules): !rules.isEmpty && rules.allSatisfy(\.isDecodable)
        }
    }
}

extension ReferenceAmount {
    var isDecodable: Bool {
        switch self {
        case .all, .majority: true
        case .atLeast(let k): k >= 1
        case .fraction(let p, let q): 0 < p && p <= q
        }
    }

    /// How many of `n` holders that is.
    public func count(of n: Int) -> Int {
        switch self {
        case .all: n
        case .majority: n / 2 + 1
        case .atLeast(let k): k
        case .fraction(let p, let q): (p * n + q - 1) / q
        }
    }
}
