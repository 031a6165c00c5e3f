internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// What follows from the records: what is in force, in which words, and whose seals do so.
extension Copy {
    func differenceOfSets() -> String? {
        first(
            { setDifference("known", scribe.texts(product.instrumentIDs), reference.instruments) },
            { setDifference("perfected", scribe.texts(product.perfected), reference.perfected) },
            { setDifference("out", scribe.texts(product.out), reference.out) },
            { setDifference("standing", scribe.texts(product.standing), reference.standing) },
            { setDifference("standing undisputed", scribe.texts(product.standingUndisputed), reference.undisputed) },
            { setDifference("contested", scribe.texts(product.contestedIDs), reference.contested) },
            { setDifference("in force", scribe.texts(product.inForce), reference.inForce) },
            { setDifference("disputed", disputedThatCount, reference.disputed) },
            {
                let void = Set(scribe.texts(product.voidSeals + product.voidWithdrawals))
                return setDifference("void", void.intersection(disputedThatCount), reference.void)
            })
    }

    /// The product names disputed seals that count for nothing, too.
    private var disputedThatCount: Set<String> {
        let counting = Set(instruments.flatMap { reference.weights(on: $0).keys })
        return counting.intersection(scribe.texts(product.disputedSeals))
            .union(scribe.texts(product.disputedWithdrawals))
    }

    func differenceOfStates() -> String? {
        let states = reference.states
        for id in instruments {
            let state = product.state(of: Spelling.digest(id))?.rawValue
            if let found = difference("the state of \(id)", state, states[id]?.rawValue) { return found }
            let isIllFormed = product.illFormedness(of: Spelling.digest(id)) != nil
            if let found = difference("\(id) is ill-formed", isIllFormed, states[id] == .illFormed) { return found }
        }
        return nil
    }

    func differenceOfText() -> String? {
        let text = reference.textInForce
        let contents = reference.ground.contents(of: text)
        let ids = product.textInForce.map(\.id.string)
        if let found = setDifference("the text in force", ids, contents.keys.sortedBytewise()) { return found }
        for provision in product.textInForce {
            let id = provision.id.string
            let said = [scribe.text(provision.version.id), provision.content.parent?.string]
            if let found = difference("\(id) in force", said, [text[id], contents[id]?.parent]) { return found }
        }
        for (provision, version) in text {
            let found = product.versionInForce(of: Spelling.name(provision)).map(scribe.text)
            if let found = difference("the version of \(provision)", found, version) { return found }
        }
        return nil
    }

    // MARK: Structure

    func differenceOfStructure() -> String? {
        for id in wellFormed {
            let digest = Spelling.digest(id)
            let ground = reference.ground
            let rivals = (ground.conflicts[id] ?? []).intersection(reference.instruments)
            let beneath = product.instrumentIDs.filter { product.isBuilt(digest, on: $0) }
            let found = first(
                { setDifference("rivals of \(id)", scribe.texts(product.rivals(of: digest)), rivals) },
                { setDifference("beneath \(id)", scribe.texts(beneath), ground.beneath[id] ?? []) },
                {
                    let conflicting = wellFormed.filter { product.conflict(digest, Spelling.digest($0)) }
                    return setDifference("in conflict with \(id)", conflicting, rivals)
                },
                { differenceOfClosings(of: id) }, { differenceOfRoots(on: id) })
            if let found { return found }
        }
        return nil
    }

    private func differenceOfClosings(of id: String) -> String? {
        let closings = product.closings(of: Spelling.digest(id))
        func expected(_ outcome: ReferenceClosing.Outcome) -> [String] {
            wellFormed.filter {
                let closing = reference.ground.instruments[$0]?.closing
                return closing?.subject == id && closing?.outcome == outcome
            }
        }
        return first(
            { setDifference("what completes \(id)", scribe.texts(closings.complete), expected(.complete)) },
            { setDifference("what abandons \(id)", scribe.texts(closings.abandoned), expected(.abandoned)) })
    }

    private func differenceOfRoots(on id: String) -> String? {
        for party in parties {
            let roots = product.roots(of: Spelling.name(party), on: Spelling.digest(id))
            let expected = reference.ground.roots(of: party, for: id)
            let said = [roots.earlier.map(scribe.text), roots.brought.map(scribe.text)]
            let found = difference("roots of \(party) on \(id)", said, [expected.earlier, expected.brought])
            if let found { return found }
        }
        return nil
    }

    // MARK: Seals

    func differenceOfSeals() -> String? {
        for id in instruments {
            var weights: [String: Reference.Weight] = [:]
            for (seal, weight) in product.weights(on: Spelling.digest(id)) {
                weights[scribe.text(seal)] = Reference.Weight(weight)
            }
            if let found = difference("the seals on \(id)", weights, reference.weights(on: id)) { return found }
        }
        return nil
    }

    func differenceOfContradictions() -> String? {
        let found = product.contradictions().map {
            Reference.Contradiction(party: $0.party.string, kind: $0.kind.rawValue, records: scribe.texts($0.records))
        }
        return difference("contradictions", found, reference.contradictions)
    }
}

extension Reference.Weight {
    fileprivate init(_ weight: WeightOfSeal) {
        self.init(
            consents: weight.counts, enrols: weight.countsAsNewcomers, isDisputed: weight.isDisputed,
            isEstablished: weight.isEstablished)
    }
}
