internal import ArgumentParser
internal import Cryptography
internal import Foundation
internal import Redline
internal import Wording

/// `--signer COMMAND`: a command that signs with keys which this program never sees, on a token or behind a service.
///
/// It reads on standard input exactly the bytes to be signed and writes the signature, and nothing else, on standard
/// output. Source: `Docs/Specification/commands.md`, "Signers".
struct SignerCommand {
    /// Seconds that it may take: a person may have to find the token and type its PIN.
    static let secondLimit = 120.0
    /// Bytes that it may write: the longest signature in DER has 104, and whoever writes text instead is told so.
    static let byteLimit = 1024

    private let words: [String]
    private let secondLimit: Double

    /// Takes a command apart at its blanks: no shell reads it, so nothing in it is expanded or run besides.
    init(_ typed: String, secondLimit: Double = Self.secondLimit) throws(Complaint) {
        words = typed.split(separator: " ").map(String.init)
        guard !words.isEmpty, !typed.utf8.contains(0) else {
            throw .usage("--signer names no command", hint: "as in --signer ./token-signer")
        }
        self.secondLimit = secondLimit
    }

    private var name: String { terminalSafe(words[0]) }

    /// The signature of `key` over `message`, checked.
    ///
    /// - Throws: a ``Complaint`` if the command does not give one.
    func signature(of message: [UInt8], by key: PublicKey, as kind: StatementKind) throws(Complaint) -> [UInt8] {
        var environment = Surroundings.current.environment
        // The words that open our key files are none of its business.
        environment["SYNGRAPH_PASSPHRASE"] = nil
        environment["SYNGRAPH_KEY_ID"] = key.id.digest.hex
        environment["SYNGRAPH_ALGORITHM"] = key.algorithm.name
        environment["SYNGRAPH_STATEMENT"] = kind.rawValue
        let outcome = SignerProcess(
            words: words, environment: environment, secondLimit: secondLimit, byteLimit: Self.byteLimit
        ).run(input: message)
        switch outcome {
        case .ended(code: 0, let output):
            guard let signature = key.signature(fromForeign: output, of: message) else {
                throw notASignature(output, key)
            }
            return signature
        case .ended(let code, _): throw failed("ended with exit code \(code)", key)
        case .killed(let signal): throw failed("was ended by signal \(signal)", key)
        case .notStarted(let number): throw notStarted(number)
        case .tooSlow: throw tooSlow(key)
        case .tooLong: throw tooLong(key)
        }
    }
}

// MARK: - What can go wrong

extension SignerCommand {
    private func notStarted(_ number: Int32) -> Complaint {
        Complaint(
            number == ENOENT ? .noSuchFile : .notYours, "signer-not-started",
            "the signer \(name) cannot be run: \(String(cString: strerror(number)))",
            hint: "--signer names a program, in the PATH or with a slash, and its words, parted by blanks: no shell "
                + "reads them")
    }

    private func failed(_ how: String, _ key: PublicKey) -> Complaint {
        Complaint(
            .notYours, "signer-failed", "the signer \(name) \(how), and gave no signature by the key \(short(key))",
            hint: "what it said itself stands above; run it by hand to see more")
    }

    private func tooSlow(_ key: PublicKey) -> Complaint {
        Complaint(
            .notYours, "signer-too-slow",
            "the signer \(name) gave no signature by the key \(short(key)) within \(Int(secondLimit)) seconds, and was "
                + "ended",
            hint: "see whether it waits for a PIN or a token, and try again")
    }

    private func tooLong(_ key: PublicKey) -> Complaint {
        Complaint(
            .notYours, "signer-too-long",
            "the signer \(name) wrote more than \(Self.byteLimit) bytes, and a signature by the key \(short(key)) has "
                + "\(key.algorithm.signatureByteCount)",
            hint: "only the signature belongs on its standard output; words belong on standard error")
    }

    private func notASignature(_ output: [UInt8], _ key: PublicKey) -> Complaint {
        let what = output.isEmpty ? "nothing" : Quoting.count(output.count, "byte")
        return Complaint(
            .notYours, "not-a-signature",
            "the signer \(name) wrote \(what), which is no signature by the key \(short(key)) over what it was given",
            hint: hint(about: output, key))
    }

    /// The likeliest mistake, by the looks of what was written.
    private func hint(about output: [UInt8], _ key: PublicKey) -> String {
        let isText = !output.isEmpty && output.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a || $0 == 0x0d }
        if isText {
            return "it looks like text: the bytes of the signature are wanted, not hexadecimal digits or base64"
        }
        switch key.algorithm {
        case .ed25519:
            return "it signs all of its standard input by Ed25519, with this key, and writes the 64 bytes of R and S"
        case .es256, .es384:
            let hash = key.algorithm == .es256 ? "SHA-256" : "SHA-384"
            return "it signs the \(hash) of its standard input, with this key, and writes r and s in "
                + "\(key.algorithm.signatureByteCount) bytes, or in DER"
        }
    }

    private func short(_ key: PublicKey) -> String { Quoting.short(key.id.digest) }
}
