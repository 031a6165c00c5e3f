import NIOCore
import Testing

@testable import SecureTransport

@Suite("On a hostile network", .timeLimit(.minutes(10)))
struct HostileNetworkTests {
    private func listener(
        _ limits: TransportLimits = .init(), events: Events
    ) async throws -> BoundListener {
        try await SecureEndpoint.of(.france, limits: limits, events: events).listen(host: "127.0.0.1", port: 0)
    }

    @Test func `a cut without close_notify is noticed on both sides`() async throws {
        let events = Events()
        let listener = try await listener(events: events)
        let relay = try await Relay(to: listener.port)
        let pair = try await Pair(listener: listener, via: relay.port, by: .of(.germany))
        try await pair.germany.send([[1]])
        #expect(try await pair.france.nextFrame() == [1])
        await relay.cut()
        await #expect(throws: TransportFailure.truncated) { _ = try await pair.france.nextFrame() }
        await #expect(throws: TransportFailure.truncated) { _ = try await pair.germany.nextFrame() }
        #expect(events.endings == [.truncated])
        await relay.close()
        await pair.close()
    }

    @Test func `whole frames before a cut are still given`() async throws {
        let events = Events()
        let listener = try await listener(events: events)
        let relay = try await Relay(to: listener.port)
        let pair = try await Pair(listener: listener, via: relay.port, by: .of(.germany))
        try await pair.germany.send([pattern(1000), pattern(70_000)])
        try await eventually { try await pair.france.heldByteCount == 71_000 }
        await relay.cut()
        #expect(try await pair.france.nextFrame() == pattern(1000))
        #expect(try await pair.france.nextFrame() == pattern(70_000))
        await #expect(throws: TransportFailure.truncated) { _ = try await pair.france.nextFrame() }
        await relay.close()
        await pair.close()
    }

    @Test func `silence after connecting ends with the handshake's time`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.handshakeTimeout = .milliseconds(500)
        limits.closingTimeout = .milliseconds(200)
        let listener = try await listener(limits, events: events)
        let start = ContinuousClock.now
        let client = try await PlainClient(port: listener.port)
        try await client.closed()
        #expect(ContinuousClock.now - start >= .milliseconds(500))
        #expect(try await events.refusal() == .handshakeTimedOut(.milliseconds(500)))
        await listener.shutDown()
    }

    @Test func `half a ClientHello, then silence, ends with the handshake's time`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.handshakeTimeout = .milliseconds(500)
        limits.closingTimeout = .milliseconds(200)
        let listener = try await listener(limits, events: events)
        let client = try await PlainClient(port: listener.port)
        try? await client.send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3])
        try await client.closed()
        #expect(try await events.refusal() == .handshakeTimedOut(.milliseconds(500)))
        await listener.shutDown()
    }

    @Test func `a listener that never answers is given up by the dialer`() async throws {
        var limits = TransportLimits()
        limits.handshakeTimeout = .milliseconds(500)
        limits.closingTimeout = .milliseconds(200)
        let deaf = try await ServerSocket()
        let endpoint = try SecureEndpoint.of(.germany, limits: limits)
        await #expect(throws: TransportFailure.handshakeTimedOut(.milliseconds(500))) {
            _ = try await endpoint.dial(host: "127.0.0.1", port: deaf.port)
        }
        await deaf.close()
    }

    @Test func `nobody at the port is a failure of the connection`() async throws {
        let gone = try await ServerSocket()
        await gone.close()
        let endpoint = try SecureEndpoint.of(.germany)
        do {
            _ = try await endpoint.dial(host: "127.0.0.1", port: gone.port)
            Issue.record("somebody answered")
        } catch TransportFailure.connectionFailed {}
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\nHost: node.example\r\n\r\n".utf8),
        [UInt8](repeating: 0, count: 64), pattern(100_000), [0x16, 3, 1, 0xFF, 0xFF],
    ])
    func `garbage instead of a ClientHello is refused`(garbage: [UInt8]) async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.closingTimeout = .milliseconds(200)
        let listener = try await listener(limits, events: events)
        let client = try await PlainClient(port: listener.port)
        try? await client.send(garbage)
        try await client.closed()
        guard case .brokenTLS = try await events.refusal() else {
            Issue.record("refused otherwise: \(events.refusals)")
            return
        }
        await listener.shutDown()
    }

    @Test func `a flipped byte on the way ends the connection`() async throws {
        let events = Events()
        let listener = try await listener(events: events)
        let relay = try await Relay(to: listener.port, flippingByteAfter: 20_000)
        let pair = try await Pair(listener: listener, via: relay.port, by: .of(.germany))
        let germany = pair.germany
        let sending = Task { try await germany.send([pattern(100), pattern(50_000)]) }
        #expect(try await pair.france.nextFrame() == pattern(100))
        await #expect(throws: TransportFailure.brokenTLS("decryption failed or bad record mac")) {
            _ = try await pair.france.nextFrame()
        }
        _ = await sending.result
        await #expect(throws: TransportFailure.refusedByPeer(alert: "bad record mac")) {
            _ = try await pair.germany.nextFrame()
        }
        await relay.close()
        await pair.close()
    }
}

extension HostileNetworkTests {
    @Test func `a conversation that was recorded cannot be played again`() async throws {
        let events = Events()
        let listener = try await listener(events: events)
        let relay = try await Relay(to: listener.port)
        let pair = try await Pair(listener: listener, via: relay.port, by: .of(.germany))
        try await pair.germany.send([pattern(100)])
        #expect(try await pair.france.nextFrame() == pattern(100))
        await pair.germany.close()
        #expect(events.list.count == 2, "opened and ended")
        let again = try await PlainClient(port: listener.port)
        try? await again.send(relay.heard)
        try await again.closed()
        guard case .brokenTLS? = try await events.refusal() else {
            Issue.record("refused otherwise: \(events.refusals)")
            return
        }
        #expect(events.list.count == 3, "nobody was let in")
        await relay.close()
        await pair.close()
    }

    /// Bytes of the hello: its random, its suites, its extensions. Whoever weakens what is offered changes them.
    @Test(arguments: [20, 80, 120, 150])
    func `a hello that was changed on the way makes no connection`(place: Int) async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.handshakeTimeout = .seconds(2)
        limits.closingTimeout = .milliseconds(200)
        let listener = try await listener(limits, events: events)
        let relay = try await Relay(to: listener.port, flippingByteAfter: place)
        await #expect(throws: TransportFailure.self) {
            let connection = try await SecureEndpoint.of(.germany, limits: limits)
                .dial(host: "127.0.0.1", port: relay.port)
            _ = try await connection.nextFrame()
        }
        _ = try await events.refusal()
        #expect(events.list.allSatisfy { if case .refused = $0 { true } else { false } })
        await relay.close()
        await listener.shutDown()
    }
}

@Suite("A limit", .serialized, .timeLimit(.minutes(10)))
struct LimitTests {
    @Test func `of silence ends a connection, with its reason`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.idleTimeout = .seconds(1)
        let start = ContinuousClock.now
        let pair = try await Pair.connect(france: limits, events: events)
        await #expect(throws: TransportFailure.peerIsSilent(.seconds(1))) { _ = try await pair.france.nextFrame() }
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(try await pair.germany.nextFrame() == nil)
        #expect(events.endings == [.peerIsSilent(.seconds(1))])
        await pair.close()
    }

    @Test func `of silence does not count while we are the slow one`() async throws {
        var limits = TransportLimits()
        limits.idleTimeout = .milliseconds(1500)
        let (frame, count) = (pattern(100_000), 200)
        let pair = try await Pair.connect(france: limits)
        let germany = pair.germany
        let sending = Task { try await germany.send([[UInt8]](repeating: frame, count: count)) }
        try await Task.sleep(for: .milliseconds(3500))
        for _ in 0..<count { try #require(try await pair.france.nextFrame() == frame) }
        try await sending.value
        await pair.close()
    }

    @Test func `ends a connection whose peer takes nothing, with its reason`() async throws {
        var limits = TransportLimits()
        limits.idleTimeout = .milliseconds(1500)
        limits.closingTimeout = .milliseconds(100)
        let frame = pattern(1_000_000)
        let pair = try await Pair.connect(germany: limits)
        // France keeps talking, so it is not silent; but it reads nothing.
        let france = pair.france
        let talking = Task { while true { try await france.send([[0]]); try await Task.sleep(for: .milliseconds(50)) } }
        let germany = pair.germany
        let listening = Task { while try await germany.nextFrame() != nil {} }
        await #expect(throws: TransportFailure.peerDoesNotRead(.milliseconds(1500))) {
            try await germany.send([[UInt8]](repeating: frame, count: 100))
        }
        talking.cancel()
        _ = await (talking.result, listening.result)
        await pair.close()
    }

    @Test func `of connections from one address turns the next one away, until one goes`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.connectionsPerAddress = 2
        let listener = try await SecureEndpoint.of(.france, limits: limits, events: events)
            .listen(host: "127.0.0.1", port: 0)
        let germany = try SecureEndpoint.of(.germany)
        let first = try await germany.dial(host: "127.0.0.1", port: listener.port)
        let second = try await germany.dial(host: "127.0.0.1", port: listener.port)
        await #expect(throws: TransportFailure.self) {
            _ = try await germany.dial(host: "127.0.0.1", port: listener.port)
        }
        let isTurnedAway = events.list.contains { if case .overLimit(_, .perAddress(2)) = $0 { true } else { false } }
        #expect(isTurnedAway)
        await first.close()
        try await eventually {
            (try? await germany.dial(host: "127.0.0.1", port: listener.port)) != nil
        }
        await second.close()
        await listener.shutDown()
    }

    @Test func `of connections of one party turns its next one away, and not another party's`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.connectionsPerParty = 1
        let listener = try await SecureEndpoint.of(
            .france, admitting: [.germany, .stranger], limits: limits, events: events
        ).listen(host: "127.0.0.1", port: 0)
        let germany = try SecureEndpoint.of(.germany)
        let first = try await germany.dial(host: "127.0.0.1", port: listener.port)
        let second = try await germany.dial(host: "127.0.0.1", port: listener.port)
        #expect(try await second.nextFrame() == nil, "with a good-bye")
        let isTurnedAway = events.list.contains { if case .overLimit(_, .perParty(1)) = $0 { true } else { false } }
        #expect(isTurnedAway)
        var admitted = listener.connections.makeAsyncIterator()
        #expect(await admitted.next()?.peer.label == "germany")
        let other = try await SecureEndpoint.of(.stranger).dial(host: "127.0.0.1", port: listener.port)
        #expect(await admitted.next()?.peer.label == "stranger")
        await first.close()
        let third = try await germany.dial(host: "127.0.0.1", port: listener.port)
        #expect(await admitted.next()?.peer.label == "germany")
        for connection in [third, other] { await connection.close() }
        await listener.shutDown()
    }

    @Test func `of time for a frame ends a connection that trickles, with its reason`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.frameTimeout = .seconds(1)
        limits.closingTimeout = .milliseconds(200)
        let listener = try await SecureEndpoint.of(.france, limits: limits, events: events)
            .listen(host: "127.0.0.1", port: 0)
        let germany = try await PlainClient(port: listener.port, speakingTLSAs: .germany)
        // A whole frame first, which does not count.
        try? await germany.send([0, 0, 0, 1, 9])
        let trickle = Task {
            try? await germany.send([0, 0, 1, 0])
            while !Task.isCancelled {
                try? await germany.send([7])
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        var connections = listener.connections.makeAsyncIterator()
        let france = try #require(await connections.next())
        let start = ContinuousClock.now
        #expect(try await france.nextFrame() == [9])
        await #expect(throws: TransportFailure.peerIsSlow(.seconds(1))) { _ = try await france.nextFrame() }
        #expect(ContinuousClock.now - start < .seconds(4))
        trickle.cancel()
        #expect(events.endings == [.peerIsSlow(.seconds(1))])
        await listener.shutDown()
    }

    @Test func `is set by its name, in its range, and by no other`() {
        let defaults = TransportLimits()
        for name in TransportLimits.names {
            var limits = defaults
            #expect(limits.set(name, to: -1) != nil && limits == defaults, "\(name)")
            #expect(limits.set(name, to: 2000) == nil && limits != defaults, "\(name)")
        }
        var limits = defaults
        #expect(limits.set("connectionCount", to: 1.5) == "connectionCount is a whole number from 1 to 65536")
        #expect(limits.set("connectionCount", to: 0) != nil)
        #expect(limits.set("introductionCount", to: 0) == nil && limits.introductionCount == 0)
        #expect(limits.set("handshakeTimeout", to: 1.5) == nil && limits.handshakeTimeout == .milliseconds(1500))
        #expect(limits.set("idleTimeOut", to: 1)?.hasPrefix("there is no limit idleTimeOut; known are frame") == true)
        #expect(Set(TransportLimits.names) == Set(Mirror(reflecting: defaults).children.compactMap(\.label)))
    }

    @Test func `of connections in total turns the next one away, silent ones counted`() async throws {
        let events = Events()
        var limits = TransportLimits()
        limits.connectionCount = 1
        let listener = try await SecureEndpoint.of(.france, limits: limits, events: events)
            .listen(host: "127.0.0.1", port: 0)
        let silent = try await PlainClient(port: listener.port)
        let next = try await PlainClient(port: listener.port)
        try await next.closed()
        let isTurnedAway = events.list.contains { if case .overLimit(_, .total(1)) = $0 { true } else { false } }
        #expect(isTurnedAway)
        await listener.shutDown()
        try await silent.closed()
    }

    @Test func `per address counts an IPv6 /64, and an IPv4 address however written`() throws {
        func origin(_ text: String) throws -> [UInt8] {
            ConnectionQuota.origin(of: try SocketAddress(ipAddress: text, port: 1))
        }
        #expect(try origin("192.0.2.1") == [192, 0, 2, 1])
        #expect(try origin("::ffff:192.0.2.1") == [192, 0, 2, 1])
        #expect(try origin("2001:db8:0:1::1") == origin("2001:db8:0:1:ffff::2"))
        #expect(try origin("2001:db8:0:1::1") != origin("2001:db8:0:2::1"))
    }
}
