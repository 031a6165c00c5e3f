internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeLogic

/// How liars make much of what each peer must keep: writers by the hundred, and seals under keys that come later.
extension World {
    // MARK: Writers

    /// A liar that has hundreds of writers, and others after it set itself back: two nodes that are apart hear of some
    /// each, and must find out together what either lacks.
    struct Crowd {
        let liar: Int
        let first: Int
        let second: Int
        /// As the liar's disk was before.
        let before: StoreContents
        /// What keeps the two and the others apart.
        let cuts: Int
    }

    /// More than two nodes tell each other at once.
    private static let crowdCount = 150

    func crowd(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let others = honestBodies.filter { areNeighbours(bodies[body].party, bodies[$0].party) }.shuffled(using: &dice)
        guard body == bodies[body].party, secondBody[body] == nil, others.count > 1 else { return }
        let cuts = try setApart(body, with: others[0])
        let crowd = Crowd(
            liar: body, first: others[0], second: others[1], before: bodies[body].disk.contents, cuts: cuts)
        try bringWriters(body)
        agenda.add(.relief(.crowd(crowd)), at: now + 5_000)
    }

    /// The liar forgets its writers, and goes to the other one.
    func turn(_ crowd: Crowd) throws(Broken) {
        heal(crowd.cuts)
        guard !isAtPeace else { return }
        stop(crowd.liar, isSilent: true)
        bodies[crowd.liar].disk.restore(crowd.before, place: place())
        bodies[crowd.liar].lies = Lies()
        try start(crowd.liar)
        let number = try setApart(crowd.liar, with: crowd.second)
        agenda.add(.relief(.cuts(number)), at: now + 5_000)
        try bringWriters(crowd.liar)
        count(.crowd)
    }

    /// Cuts the two off from all others, and the others from the first of an earlier crowd.
    private func setApart(_ liar: Int, with body: Int) throws(Broken) -> Int {
        let others = bodies.indices.filter { $0 != liar && $0 != body }
        let number = cut(
            others.flatMap { other in [liar, body].flatMap { [(from: $0, to: other), (from: other, to: $0)] } })
        for (number, wire) in wires.sorted(by: { $0.key < $1.key })
        where wire.bodies.contains(liar) != wire.bodies.contains(body) { try lose(number) }
        return number
    }

    private func bringWriters(_ body: Int) throws(Broken) {
        for _ in 0..<Self.crowdCount {
            for batch in newWriter(bodies[body].key) where bodies[body].node != nil {
                try input(.brought(batch), to: body)
            }
        }
    }

    // MARK: Keys that come later

    /// Seals and certificates by keys that nobody has heard of yet, more than may wait at some nodes; and later the
    /// keys.
    func sealEarly(_ body: Int, _ dice: inout Dice) throws(Broken) {
        let number = bodies[body].party
        let party = parties[number]
        guard body == number, party.version == 0, keyChanges[number] == nil, secondBody[number] == nil,
            let instrument = dice.pick(bodies[body].node!.evaluation.instrumentIDs)
        else { return }
        let change = party.change(acknowledging: [], in: roadmap)
        var early: [(EntryKind, [UInt8])] = []
        for turn in 0..<UInt64(Self.narrowLimit * 3 / 2) {
            early += party.signed(
                instrument, .accept, under: change.statement.id, by: change.seal, of: roadmap, at: turn
            ).map { (.seal, $0.encoded()) }
            early.append((.stateCertificate, certificate(of: party.id, by: change.node, turn, body).encoded()))
        }
        try journal(early, body)
        agenda.add(
            .relief(.lateKeys(body: body, change)), at: now + dice.within(500...6_000 as ClosedRange<UInt64>))
        count(.earlySeals)
    }

    /// What a writer certifies that is named here for the first time.
    private func certificate(
        of party: Identifier, by key: SigningKey, _ turn: UInt64, _ body: Int
    ) -> SignedStatement {
        let certificate = try! StateCertificate(
            roadmap: roadmap, party: party, writer: Digest(of: place()), sequence: 0, previous: nil,
            perfected: Digest(of: []), inForce: Digest(of: []), contested: [], known: [], at: turn)
        return SignedStatement(certificate.payload, as: .state, by: key)
    }

    func publishLate(_ change: KeyChange, _ body: Int) throws(Broken) {
        let number = bodies[body].party
        guard bodies[body].node != nil, parties[number].version == 0, keyChanges[number] == nil else { return }
        keyChanges[number] = change
        try journal(change.signed.map { (.keyStatement, $0.encoded()) }, body)
    }
}
