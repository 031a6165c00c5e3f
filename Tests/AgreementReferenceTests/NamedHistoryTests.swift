import AgreementReference
import Testing

@Suite("Named histories")
struct NamedHistoryTests {
    @Test(arguments: NamedHistory.all())
    func `end in the states that the design gives`(named: NamedHistory) {
        let reference = named.history.reference
        let states = reference.states
        for (name, expected) in named.states {
            #expect(states[named.ids[name] ?? ""] == expected, "\(name): \(named.claim)")
        }
        for (name, expected) in named.inForce {
            #expect(reference.inForce.contains(named.ids[name] ?? "") == expected, "\(name): \(named.claim)")
        }
    }

    @Test(arguments: NamedHistory.all())
    func `conflict where the design says so`(named: NamedHistory) {
        let ground = named.history.reference.ground
        for pair in named.conflicts {
            let rivals = ground.conflicts[named.ids[pair.one] ?? ""] ?? []
            #expect(
                rivals.contains(named.ids[pair.other] ?? "") == pair.isConflict, "\(pair.one), \(pair.other)")
        }
    }

    @Test(arguments: NamedHistory.all())
    func `let honest parties seal exactly what the design lets them`(named: NamedHistory) {
        for check in named.checks {
            let reference = named.history.reference(of: named.history.events.prefix(check.eventCount))
            let objections = reference.objections(
                of: check.party, to: named.ids[check.instrument] ?? "", verdict: check.verdict,
                provided: check.provided.compactMap { named.ids[$0] })
            #expect(
                objections.isEmpty == check.isAllowed,
                "\(check.party) on \(check.instrument): \(objections) in \(named.ids)")
            #expect(
                check.isAllowed
                    == reference.mayCommit(
                        check.party, to: named.ids[check.instrument] ?? "", verdict: check.verdict,
                        provided: check.provided.compactMap { named.ids[$0] }))
        }
    }

    @Test(arguments: NamedHistory.all())
    func `are judged by partial copies as the design says`(named: NamedHistory) {
        for copy in named.partialCopies {
            let lacking = Set(copy.lacking.compactMap { named.ids[$0] })
            let events = named.history.events.filter { event in
                switch event {
                case .published(let instrument): !lacking.contains(instrument.id)
                case .sealed(let seal): !lacking.contains(seal.instrument)
                case .keyed(let statement): !lacking.contains(statement.id)
                case .withdrew(let withdrawal): !lacking.contains(withdrawal.id)
                }
            }
            let states = named.history.reference(of: events).states
            for (name, expected) in copy.states {
                #expect(states[named.ids[name] ?? ""] == expected, "\(name) without \(copy.lacking)")
            }
        }
    }

    @Test(arguments: NamedHistory.all())
    func `convict whom they should, and nobody else`(named: NamedHistory) {
        let reference = named.history.reference
        func isConvicted(_ party: String) -> Bool {
            !reference.convictions(of: party).isEmpty || !reference.forkedKeys(of: party).isEmpty
        }
        for party in named.innocent { #expect(!isConvicted(party), "\(party): \(named.claim)") }
        for party in named.convicted { #expect(isConvicted(party), "\(party): \(named.claim)") }
    }

    @Test(arguments: NamedHistory.all())
    func `never depend on ids`(named: NamedHistory) {
        for seed in UInt64(90)...93 {
            let other = NamedHistory.all(seed: seed).first { $0.claim == named.claim }
            let reference = other?.history.reference
            let states = reference?.states ?? [:]
            for (name, expected) in named.states {
                #expect(states[other?.ids[name] ?? ""] == expected, "seed \(seed), \(name): \(named.claim)")
            }
            for (name, expected) in named.inForce {
                #expect(reference?.inForce.contains(other?.ids[name] ?? "") == expected, "seed \(seed), \(name)")
            }
        }
    }
}
