internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import Wording

/// Which keys a party begins with, or changes to: made here, or taken from files that are there.
struct NewKeyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The kind of the keys that are made for sealing and recovery: ed25519, es256 or es384.")
    var algorithm = AlgorithmWord.ed25519
    @Option(name: .long, help: "The kind of the node's key.") var nodeAlgorithm = AlgorithmWord.ed25519
    @Option(
        name: .long,
        help: ArgumentHelp("How many seal keys are made.", discussion: "Default: 1, or as before.", valueName: "n"))
    var sealKeys: Int?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Take this seal key and make none; may be repeated.", valueName: "file"))
    var sealKey: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Commit to this as one of the next seal keys and make none; may be repeated.", valueName: "file"))
    var nextSealKey: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many of them must sign: more than half.", discussion: "Default: as before, or just more than half.",
            valueName: "k"))
    var threshold: Int?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many recovery keys are made; more than half must sign.", discussion: "Default: 1, or those before.",
            valueName: "n"))
    var recoveryKeys: Int?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Take this recovery key and make none; may be repeated.", valueName: "file"))
    var recoveryKey: [String] = []
    @Flag(name: .long, help: "Write all keys that are made in the clear, readable by you alone.")
    var noPassphrase = false

    /// - Throws: a ``Complaint`` for options that say two things at once.
    func check() throws(Complaint) {
        if sealKeys != nil, !sealKey.isEmpty {
            throw .usage("--seal-keys makes keys, and --seal-key takes those there are")
        }
        if recoveryKeys != nil, !recoveryKey.isEmpty {
            throw .usage("--recovery-keys makes keys, and --recovery-key takes those there are")
        }
    }

    /// - Throws: a ``Complaint`` about numbers of keys that no record may have.
    func checkCounts(seal: Int, recovery: Int, threshold: Int) throws(Complaint) {
        let limit = IdentityLimits.keysPerParty
        guard (1...limit).contains(seal) else { throw .usage("a party has 1 to \(limit) seal keys") }
        guard (0...limit).contains(recovery) else { throw .usage("a party has 0 to \(limit) recovery keys") }
        guard nextSealKey.isEmpty || nextSealKey.count == seal else {
            throw .usage(
                "\(Quoting.count(seal, "seal key")) and \(nextSealKey.count) next ones: there must be as many",
                hint: "the next keys are to be used as these are, with the same threshold")
        }
        guard threshold <= seal, 2 * threshold > seal else {
            throw .usage(
                "more than half of \(seal) seal keys must sign, and not more than there are: not \(threshold)",
                hint: "with half, two groups of officials could consent to rivals in one party's name")
        }
    }

    func maker() -> KeyMaker { KeyMaker(algorithm.meaning, random: Surroundings.current.randomBytes) }

    func newNodeKey() -> SigningKey {
        KeyMaker(nodeAlgorithm.meaning, random: Surroundings.current.randomBytes).make(1)[0]
    }

    /// More than half of so many keys, and no more than that takes.
    static func majority(of count: Int) -> Int { count / 2 + 1 }
}

/// A signature algorithm as a person types it.
enum AlgorithmWord: String, CaseIterable, ExpressibleByArgument {
    case ed25519, es256, es384

    var meaning: SignatureAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .es256: .es256
        case .es384: .es384
        }
    }
}
