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
/// - A closing names its subject: it awaits it, and is ill formed with it.
/// - *key serves twice*: in the text with its changes, a party's record that it writes holds a key that the record of
///   another party holds.
public enum ReferenceForm: Hashable, Sendable {
    case wellFormed
    case illFormed(ReferenceFault)
}

public enum ReferenceFault: Hashable, Sendable {
    case writesNothing
    case writesWhatItsBaseLacks(String)
    case misshapenContent(String)
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
    case keyServesTwice(String)
    case misshapenClosing(String)
    case closesFoundingOrClosing(String)
    /// The subject does not rely on the rule for closings and the rosters that this speaks of.
    case closingIsNotOffered(String)
    /// Completes a change of the constitution that it is not built on.
    case closingIsNotBuiltOnSubject(String)
}

extension ReferenceGround {
    /// The verdict, or `nil` while a record is missing.
    func judge(_ instrument: ReferenceInstrument) -> ReferenceForm? {
        if let fault = faultOnItsFace(instrument) { return .illFormed(fault) }
        let subject = instrument.closing.map { [$0.subject] } ?? []
        let replaced = meaning.holds(.awaitsWhatItReplaces) ? instrument.replaces : []
        let named = instrument.directGround.union(replaced).union(subject).sortedBytewise()
        for id in named {
            guard case .illFormed = verdicts[id] else { continue }
            let isExcluded =
                meaning.holds(.builtOnIllFormed) && instrument.directGround.contains(id)
                || meaning.holds(.replacesIllFormed) && instrument.replaces.contains(id)
                || meaning.holds(.closesIllFormed) && subject.contains(id)
            if isExcluded { return .illFormed(.restsOnIllFormed(id)) }
        }
        guard named.allSatisfy({ verdicts[$0] != nil }) else { return nil }
        if isFounding(instrument) { return faultOfFounding(instrument).map { .illFormed($0) } ?? .wellFormed }
        return faultOnItsGround(instrument).map { .illFormed($0) } ?? .wellFormed
    }

    private func faultOnItsFace(_ instrument: ReferenceInstrument) -> ReferenceFault? {
        if instrument.changes.isEmpty && instrument.voids.isEmpty { return .writesNothing }
        for (provision, change) in instrument.changes.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            if !isWellShaped(change, for: provision) { return .misshapenContent(provision) }
            if isMisshapenClosing(provision, of: instrument) { return .misshapenClosing(provision) }
        }
        if isFounding(instrument) {
            let hasNothingBeneath =
                instrument.base.isEmpty && instrument.after.isEmpty && instrument.replaces.isEmpty
                && instrument.voids.isEmpty
            return instrument.isFounding && hasNothingBeneath ? nil : .misshapenFounding
        }
        if instrument.isFounding { return .foundingNotBeneath }
        guard meaning.holds(.writesOutsideBase) else { return nil }
        return instrument.changes.keys.sortedBytewise().first { instrument.base[$0] == nil }
            .map { .writesWhatItsBaseLacks($0) }
    }

    /// There is one founding, that of the roadmap's id.
    func isFounding(_ instrument: ReferenceInstrument) -> Bool {
        instrument.id == roadmap || instrument.isFounding && meaning.lacks(.foundingNotBeneath)
    }

    /// A closing says nothing but what is closed, of something that may exist, for the first time, and voids nothing.
    private func isMisshapenClosing(_ provision: String, of instrument: ReferenceInstrument) -> Bool {
        guard Provision.reservedClass(of: provision) == "closing" else { return false }
        if instrument.changes.count > 1 { return true }  // needed to tell its subject at all
        guard meaning.holds(.closingMalformed) else { return false }
        let subject = Provision.name(in: provision).utf8
        let isDigest =
            subject.count == roadmap.utf8.count
            && subject.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return !isDigest || !instrument.voids.isEmpty || (instrument.base[provision] ?? nil) != nil
    }

    private func isWellShaped(_ change: ReferenceChange, for provision: String) -> Bool {
        guard let reserved = Provision.reservedClass(of: provision) else {
            return change.content.map { $0.matter == .words } ?? true
        }
        // none of them is ever repealed
        guard let content = change.content else { return meaning.lacks(.repealsReserved) && reserved != "closing" }
        guard content.provisionClass == reserved, content.parent == nil else { return false }
        switch content.matter {
        case .rule(let rule): return reserved == "rule" && rule.isDecodable
        case .roster: return reserved == "roster"
        case .record: return reserved == "party"
        case .closing: return reserved == "closing"
        case .words: return false
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
            && (meaning.lacks(.foundingNamesNobody) || contents.values.contains { !$0.awakeHolders.isEmpty })
            && (meaning.lacks(.foundingLacksRule) || classes.allSatisfy { contents[Provision.rule($0)] != nil })
            && (meaning.lacks(.foundingLacksRecord) || holders.allSatisfy { contents[Provision.party($0)] != nil })
            && contents.keys.allSatisfy { hasItsPlace($0, in: contents) }
        return isWhole ? faultOfKeys(founding, amending(of: founding)) : .misshapenFounding
    }

    private func faultOnItsGround(_ instrument: ReferenceInstrument) -> ReferenceFault? {
        let ground = builtOn(by: instrument)
        if meaning.holds(.foundingNotBeneath) {
            guard ground.contains(roadmap) else { return .foundingNotBeneath }
        }
        let writers = writers(among: ground)
        if meaning.holds(.notNewestVersion) {
            for (provision, named) in instrument.base.sorted(by: { precedesBytewise($0.key, $1.key) }) {
                let wrote = writers[provision] ?? []
                let isNewest = named == nil ? wrote.isEmpty : named == newest(of: wrote)
                if !isNewest { return .baseIsNotNewest(provision) }
            }
        }
        return faultOfTogetherness(instrument, ground: ground)
            ?? faultOfClosing(instrument, ground: ground)
            ?? faultOfAmending(instrument, ground: ground)
    }

    /// What it is built on contains no two that conflict, and none that another of them, or it itself, replaces.
    private func faultOfTogetherness(_ instrument: ReferenceInstrument, ground: Set<String>) -> ReferenceFault? {
        for id in ground.sortedBytewise() {
            if meaning.holds(.groundInConflict), let rival = conflicts[id]?.intersection(ground).sortedBytewise().first
            {
                return .groundConflicts(id, rival)
            }
            if meaning.holds(.groundReplacedByGround),
                let replaced = instruments[id]?.replaces.intersection(ground).sortedBytewise().first
            {
                return .groundIsReplaced(replaced)
            }
        }
        guard meaning.holds(.groundReplacedByItself) else { return nil }
        return instrument.replaces.intersection(ground).sortedBytewise().first.map { .groundIsReplaced($0) }
    }

    /// The subject is no founding and no closing, was offered with a rule for closing it, and is beneath what completes
    /// it where it changes the constitution.
    private func faultOfClosing(_ instrument: ReferenceInstrument, ground: Set<String>) -> ReferenceFault? {
        guard let closing = instrument.closing, let subject = instruments[closing.subject] else { return nil }
        if meaning.holds(.closesFounding), subject.id == roadmap || subject.closing != nil {
            return .closesFoundingOrClosing(subject.id)
        }
        if meaning.holds(.closingNotOffered), !isOffered(subject) { return .closingIsNotOffered(subject.id) }
        let mustStandBeneath = subject.changesConstitution && closing.outcome == .complete
        if meaning.holds(.closingNotBuiltOnSubject), mustStandBeneath, !ground.contains(subject.id) {
            return .closingIsNotBuiltOnSubject(subject.id)
        }
        return nil
    }

    /// Whether an instrument relies on a rule for closing it, and on the rosters that this rule speaks of.
    func isOffered(_ instrument: ReferenceInstrument) -> Bool {
        guard let rule = rule(ofClass: "closing", namedBy: instrument) else { return false }
        return rule.standings.allSatisfy { (instrument.base[Provision.roster($0)] ?? nil) != nil }
    }

    private func faultOfAmending(_ instrument: ReferenceInstrument, ground: Set<String>) -> ReferenceFault? {
        let amending = amending(of: instrument)
        return faultOfDeciding(instrument, amending, ground: ground) ?? faultOfTree(instrument, amending)
            ?? faultOfKeys(instrument, amending)
    }

    /// The rule of every class it writes or touches and every roster these rules speak of are in its base, never as
    /// "did not exist"; who changes the constitution has all rules and rosters in its base. A closing is decided under
    /// the base of its subject.
    private func faultOfDeciding(
        _ instrument: ReferenceInstrument, _ amending: ReferenceAmending, ground: Set<String>
    ) -> ReferenceFault? {
        let decided = instrument.closing == nil ? classes(of: instrument, amending) : []
        for provisionClass in decided.sortedBytewise() where meaning.holds(.ruleOutsideBase) {
            let provision = Provision.rule(provisionClass)
            guard let rule = rule(ofClass: provisionClass, namedBy: instrument) else {
                return .ruleNotInBase(provision)
            }
            for standing in rule.standings.sortedBytewise() where meaning.holds(.rosterOutsideBase) {
                let roster = Provision.roster(standing)
                guard let named = instrument.base[roster], named != nil else { return .rosterNotInBase(roster) }
            }
        }
        guard instrument.changesConstitution, meaning.holds(.constitutionOutsideBase) else { return nil }
        return writers(among: ground).keys.sortedBytewise()
            .first { Provision.isRuleOrRoster($0) && instrument.base[$0] == nil }
            .map { .constitutionNotInBase($0) }
    }

    /// The classes of what it touches; who voids answers to the rule of the rosters, too.
    func classes(of instrument: ReferenceInstrument, _ amending: ReferenceAmending) -> Set<String> {
        instrument.voids.isEmpty ? amending.classes : amending.classes.union(["roster"])
    }

    /// Whoever adds or moves a provision relies on its new parent and all of that one's ancestors; who moves one relies
    /// on all that it contains; what is repealed is there, and leaves no children behind.
    private func faultOfTree(_ instrument: ReferenceInstrument, _ amending: ReferenceAmending) -> ReferenceFault? {
        for provision in amending.added.union(amending.moved).sortedBytewise() {
            let ancestors = ReferenceAmending.ascent(from: provision, in: amending.after).ancestors
            guard hasItsPlace(provision, in: amending.after),
                meaning.lacks(.parentNotReliedOn) || ancestors.allSatisfy({ instrument.base[$0] != nil })
            else { return .parentOrAncestorNotInBase(provision) }
        }
        for provision in amending.moved.sortedBytewise() where meaning.holds(.movesUnseen) {
            let contained = ReferenceAmending.descendants(of: provision, in: amending.before)
            if let unseen = contained.sortedBytewise().first(where: { instrument.base[$0] == nil }) {
                return .movesWithoutRelyingOn(unseen)
            }
        }
        let repealed = amending.repealed.sortedBytewise()
        if meaning.holds(.repealsNothing), let absent = repealed.first(where: { amending.before[$0] == nil }) {
            return .repealsNothing(absent)
        }
        guard meaning.holds(.leavesChildBehind) else { return nil }
        return repealed.first { repealed in amending.after.values.contains { $0.parent == repealed } }
            .map { .leavesChildrenBehind($0) }
    }

    /// Whether all that a provision stands under is there, and it does not stand beneath itself, or too deep.
    private func hasItsPlace(_ provision: String, in text: [String: ReferenceContent]) -> Bool {
        switch ReferenceAmending.ascent(from: provision, in: text).end {
        case .top(let depth): depth <= Self.provisionDepth || meaning.lacks(.parentsInCycle)
        case .absent: meaning.lacks(.parentNotThere)
        case .cycle: meaning.lacks(.parentsInCycle)
        }
    }

    /// How many others a provision may be put beneath.
    private static let provisionDepth = 64

    private func faultOfKeys(_ instrument: ReferenceInstrument, _ amending: ReferenceAmending) -> ReferenceFault? {
        guard meaning.holds(.keyServesTwice) else { return nil }
        return instrument.changes.keys.sortedBytewise().first { provision in
            guard let keys = instrument.changes[provision]?.content?.root?.record.allKeys else { return false }
            return amending.after.contains { other, content in
                other != provision && !(content.root?.record.allKeys.isDisjoint(with: keys) ?? true)
            }
        }.map { .keyServesTwice($0) }
    }

    /// What the instrument does to the text of all that it is built on.
    public func amending(of instrument: ReferenceInstrument) -> ReferenceAmending {
        if let known = amendings[instrument.id] { return known }
        return ReferenceAmending(instrument.changes, to: contents(of: text(of: builtOn(by: instrument))))
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
