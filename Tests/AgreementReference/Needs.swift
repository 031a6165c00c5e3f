/// What an instrument needs, each requirement read in the text that it names.
///
/// Readings:
/// - "all that that one needed" brings in the acceptances of those whom the replaced instrument added to rosters, too.
/// - "as they stood after it": the rules *and* the rosters that they speak of, as the replaced instrument left them.
/// - Added are the holders of the new roster less those of the version in the base; a dormant roster has none. They
///   accept in any capacity, under the keys that the instrument brings, or else the earlier ones.
/// - Standings that the founding's holders must cover are those of its rosters that are awake. A founding whose
///   rosters name nobody needs nothing.
/// - A closing needs what the rule for closings asked where its subject was offered, and no newcomers. Replacing one
///   that completes brings all that replacing its subject would bring.
/// - A holder may be *excused* from a requirement by leaving a version of the roster since which it was a holder in
///   every version of the text that the requirement is read in.
public enum ReferenceNeed: Hashable, Sendable {
    case rule(Requirement)
    /// Someone added to a roster accepts.
    case newcomer(String)
    /// A holder accepts the founding without condition, in all these standings.
    case founder(String, standings: Set<String>)

    /// A rule, read in some text.
    public struct Requirement: Hashable, Sendable {
        public var rule: ReferenceRule
        /// The holders of its standings.
        public var holders: [String: Set<String>]
        /// The parties that its `named` terms speak of.
        public var listed: [String: Set<String>]
        /// By standing and holder, the versions of the roster by leaving which the holder is excused. Only for
        /// standings of which a term asks all.
        public var leaving: [String: [String: Set<String>]]
    }
}

extension ReferenceGround {
    /// Everything a well-formed instrument needs, what it replaces included.
    ///
    /// - Precondition: It was admitted, and so was all that it names.
    func allNeeds(of instrument: ReferenceInstrument) -> [ReferenceNeed] {
        var found = needsByItself(of: instrument)
        for id in instrument.replaces.sortedBytewise() where meaning.holds(.needsOfReplaced) {
            guard let replaced = instruments[id], isWellFormed(id) else { continue }
            found += needsForReplacing(replaced)
            guard meaning.holds(.closingBringsSubject), let closing = replaced.closing, closing.outcome == .complete,
                let subject = instruments[closing.subject]
            else { continue }
            found += meaning.holds(.closingBringsRulesAfter) ? needsForReplacing(subject) : needs[subject.id] ?? []
        }
        var seen: Set<ReferenceNeed> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// Without what it replaces.
    func needsByItself(of instrument: ReferenceInstrument) -> [ReferenceNeed] {
        isFounding(instrument) ? founders(of: instrument) : ownNeeds(of: instrument)
    }

    /// What to void needs in any case: the rule of the rosters beneath.
    func needOfVoiding(_ instrument: ReferenceInstrument) -> ReferenceNeed? {
        guard !instrument.voids.isEmpty, let amending = amendings[instrument.id], let ground = beneath[instrument.id]
        else { return nil }
        return need(
            ofClass: "roster", in: amending.before, of: ground, touching: ReferenceAmending([:], to: [:]))
    }

    /// What replacing an instrument needs, what that replaces itself left out.
    func needsForReplacing(_ id: String) -> [ReferenceNeed] {
        guard let replaced = instruments[id] else { return [] }
        let after = replaced.changesConstitution ? needsOfAllClasses(after: replaced) : []
        let subject = completed(by: id).map { needsForReplacing($0) } ?? []
        return needsByItself(of: replaced) + after + subject
    }

    private func needsForReplacing(_ replaced: ReferenceInstrument) -> [ReferenceNeed] {
        let after =
            replaced.changesConstitution && meaning.holds(.needsRulesAfterReplaced)
            ? needsOfAllClasses(after: replaced) : []
        return (needs[replaced.id] ?? []) + after
    }

    private func founders(of founding: ReferenceInstrument) -> [ReferenceNeed] {
        var standings: [String: Set<String>] = [:]
        for (provision, change) in founding.changes {
            for holder in change.content?.awakeHolders ?? [] {
                standings[holder, default: []].insert(Provision.name(in: provision))
            }
        }
        return standings.keys.sortedBytewise().map { .founder($0, standings: standings[$0] ?? []) }
    }

    private func ownNeeds(of instrument: ReferenceInstrument) -> [ReferenceNeed] {
        if let closing = instrument.closing { return needsOfClosing(closing) }
        guard let amending = amendings[instrument.id], let ground = beneath[instrument.id] else { return [] }
        let rules = classes(of: instrument, amending).sortedBytewise().compactMap { provisionClass in
            need(ofClass: provisionClass, in: amending.before, of: ground, touching: amending)
        }
        let newcomers = meaning.holds(.needsNewcomers) ? newcomers(of: instrument).sortedBytewise() : []
        return rules + newcomers.map { .newcomer($0) }
    }

    /// The rule for closings as the subject found it; a closing lists nobody.
    private func needsOfClosing(_ closing: ReferenceClosing) -> [ReferenceNeed] {
        guard let subject = amendings[closing.subject], let ground = beneath[closing.subject] else { return [] }
        let nothing = ReferenceAmending([:], to: [:])
        return [need(ofClass: "closing", in: subject.before, of: ground, touching: nothing)].compactMap { $0 }
    }

    /// The rules of all classes as they stood after a replaced instrument that changed the constitution. One that
    /// nobody could meet there protects nothing.
    private func needsOfAllClasses(after replaced: ReferenceInstrument) -> [ReferenceNeed] {
        guard let amending = amendings[replaced.id], let ground = beneath[replaced.id] else { return [] }
        let rules = amending.after.keys.filter { $0.hasPrefix("rule/") }.sortedBytewise()
        return rules.compactMap { provision in
            need(
                ofClass: Provision.name(in: provision), in: amending.after, of: ground.union([replaced.id]),
                touching: amending)
        }.filter { meaning.lacks(.unmeetableAsksForNothing) || ReferenceConsent.ofEverybody(meaning).meets($0) }
    }

    /// The rule of a class in a text, which a set of instruments wrote.
    private func need(
        ofClass provisionClass: String, in text: [String: ReferenceContent], of set: Set<String>,
        touching amending: ReferenceAmending
    ) -> ReferenceNeed? {
        guard case .rule(let rule) = text[Provision.rule(provisionClass)]?.matter else { return nil }
        let holders = rule.standings.map { ($0, text[Provision.roster($0)]?.awakeHolders ?? []) }
        let listed = rule.attributes.map { ($0, amending.parties(listedIn: $0, ofClass: provisionClass)) }
        let leaving = rule.standingsAskedAll.map { ($0, versionsToLeave(of: $0, in: set)) }
        return .rule(
            ReferenceNeed.Requirement(
                rule: rule, holders: Dictionary(uniqueKeysWithValues: holders),
                listed: Dictionary(uniqueKeysWithValues: listed), leaving: Dictionary(uniqueKeysWithValues: leaving)))
    }

    /// By holder, the versions of a roster on the line that a set wrote since which it was a holder all along.
    func versionsToLeave(of standing: String, in set: Set<String>) -> [String: Set<String>] {
        let provision = Provision.roster(standing)
        let line = set.filter { instruments[$0]?.writes(provision) ?? false }
        func holders(_ version: String) -> Set<String> { content(of: provision, in: version)?.awakeHolders ?? [] }
        var leaving: [String: Set<String>] = [:]
        for version in line {
            let later = line.filter { isBuilt($0, on: version) }
            for holder in holders(version)
            where later.allSatisfy({ holders($0).contains(holder) })
                || meaning.lacks(.excusedWithoutGap)
            {
                leaving[holder, default: []].insert(version)
            }
        }
        return leaving
    }

    /// What wrote each text that a requirement of a well-formed instrument is read in.
    func readings(of id: String) -> [Set<String>] {
        guard let instrument = instruments[id] else { return [] }
        var readings = [beneath[instrument.closing?.subject ?? id] ?? []]
        for replaced in instrument.replaces.sortedBytewise() {
            let brought = [replaced] + (completed(by: replaced).map { [$0] } ?? [])
            for id in brought {
                readings += self.readings(of: id)
                guard instruments[id]?.changesConstitution ?? false else { continue }
                readings.append((beneath[id] ?? []).union([id]))
            }
        }
        return readings
    }

    /// Those whom an instrument adds to rosters.
    public func newcomers(of instrument: ReferenceInstrument) -> Set<String> {
        let before = amending(of: instrument).before
        var newcomers: Set<String> = []
        for (provision, change) in instrument.changes {
            guard let holders = change.content?.awakeHolders else { continue }
            newcomers.formUnion(holders.subtracting(before[provision]?.awakeHolders ?? []))
        }
        return newcomers
    }

    /// The classes whose rule in a text nobody could meet, though everybody accepted everything and every attribute
    /// named somebody.
    func unmeetableClasses(in text: [String: ReferenceContent]) -> Set<String> {
        var classes: Set<String> = []
        for (provision, content) in text {
            guard case .rule(let rule) = content.matter else { continue }
            let holders = rule.standings.map { ($0, text[Provision.roster($0)]?.awakeHolders ?? []) }
            let listed = rule.attributes.map { ($0, Set(["somebody"])) }
            let need = ReferenceNeed.Requirement(
                rule: rule, holders: Dictionary(uniqueKeysWithValues: holders),
                listed: Dictionary(uniqueKeysWithValues: listed), leaving: [:])
            if !ReferenceConsent.ofEverybody(meaning).meets(.rule(need)) {
                classes.insert(Provision.name(in: provision))
            }
        }
        return classes
    }
}

extension ReferenceRule {
    /// The attributes that its `named` terms speak of.
    var attributes: Set<String> {
        switch self {
        case .need, .party: []
        case .named(let attribute): [attribute]
        case .all(let rules), .any(let rules): Set(rules.flatMap(\.attributes))
        }
    }

    /// The standings of terms that ask for all.
    var standingsAskedAll: Set<String> {
        switch self {
        case .need(.all, let standings, _): Set(standings)
        case .need, .party, .named: []
        case .all(let rules), .any(let rules): Set(rules.flatMap(\.standingsAskedAll))
        }
    }
}
