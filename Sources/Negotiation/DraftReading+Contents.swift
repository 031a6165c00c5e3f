public import Agreement
internal import CanonicalEncoding
public import Identity

extension DraftReading {
    /// What a draft reads as provisions of a roadmap, by identifier. Of nodes of one identifier it is the first's.
    ///
    /// - Parameter base: the text that the draft was opened on. What the draft leaves as it was stays as it was there, in
    ///   languages too that are not the draft's; the order keys of siblings that did not move likewise.
    public func contents(on base: [Identifier: Content]) -> [Identifier: Content] {
        let orders = orders(on: base)
        var contents: [Identifier: Content] = [:]
        for provision in provisions where contents[provision.identifier] == nil {
            let before = base[provision.identifier]
            contents[provision.identifier] = Content(
                kind: provision.kind, provisionClass: provision.provisionClass, parent: provision.parent,
                order: orders[provision.identifier]!, number: provision.number,
                heading: words(provision.headings, before?.heading),
                text: words(
                    provision.texts.compactMapValues { $0.isEmpty ? nil : ExactText($0.words) }, before?.text),
                attributes: provision.attributes)
        }
        return contents
    }

    /// Words in the draft's languages, or those of before if they are the same in all of these.
    private func words(_ read: [Identifier: ExactText], _ before: Words?) -> Words? {
        func spoken(_ text: ExactText?) -> ExactText? { text.flatMap { $0.utf8.isEmpty ? nil : $0 } }
        let isSame = languages.allSatisfy { spoken(before?.byLanguage[$0]) == read[$0] }
        return isSame ? before : Words(read)
    }

    private func orders(on base: [Identifier: Content]) -> [Identifier: [UInt8]] {
        var siblings: [Identifier?: [Identifier]] = [:]
        var seen: Set<Identifier> = []
        for provision in provisions where seen.insert(provision.identifier).inserted {
            siblings[provision.parent, default: []].append(provision.identifier)
        }
        var orders: [Identifier: [UInt8]] = [:]
        for (parent, row) in siblings {
            var keys: [Identifier: [UInt8]] = [:]
            for sibling in row {
                if let content = base[sibling], content.parent == parent { keys[sibling] = content.order }
            }
            orders.merge(SiblingOrder.keys(for: row, keeping: keys)) { one, _ in one }
        }
        return orders
    }
}
