import Foundation
import Testing

@testable import SecureTransport

/// The other side is not ours but the `openssl` command, so that we do not only agree with ourselves.
@Suite("A foreign peer", .enabled(if: Tool.isInstalled), .serialized, .timeLimit(.minutes(10)))
struct ForeignPeerTests {
    /// Lets the command dial a listener of France, and gives back what France's log and the command say.
    private func dial(
        with arguments: [String], tool: Tool, wallClock: @escaping @Sendable () -> Int64 = { Clock.now }
    ) async throws -> (events: Events, output: String) {
        let events = Events()
        let germany = try Node.germany.key()
        let context = try TLSContext(credentials: Node.france.credentials(), wallClock: wallClock) { key in
            key == germany ? .admitted(label: "germany") : .refused(reason: "no node of a party")
        }
        let listener = try await SecureEndpoint(context: context, log: events.log).listen(host: "127.0.0.1", port: 0)
        let output = try await tool.run(["s_client", "-connect", "127.0.0.1:\(listener.port)"] + arguments)
        try await eventually { !(events.refusals.isEmpty && events.endings.isEmpty) }
        await listener.shutDown()
        return (events, output)
    }

    private func arguments(of node: Node, _ tool: Tool) throws -> [String] {
        let files = try tool.write(node)
        return ["-cert", files.certificate, "-key", files.key]
    }

    @Test func `that does everything right is admitted, and leaves in order`() async throws {
        let tool = try Tool()
        let outcome = try await dial(
            with: ["-tls1_3", "-alpn", "syngraph/1"] + arguments(of: .germany, tool), tool: tool)
        #expect(outcome.events.refusals == [])
        #expect(outcome.events.endings == [nil])
        #expect(outcome.output.contains("ALPN protocol: syngraph/1"))
        #expect(!outcome.output.contains("Post-Handshake New Session Ticket"))
    }

    @Test func `is refused with TLS 1.2`() async throws {
        let tool = try Tool()
        let outcome = try await dial(
            with: ["-tls1_2", "-alpn", "syngraph/1"] + arguments(of: .germany, tool), tool: tool)
        #expect(outcome.events.refusals == [.brokenTLS("unsupported protocol")])
        #expect(outcome.output.contains("alert protocol version"))
    }

    @Test func `is refused without a certificate`() async throws {
        let outcome = try await dial(with: ["-tls1_3", "-alpn", "syngraph/1"], tool: Tool())
        #expect(outcome.events.refusals == [.refusedPeer(.noCertificate)])
    }

    @Test func `is refused with another application protocol`() async throws {
        let tool = try Tool()
        let outcome = try await dial(
            with: ["-tls1_3", "-alpn", "h2,syngraph/2"] + arguments(of: .germany, tool), tool: tool)
        #expect(outcome.events.refusals == [.refusedPeer(.noCommonProtocol)])
        #expect(outcome.output.contains("alert no application protocol"))
    }

    @Test func `is refused without an application protocol`() async throws {
        let tool = try Tool()
        let outcome = try await dial(with: ["-tls1_3"] + arguments(of: .germany, tool), tool: tool)
        #expect(outcome.events.refusals == [.refusedPeer(.noCommonProtocol)])
        #expect(outcome.output.contains("alert no application protocol"))
    }

    @Test func `is refused with an unknown key`() async throws {
        let tool = try Tool()
        let outcome = try await dial(
            with: ["-tls1_3", "-alpn", "syngraph/1"] + arguments(of: .stranger, tool), tool: tool)
        let key = try Node.stranger.key()
        #expect(outcome.events.refusals == [.refusedPeer(.unknownKey(key, reason: "no node of a party"))])
    }

    @Test(arguments: [
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"], PeerRefusal.unsupportedKey),
        (
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
            .unsupportedKey
        ),
        (["-newkey", "rsa:2048"], .unsupportedKey),
        (
            ["-newkey", "ed25519", "-addext", "extendedKeyUsage=serverAuth"],
            .unfitCertificate("not issued for this purpose")
        ),
        (
            ["-newkey", "ed25519", "-addext", "1.2.3.4=critical,DER:0500"],
            .unfitCertificate("unknown critical extension")
        ),
    ])
    func `is refused with a certificate of another kind`(options: [String], refusal: PeerRefusal) async throws {
        let tool = try Tool()
        try await tool.run(
            ["req", "-x509", "-nodes", "-subj", "/CN=other", "-keyout", "other.key", "-out", "other.pem"] + options)
        let outcome = try await dial(
            with: ["-tls1_3", "-alpn", "syngraph/1", "-cert", "other.pem", "-key", "other.key"], tool: tool,
            wallClock: { Int64(Date().timeIntervalSince1970) })
        #expect(outcome.events.refusals == [.refusedPeer(refusal)])
    }

    @Test func `with more certificates than we take is refused`() async throws {
        let tool = try Tool()
        let files = try tool.write(.germany)
        let many = String(repeating: try tool.read(files.certificate), count: 200)
        try tool.write(many, to: "many.pem")
        let outcome = try await dial(
            with: [
                "-tls1_3", "-alpn", "syngraph/1", "-cert", files.certificate, "-key", files.key, "-cert_chain",
                "many.pem",
            ], tool: tool)
        #expect(outcome.events.refusals == [.brokenTLS("excessive message size")])
    }

    @Test func `answers without an application protocol, and is left`() async throws {
        let tool = try Tool()
        let files = try tool.write(.france)
        let server = try tool.start(
            [
                "s_server", "-accept", "127.0.0.1:0", "-tls1_3", "-Verify", "1", "-naccept", "1", "-cert",
                files.certificate, "-key", files.key,
            ], isInputOpen: true)
        defer { server.process.terminate() }
        try await eventually { port(of: server) != nil }
        let endpoint = try SecureEndpoint.of(.germany)
        await #expect(throws: TransportFailure.refusedPeer(.noCommonProtocol)) {
            _ = try await endpoint.dial(host: "127.0.0.1", port: try #require(port(of: server)))
        }
    }

    @Test func `answers with TLS 1.2, and is left`() async throws {
        let tool = try Tool()
        let files = try tool.write(.france)
        let server = try tool.start(
            [
                "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-naccept", "1", "-alpn", "syngraph/1", "-cert",
                files.certificate, "-key", files.key,
            ], isInputOpen: true)
        defer { server.process.terminate() }
        try await eventually { port(of: server) != nil }
        let endpoint = try SecureEndpoint.of(.germany)
        await #expect(throws: TransportFailure.refusedByPeer(alert: "protocol version")) {
            _ = try await endpoint.dial(host: "127.0.0.1", port: try #require(port(of: server)))
        }
    }

    /// `s_server` says `ACCEPT 127.0.0.1:40123` when it listens.
    private func port(of server: Tool.Running) -> Int? {
        server.output().split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }?
            .split(separator: ":").last.flatMap { Int($0) }
    }

    @Test func `reads our certificate as we meant it`() async throws {
        let tool = try Tool()
        let der = try NodeCertificate.selfSigned(
            seed: Node.france.seed, commonName: "PRK node", validFrom: Clock.now, validUntil: 4_102_444_800,
            serial: [UInt8](repeating: 0xFF, count: 20), alternativeNames: [.host("node.example"), .address("::1")])
        let files = try tool.write(.france, certificate: der)
        let text = try await tool.run("x509", "-in", files.certificate, "-noout", "-text")
        for line in [
            "Version: 3 (0x2)", "7f:ff:ff:ff", "Issuer: CN = PRK node", "Subject: CN = PRK node",
            "Not Before: Jan 15 08:00:00 2027 GMT", "Not After : Jan  1 00:00:00 2100 GMT",
            "Public Key Algorithm: ED25519",
            "CA:FALSE", "Digital Signature", "TLS Web Server Authentication, TLS Web Client Authentication",
            "DNS:node.example, IP Address:0:0:0:0:0:0:0:1",
        ] {
            #expect(text.contains(line), "\(line) is missing in \(text)")
        }
        let verified = try await tool.run(
            "verify", "-attime", "\(Clock.now)", "-check_ss_sig", "-CAfile", files.certificate, files.certificate)
        #expect(verified.contains("OK"))
    }

    @Test func `that got its certificate from an authority is admitted by its key alike`() async throws {
        let tool = try Tool()
        let files = try tool.write(.germany)
        try await tool.run(
            "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-subj", "/CN=ministry",
            "-keyout", "ca.key", "-out", "ca.pem")
        try await tool.run("req", "-new", "-key", files.key, "-subj", "/CN=Berlin", "-out", "berlin.csr")
        try await tool.run(
            "x509", "-req", "-in", "berlin.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "9", "-out",
            "berlin.pem")
        let pem = try tool.read("berlin.pem") + tool.read("ca.pem")
        let credentials = try NodeCredentials(seed: Node.germany.seed, pem: pem)
        let now = Int64(Date().timeIntervalSince1970)
        let admitAll: @Sendable (PeerKey) -> PeerJudgement = { .admitted(label: $0.description) }
        let france = try TLSContext(
            credentials: Node.france.credentials(validFrom: now - 9, validUntil: now + 99), wallClock: { now },
            policy: admitAll)
        let germany = try TLSContext(credentials: credentials, wallClock: { now }, policy: admitAll)
        let listener = try await SecureEndpoint(context: france).listen(host: "127.0.0.1", port: 0)
        let pair = try await Pair(listener: listener, via: listener.port, by: SecureEndpoint(context: germany))
        #expect(pair.france.peer.key == (try Node.germany.key()))
        await pair.close()
    }

    /// The private key of a curve, as PKCS#8 in DER, made by the command.
    private func privateKey(over curve: String, by tool: Tool) async throws -> [UInt8] {
        try await tool.run(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)", "-out", "\(curve).pem")
        try await tool.run(
            "pkcs8", "-topk8", "-nocrypt", "-in", "\(curve).pem", "-outform", "DER", "-out", "\(curve).der")
        return [UInt8](try Data(contentsOf: tool.folder.appendingPathComponent("\(curve).der")))
    }

    private func certificate(over key: [UInt8]) throws -> [UInt8] {
        try NodeCertificate.selfSigned(
            privateKeyInfo: key, commonName: "node", validFrom: Clock.now - 60, validUntil: Clock.now + 60,
            serial: [UInt8](repeating: 7, count: 16))
    }

    @Test(arguments: [("P-256", "ecdsa-with-SHA256"), ("P-384", "ecdsa-with-SHA384")])
    func `speaks with a node whose key is over a curve of NIST`(curve: String, algorithm: String) async throws {
        let tool = try Tool()
        let key = try await privateKey(over: curve, by: tool)
        let der = try certificate(over: key)
        try tool.write(NodeCertificate.pem(der), to: "node.pem")
        let text = try await tool.run("x509", "-in", "node.pem", "-noout", "-text")
        #expect(text.contains("Signature Algorithm: \(algorithm)") && text.contains("NIST CURVE: \(curve)"))
        let verified = try await tool.run(
            "verify", "-attime", "\(Clock.now)", "-check_ss_sig", "-CAfile", "node.pem", "node.pem")
        #expect(verified.contains("OK"))
        let admitAll: @Sendable (PeerKey) -> PeerJudgement = { .admitted(label: $0.description) }
        let credentials = try NodeCredentials(privateKeyInfo: key, chain: [der])
        let context = try TLSContext(credentials: credentials, wallClock: { Clock.now }, policy: admitAll)
        // Once dialled by a node of Ed25519, once dialling it.
        let ed25519 = try TLSContext(
            credentials: Node.germany.credentials(), wallClock: { Clock.now }, policy: admitAll)
        for (listening, dialling) in [(context, ed25519), (ed25519, context)] {
            let listener = try await SecureEndpoint(context: listening).listen(host: "127.0.0.1", port: 0)
            let pair = try await Pair(listener: listener, via: listener.port, by: SecureEndpoint(context: dialling))
            try await pair.germany.send([[1, 2, 3]])
            #expect(try await pair.france.nextFrame() == [1, 2, 3])
            let keys = [pair.france.peer.key, pair.germany.peer.key]
            #expect(Set(keys) == [credentials.publicKey, try Node.germany.key()])
            await pair.close()
        }
    }

    @Test func `has one form of key, and credentials want the right one`() async throws {
        let tool = try Tool()
        let one = try await privateKey(over: "P-256", by: tool)
        let other = try await privateKey(over: "P-384", by: tool)
        let der = try certificate(over: one)
        #expect(throws: CredentialFailure.otherKey) { try NodeCredentials(privateKeyInfo: other, chain: [der]) }
        #expect(throws: CredentialFailure.unreadableKey) {
            try NodeCredentials(privateKeyInfo: Array(one.dropLast()), chain: [der])
        }
        let key = try NodeCredentials(privateKeyInfo: one, chain: [der]).publicKey
        #expect(PeerKey(key.bytes) == key)
        #expect(PeerKey(key.bytes + [0]) == nil && PeerKey(key.bytes.dropLast()) == nil && PeerKey([]) == nil)
        var compressed = key.bytes
        compressed[26] = 2
        #expect(PeerKey(compressed) == nil)
    }
}
