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
    }

    /// Everything that what is in force was decided by, or touches, and that something else in force writes, was beneath
    /// it or came after it.
    mutating func nothingDecidedUnseen(_ copy: LawCopy) {
        let ground = copy.reference.ground
        let writers = ground.writers(among: copy.inForce)
        for id in copy.inForce where id != ground.roadmap {
            guard let amending = ground.amendings[id], let instrument = ground.instruments[id],
                instrument.closing == nil
            else { continue }
            var seen = amending.touched
            for provisionClass in ground.classes(of: instrument, amending) {
                seen.insert(Provision.rule(provisionClass))
                guard case .rule(let rule) = amending.before[Provision.rule(provisionClass)]?.matter else { continue }
                seen.formUnion(rule.standings.map(Provision.roster))
            }
            for provision in seen {
                let unseen = (writers[provision] ?? []).first {
                    $0 != id && !ground.isBuilt(id, on: $0) && !ground.isBuilt($0, on: id)
                }
                if let unseen { report(.nothingDecidedUnseen, copy, "\(provision) in \(id), by \(unseen)") }
            }
        }
    }
}
