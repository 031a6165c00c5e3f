/// Who deals honestly is neither convicted nor locked out.
extension LawBook {
    mutating func nobodyHonestConvicted(_ copy: LawCopy) {
        for party in honest(in: copy) {
            let pairs = copy.reference.convictions(of: party) + copy.reference.forkedKeys(of: party)
            if let pair = pairs.first, !isFramed(party, copy) {
                report(.nobodyHonestConvicted, copy, "\(party) by \(pair)")
            }
        }
    }

    /// Whether liars made something perfected that brings keys of theirs as this party's: they have a say.
    private func isFramed(_ party: String, _ copy: LawCopy) -> Bool {
        history.framing.contains {
            copy.reference.perfected.contains($0)
                && copy.reference.ground.instruments[$0]?.writes(Provision.party(party)) ?? false
        }
    }

    private var left: Set<String> { Set(history.withdrawals.filter { $0.stage == .effect }.map(\.party)) }

    /// Naming is not asked of whoever builds on what named already, or on an abandonment; and to confirm a theft is no
    /// breach of a promise.
    mutating func nobodyIsHeldUp(_ party: String, _ copy: LawCopy) {
        let reference = copy.reference
        guard !left.contains(party), copy.inForce.contains(reference.ground.roadmap), !isFramed(party, copy) else {
            return
        }
        namingIsTheWayOut(party, copy)
        nobodyAskedTwice(party, copy)
        abandonedFrees(party, copy)
        let disputed = reference.disputed.subtracting(reference.void)
        let firm = copy.inForce.intersection(reference.undisputed)  // nobody builds on what is to fall
        if !disputed.isEmpty, firm.contains(reference.ground.roadmap) {
            var draft = reference.ground.draft([:], on: firm, voiding: disputed)
            draft.after.formUnion(firm)
            if let toppled = reference.objections(of: party, toFresh: draft).first(where: \.isToppling) {
                report(.theftsCanBeConfirmed, copy, "\(party): \(toppled)")
            }
        }
    }

    /// Nothing that hangs holds a party back that names it.
    private mutating func namingIsTheWayOut(_ party: String, _ copy: LawCopy) {
        let reference = copy.reference
        let ground = reference.ground
        let hanging = reference.commitments(of: party).filter { !reference.perfected.contains($0) }
        for id in hanging {
            guard let written = ground.instruments[id]?.changes.keys.sortedBytewise().first,
                var draft = reference.fresh(by: party, on: copy.inForce, writing: written)
            else { continue }
            draft.replaces = [id]
            if reference.objections(of: party, toFresh: draft).compactMap(\.subject).contains(id) {
                report(.nobodyHonestLockedOut, copy, "\(party) by \(id), named")
            }
            return  // one tells enough
        }
    }

    private mutating func nobodyAskedTwice(_ party: String, _ copy: LawCopy) {
        let ground = copy.reference.ground
        let answered = copy.inForce.reduce(into: Set<String>()) {
            $0.formUnion(ground.instruments[$1]?.replaces ?? [])
        }
        guard !answered.isEmpty, let draft = copy.reference.fresh(by: party, on: copy.inForce) else { return }
        for objection in copy.reference.objections(of: party, toFresh: draft) {
            switch objection {
            case .conflictsWith(let id), .groundIsReplacedBy(let id):
                if answered.contains(id) { report(.nobodyAskedTwice, copy, "\(party): \(id)") }
            default: break
            }
        }
    }

    private mutating func abandonedFrees(_ party: String, _ copy: LawCopy) {
        let reference = copy.reference
        for id in copy.inForce.sortedBytewise() {
            guard let closing = reference.ground.instruments[id]?.closing, closing.outcome == .abandoned,
                reference.isLooselyCommitted(party, to: closing.subject),
                let written = reference.ground.instruments[closing.subject]?.changes.keys.sortedBytewise().first,
                let draft = reference.fresh(by: party, on: copy.inForce, writing: written)
            else { continue }
            let said = reference.objections(of: party, toFresh: draft).compactMap(\.subject)
            if said.contains(closing.subject) { report(.abandonedFrees, copy, "\(party): \(closing.subject)") }
        }
    }

    /// Whoever left and holds nothing any more is asked back, and may accept that.
    mutating func leaversMayReturn(_ party: String, _ copy: LawCopy) {
        let ground = copy.reference.ground
        guard left.contains(party), copy.inForce.contains(ground.roadmap), !isFramed(party, copy) else { return }
        let rosters = ground.contents(of: copy.reference.textInForce).filter { !$0.value.awakeHolders.isEmpty }
        guard !rosters.values.contains(where: { $0.awakeHolders.contains(party) }),
            let provision = rosters.keys.sortedBytewise().first, let holders = rosters[provision]?.awakeHolders
        else { return }
        let all = holders.union([party]).sortedBytewise()
        let draft = ground.draft([provision: .set(.roster(all))], on: copy.inForce)
        if copy.reference.objections(of: party, toFresh: draft).contains(.isWithdrawn) {
            report(.leaversMayReturn, copy, "\(party) to \(provision)")
        }
    }

    /// Some honest party drafts afresh, names what must be named, and may seal that: on the text in force, or, where that
    /// is contested, on the founding.
    mutating func nobodyHonestLockedOut(_ copy: LawCopy) {
        let parties = honest(in: copy).filter { !left.contains($0) && !isFramed($0, copy) }
        guard let party = pick(parties), copy.reference.perfected.contains(copy.reference.ground.roadmap) else {
            return
        }
        // No machine remembers what others sealed in its party's name.
        let remembered = ReferenceHistory.seals(of: history.events).filter { seal in
            seal.party == party && !history.forged.contains(seal.id)
                && copy.reference.ground.verdicts[seal.instrument] != nil
        }
        var obstacles: [ReferenceObjection] = []
        let isContested = copy.inForce != copy.reference.standing
        for view in [copy.inForce] + (isContested ? [[copy.reference.ground.roadmap]] : []) {
            obstacles = copy.reference.obstacles(to: party, amending: view, remembering: remembered)
            if obstacles.isEmpty { return }
        }
        report(.nobodyHonestLockedOut, copy, "\(party): \(obstacles)")
    }
}

extension Reference {
    /// What keeps a party from sealing a fresh amendment of any provision in a text, naming what must be named: what it
    /// committed to, and what would come back to take out what stands.
    func obstacles(
        to party: String, amending view: Set<String>, remembering remembered: [ReferenceSeal]
    ) -> [ReferenceObjection] {
        var last: [ReferenceObjection] = []
        let contents = ground.contents(of: ground.text(of: view))
        let unmeetable = ground.unmeetableClasses(in: contents)
        let free = contents.keys.filter { provision in
            guard let content = contents[provision] else { return false }
            return Provision.reservedClass(of: provision) == nil && !unmeetable.contains(content.provisionClass)
        }.sortedBytewise()
        for provision in free {
            guard var content = contents[provision] else { continue }
            content.words += ", afresh"
            if case .rule(let rule) = contents[Provision.rule(content.provisionClass)]?.matter {
                for attribute in rule.attributes where content.named[attribute, default: []].isEmpty {
                    content.named[attribute] = [party]  // or nobody would be asked
                }
            }
            var naming = Set(remembered.filter(\.verdict.commits).map(\.instrument)).union(commitments(of: party))
            var replacing: Set<String> = []
            for _ in 0...ground.instruments.count {
                let draft = ground.draft(
                    [provision: .set(content)], on: view, replacing: replacing, naming: naming.subtracting(view))
                let objections = objections(of: party, toFresh: draft, remembering: remembered)
                if objections.isEmpty { return [] }
                last = objections
                var more = Set(objections.compactMap(\.subject)).subtracting(view).subtracting(draft.replaces)
                if more.isEmpty { more = returning(with: draft).subtracting(draft.replaces) }
                if more.isEmpty { break }
                replacing.formUnion(more)
                naming.formUnion(more)
            }
        }
        return last
    }

    /// An ordinary amendment, built on all of a view, that names nothing.
    fileprivate func fresh(
        by party: String, on view: Set<String>, writing provision: String? = nil
    ) -> ReferenceInstrument? {
        let contents = ground.contents(of: ground.text(of: view))
        let ordinary = contents.keys.filter { Provision.reservedClass(of: $0) == nil }.sortedBytewise()
        guard let written = provision ?? ordinary.first, var content = contents[written], content.matter == .words
        else {
            return nil
        }
        content.words += ", afresh"
        var draft = ground.draft([written: .set(content)], on: view)
        draft.after.formUnion(view)
        return draft
    }

    /// Whether a party committed to an instrument only provided something that completes it, and to nothing that does.
    fileprivate func isLooselyCommitted(_ party: String, to subject: String) -> Bool {
        let own = (counting[subject] ?? []).map(\.seal).filter { $0.party == party && $0.verdict.commits }
        let isSealed = counting.values.joined().contains {
            $0.seal.party == party && ground.completed(by: $0.seal.instrument) == subject
        }
        return !own.isEmpty && !isSealed
            && own.allSatisfy { $0.provided.contains { ground.completed(by: $0) == subject } }
    }

    /// What is out, and would take something out in turn if an instrument stood that nobody has heard of yet.
    private func returning(with draft: ReferenceInstrument) -> Set<String> {
        let fresh = fresh(draft)
        let supposed = adding(fresh).points(supposing: fresh.id)
        return out.intersection(supposed.perfected).subtracting(supposed.out).filter {
            !(ground.instruments[$0]?.replaces ?? []).isEmpty
        }
    }

    /// What speaks against an instrument that nobody has heard of yet.
    fileprivate func objections(
        of party: String, toFresh draft: ReferenceInstrument, remembering remembered: [ReferenceSeal] = []
    ) -> [ReferenceObjection] {
        let fresh = fresh(draft)
        return adding(fresh).objections(of: party, to: fresh.id, remembering: remembered, despiteDispute: true)
    }

    /// As it would be published.
    private func fresh(_ draft: ReferenceInstrument) -> ReferenceInstrument {
        var fresh = draft
        fresh.id = String(repeating: "f", count: ground.roadmap.utf8.count)
        fresh.number = ground.instruments.count
        return fresh
    }
}

extension ReferenceObjection {
    fileprivate var isToppling: Bool {
        if case .wouldTopple = self { true } else { false }
    }

    /// The earlier instrument that naming would free from.
    fileprivate var subject: String? {
        switch self {
        case .isReplacedBy(let id), .conflictsWith(let id), .groundIsReplacedBy(let id), .groundConflictsWith(let id),
            .replacesGroundOf(let id), .conflictsWithGroundOf(let id), .wouldTopple(let id):
            id
        case .isNotKnown, .isWithdrawn, .leavesRuleUnmeetable, .wouldNotStand, .wouldCompleteNothing,
            .restsOnDisputed, .isProvidedOnWhatItReplaces, .isAnotherVerdict:
            nil
        }
    }
}
