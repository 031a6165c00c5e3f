internal import BitCollections

/// The two greatest fixed points, perfected and standing, and what is out between them.
///
/// Greatest, not least: linked instruments, each sealed on condition of the other, complete at one instant and none goes
/// first. Computed by starting from all and deleting until nothing changes; whatever a deletion may have undone, and
/// nothing else, is looked at again, so the work is linear in ground, seals and conditions.
struct FixedPoints {
    private let structure: Structure
    private let needs: Needs
    private let seals: SealsByInstrument
    /// Supposed to be accepted by everybody without condition, for the honest check.
    private let supposed: Int?
    private let builtDirectlyOn: [[Int]]

    init(_ structure: Structure, _ needs: Needs, _ seals: SealsByInstrument, supposing supposed: Int? = nil) {
        self.structure = structure
        self.needs = needs
        self.seals = seals
        self.supposed = supposed
        var builtDirectlyOn = [[Int]](repeating: [], count: structure.instruments.count)
        for (index, ground) in structure.ground.enumerated() {
            for beneath in ground { builtDirectlyOn[beneath].append(index) }
        }
        self.builtDirectlyOn = builtDirectlyOn
    }

    /// The greatest set of well-formed instruments such that each member is built on members only and has its needs met
    /// by the seals on it whose conditions are all members.
    func perfected() -> BitSet { greatest(within: structure.wellFormed) }

    /// Of the perfected ones that are not out, the greatest set in which each is built on standing ones only and has its
    /// needs met by the seals whose conditions all stand.
    func standing(_ candidates: BitSet) -> BitSet { greatest(within: candidates) }

    /// Those that a perfected instrument, not itself out, names in `replaces`.
    ///
    /// Names point backwards, so going from the newest to the oldest this has one answer.
    func out(of perfected: BitSet) -> BitSet {
        var out = BitSet()
        for index in perfected.reversed() where !out.contains(index) {
            for replaced in structure.replaces[index] { out.insert(replaced) }
        }
        return out
    }

    private func greatest(within candidates: BitSet) -> BitSet {
        var set = candidates
        var toCheck = Array(candidates)
        var isQueued = candidates
        while let index = toCheck.popLast() {
            isQueued.remove(index)
            guard set.contains(index), !holds(index, in: set) else { continue }
            set.remove(index)
            for affected in builtDirectlyOn[index] + Array(seals.conditionedOn[index] ?? [])
            where set.contains(affected) && isQueued.insert(affected).inserted {
                toCheck.append(affected)
            }
        }
        return set
    }

    private func holds(_ index: Int, in set: BitSet) -> Bool {
        guard structure.ground[index].allSatisfy(set.contains) else { return false }
        let verdicts =
            index == supposed
            ? Verdicts.acceptedByAll : seals.verdicts(on: index, met: set, in: structure)
        return needs.areMet(index, by: verdicts)
    }
}
