import Testing

@testable import SecureTransport

@Suite("A peer whose key is unknown", .timeLimit(.minutes(2)))
struct UnknownPeerTests {
    private func listener(
        _ limits: TransportLimits = .init(), events: Events = Events()
    ) async throws -> BoundListener {
        try await SecureEndpoint.of(.france, admitting: [.germany], meetingOthers: true, limits: limits, events: events)
            .listen(host: "127.0.0.1", port: 0)
    }

    private func dial(_ listener: BoundListener, as node: Node = .stranger) async throws -> SecureConnection {
        try await SecureEndpoint.of(node).dial(host: "127.0.0.1", port: listener.port)
    }

    private func limits(met events: Events) -> [ConnectionQuota.Limit] {
        events.list.compactMap { if case .overLimit(_, let limit) = $0 { limit } else { nil } }
    }

    private func meetings(in events: Events) -> Int {
        events.list.count { if case .opened(_, let peer) = $0 { peer.isUnknown } else { false } }
    }

    @Test func `is met where the policy says so, and is told to be unknown`() async throws {
        let listener = try await listener()
        var met = listener.connections.makeAsyncIterator()
        let stranger = try await dial(listener)
        let seen = try #require(await met.next())
        #expect(seen.peer.isUnknown && seen.peer.whyUnknown == "no node of a party")
        #expect(try seen.peer.key == Node.stranger.key())
        let germany = try await dial(listener, as: .germany)
        #expect(await met.next()?.peer == Peer(key: try Node.germany.key(), label: "germany"))
        for connection in [stranger, germany] { await connection.close() }
        await listener.shutDown()
    }

    @Test func `is heard for short frames only, and for long ones once it is known`() async throws {
        var limits = TransportLimits()
        limits.introductionByteCount = 2_000
        let events = Events()
        let listener = try await listener(limits, events: events)
        var met = listener.connections.makeAsyncIterator()
        let first = try await dial(listener)
        let unknown = try #require(await met.next())
        try await first.send([pattern(2_000)])
        #expect(try await unknown.nextFrame() == pattern(2_000))
        try await first.send([pattern(2_001)])
        let refusal = TransportFailure.brokenFrame(.tooLong(announced: 2_001, limit: 2_000))
        await #expect(throws: refusal) { _ = try await unknown.nextFrame() }

        let second = try await dial(listener)
        let known = try #require(await met.next())
        #expect(known.introduce(as: "germany") == nil)
        try await known.send([[1]])
        #expect(try await second.nextFrame() == [1])
        try await second.send([pattern(200_000)])
        #expect(try await known.nextFrame() == pattern(200_000))
        let labels = events.list.compactMap { if case .opened(_, let peer) = $0 { peer.label } else { nil } }
        #expect(labels == ["an unknown node", "an unknown node", "germany"])
        for connection in [first, second] { await connection.close() }
        await listener.shutDown()
    }

    @Test func `has few places, in all and for one address, which become free when it is known or gone`() async throws {
        for (total, perAddress) in [(2, 9), (9, 2)] {
            var limits = TransportLimits()
            limits.introductionCount = total
            limits.introductionsPerAddress = perAddress
            let events = Events()
            let listener = try await self.listener(limits, events: events)
            var met = listener.connections.makeAsyncIterator()
            let first = try await dial(listener)
            let known = try #require(await met.next())
            let second = try await dial(listener)
            // Whoever lets go of a connection closes it.
            var held = [try #require(await met.next())]
            #expect(try await dial(listener).nextFrame() == nil, "turned away")
            let expected: ConnectionQuota.Limit = total == 2 ? .unknown(2) : .unknownPerAddress(2)
            #expect(self.limits(met: events) == [expected], "\(total), \(perAddress)")
            let germany = try await dial(listener, as: .germany)
            held.append(try #require(await met.next()))
            #expect(held.last?.peer.label == "germany", "whoever is known has another place")

            #expect(known.introduce(as: "germany") == nil)
            let third = try await dial(listener)
            held.append(try #require(await met.next()))
            #expect(held.last?.peer.isUnknown == true)
            await second.close()
            try await eventually {
                let before = (self.limits(met: events).count, meetings(in: events))
                let next = try await dial(listener)
                try await eventually { meetings(in: events) > before.1 }
                try await Task.sleep(for: .milliseconds(20))
                await next.close()
                return self.limits(met: events).count == before.0
            }
            for connection in [first, third, germany] + held { await connection.close() }
            await listener.shutDown()
        }
    }

    @Test func `counts as one of its party's once it is known`() async throws {
        var limits = TransportLimits()
        limits.connectionsPerParty = 1
        let listener = try await listener(limits)
        var met = listener.connections.makeAsyncIterator()
        let germany = try await dial(listener, as: .germany)
        let known = try #require(await met.next())
        let stranger = try await dial(listener)
        let unknown = try #require(await met.next())
        #expect(unknown.introduce(as: "germany") == .perParty(1))
        await germany.close()
        await known.close()
        try await eventually { unknown.introduce(as: "germany") == nil }
        await stranger.close()
        await listener.shutDown()
    }
}
