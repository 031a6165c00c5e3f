internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline

/// A key that a party begins with, or changes to: made here, or there before.
struct NewKey {
    let publicKey: PublicKey
    /// What signs with it here; nil for a key that is only committed to, or that signs elsewhere.
    let signer: Signer?
    let file: File

    /// What its file in the home is to hold.
    enum File {
        /// The private half, which was made here.
        case made(SigningKey)
        /// The public half, by which verbs know whose turn it is: the key lives elsewhere.
        case publicHalf
        /// What this file of the home holds, as it stands there.
        case copy(of: String)
    }

    init(made key: SigningKey) {
        publicKey = key.publicKey
        signer = Signer(key)
        file = .made(key)
    }

    init(_ publicKey: PublicKey, _ signer: Signer?, file: File = .publicHalf) {
        self.publicKey = publicKey
        self.signer = signer
        self.file = file
    }

    var isMade: Bool { if case .made = file { true } else { false } }
}

/// Makes a party's keys, or takes those that are there; no key is taken for two purposes.
struct KeyMaker {
    private let algorithm: SignatureAlgorithm
    private let random: (Int) -> [UInt8]
    private var taken: Set<PublicKey> = []

    init(_ algorithm: SignatureAlgorithm, random: @escaping (Int) -> [UInt8]) {
        self.algorithm = algorithm
        self.random = random
    }

    func make(_ count: Int) -> [SigningKey] {
        (0..<count).map { _ in SigningKey(algorithm, entropy: random(algorithm.entropyByteCount)) }
    }

    /// Keys that sign: those in the files, or else new ones.
    ///
    /// - Parameter mayBeAway: a public half is enough; who has the private one signs elsewhere.
    mutating func keys(
        _ count: Int, or paths: [String], _ options: SigningOptions, mayBeAway: Bool = false
    ) throws -> [NewKey] {
        guard !paths.isEmpty else { return sorted(make(count).map { NewKey(made: $0) }) }
        return sorted(try paths.map { try key(at: $0, options, mayBeAway: mayBeAway) })
    }

    private mutating func key(at path: String, _ options: SigningOptions, mayBeAway: Bool) throws -> NewKey {
        if mayBeAway, options.signer == nil, case .public(let key) = try KeyFile.half(at: path) {
            try take(key, path)
            return NewKey(key, nil)
        }
        let signer = try options.signer(at: path)
        try take(signer.publicKey, path)
        return NewKey(signer.publicKey, signer)
    }

    /// Keys whose files in the home become those of another purpose, as they stand.
    mutating func promotedKeys(_ paths: [String], _ options: SigningOptions, mayBeAway: Bool) throws -> [NewKey] {
        sorted(
            try paths.map { path in
                let key = try key(at: path, options, mayBeAway: mayBeAway)
                return NewKey(key.publicKey, key.signer, file: .copy(of: path))
            })
    }

    /// Keys that sign nothing yet.
    mutating func committedKeys(_ count: Int, or paths: [String]) throws -> [NewKey] {
        guard !paths.isEmpty else { return sorted(make(count).map { NewKey(made: $0) }) }
        return sorted(
            try paths.map { path in
                guard case .public(let key) = try KeyFile.half(at: path) else {
                    throw Complaint(
                        .notOurFormat, "not-a-public-key", "\(terminalSafe(path)) holds no public key",
                        hint: "of the next seal keys only the public half is wanted: `openssl pkey -pubout` writes it")
                }
                try take(key, path)
                return NewKey(key, nil)
            })
    }

    private mutating func take(_ key: PublicKey, _ path: String) throws(Complaint) {
        guard taken.insert(key).inserted else {
            throw .usage("the key in \(terminalSafe(path)) is given twice: every purpose wants a key of its own")
        }
    }

    private func sorted(_ keys: [NewKey]) -> [NewKey] { keys.sorted { $0.publicKey.id < $1.publicKey.id } }
}

/// The keys of a party that is being made.
struct NewKeys {
    let node: SigningKey
    /// Each ascending by id, so that the number of a file is the place of its key in the record.
    let seal: [NewKey]
    let recovery: [NewKey]
    let next: [NewKey]

    /// True if a private half is to be written that may be encrypted; the node's never is.
    var isAnyMade: Bool { (seal + recovery + next).contains(where: \.isMade) }

    func record(names: Words, threshold: Int, endpoints: [String]) throws -> PartyRecord {
        let recoveryThreshold = recovery.isEmpty ? 0 : recovery.count / 2 + 1
        guard let sealSet = KeySet(keys: seal.map(\.publicKey), threshold: threshold),
            let recoverySet = KeySet(keys: recovery.map(\.publicKey), threshold: recoveryThreshold),
            let nextSet = KeySet(keys: next.map(\.publicKey), threshold: threshold)
        else { preconditionFailure("counts and threshold were checked, and no key stands twice") }
        return try PartyRecord(
            names: names, seal: sealSet, recovery: recoverySet, next: Digest(of: nextSet.value.encoded()),
            nodes: [NodeRecord(key: node.publicKey, endpoints: endpoints)])
    }

    /// The party's card as a file, signed by all keys that the record names.
    func card(of party: Identifier, _ record: PartyRecord) throws -> [UInt8] {
        let card = PartyCard(party: party, record: record)
        let signers = (seal + recovery).compactMap(\.signer) + [Signer(node)]
        return card.encoded(with: try signers.map { try $0.sign(card.payload, as: .card) })
    }
}
