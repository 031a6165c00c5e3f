internal import ArgumentParser
internal import Cryptography
internal import NodeRuntime
internal import Redline
internal import Wording

/// A key that is about to sign: its private half is in a file here, or behind a command.
///
/// Every verb that signs for a party goes through this.
struct Signer {
    let publicKey: PublicKey
    private let means: Means

    private enum Means {
        case key(SigningKey)
        case command(SignerCommand)
    }

    init(_ key: SigningKey) {
        publicKey = key.publicKey
        means = .key(key)
    }

    init(_ key: PublicKey, by command: SignerCommand) {
        publicKey = key
        means = .command(command)
    }

    var id: KeyID { publicKey.id }

    /// Signs a payload as a statement of this kind; what is returned is valid.
    ///
    /// - Throws: a ``Complaint`` if a command fails, or signs something else.
    func sign(_ payload: [UInt8], as kind: StatementKind) throws(Complaint) -> SignedStatement {
        switch means {
        case .key(let key): return SignedStatement(payload, as: kind, by: key)
        case .command(let command):
            let message = SignedStatement.bytesToSign(payload, as: kind, by: publicKey)
            return SignedStatement(
                payload, as: kind, signer: id, algorithm: publicKey.algorithm,
                signature: try command.signature(of: message, by: publicKey, as: kind))
        }
    }
}

/// How keys are opened, for verbs that sign: `--passphrase-file` for those in files, `--signer` for those elsewhere.
struct SigningOptions: ParsableArguments {
    @OptionGroup var passphrase: PassphraseOptions
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sign by this command for keys of which only the public half is in a file.",
            discussion: "It reads what is to be signed, and writes the signature.", valueName: "command"))
    var signer: String?

    /// The key of a file: a private key signs by itself, a public key by the command.
    ///
    /// - Throws: ``HomeFailure`` for a file that is no usable key; a ``Complaint`` for a public key without a command.
    func signer(at path: String) throws -> Signer {
        switch try KeyFile.half(at: path) {
        case .private: return Signer(try KeyFile.read(path, passphrase))
        case .public(let key):
            guard let signer else {
                throw Complaint(
                    .notYours, "signer-needed",
                    "\(terminalSafe(path)) is the public half of the key \(Quoting.short(key.id.digest)), which lives "
                        + "elsewhere",
                    hint: "name the command that signs with it: --signer COMMAND")
            }
            return Signer(key, by: try SignerCommand(signer))
        }
    }

    /// The keys of several files.
    ///
    /// - Throws: as ``signer(at:)``; a ``Complaint`` for a key that is given twice.
    func signers(at paths: [String]) throws -> [Signer] {
        var signers: [Signer] = []
        for path in paths {
            let signer = try signer(at: path)
            guard !signers.contains(where: { $0.id == signer.id }) else {
                throw Complaint.usage("the key in \(terminalSafe(path)) is given twice: it counts once")
            }
            signers.append(signer)
        }
        return signers
    }
}
