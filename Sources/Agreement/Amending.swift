internal import BitCollections
public import CanonicalEncoding
public import Cryptography
public import Identity

/// Changes on their way into an instrument: what somebody wants written, before it is laid on the text in force.
public struct Amendment: Sendable {
    public var title: Words
    public var note: Words?
    public var changes: [Instrument.Change]
    /// Provisions relied on besides those that the tools find by themselves.
    public var reliesOn: [Identifier]
    public var replaces: [InstrumentID]
    /// Disputed seals and withdrawals that it voids.
    public var voids: [Digest]
    /// Until when its proposer asks for answers: seconds since 1970-01-01T00:00:00Z.
    public var answerBy: UInt64?

    public init(
        title: Words, note: Words? = nil, changes: [Instrument.Change], reliesOn: [Identifier] = [],
        replaces: [InstrumentID] = [], voids: [Digest] = [], answerBy: UInt64? = nil
    ) {
        self.title = title
        self.note = note
        self.changes = changes
        self.reliesOn = reliesOn
        self.replaces = replaces
        self.voids = voids
        self.answerBy = answerBy
    }
}

/// Why an amendment cannot be laid on the text in force.
public enum AmendmentRefusal: Error, Hashable, Sendable {
    case nothingInForce
    case reliesOnNothing(Identifier)
    case repealsNothing(Identifier)
    case noRule(forClass: Identifier)
    case noRoster(of: Identifier, neededByRule: Identifier)
    case unknownReplaced(InstrumentID)
    case malformed(DecodingRefusal)
    case illFormed(IllFormedness)
}

extension Evaluation {
    /// Freezes an amendment on the text in force.
    ///
    /// The base is what it writes and what it relies on: the rules of every class it writes or touches, the rosters they
    /// speak of, new parents with all that contains them, all that a moved provision
    /// contains, and, where it changes the constitution, all rules and rosters. A closing relies on nothing.
    /// It is built (`after`) on everything in force that relied on what it writes, so that it takes none of it out of
    /// force. To what it replaces are added those that the replaced ones had replaced, which would otherwise come back.
    public func freeze(
        _ amendment: Amendment, proposer: Identifier, salt: [UInt8], languages: [Identifier], roadmap: InstrumentID
    ) throws(AmendmentRefusal) -> Instrument {
        guard !inForceSet.isEmpty else { throw .nothingInForce }
        for id in amendment.replaces where structure.indexOf[id] == nil { throw .unknownReplaced(id) }
        let names = try namesReliedOn(amendment)
        var base: [Identifier: InstrumentID?] = [:]
        for name in names { base.updateValue(versionInForce(of: name), forKey: name) }
        let ground = Set(base.values.compactMap { $0.flatMap { structure.indexOf[$0] } })
        let instrument: Instrument
        do {
            instrument = try Instrument(
                roadmap: roadmap, title: amendment.title, proposer: proposer, salt: salt, languages: languages,
                base: base, changes: amendment.changes, after: after(amendment, ground: ground),
                replaces: replaced(amendment), voids: amendment.voids, note: amendment.note,
                answerBy: amendment.answerBy)
        } catch {
            throw .malformed(error)
        }
        var judged = structure
        judged.add(instrument)
        if let index = judged.indexOf[instrument.id], let reason = judged.illFormedness[index] {
            throw .illFormed(reason)
        }
        return instrument
    }

    // MARK: Base

    private func namesReliedOn(_ amendment: Amendment) throws(AmendmentRefusal) -> Set<Identifier> {
        var names = Set(amendment.changes.map(\.provision))
        var classes: Set<Identifier> = amendment.voids.isEmpty ? [] : [Identifier("roster")!]
        for change in amendment.changes where Closing.subject(of: change.provision) == nil {
            let before = provisionInForce(change.provision)?.content
            guard before != nil || change.content != nil else { throw .repealsNothing(change.provision) }
            classes.formUnion([before?.provisionClass, change.content?.provisionClass].compactMap { $0 })
            if let content = change.content, before == nil || before?.parent != content.parent {
                names.formUnion(containers(of: content.parent, amendment))
            }
            if before != nil, change.content == nil || change.content?.parent != before?.parent {
                let contained = structure.subtree(of: change.provision, among: inForceSet)
                names.formUnion(contained)
                classes.formUnion(contained.compactMap { provisionInForce($0)?.content.provisionClass })
            }
        }
        for name in amendment.reliesOn {
            guard provisionInForce(name) != nil else { throw .reliesOnNothing(name) }
            names.insert(name)
        }
        return try names.union(constitution(for: classes, amendment))
    }

    private func containers(of parent: Identifier?, _ amendment: Amendment) -> [Identifier] {
        var found: [Identifier] = []
        var place = parent
        while let current = place, found.count <= AgreementLimits.provisionDepth {
            found.append(current)
            let change = amendment.changes.first { $0.provision == current }
            place = change.map { $0.content?.parent } ?? provisionInForce(current)?.content.parent
        }
        return found
    }

    private func constitution(
        for classes: Set<Identifier>, _ amendment: Amendment
    ) throws(AmendmentRefusal) -> Set<Identifier> {
        var names: Set<Identifier> = []
        for provisionClass in classes.sorted() {
            guard let name = ReservedProvision.rule(for: provisionClass),
                case .rule(let rule)? = provisionInForce(name)?.content.reserved
            else { throw .noRule(forClass: provisionClass) }
            names.insert(name)
            for standing in rule.standings {
                guard let roster = ReservedProvision.roster(of: standing), provisionInForce(roster) != nil else {
                    throw .noRoster(of: standing, neededByRule: provisionClass)
                }
                names.insert(roster)
            }
        }
        let changesConstitution = amendment.changes.contains {
            ReservedProvision($0.provision)?.isConstitutional == true
        }
        if changesConstitution {
            names.formUnion(structure.rulesAndRosters.filter { versionInForce(of: $0) != nil })
        }
        return names
    }

    // MARK: After and replaces

    /// A closing names no rule and no roster: it is decided as its subject's base says. It stands on its subject where
    /// it must, else on what that is directly built on: so the same key records are beneath both.
    private func groundOfClosings(_ amendment: Amendment) -> [Int] {
        amendment.changes.flatMap { change -> [Int] in
            guard let id = Closing.subject(of: change.provision), let subject = structure.indexOf[id],
                case .closing(let outcome)? = change.content?.reserved
            else { return [] }
            let mustStandOnIt = outcome == .complete && structure.constitutional.contains(subject)
            return mustStandOnIt ? [subject] : structure.ground[subject]
        }
    }

    private func after(_ amendment: Amendment, ground: Set<Int>) -> [InstrumentID] {
        var wanted = BitSet()
        for change in amendment.changes {
            wanted.formUnion(BitSet(reliersInForce(on: change.provision).map { structure.indexOf[$0]! }))
        }
        if amendment.changes.contains(where: { ReservedProvision($0.provision)?.isConstitutional == true }) {
            wanted.formUnion(structure.constitutional.intersection(inForceSet))
        }
        wanted.formUnion(BitSet(groundOfClosings(amendment)))
        // What another of them, or the base, is built on already need not be named.
        var covered = BitSet(ground)
        for index in ground { covered.formUnion(structure.ancestors[index]) }
        for index in wanted { covered.formUnion(structure.ancestors[index]) }
        return wanted.subtracting(covered).map { structure.instruments[$0].id }
    }

    private func replaced(_ amendment: Amendment) -> [InstrumentID] {
        var named = Set(amendment.replaces)
        var open = amendment.replaces
        while let next = open.popLast() {
            for id in instrument(next)?.replaces ?? [] where out.contains(id) && named.insert(id).inserted {
                open.append(id)
            }
        }
        return named.sorted()
    }
}
