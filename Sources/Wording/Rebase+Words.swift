package import Agreement
internal import Cryptography
package import Identity

extension Phrasebook {
    /// What clashes, and whose words they are.
    package func sentence(for clash: Rebase.Clash) -> String {
        let writer = clash.version.map(name) ?? "nothing in force"
        switch clash.kind {
        case .parts(let parts):
            let what = Quoting.list(parts.map(\.words))
            return "\(clash.provision): \(writer) has changed its \(what), and this instrument changes the same"
        case .repealed where clash.inForce == nil:
            return "\(clash.provision): \(writer) has repealed it, and this instrument changes it"
        case .repealed: return "\(clash.provision): \(writer) has changed it, and this instrument repeals it"
        case .bothAdded:
            return "\(clash.provision): \(writer) has added one of that name, and this instrument adds another"
        case .parentGone(let parent):
            return "\(clash.provision): it would stand under \(parent), which is not in force any more"
        case .reliedOnGone:
            return "\(clash.provision): this instrument relies on it, and \(writer) has repealed it"
        }
    }

    /// What became of an instrument that a new one names, and what naming it changes.
    package func sentence(forNamed id: InstrumentID, against proposer: Identifier) -> String {
        let state = evaluation.state(of: id)
        let committed = committed(to: id)
        let whose = committed.isEmpty ? "nobody committed to it" : "\(Quoting.list(committed)) committed to it"
        switch state {
        case .inForce, .contested:
            return "\(name(id)), which is \(state!.words): it falls when this is in force, and all that it needed is "
                + "needed here too"
        case .replaced: return "\(name(id)), which is out of force: it would come back otherwise"
        case nil: return "\(name(id))"
        case .illFormed?, .awaitingRecords?, .suspended?, .stale?, .rejected?, .conditional?, .sealed?, .unsealed?:
            return "\(name(id)), which is \(state!.words); \(whose), and may then commit to this one"
        }
    }
}

extension Rebase.Part {
    fileprivate var words: String {
        switch self {
        case .kind: "kind"
        case .provisionClass: "class"
        case .parent: "place under another provision"
        case .order: "place among its neighbours"
        case .number: "number"
        case .heading: "heading"
        case .text: "text"
        case .attributes: "attributes"
        case .reserved: "content"
        }
    }
}

/// What a rebase makes of an instrument, provision by provision: from what was on the table to what is now.
package struct RebaseRedlines: Hashable, Sendable {
    /// Provisions that the new instrument writes otherwise than the old one did, or does not write any more.
    package let redlines: [ProvisionRedline]
    /// Those of them that say already what the old one wanted, or that were left to what is in force.
    package let dropped: [Identifier]

    package init(_ rebase: Rebase, language: Identifier? = nil) {
        let old = Dictionary(uniqueKeysWithValues: rebase.instrument.changes.map { ($0.provision, $0.content) })
        redlines = rebase.changes.compactMap { change in
            guard let before = old[change.provision] else {
                return ProvisionRedline(change.provision, from: nil, to: change.content, language: language)
            }
            guard before != change.content else { return nil }
            return ProvisionRedline(change.provision, from: before, to: change.content, language: language)
        }
        dropped = rebase.done
    }
}
