internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Exchange
internal import Identity
internal import Journal
internal import NodeLogic

/// The network between nodes: who reaches whom, and what is under way.
extension World {
    func latency() -> UInt64 { dice.within(1...60 as ClosedRange<UInt64>) + extraDelay }

    func mayEverSpeak(_ party: Int, _ other: Identifier) -> Bool {
        guard let other = parties.first(where: { $0.id == other }) else { return false }
        return party == other.number || scenario.links.contains(Scenario.Pair(party, other.number))
    }

    private func isCut(from body: Int, to other: Int) -> Bool { cuts.contains { $0.from == body && $0.to == other } }

    /// Cuts directions until the returned number is healed.
    func cut(_ directions: [(from: Int, to: Int)]) -> Int {
        cutCount += 1
        cuts += directions.map { (cutCount, $0.from, $0.to) }
        return cutCount
    }

    func heal(_ number: Int) { cuts.removeAll { $0.number == number } }

    /// The body that answers at a party's endpoint for whoever dials.
    private func body(of party: Int, at endpoint: String, answering dialler: Int) -> Int {
        if let twin = twins[party], endpoint == Party.endpoint(party, ofTwin: true) { return twin }
        if let second = secondBody[party], second.peers.contains(bodies[dialler].party) { return second.body }
        return party
    }

    /// - Parameter key: what it shows; by default its node's.
    func connect(
        _ body: Int, to target: Dialling.Target, _ life: Int, showing shown: SigningKey? = nil
    ) throws(Broken) {
        guard bodies[body].node != nil, bodies[body].life == life,
            let party = parties.first(where: { $0.id == target.party })
        else { return }
        let other = self.body(of: party.number, at: target.endpoint, answering: body)
        let isMine =
            secondBody[bodies[body].party] == nil
            || self.body(of: bodies[body].party, at: target.endpoint, answering: other) == body
        let key = shown ?? transportKey(body)
        let canReach = !isCut(from: body, to: other) && !isCut(from: other, to: body) && isMine
        // What the transport asks on both sides: whether the key is one of a party's node by the records in force. Who is
        // not known yet has one round to show how it became its party's.
        let (ours, theirs) = (admitted(key, by: other), admitted(transportKey(other), by: body))
        guard canReach, bodies[other].node != nil, theirs ?? target.party == target.party else {
            bodies[body].dialling.ended(target, wasUp: false, at: now - bodies[body].openedAt, jitter: dice.next())
            return
        }
        let exported = entropy.bytes(32)
        let number = wireCount
        wireCount += 1
        let links = [link(body, number), link(other, number)]
        wires[number] = Wire(bodies: [body, other], links: links, target: target)
        let (shownHere, shownThere) = (key.publicKey, transportKey(other).publicKey)
        try input(
            theirs.map { party in
                .connected(
                    links[0],
                    Node.Peer(
                        party: party, key: shownThere, isVouchedFor: isVouchedFor(other), shown: shownHere.id,
                        isDialled: true, exportedKey: exported))
            }
                ?? .met(
                    links[0],
                    Node.Stranger(
                        key: shownThere, parties: [target.party], shown: shownHere.id, isDialled: true,
                        exportedKey: exported)),
            to: body)
        guard wires[number]?.isOpen[1] == true else { return }
        try input(
            ours.map { party in
                .connected(
                    links[1],
                    Node.Peer(
                        party: party, key: shownHere, isVouchedFor: shown == nil && isVouchedFor(body),
                        shown: shownThere.id, isDialled: false, exportedKey: exported))
            }
                ?? .met(
                    links[1],
                    Node.Stranger(
                        key: shownHere, parties: nil, shown: shownThere.id, isDialled: false, exportedKey: exported)),
            to: other)
    }

    private func admitted(_ key: SigningKey, by body: Int) -> Identifier? {
        guard let admission = bodies[body].node?.admission else { return nil }
        let certified = parties.first { scenario.vouched.contains($0.number) && $0.transportKey == key.publicKey }
        return admission.party(ofNode: key.publicKey)
            ?? certified.flatMap { admission.isParty($0.id) ? $0.id : nil }
    }

    /// What a body shows in handshakes: its node's key, or one that no record names and its party's authority vouches
    /// for.
    private func transportKey(_ body: Int) -> SigningKey {
        isVouchedFor(body) ? parties[bodies[body].party].transport : bodies[body].key
    }

    private func isVouchedFor(_ body: Int) -> Bool { scenario.vouched.contains(bodies[body].party) }

    private func link(_ body: Int, _ wire: Int) -> LinkID {
        let link = LinkID(number: bodies[body].nextLink)
        bodies[body].nextLink += 1
        bodies[body].wires[link] = wire
        return link
    }

    func send(_ frames: [[UInt8]], on link: LinkID, from body: Int) {
        guard let wire = bodies[body].wires[link] else { return }
        for frame in frames {
            for frame in isHonest(body) ? [frame] : tampered(frame, by: body) { put(frame, on: wire, from: body) }
        }
    }

    /// Puts a frame, or the end, on its way.
    func put(_ frame: [UInt8]?, on number: Int, from body: Int) {
        guard var wire = wires[number], let end = wire.bodies.firstIndex(of: body), wire.isOpen[end] || frame == nil
        else { return }
        parcelCount += 1
        let due = max(wire.underWay[end].last?.due ?? 0, now + latency() + bodies[wire.bodies[1 - end]].slowness)
        wire.underWay[end].append(Wire.Parcel(frame: frame, due: due, order: parcelCount))
        if !wire.isAwaited[end] {
            wire.isAwaited[end] = true
            agenda.add(.carry(wire: number, from: end), at: due)
        }
        wires[number] = wire
    }

    /// Delivers what is due, as far as the way is free.
    func carry(_ number: Int, _ end: Int) throws(Broken) {
        guard let wire = wires[number] else { return }
        let (from, to) = (wire.bodies[end], wire.bodies[1 - end])
        if isCut(from: from, to: to) {
            return agenda.add(.carry(wire: number, from: end), at: now + 300)
        }
        guard let parcel = wire.underWay[end].first else {
            wires[number]?.isAwaited[end] = false
            return
        }
        guard parcel.due <= now else { return agenda.add(.carry(wire: number, from: end), at: parcel.due) }
        wires[number]?.underWay[end].removeFirst()
        if let frame = parcel.frame {
            try deliver(frame, parcel.order, number, from: from, to: to, end)
        } else {
            try hearEnd(number, at: to)
        }
        guard let left = wires[number] else { return }
        if let next = left.underWay[end].first {
            agenda.add(.carry(wire: number, from: end), at: max(now, next.due))
        } else {
            wires[number]?.isAwaited[end] = false
        }
    }

    private func deliver(
        _ frame: [UInt8], _ order: Int, _ number: Int, from: Int, to: Int, _ end: Int
    ) throws(Broken) {
        if let newest = newestDelivered[to], newest.order > order, newest.wire != number { count(.reordering) }
        newestDelivered[to] = (max(order, newestDelivered[to]?.order ?? 0), number)
        if let links = wires[number]?.links, wires[number]?.isOpen[end] == true {
            try input(.taken(byteCount: frame.count, on: links[end]), to: from)
        }
        guard let wire = wires[number], wire.isOpen[1 - end] else { return }
        if end == 1 { wires[number]?.wasHeard = true }
        if !isHonest(to) { overhear(frame, by: to) }
        witnessOffer(frame, on: wire.links[1 - end], to: to)
        try input(.frame(frame, on: wire.links[1 - end]), to: to)
    }

    private func hearEnd(_ number: Int, at body: Int) throws(Broken) {
        guard let wire = wires[number], let end = wire.bodies.firstIndex(of: body) else { return }
        if wire.isOpen[end] {
            bodies[body].wires[wire.links[end]] = nil
            wires[number]?.isOpen[end] = false
            try input(.disconnected(wire.links[end]), to: body)
        }
        forget(number)
    }

    /// The node itself ends a connection: what it said before still arrives.
    func disconnect(_ link: LinkID, of body: Int) {
        guard let number = bodies[body].wires.removeValue(forKey: link) else { return }
        hangUp(number, body, tellsPeer: true)
    }

    func hangUp(_ number: Int, _ body: Int, tellsPeer: Bool) {
        guard let wire = wires[number], let end = wire.bodies.firstIndex(of: body), wire.isOpen[end] else { return }
        wires[number]?.isOpen[end] = false
        if tellsPeer { put(nil, on: number, from: body) } else { wires[number]?.underWay[end] = [] }
        forget(number)
    }

    /// Drops a wire that neither end has open, and tells the dialler's dialling.
    private func forget(_ number: Int) {
        guard let wire = wires[number] else { return }
        if !wire.isOpen[0] { noteDialEnded(number) }
        if !wire.isOpen[0], !wire.isOpen[1], wire.underWay.allSatisfy(\.isEmpty) { wires[number] = nil }
    }

    private func noteDialEnded(_ number: Int) {
        guard let wire = wires[number] else { return }
        let body = wire.bodies[0]
        guard !wire.isDialNoted, bodies[body].node != nil else { return }
        wires[number]?.isDialNoted = true
        bodies[body].dialling.ended(
            wire.target, wasUp: wire.wasHeard, at: now - bodies[body].openedAt, jitter: dice.next())
    }

    /// The connection breaks, and what was under way with it.
    func lose(_ number: Int) throws(Broken) {
        guard let wire = wires[number] else { return }
        wires[number]?.underWay = [[], []]
        for end in 0...1 where wire.isOpen[end] {
            let body = wire.bodies[end]
            bodies[body].wires[wire.links[end]] = nil
            wires[number]?.isOpen[end] = false
            try input(.disconnected(wire.links[end]), to: body)
        }
        forget(number)
    }
}
