internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Wording

/// What is to become of a party's record: new keys, nodes that come and go.
struct NextRecordOptions: ParsableArguments {
    @OptionGroup var keys: NewKeyOptions
    @Flag(name: .long, help: "Leave the seal keys as they are.") var keepSealKeys = false
    @Flag(name: .long, help: "Commit to no next seal keys.") var noNextSealKeys = false
    @Flag(name: .long, help: "Make a new key for this home's node, in place of the one it has.") var newNode = false
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Add a node, which has the key in this file; may be repeated.", valueName: "file"))
    var nodeKey: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Take out the node with this key; may be repeated.", valueName: "key id"))
    var retireNode: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Where the others reach the node that is new, or else this home's; may be repeated.", valueName: "host:port"
        ))
    var endpoint: [String] = []

    /// - Throws: a ``Complaint`` for options that say two things at once.
    func check() throws(Complaint) {
        try keys.check()
        if keepSealKeys, !keys.sealKey.isEmpty || keys.sealKeys != nil || keys.threshold != nil {
            throw .usage("--keep-seal-keys leaves them as they are, and another option changes them")
        }
        if noNextSealKeys, !keys.nextSealKey.isEmpty {
            throw .usage("--no-next-seal-keys commits to none, and --next-seal-key to one")
        }
        guard endpoint.isEmpty || nodeKey.count + (newNode ? 1 : 0) <= 1 else {
            throw .usage("--endpoint is of one node, and here are several new ones", hint: "add them one by one")
        }
        guard endpoint.count <= IdentityLimits.endpointsPerNode else {
            throw .usage("a node has at most \(IdentityLimits.endpointsPerNode) endpoints")
        }
    }
}

/// The record that a change of keys puts in place, and the new keys, which sign for it and whose files are to be kept.
struct NextRecord {
    let record: PartyRecord
    /// Each ascending by id, so that the number of a file is the place of its key in the record; nil: as before.
    let seal: [NewKey]?
    let recovery: [NewKey]?
    let next: [NewKey]?
    /// The key of this home's node, if it has a new one.
    let node: SigningKey?
    /// The new keys that sign here.
    let signers: [Signer]

    private var newKeys: [NewKey] { (seal ?? []) + (recovery ?? []) + (next ?? []) }

    /// True if a private half is to be written that may be encrypted; the node's never is.
    var isAnyMade: Bool { newKeys.contains(where: \.isMade) }
}

/// Makes a party's next record of the one it has.
struct NextRecordMaker {
    let party: Identifier
    let last: PartyRecord
    let options: NextRecordOptions
    let signing: SigningOptions
    let home: Home
    /// New keys may be there by their public half alone: they sign elsewhere.
    let mayBeAway: Bool
    /// The seal keys must be those that the record before committed to, if it did.
    let keepsCommitment: Bool

    private var keys: NewKeyOptions { options.keys }
    private var committed: Digest? { keepsCommitment ? last.next : nil }

    /// - Throws: a ``Complaint`` about keys that are not there, or that no record may have so.
    func make() throws -> NextRecord {
        var maker = keys.maker()
        let seal = try sealKeys(&maker)
        let recovery = try recoveryKeys(&maker)
        let threshold = seal.map { self.threshold(of: $0.map(\.publicKey)) } ?? last.seal.threshold
        let sealCount = seal?.count ?? last.seal.keys.count
        try keys.checkCounts(
            seal: sealCount, recovery: recovery?.count ?? last.recovery.keys.count, threshold: threshold)
        let sealSet = try seal.map { try set($0, threshold) } ?? last.seal
        if let committed, sealSet.id != committed { throw notTheNextKeys }
        let next = try nextKeys(sealCount, &maker)
        let nodes = try self.nodes()
        let recoverySet = try recovery.map { try set($0, $0.isEmpty ? 0 : NewKeyOptions.majority(of: $0.count)) }
        let record = try record(
            seal: sealSet, recovery: recoverySet ?? last.recovery,
            next: try next.map { $0.isEmpty ? nil : try set($0, threshold).id } ?? last.next, nodes: nodes.records)
        return NextRecord(
            record: record, seal: seal, recovery: recovery, next: next, node: nodes.own,
            signers: ((seal ?? []) + (recovery ?? [])).compactMap(\.signer) + nodes.signers)
    }

    // MARK: Keys

    /// Nil if they stay.
    private func sealKeys(_ maker: inout KeyMaker) throws -> [NewKey]? {
        if options.keepSealKeys { return nil }
        if keys.sealKey.isEmpty, keys.sealKeys == nil, committed != nil {
            return try maker.promotedKeys(try committedFiles(), signing, mayBeAway: mayBeAway)
        }
        return try maker.keys(
            keys.sealKeys ?? last.seal.keys.count, or: keys.sealKey, signing, mayBeAway: mayBeAway)
    }

    /// The files in the home of the keys that were committed to.
    private func committedFiles() throws(Complaint) -> [String] {
        let paths = (1...IdentityLimits.keysPerParty).map(home.nextSealKeyPath).filter(FileReading.exists)
        guard !paths.isEmpty else {
            throw Complaint(
                .notYours, "next-keys-needed",
                "\(party) committed to its next seal keys, and their files are not in this home",
                hint: "name each with --seal-key FILE, of either half")
        }
        return paths
    }

    private var notTheNextKeys: Complaint {
        Complaint(
            .notYours, "not-the-next-keys",
            "\(party) committed to its next seal keys, and these are others: nobody would take such a change by its seal "
                + "keys",
            hint: "name the files of those keys with --seal-key FILE; or let the recovery keys set others, with "
                + "`syngraph party recover`")
    }

    /// Nil if they stay.
    private func recoveryKeys(_ maker: inout KeyMaker) throws -> [NewKey]? {
        guard keys.recoveryKeys != nil || !keys.recoveryKey.isEmpty else { return nil }
        return try maker.keys(keys.recoveryKeys ?? 0, or: keys.recoveryKey, signing, mayBeAway: mayBeAway)
    }

    /// Nil if it stays what the record before committed to; none if it commits to nothing.
    private func nextKeys(_ count: Int, _ maker: inout KeyMaker) throws -> [NewKey]? {
        if options.noNextSealKeys { return [] }
        if options.keepSealKeys, keys.nextSealKey.isEmpty { return nil }
        return try maker.committedKeys(count, or: keys.nextSealKey)
    }

    /// As the person says; else that of the commitment; else as before; else just more than half.
    private func threshold(of new: [PublicKey]) -> Int {
        if let asked = keys.threshold { return asked }
        let majority = NewKeyOptions.majority(of: new.count)
        if let committed, majority <= new.count,
            let found = (majority...new.count).first(where: { KeySet(keys: new, threshold: $0)?.id == committed })
        {
            return found
        }
        return new.count == last.seal.keys.count ? last.seal.threshold : majority
    }

    private func set(_ keys: [NewKey], _ threshold: Int) throws(Complaint) -> KeySet {
        guard let set = KeySet(keys: keys.map(\.publicKey), threshold: threshold) else { throw Self.keyTwice }
        return set
    }

    private static let keyTwice = Complaint.usage("a key stands twice in the new record: every purpose wants its own")

    private func record(
        seal: KeySet, recovery: KeySet, next: Digest?, nodes: [NodeRecord]
    ) throws(Complaint) -> PartyRecord {
        do throws(DecodingRefusal) {
            return try PartyRecord(names: last.names, seal: seal, recovery: recovery, next: next, nodes: nodes)
        } catch {
            if error.fault == .contradiction || error.fault == .notAscending { throw Self.keyTwice }
            throw .usage("no such record can be made: \(terminalSafe(error.description))")
        }
    }

    // MARK: Nodes

    private func nodes() throws -> (records: [NodeRecord], signers: [Signer], own: SigningKey?) {
        let endpoints = try options.endpoint.map { typed throws(Complaint) in try Typed.endpoint(typed) }
        let own = try Home.readKey(at: home.nodeKeyPath) { nil }.publicKey
        let retired = try retiredNodes()
        var nodes = last.nodes.filter { !retired.contains($0.key.id.digest) }
        var signers: [Signer] = []
        var newKey: SigningKey?
        if options.newNode {
            let key = keys.newNodeKey()
            let before = last.nodes.first { $0.key == own }?.endpoints ?? []
            nodes.removeAll { $0.key == own }
            nodes.append(NodeRecord(key: key.publicKey, endpoints: endpoints.isEmpty ? before : endpoints))
            signers.append(Signer(key))
            newKey = key
        }
        for path in options.nodeKey {
            let signer = try signing.signer(at: path)
            nodes.append(NodeRecord(key: signer.publicKey, endpoints: options.newNode ? [] : endpoints))
            signers.append(signer)
        }
        if !options.newNode, options.nodeKey.isEmpty, !endpoints.isEmpty {
            guard let place = nodes.firstIndex(where: { $0.key == own }) else {
                throw Complaint.usage("this home's node is none of \(party)'s: --endpoint says nothing of it")
            }
            nodes[place] = NodeRecord(key: own, endpoints: endpoints)
        }
        return (nodes, signers, newKey)
    }

    private func retiredNodes() throws(Complaint) -> Set<Digest> {
        var retired: Set<Digest> = []
        for typed in options.retireNode {
            let known = last.nodes.map(\.key.id.digest)
            retired.insert(try IDPrefix(typed).resolve(among: known, noun: "node", place: "of \(party)"))
        }
        return retired
    }
}
