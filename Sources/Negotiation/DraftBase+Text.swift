public import Agreement
public import Drafting
public import Identity

extension DraftBase {
    /// The text that a draft is opened on: provisions that are not reserved, parents before what they contain, siblings in
    /// their order.
    ///
    /// Source: `Docs/Specification/drafting.md`, section 5.1.
    public init(of text: [Identifier: Content]) {
        let shown = text.filter { !ReservedProvision.isReserved($0.key) }
        let children = Dictionary(grouping: shown.map { (name: $0.key, content: $0.value) }) { provision in
            provision.content.parent.flatMap { shown[$0] == nil ? nil : $0 }
        }.mapValues { $0.sorted(by: Self.standsBefore) }
        var provisions: [Provision] = []
        var open = Array((children[nil] ?? []).reversed())
        while let (name, content) = open.popLast() {
            let parent = content.parent.flatMap { shown[$0] == nil ? nil : $0 }
            provisions.append(Provision(name, content, beneath: parent))
            open += (children[name] ?? []).reversed()
        }
        self.init(provisions)
    }

    private static func standsBefore(
        _ one: (name: Identifier, content: Content), _ other: (name: Identifier, content: Content)
    ) -> Bool {
        one.content.order == other.content.order
            ? one.name < other.name : one.content.order.lexicographicallyPrecedes(other.content.order)
    }
}

extension DraftBase.Provision {
    fileprivate init(_ name: Identifier, _ content: Content, beneath parent: Identifier?) {
        self.init(
            identifier: name, parent: parent, kind: content.kind, provisionClass: content.provisionClass,
            number: content.number, headings: content.heading?.byLanguage ?? [:],
            texts: content.text?.byLanguage ?? [:], attributes: content.attributes)
    }
}

extension Evaluation {
    /// What a draft that is opened now names as its base: what is in force and nothing else in force is built on; the
    /// founding while nothing is.
    public var draftBaseNames: [InstrumentID] {
        isAnythingPerfected ? newestInForce : instrumentIDs.filter { instrument($0)?.isFounding == true }
    }

    /// The text that instruments make together, as a draft is opened on it; nil if one of them is not here, or is not
    /// well formed.
    public func draftBase(of names: [InstrumentID]) -> DraftBase? {
        text(of: names).map { text in
            DraftBase(of: Dictionary(uniqueKeysWithValues: text.map { ($0.id, $0.content) }))
        }
    }
}
