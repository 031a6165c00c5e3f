import Agreement
import Exchange
import Foundation
import Identity
import NodeLogic
import RoadmapFixtures
import SecureTransport
import TestSupport
import Testing
import Verification

@testable import NodeRuntime

/// The files of an authority, by the `openssl` command.
private struct AuthorityFiles {
    let folder: String

    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)").path
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func make(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "certs-example/make-pki")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "make-pki \(words)")
    }

    /// Gives a home a key for TLS alone, with a certificate of this authority.
    func give(_ party: String, _ name: String, to home: Home) throws {
        let key = try Data(contentsOf: URL(filePath: "\(folder)/\(party)/\(name).key"))
        try PrivateFile.write(key, to: home.tlsKeyPath)
        let certificate = try Data(contentsOf: URL(filePath: "\(folder)/\(party)/\(name).pem"))
        try certificate.write(to: URL(filePath: home.certificatePath))
    }
}

extension TemporaryHome {
    fileprivate func writeSettings(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: home.operatorSettingsPath))
    }
}

@Suite("A node's host", .timeLimit(.minutes(3)))
struct HostTests {
    private static let ada = Member("ADA", seed: 1)
    private static let bob = Member("BOB", seed: 2)
    private let two = Pact(of: [ada, bob])

    // MARK: Authorities

    @Test(.enabled(if: AuthorityFiles.isPossible))
    func `lets in by an authority, reads it again when asked, and lets go of what is revoked`() async throws {
        let places = try await homes(of: two)
        let files = try AuthorityFiles()
        defer { files.remove() }
        try files.make(files.folder, "BOB")
        try files.give("BOB", "node", to: places[1].home)

        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        try await eventually { ada.log.text.contains("no party's record in force names this node key") }
        #expect(try await !places[0].home.reloadNode(), "nothing has changed")

        let settings = """
            {"version": 1, "authorities": [{"party": "BOB", "certificates": "\(files.folder)/BOB/authority.pem",
            "revocations": "\(files.folder)/BOB/revocations.pem"}]}
            """
        try places[0].writeSettings(settings)
        #expect(try await places[0].home.reloadNode())
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        try await eventually { try await areLevel(ada, bob) }
        #expect(try await places[0].status.counts["refused.unknownKey", default: 0] > 0)
        #expect(try await places[0].status.counts["opened", default: 0] > 0)

        // What cannot be read changes nothing.
        try places[0].writeSettings("{")
        await #expect(throws: HomeFailure.self) { try await places[0].home.reloadNode() }
        try places[0].writeSettings(settings)
        #expect(try await ada.isLevel(with: bob))

        try files.make("--revoke", files.folder, "BOB", "node")
        #expect(try await places[0].home.reloadNode())
        try await eventually { try await ada.peers.isEmpty }
        try await eventually { ada.log.text.contains("its certificate is revoked") }

        // A new certificate, and the same node is back, without a restart on either side.
        try files.make("--node", files.folder, "BOB", "renewed")
        try files.give("BOB", "renewed", to: places[1].home)
        #expect(try await places[1].home.reloadNode())
        try await eventually { try await areLevel(ada, bob) }
        for node in [bob, ada] { try await node.stop() }
    }

    @Test func `shows the node's certificate as it is now`() async throws {
        let places = try await homes(of: two)
        try Data(places[0].home.makeCertificate(days: 3).utf8).write(
            to: URL(filePath: places[0].home.certificatePath))
        let ada = try await TestNode(places[0])
        #expect(ada.log.text.contains("this node's certificate expires in "))
        try Data(places[0].home.makeCertificate(days: 300).utf8).write(
            to: URL(filePath: places[0].home.certificatePath))
        #expect(try await places[0].home.reloadNode())
        // One over another key cannot be shown.
        try Data(places[1].home.makeCertificate(days: 300).utf8).write(
            to: URL(filePath: places[0].home.certificatePath))
        await #expect(throws: HomeFailure.self) { try await places[0].home.reloadNode() }
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        try await eventually { try await areLevel(ada, bob) }
        for node in [bob, ada] { try await node.stop() }
        await #expect(throws: NodeSettingsRefusal.self) { _ = try await TestNode(places[0]) }
    }

    @Test func `without a node has nobody to reload`() async throws {
        let places = try await homes(of: two)
        await #expect(throws: HomeFailure.self) { try await places[0].home.reloadNode() }
    }

    // MARK: Settings

    @Test(arguments: [
        ("[]", "it is no JSON object"), ("{", "it is no JSON object"), ("{}", "version is missing"),
        (#"{"version": 2}"#, "it is of version 2"), (#"{"version": 1, "limit": {}}"#, "it has a field limit"),
        (#"{"version": 1, "limits": {"connectionCount": "9"}}"#, "limits.connectionCount is of another type"),
        (#"{"version": 1, "limits": {"connectionCount": 0}}"#, "connectionCount is a whole number from 1"),
        (#"{"version": 1, "limits": {"connections": 9}}"#, "there is no limit connections; known are"),
        (#"{"version": 1, "authorities": [{"party": "BOB"}]}"#, "certificates is missing in authorities.[0]"),
        (#"{"version": 1, "authorities": [{"party": "B B", "certificates": "x"}]}"#, "B B is not a party's code"),
        (#"{"version": 1, "authorities": [{"party": "BOB", "certificates": ""}]}"#, "is empty"),
        (#"{"version": 1, "authorities": [{"party": "BOB", "certificates": "x", "crl": "y"}]}"#, "it has a field crl"),
    ])
    func `is not set by a file that says something else`(text: String, words: String) throws {
        let place = try TemporaryHome(Self.ada)
        try place.writeSettings(text)
        do {
            _ = try OperatorSettings(of: place.home)
            Issue.record("it was taken")
        } catch let refusal as NodeSettingsRefusal {
            #expect(refusal.description.contains(words), "\(refusal)")
        }
    }

    @Test func `is set by node.json, and by nothing where there is none`() throws {
        let place = try TemporaryHome(Self.ada)
        #expect(try OperatorSettings(of: place.home).limits == TransportLimits())
        try place.writeSettings(
            #"""
            {"version": 1, "limits": {"connectionsPerAddress": 3, "handshakeTimeout": 2.5},
             "authorities": [{"party": "BOB", "certificates": "ca.pem", "revocations": "/etc/lists.pem"}]}
            """#)
        let settings = try OperatorSettings(of: place.home)
        var limits = TransportLimits()
        limits.connectionsPerAddress = 3
        limits.handshakeTimeout = .milliseconds(2500)
        #expect(settings.limits == limits)
        #expect(
            settings.authorities == [
                OperatorSettings.Authority(
                    party: Self.bob.id, certificates: place.home.path + "/ca.pem", revocations: "/etc/lists.pem")
            ])
    }

    @Test func `is set in the exchange too, each limit by its name and in its range`() throws {
        let page = Repository.text(at: "Docs/Specification/exchange.md")
        for name in NodeLimits.names {
            var limits = NodeLimits()
            let before = "\(limits)"
            #expect(limits.set(name, to: 0) != nil && "\(limits)" == before, "\(name)")
            let isLarge = name.hasSuffix("ByteCount") || name.hasSuffix("PerDay")
            let number = isLarge ? 50_000_000.0 : name == "bytesInFlight" ? 70_000 : 77
            #expect(limits.set(name, to: number) == nil && "\(limits)" != before, "\(name)")
            #expect(page.contains("`\(name)`"), "\(name)")
        }
        let usual = AllowanceLimits()
        for row in [
            "\(usual.entriesPerDay) | 256 | `entriesPerDay`", "\(usual.bytesPerDay) | 35913728 | `bytesPerDay`",
            "\(usual.recordsPerDay) | 256 | `recordsPerDay`",
            "\(usual.recordBytesPerDay) | 35913728 | `recordBytesPerDay`",
            "\(usual.unsealedInstruments) | 1 | `unsealedInstruments`",
        ] { #expect(page.contains("| \(row) |"), "\(row)") }
        var limits = NodeLimits()
        #expect(limits.set("entriesPerDay", to: 255) != nil && limits.set("entriesPerDay", to: 256) == nil)
        #expect(limits.set("bytesInFlight", to: 65_535) != nil)
        #expect(limits.set("findingPatience", to: 1.5) == nil && limits.conversation.findingPatience == 1_500)
        #expect(limits.set("patience", to: 1)?.contains("there is no limit patience; known are frame") == true)
        #expect(page.contains("by default \(NodeLimits().outboxByteCount)"))
    }

    @Test func `takes of a key what is set, and counts it`() async throws {
        let places = try await homes(of: two)
        try places[0].writeSettings(#"{"version": 1, "limits": {"unsealedInstruments": 1}}"#)
        let instruments = (0..<800).map {
            PublishedRecord.instrument(two.loose([Pact.article("article-1", "\($0)")], base: ["article-1": two.id]))
        }
        for start in [0, 400] {
            _ = try await places[1].withDoor { try await $0.publish(Array(instruments[start..<start + 400])) }
        }
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        try await eventually { try await places[0].status.counts["postponed.instruments"] == 1 }
        #expect(ada.log.text.contains("of BOB's node writes waits: it has so many instruments that nobody has sealed"))
        for node in [bob, ada] { try await node.stop() }
    }

    @Test func `ends a conversation by the limits that are set, and counts it`() async throws {
        let places = try await homes(of: two)
        try places[0].writeSettings(
            #"{"version": 1, "limits": {"silenceLimit": 0.5, "pingAfter": 100, "bytesInFlight": 65536}}"#)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        // Two that are level are silent, and BOB pings after ten seconds only.
        try await eventually { try await places[0].status.counts["conversation.peerSilent", default: 0] > 0 }
        for node in [bob, ada] { try await node.stop() }
    }

    @Test func `keeps to the limits that are set`() async throws {
        let places = try await homes(of: two)
        try places[0].writeSettings(#"{"version": 1, "limits": {"connectionsPerAddress": 1}}"#)
        let ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        try await eventually { try await areLevel(ada, bob) }
        let eve = try TemporaryHome(Member("BOB", seed: 66))
        try await eve.home.join(try await places[0].contents)
        let stranger = try await TestNode(eve, dialling: [ada.target])
        try await eventually { try await places[0].status.counts["overLimit.connectionsPerAddress", default: 0] > 0 }
        #expect(ada.log.text.contains("away: perAddress(1)"))
        for node in [stranger, bob, ada] { try await node.stop() }
    }

    // MARK: Places

    @Test(arguments: [
        ("127.0.0.1:7443", "127.0.0.1", 7443), ("[::1]:0", "::1", 0), ("node.example:65535", "node.example", 65_535),
    ])
    func `is named by an address or a name`(text: String, host: String, port: Int) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.host == host && endpoint.port == port)
    }

    @Test(arguments: ["::1:7443", "2001:db8::1", "[]:1", ":7443", "node", "node:", "node:65536", "node:-1"])
    func `is not named by anything else`(text: String) { #expect(Endpoint(text) == nil) }

    @Test func `is reached by name, and at an IPv6 address`() async throws {
        let places = try await homes(of: two)
        for (listening, host) in [("localhost:0", "localhost"), ("[::1]:0", "[::1]")] {
            let ada = try await TestNode(places[0], listening: [listening])
            let target = Dialling.Target(party: Self.ada.id, endpoint: "\(host):\(ada.port)")
            let bob = try await TestNode(places[1], dialling: [target], listening: [])
            try await eventually { try await areLevel(ada, bob) }
            for node in [bob, ada] { try await node.stop() }
        }
    }

    /// Three nodes, two of one party: each is dialled, and the two dial each other.
    @Test func `is one of several of its party, and all of them are dialled`() async throws {
        let ports = [freePort(), freePort()]
        let main = Member("ADA", seed: 1, endpoints: ["127.0.0.1:\(ports[0])"])
        let further = Member("ADA", seed: 7, endpoints: ["127.0.0.1:\(ports[1])"])
        let pact = Pact(of: [main.with(nodesOf: further), Self.bob])
        let places = try await homes(of: pact)
        let second = try TemporaryHome(further)
        try await second.home.join(places[0].contents)
        let first = try await TestNode(places[0], listening: ["127.0.0.1:\(ports[0])"])
        let other = try await TestNode(second, listening: ["127.0.0.1:\(ports[1])"])
        let bob = try await TestNode(places[1], listening: [])
        try await eventually { try await bob.peers.map(\.party) == [main.id, main.id] }
        try await eventually { try await first.peers.map(\.party) == [main.id, Self.bob.id] }
        try await eventually { try await other.peers.map(\.party) == [main.id, Self.bob.id] }
        for place in places { try await place.accept(pact.id, of: pact) }
        for place in places + [second] {
            try await eventually { try await place.findings.evaluation.inForce.contains(pact.id) }
        }
        for node in [bob, other, first] { try await node.stop() }
    }

    // MARK: The disk

    /// The disk loses what it said it had: the home opens, says so, writes on as another writer, and gets it all back.
    @Test func `that lost the end of its log says so, becomes a new writer, and fetches what is gone`() async throws {
        let places = try await homes(of: two)
        var ada = try await TestNode(places[0])
        let bob = try await TestNode(places[1], dialling: [ada.target])
        for place in places { try await place.accept(two.id, of: two) }
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        let amendment = two.amendment([Pact.article("article-2", "They meet.")])
        _ = try await places[0].withDoor { try await $0.publish([.instrument(amendment)]) }
        try await places[0].accept(amendment.id, of: two)
        try await eventually { try await areLevel(ada, bob) }
        let writer = try await places[0].status.writer

        let image = try ["", "-wal"].map { try Data(contentsOf: URL(filePath: places[0].home.storePath + $0)) }
        let port = ada.port
        try await ada.stop()
        var log = Array(image[1])
        try #require(log.count > 40_000, "the log holds what happened last")
        log[log.count - 16_000] ^= 1
        try image[0].write(to: URL(filePath: places[0].home.storePath))
        try Data(log).write(to: URL(filePath: places[0].home.storePath + "-wal"))

        ada = try await TestNode(places[0], listening: ["127.0.0.1:\(port)"])
        #expect(ada.log.text.contains("the store has lost"))
        #expect(try await places[0].status.writer != writer)
        try await eventually { try await areLevel(ada, bob) }
        #expect(try await places[0].contents.ledger.seals == places[1].contents.ledger.seals)
        #expect(try await places[0].contents.ledger.instruments[amendment.id] != nil)
        try await places[1].accept(amendment.id, of: two)
        for place in places { try await eventually { try await isConcordant(place, two.members) } }
        for place in places {
            #expect(try await place.withDoor { try await $0.forks() }.isEmpty)
            #expect(try await place.findings.evaluation.inForce.contains(amendment.id))
        }
        for node in [bob, ada] { try await node.stop() }
    }
}
