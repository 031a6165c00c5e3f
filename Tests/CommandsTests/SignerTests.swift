import Cryptography
import Foundation
import Identity
import Testing

@testable import Commands

/// Signers of every sort: shell scripts in a folder, with keys made by openssl.
private struct Signers {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// The command line of a script.
    func script(_ lines: String) throws -> String {
        let path = try folder.file("signer-\(UUID().uuidString)", Array("#!/bin/sh\n\(lines)\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    /// A key pair of openssl's: the path of each half.
    func keyPair(_ algorithm: SignatureAlgorithm) throws -> (private: String, public: String) {
        let kind =
            switch algorithm {
            case .ed25519: ["ed25519"]
            case .es256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .es384: ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]
            }
        let name = "\(folder.path)/\(UUID().uuidString)"
        try openssl(["genpkey", "-out", "\(name).key", "-algorithm"] + kind)
        try openssl(["pkey", "-in", "\(name).key", "-pubout", "-out", "\(name).pem"])
        return ("\(name).key", "\(name).pem")
    }

    /// A command that signs with openssl.
    func signer(_ key: String, _ algorithm: SignatureAlgorithm) throws -> String {
        let digest =
            switch algorithm {
            case .ed25519: ""
            case .es256: "-digest sha256"
            case .es384: "-digest sha384"
            }
        return try script("exec openssl pkeyutl -sign -rawin \(digest) -inkey '\(key)' -in /dev/stdin")
    }

    func key(_ path: String) throws -> PublicKey {
        try PublicKeyFile.decode([UInt8](Data(contentsOf: URL(filePath: path))))
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "20", "openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
    }
}

@Suite("A signer's process", .timeLimit(.minutes(2)))
struct SignerProcessTests {
    private func run(
        _ script: String, _ input: [UInt8] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        seconds: Double = 30, bytes: Int = 100
    ) -> SignerProcess.Outcome {
        SignerProcess(words: ["sh", "-c", script], environment: environment, secondLimit: seconds, byteLimit: bytes)
            .run(input: input)
    }

    @Test func `reads all that it is given, and is heard to the last byte`() {
        let input = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let digest = Digest(of: input).hex
        #expect(run("sha256sum | cut -c 1-64", input) == .ended(code: 0, output: Array("\(digest)\n".utf8)))
        #expect(run("true", input) == .ended(code: 0, output: []))
        #expect(run("printf a; sleep 0.05; printf b") == .ended(code: 0, output: Array("ab".utf8)))
    }

    @Test func `tells how it ended`() {
        #expect(run("printf x; exit 3") == .ended(code: 3, output: Array("x".utf8)))
        #expect(run("kill -TERM $$") == .killed(signal: SIGTERM))
        let nowhere = SignerProcess(words: ["/no/such/program"], environment: [:], secondLimit: 1, byteLimit: 1)
        #expect(nowhere.run(input: []) == .notStarted(ENOENT))
    }

    @Test func `may write so much, and no more`() {
        #expect(run("head -c 100 /dev/zero") == .ended(code: 0, output: [UInt8](repeating: 0, count: 100)))
        #expect(run("head -c 101 /dev/zero") == .tooLong)
        #expect(run("exec cat /dev/zero") == .tooLong)
    }

    @Test(arguments: ["exec sleep 60", "exec >&-; exec sleep 60", "sleep 5 & wait"])
    func `is ended when its time is over`(script: String) {
        let began = ContinuousClock.now
        #expect(run(script, seconds: 0.3) == .tooSlow)
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func `knows what it is told, and nothing else`() {
        #expect(
            run("echo $ONE; env | wc -l", environment: ["ONE": "1", "PATH": "/usr/bin:/bin"])
                == .ended(code: 0, output: Array("1\n3\n".utf8)))  // and PWD, which the shell adds
    }
}

@Suite("--signer", .timeLimit(.minutes(2)))
struct SignerCommandTests {
    private let signers = try! Signers()

    /// The complaint of a party that is to be made with a public key and this signer.
    private func complaint(_ script: String, _ algorithm: SignatureAlgorithm = .es256) async throws -> (Answer, String)
    {
        let key = try signers.keyPair(algorithm).public
        let home = "\(signers.folder.path)/\(UUID().uuidString)"
        let answer = await typed(
            "party", "new", "KOR", "--home", home, "--seal-key", key, "--recovery-keys", "0", "--no-passphrase",
            "--json",
            "--signer", try signers.script(script), environment: ["PATH": "/usr/bin:/bin"])
        #expect(!FileManager.default.fileExists(atPath: home))
        return (answer, try #require(answer.json["error"] as? String))
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `signs the card with a key that this program never sees`(algorithm: SignatureAlgorithm) async throws {
        let pair = try signers.keyPair(algorithm)
        let home = "\(signers.folder.path)/home"
        let answer = await typed(
            "party", "new", "KOR", "--home", home, "--seal-key", pair.public, "--recovery-keys", "0", "--no-passphrase",
            "--signer", try signers.signer(pair.private, algorithm), environment: ["PATH": "/usr/bin:/bin"])
        try #require(answer.code == .holds, "\(answer.talk)")
        let card = try PartyCard(encoded: [UInt8](Data(contentsOf: URL(filePath: "\(home)/KOR.card"))))
        #expect(card.record.seal.keys == [try signers.key(pair.public)])
        #expect(try signers.key("\(home)/keys/seal-1.pem") == signers.key(pair.public))
        let shown = await typed("key", "show", "\(home)/keys/seal-1.pem", "--home", home)
        #expect(shown.output.contains("\(algorithm.name)") && shown.output.contains("seal key of KOR"))
    }

    @Test(arguments: [SignatureAlgorithm.es256, .es384])
    func `gives a signature in the one spelling, whichever way the command writes it`(
        algorithm: SignatureAlgorithm
    ) throws {
        let pair = try signers.keyPair(algorithm)
        let key = try signers.key(pair.public)
        let command = try SignerCommand(signers.signer(pair.private, algorithm))
        for number in 0..<12 as Range<UInt8> {
            let statement = try Signer(key, by: command).sign([number], as: .seal)
            #expect(statement.isValid(by: key))
        }
    }

    @Test func `is told the key, the algorithm and the kind of statement, and no passphrase`() async throws {
        let told = "\(signers.folder.path)/told"
        let key = try signers.keyPair(.es384).public
        _ = await typed(
            "party", "new", "KOR", "--home", "\(signers.folder.path)/h", "--seal-key", key, "--signer",
            try signers.script("env > '\(told)'; cat > '\(told).in'"),
            environment: ["PATH": "/usr/bin:/bin", "SYNGRAPH_PASSPHRASE": "correct horse"], isRandom: true)
        let lines = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n").filter {
            $0.hasPrefix("SYNGRAPH_")
        }
        let id = try signers.key(key).id
        #expect(
            Set(lines) == ["SYNGRAPH_KEY_ID=\(id)", "SYNGRAPH_ALGORITHM=ES384", "SYNGRAPH_STATEMENT=card"])
        // The Sig_structure of RFC 9052: an array of four that begins with "Signature1".
        let input = try [UInt8](Data(contentsOf: URL(filePath: "\(told).in")))
        #expect(input.starts(with: [0x84, 0x6a] + "Signature1".utf8))
    }

    @Test func `says what is wrong with a signer, and leaves no home behind`() async throws {
        let failed = try await complaint("echo no >&2; exit 9")
        #expect(failed.1 == "signer-failed" && failed.0.talk.contains("exit code 9") && failed.0.code == .notYours)
        let killed = try await complaint("kill -9 $$")
        #expect(killed.1 == "signer-failed" && killed.0.talk.contains("signal 9"))
        let nothing = try await complaint("true")
        #expect(nothing.1 == "not-a-signature" && nothing.0.talk.contains("wrote nothing"))
        let text = try await complaint("openssl dgst -sha256 -hex")
        #expect(text.1 == "not-a-signature" && text.0.talk.contains("looks like text"))
        let other = try await complaint("head -c 64 /dev/zero")
        #expect(other.1 == "not-a-signature" && other.0.talk.contains("SHA-256"))
        let ed25519 = try await complaint("head -c 64 /dev/zero", .ed25519)
        #expect(ed25519.1 == "not-a-signature" && ed25519.0.talk.contains("R and S"))
        let long = try await complaint("head -c 1025 /dev/zero")
        #expect(long.1 == "signer-too-long" && long.0.talk.contains("1024 bytes"))
    }

    @Test func `says that it is too slow`() throws {
        let key = try signers.key(signers.keyPair(.ed25519).public)
        let command = try SignerCommand(signers.script("exec sleep 60"), secondLimit: 0.2)
        let complaint = #expect(throws: Complaint.self) { try command.signature(of: [1], by: key, as: .seal) }
        #expect(complaint?.word == "signer-too-slow")
    }

    @Test func `is another key's, and is found out`() async throws {
        let (one, other) = (try signers.keyPair(.es256), try signers.keyPair(.es256))
        let answer = await typed(
            "party", "new", "KOR", "--home", "\(signers.folder.path)/h", "--seal-key", one.public, "--json", "--signer",
            try signers.signer(other.private, .es256), environment: ["PATH": "/usr/bin:/bin"], isRandom: true)
        #expect(try answer.json["error"] as? String == "not-a-signature")
    }

    @Test func `is a program and its words, which no shell reads`() async throws {
        let key = try signers.keyPair(.es256).public
        let trace = "\(signers.folder.path)/trace"
        func attempt(_ signer: String) async throws -> String? {
            try await typed(
                "party", "new", "KOR", "--home", "\(signers.folder.path)/h", "--seal-key", key, "--json", "--signer",
                signer, environment: ["PATH": "/usr/bin:/bin"], isRandom: true
            ).json["error"] as? String
        }
        #expect(try await attempt("echo x; touch \(trace)") == "not-a-signature")
        #expect(try await attempt("echo $(touch \(trace))") == "not-a-signature")
        #expect(!FileManager.default.fileExists(atPath: trace))
        #expect(try await attempt("/no/such/signer") == "signer-not-started")
        #expect(try await attempt(" ") == "usage")
        #expect(try await attempt(try signers.folder.file("text", Array("no program".utf8))) == "signer-not-started")
    }

    @Test func `is asked for where only the public half is there, and a key stands once`() async throws {
        let pair = try signers.keyPair(.es256)
        func attempt(_ words: String...) async throws -> String? {
            try await typed(
                words: ["party", "new", "KOR", "--home", "\(signers.folder.path)/h", "--no-passphrase", "--json"]
                    + words,
                environment: ["PATH": "/usr/bin:/bin"]
            ).json["error"] as? String
        }
        #expect(try await attempt("--seal-key", pair.public) == "signer-needed")
        #expect(try await attempt("--seal-key", pair.private, "--recovery-key", pair.private) == "usage")
        #expect(try await attempt("--seal-key", pair.private, "--next-seal-key", pair.public) == "usage")
        #expect(try await attempt("--seal-key", pair.private, "--next-seal-key", pair.private) == "not-a-public-key")
        #expect(try await attempt("--seal-key", pair.private, "--seal-keys", "1") == "usage")
        let more = try signers.keyPair(.es256).public
        #expect(try await attempt("--seal-keys", "2", "--next-seal-key", more) == "usage")
    }

    @Test func `is not needed for a private key that is there already`() async throws {
        let pair = try signers.keyPair(.es384)
        let home = "\(signers.folder.path)/h"
        let answer = await typed(
            "party", "new", "KOR", "--home", home, "--seal-key", pair.private, "--recovery-keys", "0", "--no-passphrase"
        )
        try #require(answer.code == .holds, "\(answer.talk)")
        // The key stays where it is: the home has its public half.
        #expect(try signers.key("\(home)/keys/seal-1.pem") == signers.key(pair.public))
    }

    @Test func `has the limits that the page names`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "Docs/Specification/commands.md"), encoding: .utf8)
        #expect(page.contains("| `secondLimit` | \(Int(SignerCommand.secondLimit)) |"))
        #expect(page.contains("| `byteLimit` | 1,024 |") && SignerCommand.byteLimit == 1024)
    }
}

@Suite("syngraph party new --algorithm", .timeLimit(.minutes(2)))
struct PartyAlgorithmTests {
    @Test(arguments: SignatureAlgorithm.allCases)
    func `makes seal and recovery keys of that kind, and a node key of the kind that is asked for`(
        algorithm: SignatureAlgorithm
    ) async throws {
        let folder = try Folder()
        let home = "\(folder.path)/h"
        let answer = await typed(
            "party", "new", "KOR", "--home", home, "--algorithm", algorithm.name.lowercased(), "--seal-keys", "3",
            "--node-algorithm", "es256",
            environment: ["SYNGRAPH_PASSPHRASE": "correct horse"], isRandom: true)
        try #require(answer.code == .holds, "\(answer.talk)")
        let card = try PartyCard(encoded: [UInt8](Data(contentsOf: URL(filePath: "\(home)/KOR.card"))))
        let kinds = (card.record.seal.keys + card.record.recovery.keys).map(\.algorithm)
        #expect(kinds == Array(repeating: algorithm, count: 4))
        #expect(card.record.nodes.map(\.key.algorithm) == [.es256])
        let shown = await typed(
            "key", "show", "\(home)/keys/next-seal-3.pem", environment: ["SYNGRAPH_PASSPHRASE": "correct horse"])
        #expect(shown.output.contains(algorithm.name))
    }
}
