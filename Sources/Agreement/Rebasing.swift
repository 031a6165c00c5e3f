internal import BitCollections
public import Cryptography
public import Identity

/// What an instrument changes, laid anew on the text in force: the same changes where they still fit, and what does not.
///
/// Three texts are compared for each provision: the one that the instrument found, the one in force, and what the
/// instrument says. A part that only one side changed is that side's; a part that both changed differently is a clash, and
/// nobody but a person decides it. Words are one part in all languages: half a translation would be nobody's text. Source:
/// `Docs/Specification/commands.md`, section `rebase`.
public struct Rebase: Sendable {
    public let instrument: Instrument
    /// What is still to be changed, ascending by provision; without the clashes that nobody has decided.
    public let changes: [Instrument.Change]
    public let clashes: [Clash]
    /// Provisions that say already what the instrument wanted, ascending.
    public let done: [Identifier]
    /// Provisions that it relied on without writing them, and that say something else now; ascending.
    public let reliedOnElsewise: [Identifier]

    /// A provision that both sides changed.
    public struct Clash: Hashable, Sendable {
        public let provision: Identifier
        public let kind: Kind
        /// As the instrument found it, as it is in force, and as the instrument has it; nil where it is not there.
        public let found: Content?
        public let inForce: Content?
        public let wanted: Content?
        /// What wrote the version in force, or repealed it; nil where it never was in force.
        public let version: InstrumentID?
    }

    public enum Kind: Hashable, Sendable {
        /// Both changed these parts of it, each in its own way.
        case parts([Part])
        /// One side repealed what the other changed.
        case repealed
        /// Both added a provision of this name.
        case bothAdded
        /// What it stands under is gone, and the instrument does not bring it.
        case parentGone(Identifier)
        /// The instrument relied on it, and it is gone.
        case reliedOnGone
    }

    public enum Part: String, Hashable, Sendable, CaseIterable {
        case kind, provisionClass = "class", parent, order, number, heading, text, attributes, reserved
    }

    /// How a person decides a clash.
    public enum Decision: Hashable, Sendable {
        /// What the instrument says goes.
        case ours
        /// What is in force stays, and the instrument does not speak of it any more.
        case theirs
        /// Something else; nil to repeal it.
        case other(Content?)
    }

    /// What the new instrument relies on besides what the tools find by themselves.
    public let reliesOn: [Identifier]
}

extension Evaluation {
    /// Lays an instrument's changes on the text in force, or, where it replaces what is in force, on the text without
    /// that; nil if it cannot be judged, founds the roadmap, or closes another: that speaks of the other by its id.
    ///
    /// - Parameters:
    ///   - named: what the new instrument replaces besides what the old one does.
    ///   - decisions: by provision. One of `other` goes also where nothing clashes.
    public func rebase(
        _ id: InstrumentID, naming named: [InstrumentID] = [], deciding decisions: [Identifier: Rebase.Decision] = [:]
    ) -> Rebase? {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index),
            !structure.instruments[index].isFounding, structure.closes[index] == nil
        else { return nil }
        let instrument = structure.instruments[index]
        let text = TextLeft(by: namingFallen(instrument.replaces + named), in: self)
        let merge = merge(instrument.changes, decisions, on: text) { provision($0, beneath: id)?.content }
        let relied = reliedOn(by: instrument, merge, text)
        return Rebase(
            instrument: instrument, changes: merge.changes.sorted { $0.provision < $1.provision },
            clashes: (merge.clashes + relied.gone).sorted { $0.provision < $1.provision }, done: merge.done.sorted(),
            reliedOnElsewise: relied.elsewise, reliesOn: relied.kept)
    }

    /// Lays changes that were written on some text on the text in force, or on that without what they replace.
    ///
    /// - Parameter found: the text that they were written on.
    /// - Returns: what is still to be changed, ascending by provision, and what only a person can decide.
    public func lay(
        _ changes: [Instrument.Change], writtenOn found: [Identifier: Content], naming named: [InstrumentID] = []
    ) -> (changes: [Instrument.Change], clashes: [Rebase.Clash]) {
        let merge = merge(changes, [:], on: TextLeft(by: namingFallen(named), in: self)) { found[$0] }
        return (
            merge.changes.sorted { $0.provision < $1.provision }, merge.clashes.sorted { $0.provision < $1.provision }
        )
    }

    private func merge(
        _ changes: [Instrument.Change], _ decisions: [Identifier: Rebase.Decision], on text: TextLeft,
        found: (Identifier) -> Content?
    ) -> Merge {
        var merge = Merge(decisions)
        for change in changes {
            merge.take(
                change.provision, found: found(change.provision), inForce: text.provision(change.provision),
                wanted: change.content, version: text.version(of: change.provision))
        }
        merge.addOthers(besides: Set(changes.map(\.provision)))
        for clash in parentsGone(in: merge, text, found: found) { merge.clash(clash) }
        return merge
    }

    private func parentsGone(
        in merge: Merge, _ text: TextLeft, found: (Identifier) -> Content?
    ) -> [Rebase.Clash] {
        let written = Dictionary(uniqueKeysWithValues: merge.changes.map { ($0.provision, $0.content) })
        return merge.changes.compactMap { change in
            guard let content = change.content, let parent = content.parent else { return nil }
            let isThere = written[parent].map { $0 != nil } ?? (text.provision(parent) != nil)
            guard !isThere else { return nil }
            return Rebase.Clash(
                provision: change.provision, kind: .parentGone(parent),
                found: found(change.provision), inForce: text.provision(change.provision), wanted: content,
                version: text.version(of: parent))
        }
    }

    private func reliedOn(
        by instrument: Instrument, _ merge: Merge, _ text: TextLeft
    ) -> (kept: [Identifier], elsewise: [Identifier], gone: [Rebase.Clash]) {
        var kept: [Identifier] = []
        var elsewise: [Identifier] = []
        var gone: [Rebase.Clash] = []
        for name in instrument.base.keys.sorted() where !instrument.writes(name) {
            guard let found = provision(name, beneath: instrument.id)?.content else { continue }
            let inForce = text.provision(name)
            if inForce != found, inForce != nil { elsewise.append(name) }
            // Rules and rosters are relied on as far as the changes are decided under them; `freeze` finds those.
            guard !ReservedProvision.isReserved(name) else { continue }
            if inForce != nil {
                kept.append(name)
            } else if merge.decisions[name] != .theirs {
                gone.append(
                    Rebase.Clash(
                        provision: name, kind: .reliedOnGone, found: found, inForce: nil, wanted: found,
                        version: text.version(of: name)))
            }
        }
        return (kept + offeringClosing(like: instrument, text), elsewise, gone)
    }

    /// What was offered with a closing is so offered again: it relies on the rule for closings, and on its rosters.
    private func offeringClosing(like instrument: Instrument, _ text: TextLeft) -> [Identifier] {
        guard let provision = ReservedProvision.rule(for: Closing.word), instrument.base[provision] ?? nil != nil,
            case .rule(let rule)? = text.provision(provision)?.reserved
        else { return [] }
        return [provision] + rule.standings.compactMap(ReservedProvision.roster)
    }
}

/// Provision by provision, what comes of three texts.
private struct Merge {
    let decisions: [Identifier: Rebase.Decision]
    private(set) var changes: [Instrument.Change] = []
    private(set) var clashes: [Rebase.Clash] = []
    private(set) var done: [Identifier] = []

    init(_ decisions: [Identifier: Rebase.Decision]) { self.decisions = decisions }

    mutating func take(
        _ name: Identifier, found: Content?, inForce: Content?, wanted: Content?, version: InstrumentID?
    ) {
        func clash(_ kind: Rebase.Kind) -> Rebase.Clash {
            Rebase.Clash(
                provision: name, kind: kind, found: found, inForce: inForce, wanted: wanted, version: version)
        }
        if case .other(let content)? = decisions[name] { return write(name, content, over: inForce) }
        if inForce == wanted { return done.append(name) }
        if inForce == found { return write(name, wanted, over: inForce) }
        switch (found, inForce, wanted) {
        case (let found?, let inForce?, let wanted?):
            let (content, parts) = Content.merged(found: found, inForce: inForce, wanted: wanted)
            if parts.isEmpty { write(name, content, over: inForce) } else { decide(clash(.parts(parts))) }
        case (nil, _, _): decide(clash(.bothAdded))
        case (_, nil, _), (_, _, nil): decide(clash(.repealed))
        }
    }

    /// What a person writes instead and the changes did not speak of.
    mutating func addOthers(besides written: Set<Identifier>) {
        for (name, decision) in decisions.sorted(by: { $0.key < $1.key }) where !written.contains(name) {
            if case .other(let content) = decision { changes.append(Instrument.Change(name, content)) }
        }
    }

    mutating func clash(_ clash: Rebase.Clash) {
        changes.removeAll { $0.provision == clash.provision }
        if decisions[clash.provision] != .theirs { clashes.append(clash) }
    }

    private mutating func decide(_ clash: Rebase.Clash) {
        switch decisions[clash.provision] {
        case .ours: write(clash.provision, clash.wanted, over: clash.inForce)
        case .theirs: done.append(clash.provision)
        case .other, nil: clashes.append(clash)
        }
    }

    private mutating func write(_ name: Identifier, _ content: Content?, over inForce: Content?) {
        if content == inForce { done.append(name) } else { changes.append(Instrument.Change(name, content)) }
    }
}

extension Content {
    /// What comes of two changes of one provision, and the parts that both changed, each in its own way.
    fileprivate static func merged(
        found: Content, inForce: Content, wanted: Content
    ) -> (content: Content, clashes: [Rebase.Part]) {
        if found.reserved != nil { return mergedReserved(found: found, inForce: inForce, wanted: wanted) }
        var clashes: [Rebase.Part] = []
        func part<Value: Equatable>(_ part: Rebase.Part, _ path: KeyPath<Content, Value>) -> Value {
            let (old, theirs, ours) = (found[keyPath: path], inForce[keyPath: path], wanted[keyPath: path])
            if theirs == old || theirs == ours { return ours }
            if ours != old { clashes.append(part) }
            return theirs
        }
        let content = Content(
            kind: part(.kind, \.kind), provisionClass: part(.provisionClass, \.provisionClass),
            parent: part(.parent, \.parent), order: part(.order, \.order), number: part(.number, \.number),
            heading: part(.heading, \.heading), text: part(.text, \.text),
            attributes: part(.attributes, \.attributes))
        return (content, clashes)
    }

    /// Who was added or removed on either side is added or removed; everything else that is reserved is one part.
    private static func mergedReserved(
        found: Content, inForce: Content, wanted: Content
    ) -> (content: Content, clashes: [Rebase.Part]) {
        guard case .roster(let old)? = found.reserved, case .roster(let theirs)? = inForce.reserved,
            case .roster(let ours)? = wanted.reserved
        else { return (inForce, [.reserved]) }
        let (before, after) = (Set(old.holders), Set(ours.holders))
        let holders = Set(theirs.holders).union(after.subtracting(before)).subtracting(before.subtracting(after))
        let isDormant = ours.isDormant == old.isDormant ? theirs.isDormant : ours.isDormant
        return (Content(.roster(Roster(holders: holders.sorted(), isDormant: isDormant))), [])
    }
}

extension Evaluation {
    /// What an instrument that stands in for `id`, or for none, must name so that `proposer` can seal it.
    ///
    /// The one it stands in for, where somebody committed to it; what it replaces; and whatever the proposer committed to
    /// that speaks against the new one. What is in force is never named here: that is a person's decision.
    ///
    /// - Parameter proposal: freezes the new instrument with the names given to it.
    public func namesToReplace<Failure: Error>(
        rebasing id: InstrumentID?, for proposer: Identifier, naming named: [InstrumentID],
        proposal: ([InstrumentID]) throws(Failure) -> Instrument
    ) throws(Failure) -> [InstrumentID] {
        var names = Set(named)
        if let id {
            guard let index = structure.indexOf[id] else { return named }
            names.formUnion(structure.instruments[index].replaces)
            if !committed(to: index).isEmpty, !inForceSet.contains(index) { names.insert(id) }
        }
        while true {
            let proposed = try proposal(names.sorted())
            let inTheWay = seals.said(by: proposer)
                .filter { $0.seal.verdict.isCommitment && !inForceSet.contains($0.index) }
                .map { structure.instruments[$0.index].id }
                .filter { !names.contains($0) && !proposed.replaces.contains($0) }
            let against = Set(inTheWay).intersection(earlierObjected(proposed, for: proposer))
            guard !against.isEmpty else { return names.sorted() }
            names.formUnion(against)
        }
    }

    /// The instruments after which a party may not commit to one that is not among the records; without those that were
    /// given up, if it is built on that and the party accepted them only provided their closing.
    private func earlierObjected(_ proposed: Instrument, for party: Identifier) -> Set<InstrumentID> {
        var judged = structure
        judged.add(proposed)
        guard let index = judged.indexOf[proposed.id] else { return [] }
        let word = word(of: party)
        return Set(
            judged.wellFormed.filter {
                $0 != index && !judged.areLoose($0, index, by: word)
                    && !judged.objections(toCommittingTo: index, after: $0).isEmpty
            }.map { judged.instruments[$0].id })
    }

    private func word(of party: Identifier) -> PartyWord {
        PartyWord(of: seals.said(by: party), remembered: [], structure)
    }

    /// What stands in the way of the others: open instruments to which a party committed after which it may not commit
    /// to `id`, each with these parties, ascending.
    public func commitmentsAgainst(_ id: InstrumentID) -> [(instrument: InstrumentID, parties: [Identifier])] {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return [] }
        return structure.wellFormed.compactMap { other -> (instrument: InstrumentID, parties: [Identifier])? in
            guard other != index else { return nil }
            let committed = committed(to: other)
            guard !committed.isEmpty, !structure.objections(toCommittingTo: index, after: other).isEmpty else {
                return nil
            }
            let parties = committed.filter { !structure.areLoose(other, index, by: word(of: $0)) }
            guard !parties.isEmpty else { return nil }
            return (structure.instruments[other].id, parties.sorted())
        }.sorted { $0.instrument < $1.instrument }
    }
}
