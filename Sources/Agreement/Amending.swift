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
    /// It is offered with a closing: it relies on the rule for closings, and on the rosters that this speaks of.
    public var offersClosing: Bool
    /// Until when its proposer asks for answers: seconds since 1970-01-01T00:00:00Z.
    public var answerBy: UInt64?
    /// What says from which draft it is frozen, and as of which entries.
    public var frozenFrom: [Digest]

    public init(
        title: Words, note: Words? = nil, changes: [Instrument.Change], reliesOn: [Identifier] = [],
        replaces: [InstrumentID] = [], voids: [Digest] = [], offersClosing: Bool = false, answerBy: UInt64? = nil,
        frozenFrom: [Digest] = []
    ) {
        self.title = title
        self.note = note
        self.changes = changes
        self.reliesOn = reliesOn
        self.replaces = replaces
        self.voids = voids
        self.offersClosing = offersClosing
        self.answerBy = answerBy
        self.frozenFrom = frozenFrom
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
    /// force; and, but for a closing, on what gave a party another record, so that its keys of now are heard. To what it replaces are added those that the replaced ones had replaced, which would otherwise come back.
    /// Where it replaces what is in force, it is laid on the text as it is without that, and without what falls with it:
    /// nothing can be built on what it replaces. It is built, too, on what has given up an instrument that it contradicts:
    /// so those may accept it who had accepted that one only provided its closing.
    public func freeze(
        _ amendment: Amendment, proposer: Identifier, salt: [UInt8], languages: [Identifier], roadmap: InstrumentID
    ) throws(AmendmentRefusal) -> Instrument {
        guard !inForceSet.isEmpty else { throw .nothingInForce }
        for id in amendment.replaces where structure.indexOf[id] == nil { throw .unknownReplaced(id) }
        let replaces = namingFallen(amendment.replaces)
        let text = TextLeft(by: replaces, in: self)
        let names = try text.namesReliedOn(amendment)
        var base: [Identifier: InstrumentID?] = [:]
        for name in names { base.updateValue(text.version(of: name), forKey: name) }
        let ground = Set(base.values.compactMap { $0.flatMap { structure.indexOf[$0] } })
        let instrument: Instrument
        do {
            instrument = try Instrument(
                roadmap: roadmap, title: amendment.title, proposer: proposer, salt: salt, languages: languages,
                base: base, changes: amendment.changes, after: text.after(amendment, names, ground: ground),
                replaces: replaces, voids: amendment.voids, frozenFrom: amendment.frozenFrom, note: amendment.note,
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

    /// What is named, and what that had replaced and would come back.
    func namingFallen(_ names: [InstrumentID]) -> [InstrumentID] {
        var named = Set(names)
        var open = names
        while let next = open.popLast() {
            for id in instrument(next)?.replaces ?? [] where out.contains(id) && named.insert(id).inserted {
                open.append(id)
            }
        }
        return named.sorted()
    }
}

/// The text that an amendment is laid on: what is in force, without what it replaces and what falls with that.
struct TextLeft {
    let structure: Structure
    let instruments: BitSet

    init(by replaced: [InstrumentID], in evaluation: Evaluation) {
        structure = evaluation.structure
        let gone = BitSet(replaced.compactMap { evaluation.structure.indexOf[$0] })
        guard !gone.isDisjoint(with: evaluation.inForceSet) else {
            instruments = evaluation.inForceSet
            return
        }
        let candidates = evaluation.perfectedSet.subtracting(evaluation.outSet).subtracting(gone)
        let left = evaluation.greatest(within: candidates, hearing: .allButVoid).intersection(evaluation.inForceSet)
        // Without the founding there is no text at all: then the instrument is refused for what it is built on.
        instruments = left.isEmpty ? evaluation.inForceSet : left
    }

    func version(of provision: Identifier) -> InstrumentID? {
        structure.newestWriter(of: provision, among: instruments).map { structure.instruments[$0].id }
    }

    func provision(_ name: Identifier) -> Content? { structure.content(of: name, among: instruments) }

    private func reliers(on provision: Identifier) -> BitSet {
        let version = Structure.Version(provision: provision, id: version(of: provision))
        return BitSet((structure.naming[version]?.reliers ?? []).filter(instruments.contains))
    }

    // MARK: Base

    func namesReliedOn(_ amendment: Amendment) throws(AmendmentRefusal) -> Set<Identifier> {
        var names = Set(amendment.changes.map(\.provision))
        var classes: Set<Identifier> = amendment.voids.isEmpty ? [] : [Identifier("roster")!]
        if amendment.offersClosing { classes.insert(Closing.word) }
        for change in amendment.changes where Closing.subject(of: change.provision) == nil {
            let before = provision(change.provision)
            guard before != nil || change.content != nil else { throw .repealsNothing(change.provision) }
            classes.formUnion([before?.provisionClass, change.content?.provisionClass].compactMap { $0 })
            if let content = change.content, before == nil || before?.parent != content.parent {
                names.formUnion(containers(of: content.parent, amendment))
            }
            if before != nil, change.content == nil || change.content?.parent != before?.parent {
                let contained = structure.subtree(of: change.provision, among: instruments)
                names.formUnion(contained)
                classes.formUnion(contained.compactMap { provision($0)?.provisionClass })
            }
        }
        for name in amendment.reliesOn {
            guard provision(name) != nil else { throw .reliesOnNothing(name) }
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
            place = change.map { $0.content?.parent } ?? provision(current)?.parent
        }
        return found
    }

    private func constitution(
        for classes: Set<Identifier>, _ amendment: Amendment
    ) throws(AmendmentRefusal) -> Set<Identifier> {
        var names: Set<Identifier> = []
        for provisionClass in classes.sorted() {
            guard let name = ReservedProvision.rule(for: provisionClass),
                case .rule(let rule)? = provision(name)?.reserved
            else { throw .noRule(forClass: provisionClass) }
            names.insert(name)
            for standing in rule.standings {
                guard let roster = ReservedProvision.roster(of: standing), provision(roster) != nil else {
                    throw .noRoster(of: standing, neededByRule: provisionClass)
                }
                names.insert(roster)
            }
        }
        let changesConstitution = amendment.changes.contains {
            ReservedProvision($0.provision)?.isConstitutional == true
        }
        if changesConstitution {
            names.formUnion(structure.rulesAndRosters.filter { version(of: $0) != nil })
        }
        return names
    }

    // MARK: After

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

    /// The abandonments in force of what would conflict with an amendment that has these names in its base.
    private func abandonments(of amendment: Amendment, _ names: Set<Identifier>) -> BitSet {
        let written = Set(amendment.changes.map(\.provision))
        let isConstitutional = written.contains { ReservedProvision($0)?.isConstitutional == true }
        return structure.closings.reduce(into: BitSet()) { found, closed in
            let subject = structure.instruments[closed.key]
            let isRival =
                (isConstitutional && subject.isConstitutional)
                || subject.changes.contains { names.contains($0.provision) }
                || written.contains { subject.base[$0] != nil }
            guard isRival else { return }
            for closing in closed.value where structure.instruments[closing].closing?.outcome == .abandoned {
                if instruments.contains(closing) { found.insert(closing) }
            }
        }
    }

    /// What gave a party its record, after the founding: whatever is not built on that is read under the keys of before,
    /// which the party may have lost, or under none. All of these are in one line, so the newest is all that is named.
    private var writersOfRecords: [Int] {
        structure.constitutional.intersection(instruments).filter { index in
            !structure.instruments[index].isFounding
                && structure.instruments[index].changes.contains { change in
                    guard case .party? = ReservedProvision(change.provision) else { return false }
                    return structure.newestWriter(of: change.provision, among: instruments) == index
                }
        }
    }

    func after(_ amendment: Amendment, _ names: Set<Identifier>, ground: Set<Int>) -> [InstrumentID] {
        var wanted = BitSet()
        for change in amendment.changes {
            wanted.formUnion(reliers(on: change.provision))
        }
        if amendment.changes.contains(where: { ReservedProvision($0.provision)?.isConstitutional == true }) {
            wanted.formUnion(structure.constitutional.intersection(instruments))
        }
        if !amendment.changes.contains(where: { Closing.subject(of: $0.provision) != nil }) {
            wanted.formUnion(BitSet(writersOfRecords))
        }
        wanted.formUnion(BitSet(groundOfClosings(amendment)))
        wanted.formUnion(abandonments(of: amendment, names))
        // What another of them, or the base, is built on already need not be named.
        var covered = BitSet(ground)
        for index in ground { covered.formUnion(structure.ancestors[index]) }
        for index in wanted { covered.formUnion(structure.ancestors[index]) }
        return wanted.subtracting(covered).map { structure.instruments[$0].id }
    }
}
