import Agreement
import AgreementReference
import Cryptography
import Identity
import Testing

/// One copy of a history, seen twice: by the product and by the slow reference.
struct Copy {
    let product: Evaluation
    let reference: Reference
    let seed: UInt64
    let place: Comment

    /// - Parameter place: Which part of the history this is, for the message of a failure.
    init(
        _ events: some Sequence<ReferenceHistory.Event>, of history: ReferenceHistory, by scribe: Scribe,
        seed: UInt64, _ place: String
    ) {
        product = scribe.evaluation(of: events, roadmap: history.roadmap)
        reference = history.reference(of: events)
        self.seed = seed
        self.place = "seed \(seed), \(place)"
    }

    /// The instruments that are well formed in this copy, ascending.
    var wellFormed: [String] { reference.instruments.filter(reference.ground.isWellFormed).sorted() }

    // MARK: What follows from the records

    func expectSameSets() {
        expect(product.instrumentIDs, equal: reference.instruments, "known")
        expect(product.perfected, equal: reference.perfected, "perfected")
        expect(product.out, equal: reference.out, "out")
        expect(product.standing, equal: reference.standing, "standing")
        expect(product.contestedIDs, equal: reference.contested, "contested")
        expect(product.inForce, equal: reference.inForce, "in force")
    }

    func expectSameStates() {
        let states = reference.states
        for id in reference.instruments {
            #expect(product.state(of: digest(id))?.rawValue == states[id]?.rawValue, "\(place), \(id)")
            let isIllFormed = product.illFormedness(of: digest(id)) != nil
            #expect(isIllFormed == (states[id] == .illFormed), "\(place), \(id)")
        }
    }

    func expectSameText() {
        let text = reference.textInForce
        let contents = reference.ground.contents(of: text)
        #expect(product.textInForce.map(\.id.string) == contents.keys.sortedBytewise(), place)
        for provision in product.textInForce {
            #expect(provision.version.id.hex == text[provision.id.string], "\(place), \(provision.id)")
            let parent = contents[provision.id.string]?.parent
            #expect(provision.content.parent?.string == parent, "\(place), \(provision.id)")
        }
        for (provision, version) in text {
            #expect(product.versionInForce(of: name(provision))?.hex == version, "\(place), \(provision)")
        }
    }

    func expectSameConflicts() {
        let wellFormed = wellFormed
        for id in wellFormed {
            let rivals = (reference.ground.conflicts[id] ?? []).intersection(reference.instruments)
            expect(product.rivals(of: digest(id)), equal: rivals, "rivals of \(id)")
            for other in wellFormed {
                let isConflict = product.conflict(digest(id), digest(other))
                #expect(isConflict == rivals.contains(other), "\(place), \(id) and \(other)")
                let isBuilt = product.isBuilt(digest(id), on: digest(other))
                #expect(isBuilt == reference.ground.isBuilt(id, on: other), "\(place), \(id) on \(other)")
            }
        }
    }

    private func expect(_ found: [InstrumentID], equal expected: Set<String>, _ what: String) {
        let found = Set(found.map(\.hex))
        #expect(
            found == expected,
            "\(place): \(what), too many \(found.subtracting(expected)), too few \(expected.subtracting(found))")
    }
}

extension Copy {
    // MARK: What honest software lets pass

    /// Asks both whether a party may give a verdict, and returns whether it may.
    @discardableResult
    func expectSameLeave(
        _ party: String, on id: String, _ verdict: ReferenceVerdict, provided: [String]
    ) -> Bool {
        let objections = product.objections(
            to: Seal.Verdict(rawValue: verdict.rawValue)!, on: digest(id), by: name(party),
            provided: provided.map(digest))
        let isAllowed = reference.mayCommit(party, to: id, verdict: verdict, provided: provided)
        #expect(
            objections.isEmpty == isAllowed,
            "\(place): \(party) on \(id), \(verdict), provided \(provided): \(objections)")
        return isAllowed
    }

    /// Every party's contradictions are those of the reference, instrument by instrument.
    func expectSameConvictions(of parties: Set<String>) {
        let found = product.contradictions()
        for party in parties {
            let convictions = reference.convictions(of: party)
            let pairs = found.filter { $0.party.string == party && $0.kind == .incoherentSeals }.map(sealed)
            let expected = convictions.filter { $0.0 != $0.1 }.map { [$0.0, $0.1].sorted() }
            #expect(pairs.count == Set(pairs).count, "\(place), \(party): one pair, one contradiction")
            #expect(Set(pairs) == Set(expected), "\(place), \(party)")
            let torn = found.filter { $0.party.string == party && $0.kind == .twoVerdicts }.map(sealed)
            #expect(torn.allSatisfy { $0[0] == $0[1] }, "\(place), \(party)")
            let expectedTorn = convictions.filter { $0.0 == $0.1 }.map(\.0)
            #expect(Set(torn.map { $0[0] }) == Set(expectedTorn), "\(place), \(party)")
        }
    }

    /// The instruments that the two records of a contradiction are seals on.
    private func sealed(_ contradiction: Contradiction) -> [String] {
        contradiction.records.map { product.instrumentSealed(by: $0)!.hex }.sorted()
    }

    // MARK: What is missing

    /// ``Missing/parties`` against every subset of the silent parties, the smallest first, in order among equals.
    func expectMissingIsSmallest(of id: String) -> Bool {
        let silent = silentParties(on: id)
        guard silent.count <= 6 else { return false }
        let subsets = (0..<(1 << silent.count)).map { mask in
            silent.indices.filter { mask & (1 << $0) != 0 }.map { silent[$0] }
        }
        let ordered = subsets.sorted { ($0.count, $0.joined(separator: " ")) < ($1.count, $1.joined(separator: " ")) }
        let smallest = ordered.first { reference.suffices($0, for: id) }
        let missing = product.missing(of: digest(id))
        #expect(missing.parties.map { $0.map(\.string) } == smallest, "\(place), \(id), of \(silent)")
        let lacking = reference.namedAndNotStanding(by: id)
        expect(missing.instruments, equal: lacking, "missing for \(id)")
        return true
    }

    private func silentParties(on id: String) -> [String] {
        let parties = product.requirements(of: digest(id)).flatMap { Self.parties(in: $0.term) }
        return Set(parties).subtracting(reference.heard(on: id)).sortedBytewise()
    }

    private static func parties(in term: Requirement.Term) -> [String] {
        switch term {
        case .need(_, let electorate, _): electorate.parties.map(\.string)
        case .party(let party), .founder(let party, _): [party.string]
        case .named(let parties): parties.map(\.string)
        case .all(let terms), .any(let terms): terms.flatMap(parties)
        }
    }
}
