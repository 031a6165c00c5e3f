import Agreement
import AgreementReference
import Cryptography
import Identity
import Testing

/// One random history, cut, thinned and shuffled, with product and reference asked the same of every copy.
struct Play {
    private let history: ReferenceHistory
    private let scribe: Scribe
    private let seed: UInt64
    private var random: SplitMix64
    private var counted = Counted()

    init(_ history: ReferenceHistory, _ scribe: Scribe, _ seed: UInt64) {
        self.history = history
        self.scribe = scribe
        self.seed = seed
        random = SplitMix64(seed: seed &+ 0xA9EE)
    }

    mutating func play() -> Counted {
        let events = history.events
        var earlier: Set<InstrumentID> = []
        for quarter in 1...4 {
            let part = events.prefix(events.count * quarter / 4)
            let copy = Copy(part, of: history, by: scribe, seed: seed, "the first \(part.count) events")
            compare(copy)
            let perfected = Set(copy.product.perfected)
            #expect(perfected.isSuperset(of: earlier), "\(copy.place): perfected shrank")
            earlier = perfected
            if quarter == 4 { compareWhole(copy) }
        }
        for percent in [90, 60] {
            let some = random.some(of: events, percent: percent)
            let copy = Copy(some, of: history, by: scribe, seed: seed, "\(some.count) events, \(percent) of a hundred")
            compare(copy)
            #expect(earlier.isSuperset(of: copy.product.perfected), "\(copy.place): perfected shrank")
        }
        return counted
    }

    private mutating func compare(_ copy: Copy) {
        counted.copies += 1
        copy.expectSameSets()
        copy.expectSameStates()
        copy.expectSameText()
        for state in copy.reference.states.values { counted.states[state, default: 0] += 1 }
        for _ in 0..<12 { compareLeave(copy) }
        copy.expectSameConvictions(of: history.parties)
        compareMissing(copy)
    }

    private mutating func compareWhole(_ copy: Copy) {
        counted.history = HistoryCoverage(of: history, whole: copy.reference)
        copy.expectSameConflicts()
        orderNeverMatters(copy)
        onlyLiarsAreConvicted(copy)
        whatIsFrozenTopplesNothing(copy)
    }

    // MARK: Leave to seal

    private mutating func compareLeave(_ copy: Copy) {
        let known = copy.reference.instruments.sortedBytewise()
        guard let id = random.pick(known), let party = random.pick(history.parties.sortedBytewise()) else { return }
        let verdict: ReferenceVerdict = random.chance(70) ? .accept : random.chance(50) ? .abstain : .reject
        var provided = random.chance(25) ? [random.pick(known)!] : []
        if random.chance(10) { provided += scribe.instruments[id]!.replaces.map(\.hex) }
        let isAllowed = copy.expectSameLeave(party, on: id, verdict, provided: provided)
        if isAllowed { counted.allowed += 1 } else { counted.refused += 1 }
    }

    private mutating func compareMissing(_ copy: Copy) {
        for id in random.shuffled(copy.wellFormed).prefix(4) where copy.expectMissingIsSmallest(of: id) {
            counted.missingCompared += 1
        }
    }

    // MARK: Laws of the product alone

    private mutating func orderNeverMatters(_ copy: Copy) {
        for turn in 1...2 {
            let shuffled = scribe.evaluation(of: random.shuffled(history.events), roadmap: history.roadmap)
            #expect(StateRoots(of: shuffled) == StateRoots(of: copy.product), "\(copy.place), shuffle \(turn)")
            #expect(shuffled.perfected == copy.product.perfected, "\(copy.place), shuffle \(turn)")
            #expect(shuffled.inForce == copy.product.inForce, "\(copy.place), shuffle \(turn)")
            #expect(shuffled.textInForce == copy.product.textInForce, "\(copy.place), shuffle \(turn)")
            #expect(shuffled.contradictions() == copy.product.contradictions(), "\(copy.place), shuffle \(turn)")
            for id in copy.product.instrumentIDs {
                #expect(shuffled.state(of: id) == copy.product.state(of: id), "\(copy.place), \(id)")
                #expect(shuffled.missing(of: id) == copy.product.missing(of: id), "\(copy.place), \(id)")
            }
        }
    }

    private mutating func onlyLiarsAreConvicted(_ copy: Copy) {
        let contradictions = copy.product.contradictions()
        counted.convictedPairs += contradictions.count
        let convicted = Set(contradictions.map(\.party.string))
        #expect(convicted.isSubset(of: history.liars), "\(copy.place): \(convicted.subtracting(history.liars))")
    }

    /// What the tools freeze on the text in force is well formed, and takes nothing out of force when all accept it.
    private mutating func whatIsFrozenTopplesNothing(_ copy: Copy) {
        guard copy.reference.contested.isEmpty else { return }
        for _ in 0..<2 {
            guard let provision = random.pick(copy.product.textInForce) else { return }
            let change = Instrument.Change(provision.id, provision.content)
            do throws(AmendmentRefusal) {
                let frozen = try copy.product.freeze(
                    Amendment(title: words("again"), changes: [change]), proposer: name("secretariat"),
                    salt: Array(repeating: 7, count: 16), languages: [name("en")], roadmap: digest(history.roadmap))
                expectToppling(nothing: frozen, copy)
                counted.frozen += 1
            } catch {
                Issue.record("\(copy.place), \(provision.id): \(error)")
            }
        }
    }

    private func expectToppling(nothing frozen: Instrument, _ copy: Copy) {
        let open = scribe.evaluation(of: history.events, roadmap: history.roadmap, and: frozen)
        #expect(open.illFormedness(of: frozen.id) == nil, copy.place)
        var keys: [String: Digest] = [:]
        for party in history.parties {
            let record = ReservedProvision.record(of: name(party))!
            let own = frozen.partyRecords.first { $0.party.string == party }?.record.id
            if case .party(let beneath)? = open.provision(record, beneath: frozen.id)?.content.reserved {
                keys[party] = own ?? beneath.id
            }
        }
        let accepted = scribe.evaluation(
            of: history.events, roadmap: history.roadmap, and: frozen, acceptedUnder: keys)
        #expect(Set(accepted.inForce).isSuperset(of: copy.product.inForce), copy.place)
        guard let needed = open.missing(of: frozen.id).parties else { return }
        if needed.allSatisfy({ keys[$0.string] != nil }) {
            #expect(accepted.state(of: frozen.id) == .inForce, copy.place)
        }
    }
}
