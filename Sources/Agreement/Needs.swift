internal import BitCollections
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// What each instrument needs, worked out once and shared: its own requirements, and those of what it replaces.
///
/// Source: `Docs/Specification/agreement.md`, section "Needs".
struct Needs: Sendable {
    private(set) var own: [Int: [Requirement]] = [:]
    private var after: [Int: [Requirement]] = [:]
    /// With fewer seals its own requirements are not met, whatever these say.
    private(set) var fewestSeals: [Int: Int] = [:]
    /// The instruments that ask a newcomer for its own acceptance, by themselves or by what they replace.
    private(set) var askingNewcomers = BitSet()
    /// The effects of withdrawals, by their ids.
    let withdrawals: [Digest: WithdrawalGiven]
    /// By an instrument that cannot be judged yet: the withdrawals of parties that say they have committed to it; and of
    /// each withdrawal how many such there are.
    private var awaitedBy: [InstrumentID: [Digest]] = [:]
    private var awaitedCount: [Digest: Int] = [:]
    private var electorates: [ElectorateName: Electorate] = [:]

    /// The rosters, each in the version that some instrument wrote.
    private struct ElectorateName: Hashable {
        let rosters: [Structure.Version]
    }

    init(_ structure: Structure, withdrawals: [WithdrawalGiven] = []) {
        self.withdrawals = Dictionary(withdrawals.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        for index in structure.wellFormed { add(index, in: structure) }
        for withdrawal in self.withdrawals.values {
            for id in Set(withdrawal.committed) where !structure.isJudged(id) {
                awaitedBy[id, default: []].append(withdrawal.id)
                awaitedCount[withdrawal.id, default: 0] += 1
            }
        }
    }

    /// Takes note that it is known of an instrument whether it is well formed.
    ///
    /// - Returns: whether that is the last that a withdrawal waited for, so that it excuses its party now.
    mutating func noteJudged(_ id: InstrumentID) -> Bool {
        var speaks = false
        for withdrawal in awaitedBy.removeValue(forKey: id) ?? [] {
            awaitedCount[withdrawal]! -= 1
            if awaitedCount[withdrawal] == 0 { speaks = true }
        }
        return speaks
    }

    /// Works out what one more well-formed instrument needs.
    mutating func add(_ index: Int, in structure: Structure) {
        let own = ownRequirements(of: index, in: structure)
        self.own[index] = own
        fewestSeals[index] = max(
            own.count(where: { $0.source == .founder }), own.map(\.term.fewestParties).max() ?? 0)
        for replaced in structure.broughtAlong(by: index) where after[replaced] == nil {
            after[replaced] = requirementsAfter(replaced, in: structure)
        }
        if requirements(of: index, in: structure).contains(where: \.isNewcomers) { askingNewcomers.insert(index) }
    }

    /// All that the instrument needs: its own requirements, and of everything it replaces, all the way down, what that
    /// needed, and what the constitution asked for after it where it changed that.
    func requirements(of index: Int, in structure: Structure) -> [Requirement] {
        (own[index] ?? [])
            + structure.broughtAlong(by: index).sorted(by: structure.precedes).flatMap { replaced in
                (own[replaced] ?? []) + (after[replaced] ?? [])
            }
    }

    func areMet(_ index: Int, by consent: Consent, in structure: Structure) -> Bool {
        guard own[index]!.allSatisfy({ $0.isMet(by: consent) }) else { return false }
        guard !structure.replaces[index].isEmpty else { return true }
        return structure.broughtAlong(by: index).allSatisfy { replaced in
            own[replaced]!.allSatisfy { $0.isMet(by: consent) } && after[replaced]!.allSatisfy { $0.isMet(by: consent) }
        }
    }

    // MARK: One instrument's own

    private mutating func ownRequirements(of index: Int, in structure: Structure) -> [Requirement] {
        let instrument = structure.instruments[index]
        if instrument.isFounding { return foundersRequirements(instrument) }
        // A closing is decided as the base of its subject says, and changes no roster.
        let text = structure.ancestors[structure.closes[index] ?? index]
        var requirements: [Requirement] = []
        let touched = structure.touchedClasses(of: index)
        for provisionClass in touched.keys.sorted() {
            guard let rule = structure.rule(for: provisionClass, among: text) else { continue }
            let term = resolve(rule, among: text, contents: touched[provisionClass]!, in: structure)
            requirements.append(Requirement(source: .rule(provisionClass, readBy: instrument.id), term: term))
        }
        for newcomer in newcomers(of: instrument, beneath: text, in: structure) {
            requirements.append(Requirement(source: .newcomer(readBy: instrument.id), term: .party(newcomer)))
        }
        return requirements
    }

    private func foundersRequirements(_ founding: Instrument) -> [Requirement] {
        var standings: [Identifier: [Identifier]] = [:]
        for (standing, roster) in founding.rosters {
            for holder in roster.effectiveHolders { standings[holder, default: []].append(standing) }
        }
        return standings.keys.sorted().map {
            Requirement(source: .founder, term: .founder($0, standings: standings[$0]!.sorted()))
        }
    }

    /// Those on a roster it writes who were not on the version beneath; a dormant roster has nobody on it.
    private func newcomers(
        of instrument: Instrument, beneath: BitSet, in structure: Structure
    ) -> [Identifier] {
        var newcomers: Set<Identifier> = []
        for (standing, roster) in instrument.rosters {
            let before = structure.holders(of: standing, among: beneath)
            newcomers.formUnion(Set(roster.effectiveHolders).subtracting(before))
        }
        return newcomers.sorted()
    }

    // MARK: The constitution after

    /// Where the instrument changed a rule, a roster or a party record: the rules of all classes as they stood after it.
    ///
    /// A rule that could not be met even by everybody protects nothing, and would stand in the way for ever: it asks for
    /// nothing here.
    private mutating func requirementsAfter(_ index: Int, in structure: Structure) -> [Requirement] {
        let instrument = structure.instruments[index]
        guard instrument.isConstitutional else { return [] }
        let after = structure.ancestors[index].union([index])
        let touched = structure.touchedClasses(of: index)
        var requirements: [Requirement] = []
        for (provisionClass, rule) in structure.rules(among: after) {
            let term = resolve(rule, among: after, contents: touched[provisionClass] ?? [], in: structure)
            let requirement = Requirement(source: .ruleAfter(provisionClass, instrument.id), term: term)
            if requirement.isMet(by: .ofAll) { requirements.append(requirement) }
        }
        return requirements
    }

    // MARK: Rules with rosters and names filled in

    private mutating func resolve(
        _ rule: Rule, among text: BitSet, contents: [Content], in structure: Structure
    ) -> Requirement.Term {
        switch rule {
        case .need(let share, let standings, let counting):
            return .need(share, electorate(of: standings, among: text, in: structure), counting: counting)
        case .party(let party): return .party(party)
        case .named(let attribute):
            return .named(Set(contents.flatMap { $0.parties(listedIn: attribute) }).sorted())
        case .all(let rules):
            return .all(rules.map { resolve($0, among: text, contents: contents, in: structure) })
        case .any(let rules):
            return .any(rules.map { resolve($0, among: text, contents: contents, in: structure) })
        }
    }

    private mutating func electorate(
        of standings: [Identifier], among text: BitSet, in structure: Structure
    ) -> Electorate {
        let versions = standings.compactMap { standing -> Structure.Version? in
            guard let provision = ReservedProvision.roster(of: standing) else { return nil }
            let writer = structure.newestWriter(of: provision, among: text)
            return Structure.Version(provision: provision, id: writer.map { structure.instruments[$0].id })
        }
        let name = ElectorateName(rosters: versions)
        if let known = electorates[name] { return known }
        let electorate = Electorate(
            standings.map { ($0, structure.holders(of: $0, among: text)) },
            excuses: withdrawals.values.compactMap { structure.excuse($0, from: standings, among: text) })
        electorates[name] = electorate
        return electorate
    }
}

extension Structure {
    /// The instruments whose needs come to those of `index`: what it replaces, what that replaces, and so on down.
    ///
    /// Who replaces a closing answers to all that its subject's replacement would: once it stands, that is as firm as
    /// ever.
    func broughtAlong(by index: Index) -> BitSet {
        guard !replaces[index].isEmpty else { return [] }
        var found = BitSet()
        var open = replaces[index]
        while let next = open.popLast() {
            guard found.insert(next).inserted else { continue }
            open += replaces[next]
            if let subject = subjectCompleted(by: next) { open.append(subject) }
        }
        return found
    }

    /// What an instrument closes as complete.
    func subjectCompleted(by index: Index) -> Index? {
        instruments[index].closing?.outcome == .complete ? closes[index] : nil
    }

    /// The rule of a class in the text of a set without conflicts.
    func rule(for provisionClass: Identifier, among text: BitSet) -> Rule? {
        guard let provision = ReservedProvision.rule(for: provisionClass),
            case .rule(let rule)? = content(of: provision, among: text)?.reserved
        else { return nil }
        return rule
    }

    /// Every rule in the text of a set without conflicts, by the bytewise order of their provisions.
    func rules(among text: BitSet) -> [(provisionClass: Identifier, rule: Rule)] {
        rulesAndRosters.sorted().compactMap { provision in
            guard case .rule(let provisionClass)? = ReservedProvision(provision),
                let rule = rule(for: provisionClass, among: text)
            else { return nil }
            return (provisionClass, rule)
        }
    }

    /// Those who hold a standing in the text of a set without conflicts.
    func holders(of standing: Identifier, among text: BitSet) -> [Identifier] {
        guard let provision = ReservedProvision.roster(of: standing),
            case .roster(let roster)? = content(of: provision, among: text)?.reserved
        else { return [] }
        return roster.effectiveHolders
    }
}

extension Content {
    /// The parties that an attribute lists: a list of identifiers, or a single one.
    func parties(listedIn attribute: Identifier) -> [Identifier] {
        switch attributes[attribute] {
        case .array(let items):
            items.compactMap { if case .text(let text) = $0 { Identifier(text.string) } else { nil } }
        case .text(let text): Identifier(text.string).map { [$0] } ?? []
        default: []
        }
    }
}
