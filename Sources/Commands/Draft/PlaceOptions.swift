internal import ArgumentParser
internal import CanonicalEncoding
internal import Drafting
internal import Identity
internal import NodeLogic
internal import Wording

/// Where a provision comes to stand.
struct PlaceOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Beneath this provision; default: at the top.", valueName: "provision"))
    var under: String?
    @Option(name: .long, help: ArgumentHelp("Behind this one; default: behind all.", valueName: "provision"))
    var after: String?
    @Flag(name: .long, help: "Before all others.") var first = false

    /// - Throws: a ``Complaint`` if the places contradict each other.
    func place(of moved: NodeName?, in draft: Draft, _ record: DraftOnRecord) throws(Complaint) -> Place {
        guard after == nil || !first else { throw .usage("--after and --first name two places") }
        let sibling = try after.map { typed throws(Complaint) in try draft.node(typed, in: record) }
        let order = draft.documentOrder
        var parent = try under.map { typed throws(Complaint) in try draft.node(typed, in: record) }
        if let sibling, let standing = order.first(where: { $0.name == sibling }) {
            guard parent == nil || parent == standing.parent else {
                throw .usage("\(Typed.shown(after!)) does not stand beneath \(Typed.shown(under!))")
            }
            parent = standing.parent
        }
        if first { return Place(parent: parent, sibling: nil) }
        return Place(
            parent: parent, sibling: sibling ?? order.last { $0.parent == parent && $0.name != moved }?.name)
    }

    struct Place: Hashable {
        let parent: NodeName?
        /// What it stands behind; nil for the first.
        let sibling: NodeName?
    }
}

extension Draft {
    /// Where a provision stands.
    func place(of node: NodeName) -> PlaceOptions.Place? {
        var last: [NodeName?: NodeName] = [:]
        for standing in documentOrder {
            guard standing.name != node else {
                return PlaceOptions.Place(parent: standing.parent, sibling: last[standing.parent])
            }
            last[standing.parent] = standing.name
        }
        return nil
    }
}
