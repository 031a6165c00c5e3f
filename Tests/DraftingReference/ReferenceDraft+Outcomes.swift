/// Sections 9.2 and 9.3: what the parties say, and what is open.
extension ReferenceDraft {
    public typealias Party = [UInt8]

    /// *In*, the added ones, *out*.
    public func alternatives(of bracket: Name) -> [Alternative] {
        [.stands] + acts.filter { self.bracket(ofAlternative: $0) == bracket }.map { .added($0) } + [.nothing]
    }

    public func introducer(of bracket: Name) -> Party { party(of: bracket.entry) }

    /// All that a party's writers say on a bracket.
    public func position(of party: Party, on bracket: Name) -> Set<Alternative> {
        standing(.position(bracket, party: party)).reduce(into: []) { union, one in
            if case .alternatives(let alternatives) = one.value { union.formUnion(alternatives) }
        }
    }

    public func holders(of bracket: Name, counting: Set<Party>) -> Set<Party> {
        if self.bracket(bracket)!.follows != nil { return [] }
        return counting.filter { !position(of: $0, on: bracket).isEmpty }
    }

    public func inCommon(on bracket: Name, counting: Set<Party>) -> [Alternative] {
        let holders = holders(of: bracket, counting: counting)
        return alternatives(of: bracket).filter { alternative in
            holders.allSatisfy { position(of: $0, on: bracket).contains(alternative) }
        }
    }

    public func chosen(on bracket: Name, counting: Set<Party>) -> Alternative? {
        let values = standing(.outcome(bracket)).filter { counting.contains(party(of: $0.act.entry)) }.map(\.value)
        guard Set(values).count == 1, case .alternative(let chosen) = values[0] else { return nil }
        return chosen
    }

    /// The outcome of a settled bracket; none if it is open.
    public func outcome(of name: Name, counting: Set<Party>) -> Alternative? {
        if let followed = bracket(name)!.follows {
            return outcome(of: followed, counting: counting).map { counterpart(of: $0, on: followed, for: name) }
        }
        let holders = holders(of: name, counting: counting)
        let common = inCommon(on: name, counting: counting)
        let introducer = introducer(of: name)
        if let chosen = chosen(on: name, counting: counting), common.contains(chosen) {
            if bracket(name)!.isSuggestion || holders.count >= 2 || !counting.contains(introducer)
                || position(of: introducer, on: name).contains(chosen)
                || standing(.outcome(name)).contains(where: {
                    $0.value == .alternative(chosen) && party(of: $0.act.entry) == introducer
                })
            {
                return chosen
            }
        }
        if holders.count >= 2, let first = common.first { return first }
        return !counting.contains(introducer) && holders.isEmpty ? .stands : nil
    }

    /// What the draft reads for a bracket.
    public func reading(of name: Name, counting: Set<Party>) -> Alternative {
        if let followed = bracket(name)!.follows {
            return counterpart(of: reading(of: followed, counting: counting), on: followed, for: name)
        }
        return outcome(of: name, counting: counting) ?? chosen(on: name, counting: counting) ?? .stands
    }

    /// The alternative of a bracket with the number that `alternative` has among those of the bracket it follows.
    private func counterpart(of alternative: Alternative, on followed: Name, for name: Name) -> Alternative {
        let own = alternatives(of: name).filter { $0 != .nothing }
        return own[min(alternatives(of: followed).firstIndex(of: alternative)!, own.count - 1)]
    }

    public func stands(_ node: Node, counting: Set<Party>) -> Bool {
        if let parent = standings[node]!.parent, !stands(parent, counting: counting) { return false }
        return !isStruck(node) && !brackets(on: node).contains { outcome(of: $0, counting: counting) == .nothing }
    }

    public func stands(_ text: Text, counting: Set<Party>) -> Bool {
        switch text {
        case .node(let node, _): return stands(node, counting: counting)
        case .alternative(let name):
            let bracket = bracket(ofAlternative: name)!
            let outcome = outcome(of: bracket, counting: counting)
            return stands(bracket: bracket, counting: counting) && (outcome == nil || outcome == .added(name))
        }
    }

    public func stands(bracket name: Name, counting: Set<Party>) -> Bool {
        let bracket = bracket(name)!
        if let node = bracket.node {
            if let parent = standings[node]!.parent, !stands(parent, counting: counting) { return false }
            return !isStruck(node)
        }
        guard let range = bracket.range, let own = span(of: range), stands(range.text, counting: counting) else {
            return false
        }
        return !brackets(in: range.text).contains { other in
            guard let span = span(of: self.bracket(other)!.range!), span != own, span.holds(own),
                let outcome = outcome(of: other, counting: counting)
            else { return false }
            return outcome != .stands
        }
    }

    /// An open bracket of the draft, and for which provision and which parties it counts.
    public struct OpenBracket {
        public var name: Name
        public var node: Node
        public var parties: Set<Party>
    }

    /// The open brackets of the draft, in the order of everything.
    public func openBrackets(counting: Set<Party>) -> [OpenBracket] {
        brackets.compactMap { name in
            let bracket = bracket(name)!
            guard bracket.follows == nil, stands(bracket: name, counting: counting),
                outcome(of: name, counting: counting) == nil
            else { return nil }
            let own: Set<Party> = [introducer(of: name)]
            return OpenBracket(
                name: name, node: bracket.node ?? node(of: bracket.range!.text),
                parties: holders(of: name, counting: counting).union(own.intersection(counting)))
        }
    }
}
