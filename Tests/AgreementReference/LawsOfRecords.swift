/// What follows from the records is the same for everybody, only grows, and never contradicts itself.
extension LawBook {
    mutating func sameRecordsSameAnswer(_ one: LawCopy, _ other: LawCopy) {
        let mine = one.reference
        let theirs = other.reference
        let isSame =
            mine.perfected == theirs.perfected && mine.out == theirs.out && mine.standing == theirs.standing
            && mine.void == theirs.void && mine.undisputed == theirs.undisputed && one.inForce == other.inForce
            && mine.textInForce == theirs.textInForce && mine.states == theirs.states
        let isConvictedAlike = history.parties.allSatisfy { party in
            mine.convictions(of: party).elementsEqual(theirs.convictions(of: party), by: ==)
                && mine.forkedKeys(of: party).elementsEqual(theirs.forkedKeys(of: party), by: ==)
        }
        if !isSame || !isConvictedAlike { report(.sameRecordsSameAnswer, other, "differs") }
    }

    mutating func perfectedNeverShrinks(_ earlier: LawCopy, _ later: LawCopy) {
        let lost = earlier.reference.perfected.subtracting(later.reference.perfected)
        if let id = lost.first { report(.perfectedNeverShrinks, earlier, "\(id) is not perfected in \(later.name)") }
    }

    mutating func nothingInForceConflicts(_ copy: LawCopy) {
        for id in copy.inForce {
            let isAlone = (copy.reference.ground.conflicts[id] ?? []).isDisjoint(with: copy.inForce)
            let isGrounded = (copy.reference.ground.beneath[id] ?? []).isSubset(of: copy.inForce)
            if !isAlone || !isGrounded { report(.nothingInForceConflicts, copy, id) }
        }
    }

    mutating func oneLineOfVersions(_ copy: LawCopy) {
        let ground = copy.reference.ground
        for (provision, writers) in ground.writers(among: copy.inForce) {
            let line = writers.sorted { ground.isBuilt($1, on: $0) }
            var before: String?
            for version in line {
                let named = ground.instruments[version]?.base[provision] ?? nil
                if named != before { report(.oneLineOfVersions, copy, "\(provision) in \(version)") }
                before = version
            }
        }
    }

    mutating func textIsATree(_ copy: LawCopy) {
        let contents = copy.reference.ground.contents(of: copy.reference.textInForce)
        for provision in contents.keys where ReferenceAmending.ancestors(of: provision, in: contents) == nil {
            report(.textIsATree, copy, provision)
        }
    }

    mutating func keysServeOneParty(_ copy: LawCopy) {
        let contents = copy.reference.ground.contents(of: copy.reference.textInForce)
        let keys = contents.values.compactMap(\.root).flatMap { Array($0.record.allKeys) }
        if Set(keys).count < keys.count { report(.keysServeOneParty, copy, "a key serves two") }
    }

    mutating func oneRoot(_ copy: LawCopy) {
        let ground = copy.reference.ground
        for id in copy.inForce where id != ground.roadmap && !ground.isBuilt(id, on: ground.roadmap) {
            report(.oneRoot, copy, id)
        }
        if copy.inForce.contains(where: { ground.instruments[$0] == nil }) { report(.oneRoot, copy, "unknown") }
        let isFounded = copy.reference.perfected.contains(ground.roadmap)
        if isFounded, !copy.inForce.contains(ground.roadmap) { report(.oneRoot, copy, "the founding fell") }
    }

    mutating func constitutionIsWhole(_ copy: LawCopy) {
        let contents = copy.reference.ground.contents(of: copy.reference.textInForce)
        for content in contents.values {
            if contents[Provision.rule(content.provisionClass)] == nil, content.matter == .words {
                report(.constitutionIsWhole, copy, "no rule for \(content.provisionClass)")
            }
            for holder in content.awakeHolders where contents[Provision.party(holder)] == nil {
                report(.constitutionIsWhole, copy, "no record of \(holder)")
            }
        }
    }

    mutating func oneLineOfConstitutions(_ copy: LawCopy) {
        let ground = copy.reference.ground
        let line = copy.inForce.filter { ground.instruments[$0]?.changesConstitution ?? false }.sorted {
            (ground.beneath[$0]?.count ?? 0) < (ground.beneath[$1]?.count ?? 0)
        }
        for (one, next) in zip(line, line.dropFirst()) where !ground.isBuilt(next, on: one) {
            report(.oneLineOfConstitutions, copy, "\(one) and \(next)")
        }
    }

    mutating func closedOnce(_ copy: LawCopy) {
        let writers = copy.reference.ground.writers(among: copy.inForce)
        for (provision, versions) in writers where provision.hasPrefix("closing/") && versions.count > 1 {
            report(.closedOnce, copy, provision)
        }
    }

    /// Everything that what is in force was decided by, or touches, and that something else in force writes, was beneath
    /// it or came after it.
    mutating func nothingDecidedUnseen(_ copy: LawCopy) {
        let ground = copy.reference.ground
        let writers = ground.writers(among: copy.inForce)
        for id in copy.inForce where id != ground.roadmap {
            guard let instrument = ground.instruments[id] else { continue }
            var decided = id  // whose place among the changes of rules and rosters it is
            if let subject = instrument.closing?.subject {
                guard copy.inForce.contains(subject) else { continue }  // abandoned under rules that went on without it
                decided = subject
            }
            for provision in seen(by: instrument, decidedAs: decided, ground) {
                let unseen = (writers[provision] ?? []).first {
                    $0 != decided && !ground.isBuilt(decided, on: $0) && !ground.isBuilt($0, on: decided)
                }
                if let unseen { report(.nothingDecidedUnseen, copy, "\(provision) in \(id), by \(unseen)") }
            }
        }
    }

    private func seen(
        by instrument: ReferenceInstrument, decidedAs decided: String, _ ground: ReferenceGround
    ) -> Set<String> {
        guard let own = ground.amendings[instrument.id], let text = ground.amendings[decided]?.before else { return [] }
        var seen = instrument.closing == nil ? own.touched : []
        for provisionClass in ground.classes(of: instrument, own) {
            seen.insert(Provision.rule(provisionClass))
            guard case .rule(let rule) = text[Provision.rule(provisionClass)]?.matter else { continue }
            seen.formUnion(rule.standings.map(Provision.roster))
        }
        return seen
    }
}
