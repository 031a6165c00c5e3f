internal import Agreement
internal import Cryptography
internal import Exchange
internal import Identity
internal import Logging
internal import NodeLogic
internal import SecureTransport
internal import Synchronization

/// The connections of a running node: those that peers make, those that it dials, and what is carried on them.
extension RunningNode {
    /// Counts the connections that conversations are carried on.
    final class ConnectionCount: Sendable {
        private let number = Mutex(0)

        var count: Int { number.withLock { $0 } }
        func add(_ change: Int) { number.withLock { $0 += change } }
    }

    func accept(from listener: BoundListener) async {
        await withDiscardingTaskGroup { group in
            for await connection in listener.connections {
                group.addTask { await converse(on: connection, dialled: nil) }
            }
        }
    }

    func dialAgainAndAgain() async {
        var dialling = Dialling()
        let finished = DialEnds()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let state = await core.dialState
                for end in finished.takeAll() {
                    dialling.ended(
                        end.target, wasUp: end.wasUp, at: state.now.milliseconds,
                        jitter: UInt64.random(in: 0...UInt64.max))
                }
                for target in dialling.due(among: targets(by: state), at: state.now.milliseconds) {
                    group.addTask {
                        finished.add(DialEnd(target: target, wasUp: await dial(target)))
                    }
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private struct DialEnd: Sendable {
        let target: Dialling.Target
        let wasUp: Bool
    }

    /// Where the tasks that dial leave how it ended.
    private final class DialEnds: Sendable {
        private let ends = Mutex<[DialEnd]>([])

        func add(_ end: DialEnd) { ends.withLock { $0.append(end) } }

        func takeAll() -> [DialEnd] {
            ends.withLock { ends in
                defer { ends = [] }
                return ends
            }
        }
    }

    private func dial(_ target: Dialling.Target) async -> Bool {
        guard let address = Endpoint(target.endpoint) else { return false }
        do {
            return await converse(on: try await connect(to: address), dialled: target)
        } catch {
            settings.logger.debug("cannot reach \(target.party) at \(target.endpoint): \(error)")
            return false
        }
    }

    /// Dials, and stops waiting at once when the task is cancelled: a peer that does not answer must not keep a node
    /// from stopping. The attempt then ends by itself, and closes what it may yet bring about.
    private func connect(to address: Endpoint) async throws -> SecureConnection {
        let (outcomes, outcome) = AsyncStream.makeStream(of: Result<SecureConnection, any Error>.self)
        let attempt = Task { [endpoint = tls.endpoint] in
            do {
                outcome.yield(.success(try await endpoint.dial(host: address.host, port: address.port)))
            } catch {
                outcome.yield(.failure(error))
            }
            outcome.finish()
        }
        return try await withTaskCancellationHandler {
            for await outcome in outcomes { return try outcome.get() }
            throw CancellationError()
        } onCancel: {
            attempt.cancel()
        }
    }

    /// Carries frames between the connection and its conversation until either ends.
    ///
    /// - Parameter target: whom this node meant to reach; nil if the peer dialled.
    /// - Returns: true if the peer was heard at all, and knew this node, which is when a connection counts as up.
    @discardableResult
    private func converse(on connection: SecureConnection, dialled target: Dialling.Target?) async -> Bool {
        connections.add(1)
        defer { connections.add(-1) }
        guard let (id, outgoing) = await open(connection, dialled: target) else {
            await connection.close()
            return false
        }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                var isUnknown = connection.peer.isUnknown
                for await frames in outgoing {
                    // Before the first word of the conversation, so that its answer is not turned away as too long.
                    if isUnknown, let party = await core.party(on: id) {
                        isUnknown = false
                        guard isPlaceFree(for: party, on: connection) else { break }
                    }
                    do { try await connection.send(frames) } catch { break }
                    await core.noteSent(frames, on: id)
                }
                await connection.close()
                return false
            }
            group.addTask {
                var wasHeard = false
                while let frame = try? await connection.nextFrame() {
                    wasHeard = await core.hear(frame, on: id) || wasHeard
                }
                await core.end(id)
                // Whoever sends to a peer that does not read waits until the connection is closed.
                if Task.isCancelled { await connection.close() }
                return wasHeard
            }
            return await group.reduce(false) { $0 || $1 }
        }
    }

    /// Begins what is said on a connection that stands; nil if it is not wanted.
    private func open(
        _ connection: SecureConnection, dialled target: Dialling.Target?
    ) async -> (id: LinkID, outgoing: AsyncStream<[[UInt8]]>)? {
        guard let key = PublicKey(subjectPublicKeyInfo: connection.peer.key.bytes) else { return nil }
        if let why = connection.peer.whyUnknown {
            return await core.meet(
                key, of: target.map { [$0.party] } ?? settings.peers, isDialled: target != nil,
                exportedKey: connection.exported,
                NodeCore.Caller(address: connection.address, key: "\(connection.peer.key)", whyUnknown: why))
        }
        guard let party = Identifier(connection.peer.label), isMeant(party, by: target) else { return nil }
        return await core.open(
            with: party, node: key, isVouchedFor: connection.peer.isVouchedFor, isDialled: target != nil,
            exportedKey: connection.exported)
    }

    /// A peer that was unknown counts as one of its party's from now on.
    private func isPlaceFree(for party: Identifier, on connection: SecureConnection) -> Bool {
        guard let limit = connection.introduce(as: party.string) else { return true }
        core.counters.note(.overLimit(address: connection.address, limit))
        settings.logger.info("turned \(connection.address) away: \(limit)")
        return false
    }

    /// Another party's node at the endpoint would be dialled again and again in the place of the one that is meant.
    private func isMeant(_ party: Identifier, by target: Dialling.Target?) -> Bool {
        guard let target, target.party != party else { return true }
        settings.logger.warning("the node at \(target.endpoint) is \(party)'s, not \(target.party)'s")
        return false
    }
}
