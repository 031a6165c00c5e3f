package import AgreementReference
internal import Agreement
internal import Identity

/// Holds the product against one named history: what that claims, and what the reference says of it, of everything in
/// several orders of arrival and of every copy that lacks one record.
package struct NamedComparison {
    private let named: NamedHistory
    private let scribe: Scribe
    private var random: SplitMix64

    package init(_ named: NamedHistory, _ scribe: Scribe, seed: UInt64) {
        self.named = named
        self.scribe = scribe
        random = SplitMix64(seed: seed)
    }

    /// What the product says otherwise than the history claims.
    package func unmetClaims() -> [String] {
        let whole = copy(of: named.history.events)
        var unmet = states(named.states, in: whole)
        for (name, expected) in named.inForce.sorted(by: { $0.key < $1.key }) {
            let isInForce = whole.product.inForce.contains(Spelling.digest(id(name)))
            if isInForce != expected { unmet.append("\(name) is \(isInForce ? "" : "not ")in force") }
        }
        for pair in named.conflicts {
            let one = Spelling.digest(id(pair.one))
            let isConflict = whole.product.conflict(one, Spelling.digest(id(pair.other)))
            if isConflict != pair.isConflict { unmet.append("\(pair.one) and \(pair.other) conflict: \(isConflict)") }
        }
        for partial in named.partialCopies { unmet += states(partial.states, in: copy(lacking: partial.lacking)) }
        return unmet + unmetChecks() + unmetConvictions(whole)
    }

    private func states(_ states: [String: ReferenceState], in copy: Copy) -> [String] {
        states.sorted { $0.key < $1.key }.compactMap { name, expected in
            let state = copy.product.state(of: Spelling.digest(id(name)))
            return state?.rawValue == expected.rawValue ? nil : "\(name) is \(state?.rawValue ?? "unknown")"
        }
    }

    private func unmetChecks() -> [String] {
        named.checks.compactMap { check in
            let known = copy(of: Array(named.history.events.prefix(check.eventCount)))
            let instrument = id(check.instrument)
            guard let root = known.usualRoot(of: check.party, on: instrument) else { return "no root of \(check)" }
            let proposed = ProposedVerdict(
                party: check.party, instrument: instrument, verdict: check.verdict,
                provided: check.provided.map(id).sortedBytewise(), root: root, remembered: [])
            let objections = known.objections(to: proposed)
            return objections.isEmpty == check.isAllowed ? nil : "\(check): \(objections)"
        }
    }

    private func unmetConvictions(_ whole: Copy) -> [String] {
        let convicted = Set(whole.product.contradictions().map(\.party.string))
        return named.innocent.filter(convicted.contains).map { "\($0) is convicted" }
            + named.convicted.filter { !convicted.contains($0) }.map { "\($0) is not convicted" }
    }

    // MARK: Beside the reference

    /// Where product and reference differ, of everything in some orders of arrival: every question there is.
    package mutating func findings(orders: Int) -> [Finding] {
        let whole = copy(of: named.history.events)
        var findings = findings(in: whole, asking: everyQuestion(of: whole), "everything")
        for _ in 0..<orders {
            let copy = Copy(random.shuffled(named.history.events), asIn: whole)
            findings += self.findings(in: copy, asking: Question.ofRecords + [.growth], "in another order")
        }
        return findings
    }

    /// Where they differ in copies that each lack one record.
    package func findingsLackingOne() -> [Finding] {
        let whole = copy(of: named.history.events)
        return named.history.events.indices.flatMap { position in
            var events = named.history.events
            events.remove(at: position)
            let copy = copy(of: events, trusting: whole)
            let missing = copy.instruments.map { Question.missing($0) }
            return findings(in: copy, asking: Question.ofRecords + missing, "without record \(position)")
        }
    }

    private func findings(in copy: Copy, asking questions: [Question], _ place: String) -> [Finding] {
        questions.compactMap { question in
            copy.difference(question).map { Finding(question: question, what: $0, place, copy) }
        }
    }

    private func everyQuestion(of whole: Copy) -> [Question] {
        let verdicts = whole.parties.flatMap { party in
            whole.instruments.flatMap { instrument -> [Question] in
                guard let root = whole.usualRoot(of: party, on: instrument) else { return [] }
                return ReferenceVerdict.allCases.map { verdict in
                    .verdict(
                        ProposedVerdict(
                            party: party, instrument: instrument, verdict: verdict, provided: [], root: root,
                            remembered: []))
                }
            }
        }
        return Question.ofRecords + [.structure, .needs, .growth] + whole.instruments.map { .missing($0) } + verdicts
    }

    // MARK: Copies

    private func copy(of events: [ReferenceHistory.Event], trusting whole: Copy? = nil) -> Copy {
        Copy(events, of: named.history, by: scribe, trusting: whole?.ledger)
    }

    private func copy(lacking names: [String]) -> Copy {
        let lacking = Set(names.map(id))
        return copy(
            of: named.history.events.filter { event in
                switch event {
                case .published(let instrument): !lacking.contains(instrument.id)
                case .sealed(let seal): !lacking.contains(seal.instrument)
                case .keyed(let statement): !lacking.contains(statement.id)
                case .withdrew(let withdrawal): !lacking.contains(withdrawal.id)
                }
            })
    }

    private func id(_ name: String) -> String {
        guard let id = named.ids[name] else { preconditionFailure("\(named.claim): nothing is called \(name)") }
        return id
    }
}
