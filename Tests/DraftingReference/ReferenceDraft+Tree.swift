/// Section 7: where every provision stands.
extension ReferenceDraft {
    /// All nodes: those of the base, and those added in the order of everything.
    public var nodes: [Node] {
        opening.base.map { .base($0.identifier) }
            + acts.compactMap { name in
                guard case .place(.added(name), _, _, _) = effects[name] else { return nil }
                return .added(name)
            }
    }

    private final class Hook {
        let place: Place?
        /// Its place in the order in which places came; those of the base first.
        let number: Int
        weak var on: Hook?
        let right: Hook?
        var before: [Hook] = []
        var behind: [Hook] = []

        init(_ place: Place?, number: Int, right: Hook?) {
            self.place = place
            self.number = number
            self.right = right
        }

        var list: [Hook] { before.flatMap(\.list) + [self] + behind.flatMap(\.list) }

        func hangs(on other: Hook) -> Bool { self === other || (on?.hangs(on: other) ?? false) }
    }

    /// The places of the list of a parent, or of the top, in their order.
    public func places(of parent: Node?) -> [Place] {
        let root = Hook(nil, number: -1, right: nil)
        var hooks: [Place: Hook] = [:]
        var last = root
        for provision in opening.base where provision.parent.map(Node.base) == parent {
            let hook = Hook(.base(provision.identifier), number: hooks.count, right: nil)
            last.behind.append(hook)
            hook.on = last
            hooks[.base(provision.identifier)] = hook
            last = hook
        }
        for name in acts {
            guard case .place(_, parent, let left, let right) = effects[name] else { continue }
            func neighbour(_ place: Place?) -> Hook? {
                if case .made(let made) = place, !isThere(made, at: name) { return nil }
                return place.flatMap { hooks[$0] }
            }
            let hook = Hook(.made(name), number: hooks.count, right: neighbour(right))
            hooks[.made(name)] = hook
            hang(hook, behind: neighbour(left) ?? root, in: root)
        }
        return root.list.compactMap(\.place)
    }

    private func hang(_ hook: Hook, behind left: Hook, in root: Hook) {
        if let right = hook.right, right.hangs(on: left) {
            hook.on = right
            right.before.append(hook)
            right.before.sort { $0.number < $1.number }
            return
        }
        hook.on = left
        left.behind.append(hook)
        let list = root.list
        func position(_ hook: Hook?) -> Int {
            hook.map { hook in list.firstIndex { $0 === hook }! } ?? .max
        }
        left.behind.sort { one, other in
            let (first, second) = (position(one.right), position(other.right))
            return first != second ? first > second : one.number < other.number
        }
    }

    /// By node, its parent and its place there, after all moves.
    public var standings: [Node: (parent: Node?, place: Place)] {
        var standings: [Node: (parent: Node?, place: Place)] = [:]
        for provision in opening.base {
            standings[.base(provision.identifier)] = (provision.parent.map(Node.base), .base(provision.identifier))
        }
        for name in acts {
            if case .place(.added(name), let parent, _, _) = effects[name] {
                standings[.added(name)] = (parent, .made(name))
            }
        }
        for name in acts {
            guard case .place(let node, let parent, _, _) = effects[name], node != .added(name) else { continue }
            if let parent {
                let above = ancestors(of: parent, in: standings)
                if parent == node || above.contains(node) || above.count > 64 { continue }
            }
            standings[node] = (parent, .made(name))
        }
        return standings
    }

    private func ancestors(of node: Node, in standings: [Node: (parent: Node?, place: Place)]) -> [Node] {
        guard let parent = standings[node]!.parent else { return [] }
        return [parent] + ancestors(of: parent, in: standings)
    }

    /// The nodes beneath a parent, or at the top, in their order.
    public func children(of parent: Node?) -> [Node] {
        let beneath = standings.filter { $0.value.parent == parent }
        return places(of: parent).compactMap { place in beneath.first { $0.value.place == place }?.key }
    }
}
