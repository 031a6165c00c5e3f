internal import BitCollections
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// What each instrument needs, worked out once and shared: its own requirements, and those of what it replaces.
///
/// Source: `Docs/Specification/agreement.md`, section "Needs".
struct Needs: Sendable {
    private let structure: Structure
    private var own: [Int: [Requirement]] = [:]
    private var after: [Int: [Requirement]] = [:]
    private var electorates: [ElectorateName: Electorate] = [:]

    /// The rosters, each in the version that some instrument wrote.
    private struct ElectorateName: Hashable {
        let rosters: [Structure.Version]
    }

    init(_ structure: Structure) {
        self.structure = structure
        for index in structure.wellFormed {
            own[index] = ownRequirements(of: index)
            for replaced in structure.replaces[index] where after[replaced] == nil {
                after[replaced] = requirementsAfter(replaced)
            }
        }
    }

    /// All that the instrument needs: its own requirements, and of everything it replaces, all the way down, what that
    /// needed, and what the constitution asked for after it where it changed that.
    func requirements(of index: Int) -> [Requirement] {
        var requirements: [Requirement] = own[index] ?? []
        for replaced in allReplaced(by: index) { requirements += (own[replaced] ?? []) + (after[replaced] ?? []) }
        return requirements
    }

    func areMet(_ index: Int, by verdicts: Verdicts) -> Bool {
        guard own[index]!.allSatisfy({ $0.isMet(by: verdicts) }) else { return false }
        return allReplaced(by: index).allSatisfy { replaced in
            own[replaced]!.allSatisfy { $0.isMet(by: verdicts) }
                && after[replaced]!.allSatisfy { $0.isMet(by: verdicts) }
        }
    }

    private func allReplaced(by index: Int) -> BitSet {
        guard !structure.replaces[index].isEmpty else { return [] }
        var found = BitSet()
        var open = structure.replaces[index]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += structure.replaces[next] }
        }
        return found
    }

    // MARK: One instrument's own

    private mutating func ownRequirements(of index: Int) -> [Requirement] {
        let instrument = structure.instruments[index]
        if instrument.isFounding { return foundersRequirements(instrument) }
        let beneath = structure.ancestors[index]
        var requirements: [Requirement] = []
        let touched = structure.touchedClasses(of: index)
        for provisionClass in touched.keys.sorted() {
            guard let rule = rule(for: provisionClass, among: beneath) else { continue }
            let term = resolve(rule, among: beneath, contents: touched[provisionClass]!)
            requirements.append(Requirement(source: .rule(provisionClass, readBy: instrument.id), term: term))
        }
        for newcomer in newcomers(of: instrument, beneath: beneath) {
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
    private func newcomers(of instrument: Instrument, beneath: BitSet) -> [Identifier] {
        var newcomers: Set<Identifier> = []
        for (standing, roster) in instrument.rosters {
            newcomers.formUnion(Set(roster.effectiveHolders).subtracting(holders(of: standing, among: beneath)))
        }
        return newcomers.sorted()
    }

    // MARK: The constitution after

    /// Where the instrument changed a rule, a roster or a party record: the rules of all classes as they stood after it.
    private mutating func requirementsAfter(_ index: Int) -> [Requirement] {
        let instrument = structure.instruments[index]
        guard instrument.isConstitutional else { return [] }
        var after = structure.ancestors[index]
        after.insert(index)
        let touched = structure.touchedClasses(of: index)
        var requirements: [Requirement] = []
        for provision in structure.rulesAndRosters.sorted() {
            guard case .rule(let provisionClass)? = ReservedProvision(provision),
                let rule = rule(for: provisionClass, among: after)
            else { continue }
            let term = resolve(rule, among: after, contents: touched[provisionClass] ?? [])
            requirements.append(Requirement(source: .ruleAfter(provisionClass, instrument.id), term: term))
        }
        return requirements
    }

    // MARK: Rules with rosters and names filled in

    private func rule(for provisionClass: Identifier, among beneath: BitSet) -> Rule? {
        guard let provision = ReservedProvision.rule(for: provisionClass),
            case .rule(let rule)? = structure.content(of: provision, among: beneath)?.reserved
        else { return nil }
        return rule
    }

    private func holders(of standing: Identifier, among beneath: BitSet) -> [Identifier] {
        guard let provision = ReservedProvision.roster(of: standing),
            case .roster(let roster)? = structure.content(of: provision, among: beneath)?.reserved
        else { return [] }
        return roster.effectiveHolders
    }

    private mutating func resolve(_ rule: Rule, among beneath: BitSet, contents: [Content]) -> Requirement.Term {
        switch rule {
        case .need(let share, let standings, let counting):
            return .need(share, electorate(of: standings, among: beneath), counting: counting)
        case .party(let party): return .party(party)
        case .named(let attribute):
            return .named(Set(contents.flatMap { $0.parties(listedIn: attribute) }).sorted())
        case .all(let rules): return .all(rules.map { resolve($0, among: beneath, contents: contents) })
        case .any(let rules): return .any(rules.map { resolve($0, among: beneath, contents: contents) })
        }
    }

    private mutating func electorate(of standings: [Identifier], among beneath: BitSet) -> Electorate {
        let versions = standings.compactMap { standing -> Structure.Version? in
            guard let provision = ReservedProvision.roster(of: standing) else { return nil }
            let writer = structure.newestWriter(of: provision, among: beneath)
            return Structure.Version(provision: provision, id: writer.map { structure.instruments[$0].id })
        }
        let name = ElectorateName(rosters: versions)
        if let known = electorates[name] { return known }
        let electorate = Electorate(standings.map { ($0, holders(of: $0, among: beneath)) })
        electorates[name] = electorate
        return electorate
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
