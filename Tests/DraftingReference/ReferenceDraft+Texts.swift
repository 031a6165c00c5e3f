/// Sections 6.4, 9 and 9.1: the texts, and what stands where in them.
extension ReferenceDraft {
    mutating func typeTexts() {
        for provision in opening.base {
            for (language, text) in provision.texts where opening.languages.contains(language) {
                let edits = text.unicodeScalars.enumerated().map { position, scalar in
                    ReferenceText.Edit.insert(scalar, at: position)
                }
                let stamp = Self.stamp(opening.sequence, opening.writer, opening.id)
                type(edits, by: opening.id, stamp, in: .node(.base(provision.identifier), language: language))
            }
        }
        for entry in order.compactMap({ entries[$0] }) {
            for edited in entry.texts {
                guard let text = text(edited.text, at: Self.end(of: entry.id)) else { continue }
                let stamp = Self.stamp(entry.sequence, entry.writer, entry.id)
                type(edited.edits, by: entry.id, stamp, in: text)
            }
        }
    }

    private mutating func type(
        _ edits: [ReferenceText.Edit], by entry: ID, _ stamp: ReferenceText.Stamp, in text: Text
    ) {
        let parents = editors[text, default: []].filter { pasts[entry]!.contains($0) }
        edited[text, default: ReferenceText()].add(.init(stamp: stamp, parents: parents, edits: edits))
        editors[text, default: []].append(entry)
    }

    /// The scalars of a text.
    public func scalars(of text: Text) -> [Unicode.Scalar] { edited[text]?.text ?? [] }

    /// Every scalar that was ever in a text, in order.
    public func everything(in text: Text) -> [ReferenceText.Scalar] { edited[text]?.scalars ?? [] }

    /// The entries that edit a text, in the order of everything.
    public func editors(of text: Text) -> [ID] { editors[text] ?? [] }

    /// The texts that there are: of every node in every language, and of every alternative.
    public var texts: [Text] {
        nodes.flatMap { node in opening.languages.map { .node(node, language: $0) } }
            + acts.filter { bracket(ofAlternative: $0) != nil }.map { .alternative($0) }
    }

    /// Where an anchor stands in its text; none if it is nowhere.
    public func position(of anchor: Anchor, in text: Text) -> Int? {
        switch anchor {
        case .beginning: return 0
        case .end: return scalars(of: text).count
        case .scalar(let isBehind, let entry, let number):
            guard let scalar = everything(in: text).first(where: { $0.entry == entry && $0.number == number })
            else { return nil }
            return scalar.position + (isBehind && scalar.deleters.isEmpty ? 1 : 0)
        }
    }

    /// A span of a text, in scalars.
    public struct Span: Hashable {
        public var start: Int
        public var end: Int

        func holds(_ other: Span) -> Bool {
            if other.start == other.end, other.start == start || other.start == end { return false }
            return start <= other.start && end >= other.end
        }

        func crosses(_ other: Span) -> Bool {
            self == other || (start < other.end && other.start < end && !holds(other) && !other.holds(self))
        }
    }

    public func span(of range: Range) -> Span? {
        guard let start = position(of: range.start, in: range.text), let end = position(of: range.end, in: range.text)
        else { return nil }
        return Span(start: start, end: max(start, end))
    }

    /// All brackets, in the order of everything.
    public var brackets: [Name] { acts.filter { bracket($0) != nil } }

    public func brackets(in text: Text) -> [Name] { brackets.filter { bracket($0)!.range?.text == text } }

    public func brackets(on node: Node) -> [Name] { brackets.filter { bracket($0)!.node == node } }

    /// Brackets that cross, and where they stand together; one that crosses no other stands alone.
    public struct ContestedSpan {
        public var span: Span
        /// How many contested spans hold it.
        public var level = 0
        /// In the order of their spans.
        public var brackets: [Name]
        /// What it offers besides the words that stand there: an alternative of a bracket, and the words of the
        /// contested span that stand before and behind it.
        public var offers: [(bracket: Name, alternative: Alternative, before: Span, behind: Span)]
    }

    /// What the brackets of a text make of it; in the order of their spans, of equal ones the outer first.
    public func contestedSpans(in text: Text) -> [ContestedSpan] {
        let spans: [(name: Name, span: Span)] = brackets(in: text).compactMap { name in
            span(of: bracket(name)!.range!).map { (name, $0) }
        }
        var groups: [[(name: Name, span: Span)]] = []
        for one in spans {
            let met = groups.filter { group in group.contains { $0.span.crosses(one.span) } }
            groups.removeAll { group in group.contains { $0.span.crosses(one.span) } }
            groups.append(met.flatMap(\.self) + [one])
        }
        return leveled(groups.map(contested)).sorted { one, other in
            if one.span.start != other.span.start { return one.span.start < other.span.start }
            if one.span.end != other.span.end { return one.span.end > other.span.end }
            return one.level < other.level
        }
    }

    private func leveled(_ groups: [ContestedSpan]) -> [ContestedSpan] {
        groups.map { group in
            var group = group
            group.level =
                groups.filter { other in
                    // Of two equal ones, one has only brackets of that very span, and it is the outer one.
                    other.brackets != group.brackets && other.span.holds(group.span)
                        && (other.span != group.span
                            || other.brackets.allSatisfy { span(of: bracket($0)!.range!) == other.span })
                }.count
            return group
        }
    }

    private func contested(_ group: [(name: Name, span: Span)]) -> ContestedSpan {
        let sorted = group.sorted { one, other in
            if one.span.start != other.span.start { return one.span.start < other.span.start }
            if one.span.end != other.span.end { return one.span.end > other.span.end }
            return acts.firstIndex(of: one.name)! < acts.firstIndex(of: other.name)!
        }
        let span = Span(start: group.map(\.span.start).min()!, end: group.map(\.span.end).max()!)
        return ContestedSpan(
            span: span, brackets: sorted.map(\.name),
            offers: sorted.flatMap { one in
                alternatives(of: one.name).dropFirst().map { alternative in
                    (
                        one.name, alternative, Span(start: span.start, end: one.span.start),
                        Span(start: one.span.end, end: span.end)
                    )
                }
            })
    }
}
