import Testing

@testable import SecureTransport

/// Both sides are ours; one of them is wrong in one thing.
@Suite("A peer is refused", .timeLimit(.minutes(10)))
struct RefusalTests {
    /// What each side says when `germany` dials `france`: what the dialer met at its first frame at the latest, and
    /// why the listener refused.
    private func meet(
        france: SecureEndpoint, events: Events, germany: SecureEndpoint
    ) async throws -> (dialer: TransportFailure?, listener: TransportFailure?) {
        let listener = try await france.listen(host: "127.0.0.1", port: 0)
        var met: TransportFailure?
        do {
            let connection = try await germany.dial(host: "127.0.0.1", port: listener.port)
            // The client is done before the server has judged it: only a frame would make it up.
            _ = try await connection.nextFrame()
            Issue.record("nothing was refused")
        } catch let failure as TransportFailure {
            met = failure
        }
        let refusal = try await events.refusal()
        await listener.shutDown()
        return (met, refusal)
    }

    @Test func `by nobody when all is right`() async throws {
        let pair = try await Pair.connect()
        try await pair.france.send([[1]])
        #expect(try await pair.germany.nextFrame() == [1])
        await pair.close()
    }

    @Test func `with an expired certificate, dialling`() async throws {
        let events = Events()
        let expired = try Node.germany.credentials(validUntil: Clock.now - 1)
        let outcome = try await meet(
            france: .of(.france, events: events), events: events, germany: .of(.germany, credentials: expired))
        #expect(outcome.listener == .refusedPeer(.certificateExpired))
        #expect(outcome.dialer == .refusedByPeer(alert: "certificate expired"))
    }

    @Test func `with an expired certificate, listening`() async throws {
        let events = Events()
        let expired = try Node.france.credentials(validUntil: Clock.now - 1)
        let outcome = try await meet(
            france: .of(.france, credentials: expired, events: events), events: events, germany: .of(.germany))
        #expect(outcome.dialer == .refusedPeer(.certificateExpired))
        #expect(outcome.listener == .refusedByPeer(alert: "certificate expired"))
    }

    @Test func `with a certificate that is not yet valid, on either side`() async throws {
        let events = (Events(), Events())
        let early = (
            try Node.germany.credentials(validFrom: Clock.now + 1),
            try Node.france.credentials(validFrom: Clock.now + 1)
        )
        let dialling = try await meet(
            france: .of(.france, events: events.0), events: events.0, germany: .of(.germany, credentials: early.0))
        #expect(dialling.listener == .refusedPeer(.certificateNotYetValid))
        #expect(dialling.dialer == .refusedByPeer(alert: "bad certificate"))
        let listening = try await meet(
            france: .of(.france, credentials: early.1, events: events.1), events: events.1, germany: .of(.germany))
        #expect(listening.dialer == .refusedPeer(.certificateNotYetValid))
        #expect(listening.listener == .refusedByPeer(alert: "bad certificate"))
    }

    @Test func `not in the first and the last second of its certificate`() async throws {
        let events = Events()
        let listener = try await SecureEndpoint.of(
            .france, credentials: Node.france.credentials(validFrom: Clock.now), events: events
        ).listen(host: "127.0.0.1", port: 0)
        let last = try Node.germany.credentials(validUntil: Clock.now)
        let pair = try await Pair(
            listener: listener, via: listener.port, by: .of(.germany, credentials: last))
        await pair.close()
    }

    @Test func `with an unknown key, dialling`() async throws {
        let events = Events()
        let outcome = try await meet(
            france: .of(.france, events: events), events: events, germany: .of(.stranger))
        let key = try Node.stranger.key()
        #expect(outcome.listener == .refusedPeer(.unknownKey(key, reason: "no node of a party")))
        #expect(outcome.dialer == .refusedByPeer(alert: "unknown CA"))
    }

    @Test func `with an unknown key, listening`() async throws {
        let events = Events()
        let outcome = try await meet(
            france: .of(.stranger, events: events), events: events, germany: .of(.germany))
        let key = try Node.stranger.key()
        #expect(outcome.dialer == .refusedPeer(.unknownKey(key, reason: "no node of a party")))
        #expect(outcome.listener == .refusedByPeer(alert: "unknown CA"))
    }

    @Test(arguments: [["syngraph/2"], ["h2", "http/1.1"], ["syngraph/"], []])
    func `with no application protocol in common`(protocols: [String]) async throws {
        let events = Events()
        let outcome = try await meet(
            france: .of(.france, events: events), events: events, germany: .of(.germany, offering: protocols))
        #expect(outcome.dialer == .refusedByPeer(alert: "no application protocol"))
        #expect(outcome.listener == .refusedPeer(.noCommonProtocol))
    }

    @Test func `with no certificate`() async throws {
        let events = Events()
        let naked = try TLSContext(
            credentials: nil, wallClock: { Clock.now }, offering: [TLSContext.applicationProtocol]
        ) { _ in .admitted(label: "anybody") }
        let outcome = try await meet(
            france: .of(.france, events: events), events: events, germany: SecureEndpoint(context: naked))
        #expect(outcome.listener == .refusedPeer(.noCertificate))
        #expect(outcome.dialer == .refusedByPeer(alert: "certificate required"))
    }

    @Test func `after the policy was replaced, while open connections stay`() async throws {
        let events = Events()
        let france = try SecureEndpoint.of(.france, events: events)
        let listener = try await france.listen(host: "127.0.0.1", port: 0)
        let pair = try await Pair(listener: listener, via: listener.port, by: .of(.germany))
        france.use(
            try TLSContext(credentials: Node.france.credentials(), wallClock: { Clock.now }) { _ in
                .refused(reason: "withdrawn")
            })
        let second = try await SecureEndpoint.of(.germany).dial(host: "127.0.0.1", port: listener.port)
        await #expect(throws: TransportFailure.refusedByPeer(alert: "unknown CA")) { _ = try await second.nextFrame() }
        try await pair.germany.send([[1]])
        #expect(try await pair.france.nextFrame() == [1])
        await pair.close()
    }

    @Test func `when it sends a frame over the limit, by name, and nothing of it is given on`() async throws {
        let (events, limit) = (Events(), TransportLimits().frameByteCount)
        var generous = TransportLimits()
        generous.frameByteCount = limit * 2
        let pair = try await Pair.connect(germany: generous, events: events)
        let germany = pair.germany
        let sending = Task { try await germany.send([[1], pattern(limit + 1)]) }
        let refusal = TransportFailure.brokenFrame(.tooLong(announced: UInt32(limit + 1), limit: limit))
        #expect(try await pair.france.nextFrame() == [1])
        await #expect(throws: refusal) { _ = try await pair.france.nextFrame() }
        #expect(try await pair.france.heldByteCount == 0)
        #expect(events.endings == [refusal])
        _ = await sending.result
        await pair.close()
    }
}
