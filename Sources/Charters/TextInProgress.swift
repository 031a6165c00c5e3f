internal import Agreement
internal import Identity

/// The text in force while a file's changes are laid on it, one after the other in the order written.
struct TextInProgress {
    private(set) var provisions: [ProvisionName: PlannedProvision] = [:]
    /// Siblings in order, by what contains them; nil is the top level.
    private var siblings: [ProvisionName?: [ProvisionName]] = [:]

    init(_ evaluation: Evaluation) {
        var text: [ProvisionInForce] = []
        for provision in evaluation.textInForce where !ReservedProvision.isReserved(provision.id) {
            text.append(provision)
        }
        text.sort { one, other in
            if one.content.order == other.content.order { return one.id < other.id }
            return one.content.order.lexicographicallyPrecedes(other.content.order)
        }
        for provision in text {
            let content = provision.content
            let planned = PlannedProvision(
                name: .given(provision.id), parent: content.parent.map { .given($0) }, order: content.order,
                kind: content.kind, provisionClass: content.provisionClass, number: content.number,
                heading: content.heading, text: content.text, attributes: content.attributes)
            provisions[planned.name] = planned
            siblings[planned.parent, default: []].append(planned.name)
        }
    }

    subscript(name: ProvisionName) -> PlannedProvision? { provisions[name] }

    func contents(of parent: ProvisionName?) -> [ProvisionName] { siblings[parent] ?? [] }

    /// Puts a provision into the text, or puts it elsewhere: after the sibling `previous`, or first.
    mutating func put(_ provision: PlannedProvision, after previous: ProvisionName?) {
        take(provision.name)
        provisions[provision.name] = provision
        var row = siblings[provision.parent] ?? []
        let place = previous.flatMap { row.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        row.insert(provision.name, at: place)
        siblings[provision.parent] = row
    }

    /// Changes what a provision says, where it stands.
    mutating func rewrite(_ provision: PlannedProvision) {
        precondition(provisions[provision.name]?.parent == provision.parent, "what is rewritten stays where it is")
        provisions[provision.name] = provision
    }

    /// Takes a provision out of the row in which it stands; what it contains stays in it.
    mutating func take(_ name: ProvisionName) {
        guard let old = provisions.removeValue(forKey: name) else { return }
        siblings[old.parent]?.removeAll { $0 == name }
    }

    /// What contains a provision, the nearest first.
    func containers(of name: ProvisionName) -> [ProvisionName] {
        var found: [ProvisionName] = []
        var place = provisions[name]?.parent
        while let current = place, found.count <= provisions.count {
            found.append(current)
            place = provisions[current]?.parent
        }
        return found
    }

    /// A provision and all it contains, itself first.
    func subtree(of name: ProvisionName) -> [ProvisionName] {
        var found = [name]
        var next = 0
        while next < found.count {
            found += contents(of: found[next])
            next += 1
        }
        return found
    }

    /// The order key for a place in the row of `parent`, and the sibling before it; nil where the keys leave no room.
    func room(under parent: ProvisionName?, _ place: PlaceInRow) -> (order: [UInt8], previous: ProvisionName?)? {
        let row = contents(of: parent)
        let index: Int
        switch place {
        case .last: index = row.count
        case .before(let sibling): index = row.firstIndex(of: sibling)!
        case .after(let sibling): index = row.firstIndex(of: sibling)! + 1
        }
        let previous = index > 0 ? row[index - 1] : nil
        let next = index < row.count ? row[index] : nil
        guard let order = OrderKey.between(previous.map { provisions[$0]!.order }, next.map { provisions[$0]!.order }),
            order.count <= AgreementLimits.orderByteCount
        else { return nil }
        return (order, previous)
    }

    enum PlaceInRow {
        case last
        case before(ProvisionName)
        case after(ProvisionName)
    }
}
