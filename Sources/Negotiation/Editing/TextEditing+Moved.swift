internal import Drafting

/// Signs that were moved over words.
extension TextEditing {
    /// A bracket stays on its own words, for that is what others hold to: words that its signs were moved over are typed
    /// anew on the other side of them.
    ///
    /// - Throws: ``TextEditingFault/cannotBeSaid`` if none of its own words stays in it.
    func typingAnew(_ items: [Item]) throws(TextEditingFault) -> [Item] {
        let brackets = items.compactMap { item in if case .enters(let bracket) = item { bracket } else { nil } }
        guard !brackets.isEmpty else { return items }
        let innermost = innermost(of: brackets)
        var (open, moved) = ([OperationName](), Set<OperationName>())
        var keptCounts: [OperationName: Int] = [:]
        let list = items.map { (item: Item) -> Item in
            switch item {
            case .enters(let bracket): open.append(bracket)
            case .leaves: open.removeLast()
            case .scalar(_, nil): break
            case .scalar(let place, let position?):
                let former = innermost[position]
                guard former != open.last else {
                    for bracket in open { keptCounts[bracket, default: 0] += 1 }
                    break
                }
                moved.formUnion([former, open.last].compactMap { $0 })
                return .scalar(place, position: nil)
            }
            return item
        }
        guard moved.allSatisfy({ keptCounts[$0, default: 0] > 0 }) else { throw .cannotBeSaid }
        return list
    }

    /// By position, the innermost of some brackets that are shown, which do not cross.
    private func innermost(of brackets: [OperationName]) -> [Int: OperationName] {
        let ranges = brackets.compactMap { name in before.shown[name].map { (name: name, range: $0.range) } }
        var innermost: [Int: OperationName] = [:]
        for (name, range) in ranges.sorted(by: { $0.range.count > $1.range.count }) {
            for position in range { innermost[position] = name }
        }
        return innermost
    }
}
