/// What an instrument does to the tree of provisions: the text before it, the text after it, and what it touches.
///
/// Readings:
/// - "before" is the text of everything the instrument is built on, not of its base alone.
/// - A *move* is a change of parent. A provision that does not exist before (never written, or repealed) is *added*.
/// - "all it contains": for a repeal and a move the descendants before, for a move also the descendants after.
public struct ReferenceAmending: Sendable {
    public let before: [String: ReferenceContent]
    public let after: [String: ReferenceContent]
    public let added: Set<String>
    public let moved: Set<String>
    public let repealed: Set<String>
    /// What it writes, and what those of it that are moved or repealed contain.
    public let touched: Set<String>

    public init(_ changes: [String: ReferenceChange], to before: [String: ReferenceContent]) {
        var after = before
        var added: Set<String> = []
        var moved: Set<String> = []
        var repealed: Set<String> = []
        for (provision, change) in changes {
            after[provision] = change.content
            switch (before[provision], change.content) {
            case (nil, .some): added.insert(provision)
            case (.some(let old), .some(let new)) where old.parent != new.parent: moved.insert(provision)
            case (_, nil): repealed.insert(provision)
            case (.some, .some): break
            }
        }
        self.before = before
        self.after = after
        self.added = added
        self.moved = moved
        self.repealed = repealed
        touched = moved.reduce(into: Set(changes.keys)) { $0.formUnion(Self.descendants(of: $1, in: after)) }
            .union(moved.union(repealed).flatMap { Self.descendants(of: $0, in: before) })
    }

    /// The classes of everything written or touched, before and after.
    public var classes: Set<String> {
        Set(touched.flatMap { [before[$0]?.provisionClass, after[$0]?.provisionClass] }.compactMap { $0 })
    }

    /// The parties listed in `attribute` by what is written or touched and of the given class, before and after.
    ///
    /// Reading: a provision that changes its class speaks for the old class with its old content only, and for the
    /// new class with its new content only.
    public func parties(listedIn attribute: String, ofClass provisionClass: String) -> Set<String> {
        let contents = touched.flatMap { [before[$0], after[$0]] }.compactMap { $0 }
        return Set(contents.filter { $0.provisionClass == provisionClass }.flatMap { $0.named[attribute] ?? [] })
    }

    /// How the way from a provision upwards ends.
    enum End {
        /// With so many above it.
        case top(depth: Int)
        /// A parent that does not exist.
        case absent
        case cycle
    }

    /// The parent of a provision in a text, and the parent's parent, and so on, as far as they exist and are new.
    static func ascent(
        from provision: String, in text: [String: ReferenceContent]
    ) -> (ancestors: [String], end: End) {
        var ancestors: [String] = []
        var next = text[provision]?.parent
        while let parent = next {
            if parent == provision || ancestors.contains(parent) { return (ancestors, .cycle) }
            guard let content = text[parent] else { return (ancestors, .absent) }
            ancestors.append(parent)
            next = content.parent
        }
        return (ancestors, .top(depth: ancestors.count))
    }

    /// The parent of a provision in a text, and the parent's parent, and so on; `nil` where one does not exist or
    /// the way up never ends.
    public static func ancestors(of provision: String, in text: [String: ReferenceContent]) -> [String]? {
        let (ancestors, end) = ascent(from: provision, in: text)
        if case .top = end { return ancestors }
        return nil
    }

    public static func descendants(of provision: String, in text: [String: ReferenceContent]) -> Set<String> {
        var found: Set<String> = []
        var frontier: Set<String> = [provision]
        while !frontier.isEmpty {
            let children = text.filter { entry in entry.value.parent.map(frontier.contains) ?? false }.keys
            frontier = Set(children).subtracting(found)
            found.formUnion(frontier)
        }
        return found
    }
}
