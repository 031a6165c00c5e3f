internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
internal import Wording

// The text in force, and the constitution: who holds what standing, and whose consent what needs.

extension PageContents {
    var text: PageSection {
        let entries = ReadingOrderOfText(evaluation.textInForce).entries
        let provisions = entries.map { provision($0.provision, depth: $0.depth) }
        return PageSection(
            id: "text", title: "The text in force",
            children: [h("p", ["class": "force"], findings.forceSentence)] + provisions)
    }

    private func provision(_ provision: ProvisionInForce, depth: Int) -> PageNode {
        let content = provision.content
        // A paragraph without number and heading is read as part of what stands above it.
        let isCalled = content.number != nil || content.heading != nil
        var children = isCalled ? [h("h\(min(3 + depth, 6))", [:], label(provision.id, content))] : []
        let (corrected, corrections) = evaluation.corrected(provision)
        if let words = content.text { children.append(block(words, correctedTo: corrected ?? words)) }
        children += corrections.map { h("p", ["class": "correction"], sentence($0)) }
        if !content.attributes.isEmpty { children.append(attributes(content)) }
        let version = provision.version.id
        children.append(
            h(
                "p", ["class": "since"],
                [
                    h("code", [:], provision.id.string), .text(", class \(content.provisionClass), as written by "),
                    h("a", ["href": "#i-\(version.hex)"], [h("code", [:], Quoting.short(version))]),
                ]))
        return h("article", ["class": "provision d\(min(depth, 6))", "id": "p-\(provision.id)"], children)
    }

    private func sentence(_ found: CorrectionInForce) -> String {
        let correction = found.correction
        let reads = correction.reads.string.isEmpty ? "nothing" : Quoting.quoted(correction.reads)
        return "Correction (\(correction.language)): for \(Quoting.quoted(correction.misprint)) read \(reads); "
            + found.fate.rawValue
    }

    // MARK: The constitution

    /// The text in force, or before the founding is, that of the founding.
    private var shownText: [ProvisionInForce] {
        guard evaluation.inForce.isEmpty, evaluation.state(of: ledger.roadmap) != .illFormed else {
            return evaluation.textInForce
        }
        return evaluation.textAfter(ledger.roadmap) ?? []
    }

    var constitution: PageSection {
        var rosters: [(standing: String, roster: Roster)] = []
        var rules: [(name: String, rule: Rule)] = []
        for provision in shownText {
            switch (ReservedProvision(provision.id), provision.content.reserved) {
            case (.roster(let standing)?, .roster(let roster)?): rosters.append((standing.string, roster))
            case (.rule(let name)?, .rule(let rule)?): rules.append((name.string, rule))
            default: break
            }
        }
        return PageSection(
            id: "rules", title: "Who decides", children: constitution(rosters: rosters, rules: rules))
    }
}

/// A text as a tree: siblings by order key, then by id; without the constitution, which has its own place.
struct ReadingOrderOfText {
    private(set) var entries: [(provision: ProvisionInForce, depth: Int)] = []
    private let children: [Identifier?: [ProvisionInForce]]

    init(_ text: [ProvisionInForce]) {
        let words = text.filter { !ReservedProvision.isReserved($0.id) }
        let ids = Set(words.map(\.id))
        // A parent that is not there, which an instrument in force cannot leave behind, would hide its children.
        children = Dictionary(grouping: words) { $0.content.parent.flatMap { ids.contains($0) ? $0 : nil } }
            .mapValues { $0.sorted(by: Self.isBefore) }
        visit(nil, depth: 0)
    }

    private mutating func visit(_ parent: Identifier?, depth: Int) {
        for child in children[parent] ?? [] {
            entries.append((child, depth))
            if depth < AgreementLimits.provisionDepth { visit(child.id, depth: depth + 1) }
        }
    }

    private static func isBefore(_ one: ProvisionInForce, _ other: ProvisionInForce) -> Bool {
        one.content.order == other.content.order
            ? one.id < other.id : one.content.order.lexicographicallyPrecedes(other.content.order)
    }
}
