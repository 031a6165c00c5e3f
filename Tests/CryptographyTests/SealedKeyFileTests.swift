import Foundation
import TestSupport
import Testing

@testable import Cryptography

@Suite("A key file")
struct SealedKeyFileTests {
    private let key = TestKeys.seal(of: "KOR")

    private func file(passphrase: String?) -> String {
        SealedKeyFile.encode(
            key, passphrase: passphrase, salt: [UInt8](repeating: 1, count: 16),
            initialisationVector: [UInt8](repeating: 2, count: 16))
    }

    @Test(arguments: ["correct horse", "", "대한민국 é", "with\0zero", String(repeating: "long ", count: 300), nil])
    func `gives back the key that went in, by the same passphrase`(passphrase: String?) throws {
        let opened = try SealedKeyFile.decode(file(passphrase: passphrase), passphrase: passphrase)
        #expect(opened.rawSeed == key.rawSeed)
    }

    @Test func `is not opened by another passphrase, nor by none`() {
        let sealed = file(passphrase: "correct horse")
        #expect(!sealed.contains(file(passphrase: nil).split(separator: "\n")[1]))
        // A zero byte behind would open it: HMAC fills its key up with zeros.
        for wrong in ["Correct horse", "", "correct horse ", "correct hors", "correct horse\0x"] {
            #expect(throws: SealedKeyFile.Refusal.wrongPassphraseOrDamaged) {
                try SealedKeyFile.decode(sealed, passphrase: wrong)
            }
        }
        #expect(throws: SealedKeyFile.Refusal.passphraseNeeded) { try SealedKeyFile.decode(sealed, passphrase: nil) }
    }

    @Test func `in the clear is opened whatever passphrase is offered, with words around it`() throws {
        let text = "The key of the liaison office.\n\n" + file(passphrase: nil) + "\nKeep it.\n"
        #expect(try SealedKeyFile.decode(text, passphrase: "x").rawSeed == key.rawSeed)
        #expect(throws: SealedKeyFile.Refusal.notAKeyFile) {
            try SealedKeyFile.decode(
                text + String(repeating: " ", count: SealedKeyFile.byteLimit), passphrase: nil)
        }
    }

    @Test func `that is damaged is refused`() {
        let sealed = file(passphrase: "a")
        #expect(throws: SealedKeyFile.Refusal.wrongPassphraseOrDamaged) {
            try SealedKeyFile.decode(String(sealed.dropLast(60)), passphrase: "a")
        }
        let shouted = file(passphrase: nil).uppercased()
        for text in ["", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\n", shouted] {
            #expect(throws: SealedKeyFile.Refusal.notAKeyFile) { try SealedKeyFile.decode(text, passphrase: nil) }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["correct horse", nil])
    func `is read by openssl`(passphrase: String?) throws {
        try inTemporaryFolder { folder in
            let path = folder.appending(path: "key.pem").path
            try file(passphrase: passphrase).write(toFile: path, atomically: false, encoding: .utf8)
            let secret = passphrase.map { ["-passin", "pass:\($0)"] } ?? []
            let said = try openssl(["pkey", "-in", path, "-noout", "-text"] + secret)
            let digits = said.filter { !$0.isWhitespace && $0 != ":" }
            #expect(digits.contains("priv" + Hexadecimal.text(of: key.rawSeed)))
            #expect(digits.contains("pub" + Hexadecimal.text(of: key.publicKey.rawRepresentation)))
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [[], ["-aes-256-cbc", "-pass", "pass:correct horse"]])
    func `is what openssl makes`(encryption: [String]) throws {
        try inTemporaryFolder { folder in
            let path = folder.appending(path: "key.pem").path
            _ = try openssl(["genpkey", "-algorithm", "ed25519", "-out", path] + encryption)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let opened = try SealedKeyFile.decode(text, passphrase: "correct horse")
            let secret = encryption.isEmpty ? [] : ["-passin", "pass:correct horse"]
            let said = try openssl(["pkey", "-in", path, "-noout", "-text"] + secret)
            #expect(
                said.filter { !$0.isWhitespace && $0 != ":" }.contains(
                    "pub" + Hexadecimal.text(of: opened.publicKey.rawRepresentation)))
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["x25519", "ed448", "rsa"])
    func `of another algorithm is refused as such`(algorithm: String) throws {
        try inTemporaryFolder { folder in
            let path = folder.appending(path: "key.pem").path
            _ = try openssl(["genpkey", "-algorithm", algorithm, "-out", path])
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(throws: SealedKeyFile.Refusal.notEd25519) { try SealedKeyFile.decode(text, passphrase: nil) }
        }
    }

    private func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "syngraph-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// What openssl says; it can ask nobody anything, and is stopped after twenty seconds.
    private func openssl(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "20", "openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
        return String(decoding: said, as: UTF8.self)
    }
}
