internal import Agreement
internal import Cryptography
internal import Identity
internal import Redline
internal import Verification
internal import Wording

// What was put on the table, in which order, who said what of it, and what it changes.

extension PageContents {
    var history: PageSection {
        let explanation =
            "What was put on the table, each behind what it is built on. No clock orders it: times are the signers' own."
        return PageSection(
            id: "history", title: "The history", children: [h("p", [:], explanation)] + inOrder.map(article))
    }

    /// What is built on comes first; of equals the lowest id.
    private var inOrder: [Instrument] {
        var depth: [InstrumentID: Int] = [:]
        var open = ledger.instruments.keys.sorted()
        while let id = open.last {
            let ground = (ledger.instruments[id]?.ground ?? []).filter { ledger.instruments[$0] != nil }
            let unknown = ground.filter { depth[$0] == nil }
            open += unknown
            guard unknown.isEmpty else { continue }
            depth[id] = 1 + (ground.compactMap { depth[$0] }.max() ?? 0)
            open.removeLast()
        }
        return ledger.instruments.values.sorted { (depth[$0.id]!, $0.id) < (depth[$1.id]!, $1.id) }
    }

    private func article(_ instrument: Instrument) -> PageNode {
        h(
            "article", ["class": "instrument", "id": "i-\(instrument.id.hex)"],
            [
                h("h3", [:], [inline(instrument.title)]), facts(of: instrument), seals(on: instrument),
                changes(of: instrument),
            ])
    }

    private func facts(of instrument: Instrument) -> PageNode {
        var terms = PageTerms()
        if let state = evaluation.state(of: instrument.id) {
            let badge = h("strong", ["class": "state \(state.rawValue)"], state.words)
            terms.add("State", [badge, .text(": \(state.meaning)\(force(of: instrument.id, state))")])
        }
        terms.add("Id", [h("code", [:], instrument.id.hex)])
        terms.add("Proposed", "in the name of \(instrument.proposer)")
        if let answerBy = instrument.answerBy { terms.add("Answers asked for", "by \(Timestamp.text(answerBy))") }
        if let note = instrument.note { terms.add("Note", [block(note)]) }
        if !instrument.ground.isEmpty { terms.add("Built on", [names(instrument.ground)]) }
        if !instrument.replaces.isEmpty { terms.add("Replaces", [names(instrument.replaces)]) }
        if !instrument.voids.isEmpty { terms.add("Voids", [codes(instrument.voids)]) }
        if let closing = instrument.closing {
            let act = closing.outcome == .complete ? "completes " : "gives up "
            terms.add("Closes", [.text(act)] + name(closing.subject))
        }
        if let end = evaluation.end(of: instrument.id) { terms.add("Ended by", name(end)) }
        addMissing(of: instrument.id, to: &terms)
        let asked = requests(on: instrument.id)
        if !asked.isEmpty { terms.add("Asked for, and not signed", [h("ul", ["class": "names"], asked)]) }
        return terms.list("facts")
    }

    /// Whose consent, and what else, would make it complete, where that can be said.
    private func addMissing(of id: InstrumentID, to terms: inout PageTerms) {
        let missing = evaluation.missing(of: id, trying: PageLimits.missingSearch, among: PageLimits.silentParties)
        if let parties = missing.parties, !parties.isEmpty {
            terms.add("Missing", "the consent of \(Quoting.list(parties))")
        }
        if !missing.instruments.isEmpty { terms.add("Waits for", [names(missing.instruments)]) }
    }

    /// Seals that their party is asked for; nobody has signed them, and they count for nothing.
    private func requests(on id: InstrumentID) -> [PageNode] {
        findings.contents.requests.filter { $0.instrument == id }.sorted { ($0.party, $0.id) < ($1.party, $1.id) }
            .map { seal in
                let capacities = seal.capacities.map { " as \($0.map(\.string).joined(separator: ", "))" } ?? ""
                let words = "\(seal.party) is asked to \(seal.verdict.rawValue) it\(capacities)"
                guard !seal.provided.isEmpty else { return h("li", [:], words) }
                return h("li", [:], [.text("\(words), provided"), names(seal.provided)])
            }
    }

    private func force(of id: InstrumentID, _ state: InstrumentState) -> String {
        guard state == .contested else { return "" }
        return evaluation.inForce.contains(id) ? "; in force all the same" : "; not in force"
    }

    // MARK: Seals

    private func seals(on instrument: Instrument) -> PageNode {
        let rows = (sealsByInstrument[instrument.id] ?? []).map { onRecord in
            row(of: onRecord.seal, remarks: remarks(on: onRecord), conditions: { names($0) })
        }
        return sealTable(rows, without: "Nobody has sealed it.")
    }

    /// Why a seal is not simply its party's consent.
    private func remarks(on onRecord: SealOnRecord) -> [String] {
        let seal = onRecord.seal
        var remarks: [String] = []
        if !onRecord.isSigned {
            remarks.append("counts for nothing: too few keys have signed it")
        } else if !counting.contains(seal.id) {
            let coming = "counts for its party's coming only"
            remarks.append(countsAsNewcomers(seal) ? coming : "counts for nothing: made under other keys")
        }
        if disputed.contains(seal.id) { remarks.append("disputed: its keys were given up, and it is not acknowledged") }
        if void.contains(seal.id) { remarks.append("void: the others confirmed the dispute") }
        return remarks
    }

    private func countsAsNewcomers(_ seal: Seal) -> Bool {
        let roots = evaluation.roots(of: seal.party, on: seal.instrument)
        let root = ledger.keyRecord(of: seal.party, named: seal.keys)?.root
        return root != nil && root == roots.brought ?? roots.earlier && isWellFormed(seal.instrument)
    }

    func isWellFormed(_ id: InstrumentID) -> Bool {
        switch evaluation.state(of: id) {
        case .illFormed?, .awaitingRecords?, nil: false
        default: true
        }
    }

    // MARK: Changes

    private func changes(of instrument: Instrument) -> PageNode {
        guard isWellFormed(instrument.id) else {
            return h("p", ["class": "none"], "What it would change is not shown, for it changes nothing.")
        }
        let before = Dictionary(
            uniqueKeysWithValues: evaluation.textBeneath(instrument.id).map { ($0.id, $0.content) })
        let changes = instrument.changes.map { change($0, from: before[$0.provision]) }
        let summary = h("summary", [:], "What it changes: \(Quoting.count(changes.count, "provision"))")
        return instrument.isFounding
            ? h("details", [:], [summary] + changes) : h("details", ["open": ""], [summary] + changes)
    }

    private func change(_ change: Instrument.Change, from old: Content?) -> PageNode {
        let new = change.content
        let fate = old == nil ? "new" : new == nil ? "repealed" : old == new ? "written again as it was" : "changed"
        var children = [
            h("h4", [:], [h("code", [:], change.provision.string), .text(": \(fate)")])
        ]
        if let old, let new {
            children += [redline(from: old.heading, to: new.heading), redline(from: old.text, to: new.text)]
                .compactMap { $0 }
        } else if let new {
            if new.number != nil || new.heading != nil {
                children.append(h("p", ["class": "label"], label(change.provision, new)))
            }
            if let text = new.text { children.append(block(text)) }
        } else if let old {
            children += [redline(from: old.heading, to: nil), redline(from: old.text, to: nil)].compactMap { $0 }
        }
        let facts = ProvisionRedline.facts(old, new)
        if !facts.isEmpty { children.append(h("ul", ["class": "facts"], facts.map { h("li", [:], $0) })) }
        return h("div", ["class": "change"], children)
    }
}

extension InstrumentState {
    /// What the state means, as a clause.
    fileprivate var meaning: String {
        switch self {
        case .illFormed: "it can never be in force"
        case .awaitingRecords: "it cannot be judged, for records that it names are not here"
        case .contested: "it stands, and so does another that contradicts it"
        case .inForce: "it binds"
        case .replaced: "another one replaces it by name"
        case .suspended: "it has its consent, but what it rests on does not hold"
        case .stale: "it was written on a text that is no longer the newest"
        case .rejected: "it cannot complete if those who rejected it keep to that"
        case .conditional: "it has its consent, and waits for what that was given in return for"
        case .sealed: "some have consented, and others are waited for"
        case .unsealed: "nobody has consented yet"
        }
    }
}
