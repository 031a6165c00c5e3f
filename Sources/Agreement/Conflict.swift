internal import BitCollections
internal import Identity

extension Structure {
    /// True if neither is built on the other and they claim the same ground: one writes a provision that the other
    /// writes or relies on at the same version, or both change the constitution as they both found it.
    ///
    /// Holds for well-formed instruments; source: `Docs/Specification/agreement.md`, section "Conflict".
    func conflict(_ one: Index, _ other: Index) -> Bool {
        guard one != other, !isBuilt(one, on: other), !isBuilt(other, on: one) else { return false }
        let (a, b) = (instruments[one], instruments[other])
        return claimsSameVersion(a, b) || claimsSameVersion(b, a) || claimsSameConstitution(a, b)
    }

    /// The members of `set` that conflict with `index`, ascending; `index` need not be a member.
    func conflicts(of index: Index, in set: BitSet) -> [Index] {
        var found: [Index] = []
        let instrument = instruments[index]
        func note(_ rivals: [Index]) {
            for rival in rivals where set.contains(rival) && isApart(index, rival) { found.append(rival) }
        }
        for (provision, version) in instrument.base {
            guard let naming = naming[Version(provision: provision, id: version)] else { continue }
            note(naming.writers)
            if !naming.reliers.isEmpty, instrument.writes(provision) { note(naming.reliers) }
        }
        if constitutional.contains(index) {
            for rival in constitutional.intersection(set)
            where isApart(index, rival) && claimsSameConstitution(instrument, instruments[rival]) {
                found.append(rival)
            }
        }
        return found.count < 2 ? found : Array(BitSet(found))
    }

    private func isApart(_ one: Index, _ other: Index) -> Bool {
        one != other && !isBuilt(one, on: other) && !isBuilt(other, on: one)
    }

    /// `writer` writes a provision whose version in its base is also the one in `other`'s base.
    private func claimsSameVersion(_ writer: Instrument, _ other: Instrument) -> Bool {
        writer.changes.contains { change in
            guard let mine = writer.base[change.provision], let theirs = other.base[change.provision] else {
                return false
            }
            return mine == theirs
        }
    }

    /// Both write a rule, a roster or a party record, and name the same version of every rule and roster both name.
    private func claimsSameConstitution(_ one: Instrument, _ other: Instrument) -> Bool {
        guard one.isConstitutional, other.isConstitutional else { return false }
        return one.base.allSatisfy { provision, version in
            switch ReservedProvision(provision) {
            case .rule, .roster: other.base[provision].map { $0 == version } ?? true
            case .party, .closing, nil: true
            }
        }
    }
}
