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

    /// Some honest party drafts afresh, names what must be named, and may seal that.
    mutating func nobodyHonestLockedOut(_ copy: LawCopy) {
        let left = Set(history.withdrawals.filter { $0.stage == .effect }.map(\.party))
        let parties = honest(in: copy).filter { !left.contains($0) }
        guard let party = pick(parties), copy.reference.perfected.contains(copy.reference.ground.roadmap) else {
            return
        }
        let remembered = ReferenceHistory.seals(of: history.events).filter { seal in
            seal.party == party && history.thefts[party] == nil && !isFramed(party, copy)
                && copy.reference.ground.verdicts[seal.instrument] != nil
        }
        var obstacles: [ReferenceObjection] = []
        for view in [copy.inForce, [copy.reference.ground.roadmap]] {
            obstacles = copy.reference.obstacles(to: party, amending: view, remembering: remembered)
            if obstacles.isEmpty { return }
        }
        report(.nobodyHonestLockedOut, copy, "\(party): \(obstacles)")
    }
}

extension Reference {
    /// What keeps a party from sealing a fresh amendment of any provision in a text, naming what must be named.
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
            for _ in 0..<8 {
                let draft = ground.draft(
                    [provision: .set(content)], on: view, replacing: replacing, naming: naming.subtracting(view))
                let objections = objections(of: party, toFresh: draft, remembering: remembered)
                if objections.isEmpty { return [] }
                last = objections
                let more = Set(objections.compactMap(\.subject)).subtracting(view).subtracting(draft.replaces)
                if more.isEmpty { break }
                replacing.formUnion(more)
                naming.formUnion(more)
            }
        }
        return last
    }

    /// What speaks against an instrument that nobody has heard of yet.
    private func objections(
        of party: String, toFresh draft: ReferenceInstrument, remembering remembered: [ReferenceSeal]
    ) -> [ReferenceObjection] {
        var fresh = draft
        fresh.id = String(repeating: "f", count: 64)
        fresh.number = ground.instruments.count
        return adding(fresh).objections(
            of: party, to: fresh.id, remembering: remembered, despiteDispute: true)
    }
}

extension ReferenceObjection {
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
