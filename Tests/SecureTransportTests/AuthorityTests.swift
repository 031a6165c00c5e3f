import Foundation
import Testing

@testable import SecureTransport

/// The PKI that `certs-example/make-pki` makes, in a folder that goes with this object.
private struct ExamplePKI {
    let folder: URL
    private let tool: Tool

    init(_ parties: String...) async throws {
        tool = try Tool()
        folder = tool.folder.appendingPathComponent("pki")
        try await make(parties.isEmpty ? ["FRA"] : parties, beginning: [])
    }

    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("certs-example/make-pki")

    /// Runs the script; fails the test where it fails.
    func make(_ words: [String], beginning: [String], _ environment: [String: String] = [:]) async throws {
        let process = Process()
        process.executableURL = Self.script
        process.arguments = beginning + [folder.path] + words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        #expect(process.terminationStatus == 0, "make-pki \(words)")
    }

    /// A further certificate, with its key.
    func node(_ party: String, _ name: String, _ environment: [String: String] = [:]) async throws -> NodeCredentials {
        if !FileManager.default.fileExists(atPath: path(party, name + ".pem")) {
            try await make([party, name], beginning: ["--node"], environment)
        }
        return try NodeCredentials(
            privateKeyInfo: Self.der(text(party, name + ".key")), pem: text(party, name + ".pem"))
    }

    func authority(_ party: String, withList: Bool = false) throws -> PeerAuthority {
        try PeerAuthority(
            label: party, pem: text(party, "authority.pem"),
            revocations: withList ? text(party, "revocations.pem") : nil)
    }

    func path(_ party: String, _ name: String) -> String { folder.path + "/\(party)/\(name)" }

    func text(_ party: String, _ name: String) throws -> String {
        try String(contentsOfFile: path(party, name), encoding: .utf8)
    }

    /// The bytes of a PEM text of one key.
    static func der(_ pem: String) throws -> [UInt8] {
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return try Array(#require(Data(base64Encoded: body)))
    }
}

@Suite("An authority that the operator names", .enabled(if: Tool.isInstalled), .timeLimit(.minutes(10)))
struct AuthorityTests {
    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

    /// An endpoint that knows no key but those `pinned`, and listens to these authorities.
    private func endpoint(
        _ credentials: NodeCredentials, _ authorities: [PeerAuthority], pinning pinned: Set<PeerKey> = [],
        at now: Int64 = Self.now(), admitting parties: Set<String> = ["FRA", "GER"], events: Events = Events()
    ) throws -> SecureEndpoint {
        let context = try TLSContext(
            credentials: credentials, wallClock: { now },
            authorities: TLSContext.Authorities(authorities) {
                parties.contains($0) ? .admitted(label: $0) : .refused(reason: "\($0) is no party")
            },
            policy: { pinned.contains($0) ? .admitted(label: "pinned") : .refused(reason: "no node of a party") })
        return SecureEndpoint(context: context, log: events.log)
    }

    /// What becomes of `dialler` at a listener: the peer as it was admitted, or the refusal and the alert that it met.
    private func meet(
        _ dialler: NodeCredentials, _ authorities: [PeerAuthority], pinning pinned: Set<PeerKey> = [],
        at now: Int64 = Self.now(), admitting parties: Set<String> = ["FRA", "GER"]
    ) async throws -> (peer: Peer?, refusal: TransportFailure?, alert: TransportFailure?) {
        let events = Events()
        let own = try Node.france.credentials(validFrom: now - 60, validUntil: now + 60)
        let listener = try await endpoint(
            own, authorities, pinning: pinned, at: now, admitting: parties, events: events
        ).listen(host: "127.0.0.1", port: 0)
        let context = try TLSContext(credentials: dialler, wallClock: { now }) { _ in .admitted(label: "anybody") }
        let connection = try await SecureEndpoint(context: context).dial(host: "127.0.0.1", port: listener.port)
        try await eventually { !events.list.isEmpty }
        var met: TransportFailure?
        if !events.refusals.isEmpty {
            do { _ = try await connection.nextFrame() } catch let failure as TransportFailure { met = failure }
        }
        await connection.close()
        await listener.shutDown()
        let peer = events.list.compactMap { if case .opened(_, let peer) = $0 { peer } else { nil } }.first
        return (peer, events.refusals.first, met)
    }

    private func reason(_ refusal: TransportFailure?) -> String {
        if case .refusedPeer(.unknownKey(_, let reason)) = refusal { reason } else { "\(refusal as Any)" }
    }

    @Test func `admits a key that nobody pins, on either side, as its party's`() async throws {
        let pki = try await ExamplePKI()
        let node = try await pki.node("FRA", "node")
        let met = try await meet(node, [pki.authority("FRA", withList: true)])
        #expect(met.peer == Peer(key: node.publicKey, label: "FRA", isVouchedFor: true))

        let listener = try await endpoint(node, [], pinning: [Node.germany.key()]).listen(host: "127.0.0.1", port: 0)
        let own = try Node.germany.credentials(validFrom: Self.now() - 60, validUntil: Self.now() + 60)
        let dialler = try endpoint(own, [pki.authority("FRA")])
        let connection = try await dialler.dial(host: "127.0.0.1", port: listener.port)
        #expect(connection.peer == Peer(key: node.publicKey, label: "FRA", isVouchedFor: true))
        await connection.close()
        await listener.shutDown()
    }

    @Test func `is not asked about a key that is pinned`() async throws {
        let pki = try await ExamplePKI()
        let node = try await pki.node("FRA", "node")
        let met = try await meet(node, [pki.authority("FRA")], pinning: [node.publicKey])
        #expect(met.peer == Peer(key: node.publicKey, label: "pinned"))
    }

    @Test func `does not speak for another one's certificates, nor for who is no party`() async throws {
        let pki = try await ExamplePKI("FRA", "GER")
        let node = try await pki.node("FRA", "node")
        var met = try await meet(node, [pki.authority("GER")])
        #expect(met.peer == nil && met.alert == .refusedByPeer(alert: "unknown CA"))
        #expect(reason(met.refusal).contains("not under the authority of GER: unable to get local issuer certificate"))
        met = try await meet(node, [pki.authority("GER"), pki.authority("FRA")])
        #expect(met.peer?.label == "FRA", "each authority is asked")
        met = try await meet(node, [pki.authority("FRA")], admitting: ["GER"])
        #expect(met.peer == nil && reason(met.refusal).hasSuffix("FRA is no party"))
    }

    @Test func `does not make up for dates`() async throws {
        let pki = try await ExamplePKI()
        let old = try await pki.node("FRA", "old", ["STARTS": "200101000000Z", "ENDS": "200102000000Z"])
        var met = try await meet(old, [pki.authority("FRA")])
        #expect(met.refusal == .refusedPeer(.certificateExpired))
        #expect(met.alert == .refusedByPeer(alert: "certificate expired"))
        let early = try await pki.node("FRA", "early", ["STARTS": "400101000000Z", "ENDS": "400102000000Z"])
        met = try await meet(early, [pki.authority("FRA")])
        #expect(met.refusal == .refusedPeer(.certificateNotYetValid))
        // The authority's own end counts too: eleven years on, while a leaf of any length is in its dates.
        let long = try await pki.node("FRA", "long", ["DAYS": "7000"])
        met = try await meet(long, [pki.authority("FRA")], at: Self.now() + 4000 * 86_400)
        #expect(reason(met.refusal).contains("not under the authority of FRA: certificate has expired"))
    }

    @Test func `that took a certificate back is heard, also of a pinned key`() async throws {
        let pki = try await ExamplePKI()
        let node = try await pki.node("FRA", "node")
        let other = try await pki.node("FRA", "other")
        try await pki.make(["FRA", "node"], beginning: ["--revoke"])
        for pinned: Set<PeerKey> in [[], [node.publicKey]] {
            let met = try await meet(node, [pki.authority("FRA", withList: true)], pinning: pinned)
            #expect(met.refusal == .refusedPeer(.certificateRevoked))
            #expect(met.alert == .refusedByPeer(alert: "certificate revoked"))
        }
        #expect(try await meet(other, [pki.authority("FRA", withList: true)]).peer?.isVouchedFor == true)
        #expect(try await meet(node, [pki.authority("FRA")]).peer?.isVouchedFor == true, "no list, no revocation")
    }

    @Test func `whose list is too old vouches for nobody, and leaves pinned keys alone`() async throws {
        let pki = try await ExamplePKI()
        let node = try await pki.node("FRA", "node")
        let then = Self.now() + 40 * 86_400
        var met = try await meet(node, [pki.authority("FRA", withList: true)], at: then)
        #expect(reason(met.refusal).contains("CRL has expired"))
        met = try await meet(node, [pki.authority("FRA", withList: true)], pinning: [node.publicKey], at: then)
        #expect(met.peer?.label == "pinned")
    }

    /// What a node's certificate is signed with, and why that does not count.
    @Test(arguments: ["-sha256 rsa:1024", "-sha1 rsa:2048"])
    func `with a weak key, or a weak digest, vouches for nobody`(options: String) async throws {
        let words = options.split(separator: " ").map(String.init)
        let tool = try Tool()
        try await tool.run([
            "req", "-x509", "-nodes", "-subj", "/CN=weak", "-keyout", "ca.key", "-out", "ca.pem", words[0], "-newkey",
            words[1],
        ])
        let files = try tool.write(.germany)
        try await tool.run("req", "-new", "-key", files.key, "-subj", "/CN=node", "-out", "node.csr")
        try await tool.run(
            "x509", "-req", words[0], "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "9", "-out",
            "node.pem")
        let leaf = try Certificate(der: #require(NodeCertificate.certificates(pem: tool.read("node.pem")).first))
        let authority = try PeerAuthority(label: "FRA", pem: tool.read("ca.pem"))
        // 1: for a client of TLS.
        guard case .notVouched(let reason) = authority.verdict(on: leaf, sentAlong: nil, purpose: 1, at: Self.now())
        else {
            Issue.record("it vouches")
            return
        }
        #expect(reason.contains("too weak"), "\(reason)")
    }

    @Test func `vouches through one between, and the one between by itself`() async throws {
        let pki = try await ExamplePKI()
        _ = try await pki.node("FRA", "node")
        let tool = try Tool()
        try tool.write("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n", to: "ca.ext")
        for (name, key) in [("root", "root.key"), ("between", "between.key")] {
            try await tool.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
            try await tool.run("req", "-new", "-key", key, "-subj", "/CN=\(name)", "-out", "\(name).csr")
        }
        try tool.write(pki.text("FRA", "node.key"), to: "node.key")
        try await tool.run("req", "-new", "-key", "node.key", "-subj", "/CN=node", "-out", "node.csr")
        try await tool.run(
            "x509", "-req", "-in", "root.csr", "-signkey", "root.key", "-extfile", "ca.ext", "-out", "root.pem")
        try await tool.run(
            "x509", "-req", "-in", "between.csr", "-CA", "root.pem", "-CAkey", "root.key", "-extfile", "ca.ext", "-out",
            "between.pem")
        try await tool.run(
            "x509", "-req", "-in", "node.csr", "-CA", "between.pem", "-CAkey", "between.key", "-out", "node.pem")
        let key = try ExamplePKI.der(pki.text("FRA", "node.key"))
        let chain = try NodeCertificate.certificates(pem: tool.read("node.pem") + tool.read("between.pem"))
        let whole = try NodeCredentials(privateKeyInfo: key, chain: chain)
        let leafOnly = try NodeCredentials(privateKeyInfo: key, chain: [chain[0]])
        let root = try PeerAuthority(label: "FRA", pem: tool.read("root.pem"))
        let between = try PeerAuthority(label: "FRA", pem: tool.read("between.pem"))
        #expect(try await meet(whole, [root]).peer?.isVouchedFor == true)
        #expect(try await meet(leafOnly, [root]).peer == nil)
        #expect(try await meet(leafOnly, [between]).peer?.isVouchedFor == true)
    }

    @Test func `is refused when its files hold no certificate, or no list`() async throws {
        let pki = try await ExamplePKI()
        let pem = try pki.text("FRA", "authority.pem")
        #expect(throws: CredentialFailure.unreadableCertificate) { try PeerAuthority(label: "FRA", pem: "nothing") }
        for list in ["", "nothing", "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n"] {
            #expect(throws: CredentialFailure.unreadableRevocationList) {
                try PeerAuthority(label: "FRA", pem: pem, revocations: list)
            }
        }
    }
}
