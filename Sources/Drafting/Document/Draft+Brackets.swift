internal import Cryptography
public import Identity

/// A bracket, what was said about it, and what it comes to.
public struct DraftBracket: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case node(NodeName)
        case text(TextName)
    }

    public let name: OperationName
    public let subject: Subject
    /// The party of whoever wrote it; it holds nothing by that alone.
    public let introducer: Identifier
    public let isSuggestion: Bool
    public let reason: Words?
    /// The bracket that decides this one's outcome.
    public let follows: OperationName?
    /// *In*, those that were added, *out*.
    public let alternatives: [Alternative]
    /// What each party could accept; those that hold none are left out. None of a bracket that follows another.
    public let positions: [Identifier: Set<Alternative>]
    /// What was chosen, all that stands, in the order of everything; nil opens the choice again.
    public let choices: [Attributed<Alternative?>]
    /// What it is settled with; nil while it is open.
    public let outcome: Alternative?
    /// What the draft reads for now.
    public let reads: Alternative

    public var isOpen: Bool { outcome == nil }
}

/// A span of a text in which parties differ, and the brackets that it is made of.
public struct ContestedSpan: Hashable, Sendable {
    public let range: Range<Int>
    /// How many contested spans hold this one.
    public let level: Int
    /// By beginning, then the longer first, then in the order of everything.
    public let brackets: [PlacedBracket]
}

public struct PlacedBracket: Hashable, Sendable {
    public let name: OperationName
    public let range: Range<Int>
}

/// The brackets of a draft that are still open.
public struct OpenBrackets: Hashable, Sendable {
    /// In the order of everything.
    public let all: [OperationName]
    /// By the provision whose text or presence they are about.
    public let byNode: [NodeName: Int]
    /// By parties that hold a position on them, or introduced them.
    public let byParty: [Identifier: Int]
}

/// What brackets come to.
///
/// Each question is asked with the parties that count: an observer's position is shown, and need not hold up a treaty.
///
/// Source: `Docs/Specification/drafting.md`, section 9.
extension Draft {
    public typealias Counting = (Identifier) -> Bool

    /// The bracket that an operation made; nil if it made none.
    public func bracket(_ name: OperationName, counting: Counting = { _ in true }) -> DraftBracket? {
        made(name, by: graph.count)?.bracket.map { shown($0, counting) }
    }

    /// All brackets on nodes and in texts, in the order of everything.
    public func allBrackets(counting: Counting = { _ in true }) -> [DraftBracket] {
        brackets.indices.sorted { precedes(brackets[$0].maker, brackets[$1].maker) }.map { shown($0, counting) }
    }

    /// The brackets on a node itself, in the order of everything.
    public func brackets(on name: NodeName, counting: Counting = { _ in true }) -> [DraftBracket] {
        guard let node = number(of: name) else { return [] }
        return nodes[node].brackets.sorted { precedes(brackets[$0].maker, brackets[$1].maker) }
            .map { shown($0, counting) }
    }

    /// The contested spans of a text as it is now: outer ones before those they hold, else by beginning, empty ones first.
    /// So a span holds those behind it down to the next one of its own level or less.
    public func contestedSpans(of text: TextName) -> [ContestedSpan] {
        guard let number = number(ofText: text) else { return [] }
        let placed = placedBrackets(of: number).sorted {
            precedes(brackets[$0.bracket].maker, brackets[$1.bracket].maker)
        }
        return ContestedSpans(placed.map(\.range)).groups.map { group in
            ContestedSpan(
                range: group.range, level: group.level,
                brackets: group.members.map { member in
                    PlacedBracket(
                        name: name(of: brackets[placed[member].bracket].maker), range: placed[member].range)
                })
        }
    }

    /// The brackets in a text, without those that are nowhere, and where each stands.
    private func placedBrackets(of text: Int) -> [(bracket: Int, range: Range<Int>)] {
        guard !texts[text].brackets.isEmpty else { return [] }
        let locator = locator(of: text)
        return texts[text].brackets.compactMap { bracket in
            guard case .span(_, let start, let end) = brackets[bracket].subject else { return nil }
            return locator.span(from: start, to: end).map { (bracket, $0) }
        }
    }

    private func shown(_ number: Int, _ counting: Counting) -> DraftBracket {
        let bracket = brackets[number]
        let verdict = verdict(on: number, counting)
        return DraftBracket(
            name: name(of: bracket.maker), subject: subject(of: bracket), introducer: party(of: bracket.maker.entry),
            isSuggestion: bracket.isSuggestion, reason: bracket.reason,
            follows: bracket.follows.map { name(of: brackets[$0].maker) },
            alternatives: choices(of: number).map { alternative($0) },
            positions: bracket.follows == nil
                ? accepted(number).mapValues { Set($0.map { alternative($0) }) } : [:],
            choices: bracket.outcome.standing.sorted { precedes($0.maker, $1.maker) }.map { written in
                attributed(written.value.map { alternative($0) }, by: written.maker)
            },
            outcome: verdict.outcome.map { alternative($0) }, reads: alternative(verdict.reads))
    }

    private func subject(of bracket: DraftedBracket) -> DraftBracket.Subject {
        switch bracket.subject {
        case .node(let node): .node(name(of: node))
        case .span(let text, _, _): .text(name(ofText: text))
        }
    }

    private func alternative(_ choice: DraftedBracket.Choice) -> Alternative {
        switch choice {
        case .standing: .standing
        case .nothing: .nothing
        case .added(let number): .added(name(of: alternatives[number].maker))
        }
    }

    /// *In*, the added ones in the order of everything, *out*.
    private func choices(of bracket: Int) -> [DraftedBracket.Choice] {
        let added = brackets[bracket].alternatives.sorted {
            precedes(alternatives[$0].maker, alternatives[$1].maker)
        }
        return [.standing] + added.map { .added($0) } + [.nothing]
    }

    /// What each party could accept: of positions that it took apart, all. Who holds none is left out.
    private func accepted(_ bracket: Int) -> [Identifier: Set<DraftedBracket.Choice>] {
        brackets[bracket].positions.compactMapValues { register in
            let union = register.standing.reduce(into: Set()) { $0.formUnion($1.value) }
            return union.isEmpty ? nil : union
        }
    }

    // MARK: Verdicts

    /// What a bracket is settled with, or nil; and what the draft reads for now.
    struct Verdict {
        let outcome: DraftedBracket.Choice?
        let reads: DraftedBracket.Choice
    }

    func verdict(on number: Int, _ counting: Counting) -> Verdict {
        guard let followed = brackets[number].follows else { return ownVerdict(on: number, counting) }
        return verdict(on: number, following: followed, ownVerdict(on: followed, counting))
    }

    private func verdict(on number: Int, following followed: Int, _ verdict: Verdict) -> Verdict {
        Verdict(
            outcome: verdict.outcome.map { following($0, of: followed, in: number) },
            reads: following(verdict.reads, of: followed, in: number))
    }

    /// The alternative of the same number as another bracket's, or else the last one.
    private func following(
        _ choice: DraftedBracket.Choice, of followed: Int, in bracket: Int
    ) -> DraftedBracket.Choice {
        let own = choices(of: bracket).dropLast()
        return own[min(choices(of: followed).firstIndex(of: choice)!, own.count - 1)]
    }

    private func ownVerdict(on number: Int, _ counting: Counting) -> Verdict {
        let bracket = brackets[number]
        let held = accepted(number).filter { counting($0.key) }
        let choice = chosen(in: bracket, counting)
        let outcome = outcome(of: bracket, held: held, chosen: choice, counting)
        // Of several in common the first; this order is asked for only where it is needed.
        let common =
            outcome == nil && held.count >= 2
            ? choices(of: number).first { choice in held.values.allSatisfy { $0.contains(choice) } } : nil
        if let settled = outcome ?? common { return Verdict(outcome: settled, reads: settled) }
        if held.isEmpty, !counting(party(of: bracket.maker.entry)) {
            return Verdict(outcome: .standing, reads: .standing)
        }
        return Verdict(outcome: nil, reads: choice ?? .standing)
    }

    /// The one alternative that all standing choices of parties that count name.
    private func chosen(in bracket: DraftedBracket, _ counting: Counting) -> DraftedBracket.Choice? {
        let values = Set(bracket.outcome.standing.filter { counting(party(of: $0.maker.entry)) }.map(\.value))
        return values.count == 1 ? values.first! : nil
    }

    /// The chosen alternative, if every holder could accept it, and no party alone removes what another bracketed.
    private func outcome(
        of bracket: DraftedBracket, held: [Identifier: Set<DraftedBracket.Choice>],
        chosen: DraftedBracket.Choice?, _ counting: Counting
    ) -> DraftedBracket.Choice? {
        guard let chosen, held.values.allSatisfy({ $0.contains(chosen) }) else { return nil }
        let introducer = party(of: bracket.maker.entry)
        let isAgreed =
            bracket.isSuggestion || held.count >= 2 || !counting(introducer)
            || held[introducer]?.contains(chosen) == true
            || bracket.outcome.standing.contains {
                $0.value == chosen && party(of: $0.maker.entry) == introducer
            }
        return isAgreed ? chosen : nil
    }

    // MARK: What is left

    /// The brackets that are still open: the measure of progress.
    ///
    /// - Parameter settled: brackets that are open, and taken to be settled with this.
    public func openBrackets(
        counting: Counting = { _ in true }, taking settled: [OperationName: Alternative] = [:]
    ) -> OpenBrackets {
        let verdicts = verdicts(counting, settled)
        let standing = standingBrackets(verdicts)
        let open = brackets.indices.filter {
            standing[$0] && verdicts[$0].outcome == nil && brackets[$0].follows == nil
        }
        var byNode: [NodeName: Int] = [:]
        var byParty: [Identifier: Int] = [:]
        for number in open {
            byNode[name(of: node(of: brackets[number])), default: 0] += 1
            let parties = Set(accepted(number).keys).union([party(of: brackets[number].maker.entry)])
            for party in parties where counting(party) { byParty[party, default: 0] += 1 }
        }
        let ordered = open.sorted { precedes(brackets[$0].maker, brackets[$1].maker) }
        return OpenBrackets(all: ordered.map { name(of: brackets[$0].maker) }, byNode: byNode, byParty: byParty)
    }

    private func verdicts(_ counting: Counting, _ settled: [OperationName: Alternative]) -> [Verdict] {
        var taken: [Int: DraftedBracket.Choice] = [:]
        for (name, alternative) in settled {
            guard let number = made(name, by: graph.count)?.bracket else { continue }
            taken[number] = choice(alternative, of: number, by: graph.count)
        }
        return brackets.indices.map { number in
            let own = verdict(on: number, counting)
            guard own.outcome == nil, let choice = taken[brackets[number].follows ?? number] else { return own }
            let verdict = Verdict(outcome: choice, reads: choice)
            return brackets[number].follows.map { self.verdict(on: number, following: $0, verdict) } ?? verdict
        }
    }

    private func node(of bracket: DraftedBracket) -> ProvisionTree.Node {
        switch bracket.subject {
        case .node(let node): node
        case .span(let text, _, _): texts[text].node
        }
    }

    /// By bracket, whether it stands: what it is about is part of what the draft reads or may come to read.
    private func standingBrackets(_ verdicts: [Verdict]) -> [Bool] {
        let (nodeStands, parentStands) = standingNodes(verdicts)
        let isMoot = mootBrackets(verdicts)
        var standing = brackets.map { _ in false }
        // A bracket in the text of an alternative came here after the bracket of that alternative.
        for (number, bracket) in brackets.enumerated() {
            switch bracket.subject {
            case .node(let node): standing[number] = parentStands[node] && !isStruck(node)
            case .span(let text, _, _):
                guard !isMoot[number] else { continue }
                switch texts[text].key {
                case .node(let node, _): standing[number] = nodeStands[node]
                case .alternative(let alternative):
                    let around = alternatives[alternative].bracket
                    let outcome = verdicts[around].outcome
                    standing[number] = standing[around] && (outcome ?? .added(alternative)) == .added(alternative)
                }
            }
        }
        return standing
    }

    /// By node, whether it stands, and whether its parent does.
    private func standingNodes(_ verdicts: [Verdict]) -> (nodes: [Bool], parents: [Bool]) {
        var children: [ProvisionTree.Node: [ProvisionTree.Node]] = [:]
        for (node, standing) in tree.standings.enumerated() { children[standing.parent, default: []].append(node) }
        var (standing, parents) = (nodes.map { _ in false }, nodes.map { _ in false })
        var open = children[ProvisionTree.top] ?? []
        while let node = open.popLast() {
            parents[node] = true
            guard !isStruck(node), !nodes[node].brackets.contains(where: { verdicts[$0].outcome == .nothing }) else {
                continue
            }
            standing[node] = true
            open += children[node] ?? []
        }
        return (standing, parents)
    }

    /// By bracket, whether it is nowhere, or within words that another one is settled against.
    private func mootBrackets(_ verdicts: [Verdict]) -> [Bool] {
        var isMoot = brackets.map { _ in true }
        for text in texts.indices {
            let placed = placedBrackets(of: text)
            let away = placed.map { ($0.range, (verdicts[$0.bracket].outcome ?? .standing) != .standing) }
            for ((bracket, _), moot) in zip(placed, MootSpans.among(away)) { isMoot[bracket] = moot }
        }
        return isMoot
    }
}
