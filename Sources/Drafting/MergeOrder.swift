internal import Cryptography

/// The order in which entries are added: parents first, and one branch after another, for a walk that changes between
/// branches at every entry takes as long as it has to go back and forth.
struct MergeOrder {
    /// Indices of entries that can be added, in this order.
    private(set) var ready: [Int] = []
    /// Indices of those that cannot, ascending.
    private(set) var waiting: [Int] = []
    /// Parents of all entries, one entry after the other; by entry, where its own end.
    private var parentList: [Int] = []
    private var parentEnds: [Int] = []

    /// `known` numbers the entries that are here already.
    init(_ entries: [EditEntry], known: [Digest: Int]) {
        var indices = Dictionary<Digest, Int>(minimumCapacity: entries.count)
        var isNew = Array(repeating: false, count: entries.count)
        for (index, entry) in entries.enumerated() where known[entry.stamp.id] == nil {
            let first = indices.updateValue(index, forKey: entry.stamp.id)
            if let first { indices[entry.stamp.id] = first } else { isNew[index] = true }
        }
        var family = Family(count: entries.count)
        for (index, entry) in entries.enumerated() {
            if isNew[index] { family.add(resolve(entry.parents, indices, known), of: index) }
            parentEnds.append(parentList.count)
        }
        sort(entries, isNew, &family)
    }

    /// The parents of an entry that is ready: indices, or if negative the complement of the number of one known.
    func parents(of index: Int) -> ArraySlice<Int> {
        parentList[(index == 0 ? 0 : parentEnds[index - 1])..<parentEnds[index]]
    }

    /// Notes the parents that are here or known; answers the indices of those here, and whether others are missing.
    private mutating func resolve(
        _ parents: [Digest], _ indices: [Digest: Int], _ known: [Digest: Int]
    ) -> (here: ArraySlice<Int>, isComplete: Bool) {
        let start = parentList.count
        var isComplete = true
        for parent in parents {
            if let index = indices[parent] {
                if !parentList[start...].contains(index) { parentList.append(index) }
            } else if let number = known[parent] {
                if !parentList[start...].contains(~number) { parentList.append(~number) }
            } else {
                isComplete = false
            }
        }
        return (parentList[start...], isComplete)
    }

    private mutating func sort(_ entries: [EditEntry], _ isNew: [Bool], _ family: inout Family) {
        // Those that wait for nobody go by their stamps: insertions at one place then come in their order.
        var open = isNew.indices.filter { isNew[$0] && family.missing[$0] == 0 }
        open.sort { entries[$1].stamp < entries[$0].stamp }
        var isReady = isNew.map { _ in false }
        while let index = open.popLast() {
            ready.append(index)
            isReady[index] = true
            family.release(childrenOf: index, into: &open)
        }
        waiting = isNew.indices.filter { isNew[$0] && !isReady[$0] }
    }

    /// Who is whose child, and how many parents each has that are not added yet.
    private struct Family {
        var missing: [Int]
        /// By entry, its latest link; by link, the child and the link before.
        private var links: [Int]
        private var chain: [(child: Int, previous: Int)] = []

        init(count: Int) {
            missing = Array(repeating: 0, count: count)
            links = Array(repeating: -1, count: count)
        }

        mutating func add(_ parents: (here: ArraySlice<Int>, isComplete: Bool), of child: Int) {
            if !parents.isComplete { missing[child] += 1 }
            for parent in parents.here where parent >= 0 {
                missing[child] += 1
                chain.append((child, links[parent]))
                links[parent] = chain.count - 1
            }
        }

        mutating func release(childrenOf parent: Int, into open: inout [Int]) {
            var link = links[parent]
            while link >= 0 {
                let child = chain[link].child
                missing[child] -= 1
                if missing[child] == 0 { open.append(child) }
                link = chain[link].previous
            }
        }
    }
}
