import Testing

@testable import SecureTransport

@Suite("A secure connection", .timeLimit(.minutes(10)))
struct SecureConnectionTests {
    @Test func `carries frames both ways, byte for byte, from one byte to the limit`() async throws {
        let pair = try await Pair.connect()
        let sizes = [1, 2, 1, 16_383, 16_384, 16_385, 65_531, 65_532, 65_533, 1 << 20, 1, 300_000]
        let frames = sizes.enumerated().map { pattern($1, from: $0 * 1000) }
        async let sentThere: Void = pair.germany.send(frames)
        async let sentBack: Void = pair.france.send(frames.reversed())
        for frame in frames { #expect(try await pair.france.nextFrame() == frame) }
        for frame in frames.reversed() { #expect(try await pair.germany.nextFrame() == frame) }
        _ = try await (sentThere, sentBack)
        await pair.close()
    }

    @Test func `carries many megabytes`() async throws {
        let pair = try await Pair.connect()
        let (frame, count) = (pattern(1 << 20), 48)
        async let sent: Void = pair.germany.send([[UInt8]](repeating: frame, count: count))
        for _ in 0..<count { try #require(try await pair.france.nextFrame() == frame) }
        try await sent
        await pair.close()
    }

    @Test func `carries many frames of one byte, in their order`() async throws {
        let pair = try await Pair.connect()
        let frames = (0..<20_000).map { [UInt8(truncatingIfNeeded: $0)] }
        async let sent: Void = pair.germany.send(frames)
        for frame in frames { try #require(try await pair.france.nextFrame() == frame) }
        try await sent
        await pair.close()
    }

    @Test func `keeps each of many senders' frames together`() async throws {
        let pair = try await Pair.connect()
        let germany = pair.germany
        async let sent: Void = withThrowingTaskGroup { group in
            for sender in 0..<8 as Range<UInt8> {
                group.addTask { try await germany.send((0..<50).map { [sender, $0] }) }
            }
            try await group.waitForAll()
        }
        var next = [UInt8: UInt8]()
        for _ in 0..<400 {
            let frame = try #require(try await pair.france.nextFrame())
            #expect(frame[1] == next[frame[0], default: 0])
            next[frame[0], default: 0] += 1
        }
        try await sent
        await pair.close()
    }

    @Test func `knows who is at the other end, on both sides`() async throws {
        let pair = try await Pair.connect()
        #expect(pair.germany.peer == Peer(key: try Node.france.key(), label: "france"))
        #expect(pair.france.peer == Peer(key: try Node.germany.key(), label: "germany"))
        await pair.close()
    }

    @Test func `exports the same secret on both sides, and another for each connection`() async throws {
        let (first, second) = (try await Pair.connect(), try await Pair.connect())
        #expect(first.france.exported.count == 32)
        #expect(first.france.exported == first.germany.exported)
        #expect(first.france.exported != second.france.exported)
        await first.close()
        await second.close()
    }

    @Test func `gives what was sent before an orderly close, then ends`() async throws {
        let events = Events()
        let pair = try await Pair.connect(events: events)
        let frame = pattern(500_000)
        try await pair.germany.send([frame, frame])
        async let closed: Void = pair.germany.close()
        var received: [[UInt8]] = []
        for try await frame in pair.france.frames { received.append(frame) }
        #expect(received == [frame, frame])
        #expect(try await pair.france.nextFrame() == nil)
        await closed
        await #expect(throws: TransportFailure.closed) { try await pair.france.send([[1]]) }
        await #expect(throws: TransportFailure.closed) { try await pair.germany.send([[1]]) }
        #expect(events.endings == [nil])
        await pair.close()
    }

    @Test func `tells when the peer closed within a frame`() async throws {
        let pair = try await Pair.connect()
        let (germany, frame) = (pair.germany, pattern(1 << 20))
        let sending = Task { try await germany.send([[UInt8]](repeating: frame, count: 32)) }
        // More than the kernel holds: the sender is in the middle of it.
        try await eventually { try await pair.france.heldByteCount >= TransportLimits().inboxByteCount }
        try await Task.sleep(for: .milliseconds(100))
        async let closed: Void = germany.close()
        await #expect(throws: TransportFailure.truncated) {
            while let received = try await pair.france.nextFrame() { #expect(received == frame) }
        }
        await closed
        await #expect(throws: TransportFailure.closed) { try await sending.value }
        await pair.close()
    }

    @Test func `refuses to send a frame that the peer would refuse, and goes on`() async throws {
        let pair = try await Pair.connect()
        let limit = TransportLimits().frameByteCount
        let refusal = TransportFailure.brokenFrame(.tooLong(announced: UInt32(limit + 1), limit: limit))
        await #expect(throws: refusal) { try await pair.germany.send([[1], pattern(limit + 1)]) }
        await #expect(throws: TransportFailure.brokenFrame(.empty)) { try await pair.germany.send([[1], []]) }
        try await pair.germany.send([[2]])
        #expect(try await pair.france.nextFrame() == [2])
        await pair.close()
    }

    @Test func `goes on after a cancelled wait for a frame`() async throws {
        let pair = try await Pair.connect()
        let france = pair.france
        let waiting = Task { try await france.nextFrame() }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await pair.germany.send([[3]])
        #expect(try await pair.france.nextFrame() == [3])
        await pair.close()
    }

    @Test func `closes when its last reference goes`() async throws {
        let events = Events()
        let listener = try await SecureEndpoint.of(.france, events: events).listen(host: "127.0.0.1", port: 0)
        _ = try await SecureEndpoint.of(.germany).dial(host: "127.0.0.1", port: listener.port)
        try await eventually { events.endings == [nil] }
        await listener.shutDown()
    }

    @Test func `holds a bounded number of bytes for a slow reader, and loses none`() async throws {
        let pair = try await Pair.connect()
        let limits = TransportLimits()
        let (frame, count) = (pattern(100_000), 500)
        let germany = pair.germany
        let sending = Task { try await germany.send([[UInt8]](repeating: frame, count: count)) }
        // 50 MB want to come; nobody reads. What the kernel does not hold stays with the sender.
        var most = 0
        for _ in 0..<100 {
            most = max(most, try await pair.france.heldByteCount)
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(most >= limits.inboxByteCount)
        #expect(most <= limits.inboxByteCount + TransportLimits.readByteCount + frame.count)
        for _ in 0..<count {
            try #require(try await pair.france.nextFrame() == frame)
            most = max(most, try await pair.france.heldByteCount)
        }
        #expect(most <= limits.inboxByteCount + TransportLimits.readByteCount + frame.count)
        try await sending.value
        await pair.close()
    }

    @Test func `ends with its listener's shutdown, in order`() async throws {
        let pair = try await Pair.connect()
        async let down: Void = pair.listener.shutDown()
        #expect(try await pair.germany.nextFrame() == nil)
        #expect(try await pair.france.nextFrame() == nil)
        await down
        let late = try SecureEndpoint.of(.germany)
        await #expect(throws: TransportFailure.self) {
            _ = try await late.dial(host: "127.0.0.1", port: pair.listener.port)
        }
    }
}
