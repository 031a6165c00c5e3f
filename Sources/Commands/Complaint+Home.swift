internal import ArgumentParser
internal import Cryptography
internal import NodeRuntime
internal import Redline

extension Complaint {
    /// What a room's failure means to the person at the keyboard; nil for errors that are not ours to explain.
    init?(about error: any Error) {
        switch error {
        case let failure as HomeFailure: self.init(about: failure)
        case let refusal as NodeSettingsRefusal: self.init(about: refusal)
        default: return nil
        }
    }

    /// What is wrong with how a node is told to run, by its command line or by the files in its home.
    init(about refusal: NodeSettingsRefusal) {
        self =
            switch refusal {
            case .notAnEndpoint(let text):
                .usage(
                    "\(terminalSafe(text)) is no place to listen at",
                    hint: "write HOST:PORT, an IPv6 address in brackets: [2001:db8::1]:7443")
            case .badSettings(let path, let reason):
                Complaint(
                    .notOurFormat, "bad-settings", "\(terminalSafe(path)): \(terminalSafe(reason))",
                    hint: "Docs/Specification/control.md says what may stand in it")
            case .unreadable(let path):
                Complaint(
                    .noSuchFile, "no-such-file", "\(terminalSafe(path)), which node.json names, cannot be read",
                    hint: "put it there, or take it out of node.json")
            case .badAuthority(let party, let reason):
                Complaint(
                    .notOurFormat, "bad-authority", "the authority of \(party): \(terminalSafe(reason))",
                    hint: "node.json names its certificates, and its revocation lists, as files in PEM")
            case .badCertificate(let reason):
                Complaint(
                    .notOurFormat, "bad-certificate", "the node's certificate: \(terminalSafe(reason))",
                    hint:
                        "certificate.pem is to begin with a certificate over the key in keys/tls.pem, or else keys/node.pem"
                )
            }
    }

    /// Each way in which a home cannot be used, with its exit code and the way out: said here and nowhere else.
    init(about failure: HomeFailure) {
        self =
            switch failure {
            case .noHome(let path):
                Complaint(
                    .noSuchFile, "no-home", "there is no party's home in \(terminalSafe(path))",
                    hint: "make one with `syngraph party new CODE`, or say where it is with --home or SYNGRAPH_HOME")
            case .damagedSettings(let path):
                Complaint(
                    .notOurFormat, "damaged-settings", "\(terminalSafe(path)) is not what this program wrote",
                    hint: "restore it from a backup: it names the party and the roadmap")
            case .alreadyAHome(let path):
                Complaint(
                    .cannotWrite, "already-a-home", "\(terminalSafe(path)) is a party's home already",
                    hint: "choose another folder with --home")
            case .inUse(let path):
                Complaint(
                    .inUse, "in-use",
                    "another process has \(terminalSafe(path)) open, and no node answers in its place",
                    hint: "try again when it has finished")
            case .noRoadmapYet(let path):
                Complaint(
                    .noSuchFile, "no-roadmap", "the party in \(terminalSafe(path)) has no roadmap yet",
                    hint: "found one with `syngraph found CHARTER`, or join with `syngraph join FILE --roadmap ID`")
            case .otherRoadmap(let held, let offered):
                Complaint(
                    .invalid, "other-roadmap", "this home holds roadmap \(held.hex), and was offered \(offered.hex)",
                    hint: "one home holds one roadmap: choose another with --home")
            case .cannotWrite(let path, let reason):
                Complaint(
                    .cannotWrite, "cannot-write", "\(terminalSafe(path)) cannot be written: \(terminalSafe(reason))",
                    hint: "check that the folder is there and yours")
            case .diskFull(let path):
                Complaint(
                    .cannotWrite, "disk-full", "\(terminalSafe(path)) cannot be written: the disk is full",
                    hint: "make room and try again; nothing acknowledged was lost")
            case .noSuchKey(let path):
                Complaint(
                    .noSuchFile, "no-such-key", "there is no key file \(terminalSafe(path))",
                    hint: "if the key lives elsewhere, name its file")
            case .keyReadableByOthers(let path):
                Complaint(
                    .notYours, "key-readable-by-others",
                    "\(terminalSafe(path)) is a key in the clear that others on this machine can read",
                    hint: "chmod 600 \(terminalSafe(path)), and consider who may have read it")
            case .keyRefused(let path, let reason): Self.refusedKey(path, reason)
            case .storeDamaged(let path, let reason):
                Complaint(
                    .notOurFormat, "store-damaged",
                    "the store \(terminalSafe(path)) is damaged: \(terminalSafe(reason))",
                    hint: "restore it from a backup, or fetch the records anew from the other parties")
            case .refused(let reason):
                Complaint(.invalid, "refused", "the running node refused: \(terminalSafe(reason))")
            case .notReached(let path, let reason):
                Complaint(
                    .notReached, "not-reached", "\(terminalSafe(path)) was not reached: \(terminalSafe(reason))",
                    hint: "see whether the node runs, with `syngraph status`")
            }
    }

    private static func refusedKey(_ path: String, _ reason: SealedKeyFile.Refusal) -> Complaint {
        let path = terminalSafe(path)
        return switch reason {
        case .passphraseNeeded:
            Complaint(
                .notYours, "passphrase-needed", "\(path) is encrypted, and no passphrase was given",
                hint: "run this in a terminal, which asks for it, or give --passphrase-file")
        case .wrongPassphraseOrDamaged:
            Complaint(
                .notYours, "wrong-passphrase", "\(path) does not open with this passphrase, or is damaged",
                hint: "try the passphrase again")
        case .notAKeyFile:
            Complaint(.notOurFormat, "not-a-key-file", "\(path) is no private key in PEM", hint: "name a key file")
        case .notOfOurKinds:
            Complaint(
                .notOurFormat, "key-of-another-kind", "\(path) holds no key of Ed25519, P-256 or P-384",
                hint: "`syngraph party new --algorithm` makes such keys, and `openssl genpkey` too")
        }
    }
}
