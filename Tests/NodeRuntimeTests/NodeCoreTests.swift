import Agreement
import Cryptography
import Exchange
import Identity
import Journal
import Logging
import NodeLogic
import RoadmapFixtures
import Storage
import Testing
import Verification

@testable import NodeRuntime

@Suite("An open home", .timeLimit(.minutes(2)))
struct NodeCoreTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private static let cyd = Member("CYD", seed: 3)
    private let pact = Pact(of: [ada, bob, cyd])
    private let quick = NodeLimits(certifyAfter: 20, rest: 200, carryingTurn: 300)

    private func open(
        _ place: TemporaryHome, log: LogBook = LogBook(), limits: NodeLimits? = nil,
        failure: FailureSwitch = FailureSwitch()
    ) throws -> NodeCore {
        try NodeCore(place.home, log: log.logger, limits: limits ?? quick, openStore: failure.opening)
    }

    private func acceptance(_ member: Member) -> [PublishedRecord] {
        member.signed(member.seal(pact.id, of: pact.id)).map { .seal($0) }
    }

    // MARK: A full disk

    @Test func `takes in nothing of what it has no room for, and the whole of it when it has`() async throws {
        let place = try await homes(of: pact)[0]
        let failure = FailureSwitch()
        let core = try open(place, failure: failure)
        let (bundle, status) = (await core.bundle(), await core.status(isRunning: false))
        failure.current = .diskFull
        await #expect(throws: HomeFailure.diskFull(path: place.home.storePath)) {
            try await core.publish(acceptance(Self.ada))
        }
        #expect(await core.bundle() == bundle)
        #expect(await core.status(isRunning: false) == status)
        failure.current = nil
        #expect(try await core.publish(acceptance(Self.ada)) == 1)
        #expect(await core.status(isRunning: false).entryCount == status.entryCount + 1)
        await core.close()
        // What it said meanwhile is one unbroken chain, as the check at opening finds.
        #expect(try await place.contents.ledger.seals.count == 1)
    }

    @Test func `acknowledges nothing that it has no room for, says so, and turns newcomers away`() async throws {
        let places = try await homes(of: pact)
        let (failure, log) = (FailureSwitch(), LogBook())
        let ada = try open(places[0])
        var patient = quick
        patient.rest = 3_000
        let bob = try open(places[1], log: log, limits: patient, failure: failure)
        failure.current = .diskFull
        let wire = await Wire(ada, bob)
        try await eventually { await areApart(ada, bob) }
        withExtendedLifetime(wire) {}
        #expect(log.text.contains("error: cannot store what a peer sent"))
        #expect(await bob.journal.writers.count == 1, "only its own")
        #expect(await bob.restUntil > bob.now)
        #expect(await Wire(ada, bob) == nil)
        failure.current = nil
        try await eventually { await bob.restUntil <= bob.now }
        let again = await Wire(ada, bob)
        try await eventually { await areLevel(ada, bob) }
        #expect(await bob.journal.heads == ada.journal.heads)
        withExtendedLifetime(again) {}
        for core in [ada, bob] { await core.close() }
    }

    @Test func `tells through the control socket that its disk is full`() async throws {
        let place = try await homes(of: pact)[0]
        let failure = FailureSwitch()
        let node = try await TestNode(place, failure: failure)
        failure.current = .diskFull
        await #expect(throws: HomeFailure.diskFull(path: place.home.storePath)) {
            try await place.accept(pact.id, of: pact)
        }
        failure.current = nil
        try await place.accept(pact.id, of: pact)
        try await node.stop()
    }

    @Test func `certifies later what it had no room to certify`() async throws {
        let place = try await homes(of: pact)[0]
        let (failure, log) = (FailureSwitch(), LogBook())
        let core = try open(place, log: log, failure: failure)
        _ = try await core.publish(pact.members.flatMap { acceptance($0) })
        failure.current = .diskFull
        try await eventually {
            await core.tick()
            return log.text.contains("cannot certify the state")
        }
        #expect(await core.copy.certificates.isEmpty)
        failure.current = nil
        try await eventually {
            await core.tick()
            return await core.copy.certificates.count == 1
        }
        let count = await core.journal.entryCount
        for _ in 0..<5 { await core.tick() }
        try await core.certify()
        #expect(await core.journal.entryCount == count)
        await core.close()
    }

    @Test func `certifies when it is opened what it had no time to certify before`() async throws {
        let place = try await homes(of: pact)[0]
        let core = try open(place)
        _ = try await core.publish(pact.members.flatMap { acceptance($0) })
        await core.close()
        let again = try open(place)
        try await eventually {
            await again.tick()
            return await again.copy.certificates.count == 1
        }
        await again.close()
    }

    @Test func `stores nothing more once it is closed`() async throws {
        let place = try await homes(of: pact)[0]
        let core = try open(place)
        await core.close()
        await #expect(throws: HomeFailure.self) { try await core.publish(acceptance(Self.ada)) }
        await core.tick()
        #expect(try await place.publish(Self.bob.signed(Self.bob.seal(pact.id, of: pact.id))) == 1)
    }

    // MARK: Its own chain

    @Test func `goes on with its writer, and names in each entry what it saw since the one before`() async throws {
        let places = try await homes(of: pact)
        var cores = [try open(places[0]), try open(places[1])]
        let wire = await Wire(cores[0], cores[1])
        try await eventually { await areLevel(cores[0], cores[1]) }
        withExtendedLifetime(wire) {}
        let other = await cores[1].status(isRunning: false).writer
        let head = try #require(await cores[1].journal.heads.first { $0.writer.digest == other })
        _ = try await cores[0].publish(acceptance(Self.ada))
        let writer = WriterID(try #require(await cores[0].status(isRunning: false).writer))
        await cores[0].close()
        cores[0] = try open(places[0])
        _ = try await cores[0].publish(acceptance(Self.bob))
        #expect(await cores[0].status(isRunning: false).writer == writer.digest)
        let own = try #require(await cores[0].journal[writer])
        #expect(own.trunk.count == 4)
        let headers = try await own.trunk.asyncMap { id in
            try EntryHeader(encoded: try #require(try await cores[0].store.entry(id)).header)
        }
        #expect(headers.map(\.seen) == [[], [], [head.id], []])
        for core in cores { await core.close() }
    }

    @Test func `begins a new writer when somebody else wrote on with its key, and is heard again`() async throws {
        let place = try await homes(of: pact)[0]
        let log = LogBook()
        let core = try open(place, log: log)
        let writer = WriterID(try #require(await core.status(isRunning: false).writer))
        var elsewhere = try #require(await core.journal.composing(as: writer))
        elsewhere.compose(.note, body: [0x60], at: 7)
        _ = try await core.publish(acceptance(Self.ada))
        try await core.takeIn(elsewhere.finish(signing: Self.ada.nodeKey)[0])
        #expect(await core.journal[writer]?.hasForked == true)
        #expect(try await core.publish(acceptance(Self.bob) + acceptance(Self.cyd)) == 2)
        try await core.certify()
        let new = WriterID(try #require(await core.status(isRunning: false).writer))
        #expect(new != writer)
        #expect(log.text.contains("this node's chain has forked"))
        #expect(await core.journal[new]?.trunk.count == 4)
        #expect(await core.copy.evaluation(of: pact.id))
        await core.close()
        #expect(try await place.status.writer == new.digest)
    }

    @Test func `begins a new writer when its key is another one`() async throws {
        let place = try await homes(of: pact)[0]
        let old = try await place.status.writer
        try place.write(Member("ADA", seed: 11).nodeKey, to: place.home.nodeKeyPath)
        let core = try open(place)
        #expect(await core.status(isRunning: false).writer != old)
        #expect(try await core.publish(acceptance(Self.ada)) == 1)
        await core.close()
    }

    // MARK: Peers

    /// Takes a connection up from the peer's side: the first frame it would send.
    private func greet(_ core: NodeCore, from peer: NodeCore, on id: LinkID, dialled: Bool) async {
        for frame in try! await peer.greeting(as: dialled ? .listener : .dialler, under: exportedKey) {
            await core.hear(frame, on: id)
        }
    }

    private let exportedKey = [UInt8](repeating: 9, count: 32)

    private func open(_ core: NodeCore, _ peer: NodeCore, dialled: Bool) async -> LinkID? {
        await core.open(with: peer.party, node: peer.publicKey, isDialled: dialled, exportedKey: exportedKey)?.id
    }

    @Test func `keeps of two connections that were dialled from both sides the one from the lower key`() async throws {
        let places = try await homes(of: pact)
        let (ada, bob) = (try open(places[0]), try open(places[1]))
        for (core, peer) in [(ada, bob), (bob, ada)] {
            let keepsDialled = core.ownNode < peer.ownNode
            for keptFirst in [true, false] {
                let first = try #require(await open(core, peer, dialled: keptFirst == keepsDialled))
                await greet(core, from: peer, on: first, dialled: keptFirst == keepsDialled)
                let second = await open(core, peer, dialled: keptFirst != keepsDialled)
                #expect((second == nil) == keptFirst)
                if let second { await greet(core, from: peer, on: second, dialled: keptFirst != keepsDialled) }
                #expect(await core.links.values.map(\.isDialled) == [keepsDialled])
                for id in [first, second].compactMap({ $0 }) { await core.end(id) }
            }
        }
        for core in [ada, bob] { await core.close() }
    }

    @Test func `keeps of two connections from one side the newer, once it is taken up`() async throws {
        let places = try await homes(of: pact)
        let (ada, bob) = (try open(places[0]), try open(places[1]))
        for dialled in [true, false] {
            let older = try #require(await open(ada, bob, dialled: dialled))
            await greet(ada, from: bob, on: older, dialled: dialled)
            let newer = try #require(await open(ada, bob, dialled: dialled))
            #expect(await ada.links.keys.sorted() == [older, newer])
            await greet(ada, from: bob, on: newer, dialled: dialled)
            #expect(await Array(ada.links.keys) == [newer])
            await ada.end(newer)
        }
        for core in [ada, bob] { await core.close() }
    }

    @Test func `drops a peer that asks and does not read`() async throws {
        let places = try await homes(of: pact)
        let log = LogBook()
        var limits = quick
        limits.outboxByteCount = 2_000
        let ada = try open(places[0], log: log, limits: limits)
        let bob = try open(places[1])
        // The frames on their way out are kept here, and never read.
        let (id, outgoing) = try #require(
            await ada.open(with: Self.bob.id, node: bob.publicKey, isDialled: false, exportedKey: exportedKey))
        await greet(ada, from: bob, on: id, dialled: false)
        #expect(await ada.links.count == 1)
        // Pings, each of which asks for a pong of two bytes.
        for _ in 0..<1_000 { await ada.hear([0x81, 0x0a], on: id) }
        #expect(await ada.links.isEmpty)
        withExtendedLifetime(outgoing) {}
        #expect(log.text.contains("does not read what it asks for"))
        for core in [ada, bob] { await core.close() }
    }

    @Test func `counts as level with a peer only while nothing is under way to it`() async throws {
        let places = try await homes(of: pact)
        let (ada, bob) = (try open(places[0]), try open(places[1]))
        let wire = await Wire(ada, bob, ticking: false)
        try await eventually { await areLevel(ada, bob) }
        // Within one turn of the actor nothing can have been acknowledged yet.
        #expect(try await ada.publishAndSeeWhetherSettled(acceptance(Self.ada)) == false)
        try await eventually { await ada.areAllSettled }
        #expect(await bob.journal.heads == ada.journal.heads)
        withExtendedLifetime(wire) {}
        for core in [ada, bob] { await core.close() }
    }

    @Test func `says once that it cannot read what a peer lacks, and sends it when it can`() async throws {
        let places = try await homes(of: pact)
        let (failure, log) = (FailureSwitch(), LogBook())
        let ada = try open(places[0], log: log, failure: failure)
        let bob = try open(places[1])
        let wire = await Wire(ada, bob)
        try await eventually { await areLevel(ada, bob) }
        failure.ofReading = .sqlite(code: 10, message: "disk I/O error")
        _ = try await ada.publish(acceptance(Self.ada))
        _ = try await ada.publish(acceptance(Self.bob))
        _ = try await ada.publish(acceptance(Self.cyd))
        try await eventually { log.text.contains("cannot read what a peer lacks") }
        #expect(log.text.ranges(of: "cannot read what a peer lacks").count == 1)
        #expect(await bob.copy.ledger.seals.isEmpty)
        failure.ofReading = nil
        _ = try await ada.publish([.instrument(pact.amendment([Pact.article("article-2", "They meet.")]))])
        try await eventually { await bob.copy.ledger.seals.count == 3 }
        withExtendedLifetime(wire) {}
        for core in [ada, bob] { await core.close() }
    }

    // MARK: Records that no journal carries

    /// A bundle of the founding and these parties' acceptances.
    private func invitation(acceptedBy members: [Member]) throws -> BundleContents {
        var ledger = Ledger(roadmap: pact.id)
        _ = try ledger.insert(pact.founding)
        for member in members {
            for statement in member.signed(member.seal(pact.id, of: pact.id)) { try ledger.insertSeal(statement) }
        }
        return try BundleContents(BundleWriter(ledger).encoded())
    }

    private func bodies(of kind: EntryKind, in core: NodeCore) async throws -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        try await core.store.forEachAgreementEntry { (entry: StoredEntry) throws(StoreFailure) in
            if entry.header.kind == kind { bodies.append(entry.body) }
        }
        return bodies
    }

    @Test func `gives peers what it joined from and no journal carries, once among them all`() async throws {
        let places = try pact.members.map { try TemporaryHome($0) }
        try await places[0].home.join(invitation(acceptedBy: []))
        try await places[1].home.join(invitation(acceptedBy: pact.members))
        try await places[2].home.join(invitation(acceptedBy: pact.members))
        // The others' turns are called below: a busy machine must not decide who is first.
        var later = quick
        later.carryingTurn = 600_000
        let cores = try zip(places, [quick, later, later]).map { try open($0, limits: $1) }
        let wires = [await Wire(cores[0], cores[1]), await Wire(cores[1], cores[2])]
        for (place, core) in cores.enumerated() {
            // ADA carries the founding, which is all it has; BOB the seals; CYD finds everything carried.
            if place > 0 { try await core.carryLooseRecords() }
            for other in cores {
                try await eventually {
                    let seals = try await bodies(of: .seal, in: other).count
                    return try await bodies(of: .instrument, in: other).count == 1 && (place == 0 || seals == 3)
                }
            }
        }
        for core in cores { try await eventually { await core.copy.certificates.count == 3 } }
        for core in cores {
            #expect(try await bodies(of: .instrument, in: core) == [pact.founding.payload])
            #expect(try await Set(bodies(of: .seal, in: core)).count == 3)
            #expect(try await bodies(of: .seal, in: core).count == 3)
        }
        withExtendedLifetime(wires) {}
        for core in cores { await core.close() }
    }

    @Test func `journals nothing again that the founder's journal carries`() async throws {
        let founder = try TemporaryHome(Self.ada)
        try await founder.home.found(pact.founding)
        _ = try await founder.publish(pact.acceptances)
        let joiners = try [Self.bob, Self.cyd].map { try TemporaryHome($0) }
        for place in joiners { try await place.home.join(try await founder.contents) }
        let cores = try ([founder] + joiners).map { try open($0, limits: NodeLimits()) }
        let wires = [
            await Wire(cores[0], cores[1]), await Wire(cores[1], cores[2]), await Wire(cores[0], cores[2]),
        ]
        for core in cores {
            try await eventually { await core.copy.certificates.count == 3 }
            try await eventually { await core.areAllSettled }
            try await core.carryLooseRecords()
        }
        for core in cores {
            #expect(try await bodies(of: .instrument, in: core).count == 1)
            #expect(try await bodies(of: .seal, in: core).count == 3)
            #expect(try await bodies(of: .stateCertificate, in: core).count == 3)
        }
        withExtendedLifetime(wires) {}
        for core in cores { await core.close() }
    }

    @Test func `gives peers the seals that a fork tore off their chain`() async throws {
        let places = try await homes(of: pact)
        let (ada, bob) = (try open(places[0]), try open(places[1]))
        // CYD's node tells ADA one story up to a seal, then another; BOB hears of both only where they part.
        var journal = Journal(roadmap: pact.id)
        func write(_ composition: Composition, _ kind: EntryKind?, _ body: [UInt8] = []) async throws {
            var composition = composition
            if let kind { composition.compose(kind, body: body, at: 7) }
            for batch in composition.finish(signing: Self.cyd.nodeKey) {
                try await ada.takeIn(batch)
                journal.append(batch)
            }
        }
        let beginning = Composition(
            roadmap: pact.id, key: Self.cyd.nodeKey.publicKey,
            incarnation: Incarnation([UInt8](repeating: 1, count: 16))!, at: 7)
        try await write(beginning, nil)
        let parting = try #require(journal.composing(as: beginning.writer))
        try await write(parting, .note, [0x61, 0x61])
        let seal = Self.cyd.signed(Self.cyd.seal(pact.id, of: pact.id))[0]
        try await write(try #require(journal.composing(as: beginning.writer)), .seal, seal.encoded())
        try await write(parting, .note, [0x61, 0x62])
        #expect(journal[beginning.writer]?.hasForked == true)
        #expect(try await bodies(of: .seal, in: ada).isEmpty)

        let wire = await Wire(ada, bob)
        try await eventually { await bob.copy.ledger.seals.count == 1 }
        #expect(try await bodies(of: .seal, in: bob) == [seal.encoded()])
        withExtendedLifetime(wire) {}
        for core in [ada, bob] { await core.close() }
    }
}

extension NodeCore {
    fileprivate func publishAndSeeWhetherSettled(_ records: [PublishedRecord]) throws -> Bool {
        _ = try publish(records)
        return areAllSettled
    }
}

extension RoadmapCopy {
    /// Whether an instrument is in force by this copy.
    fileprivate func evaluation(of id: InstrumentID) -> Bool {
        var copy = self
        return copy.evaluation.inForce.contains(id)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
