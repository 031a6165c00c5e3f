internal import Agreement
internal import Cryptography
internal import Foundation
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Verification

/// The key files of a home while its party's keys change.
///
/// New keys are on disk, in a folder of their own, before anybody hears of them; they take the places of the old ones
/// once their statement is known to be good, at once or when it comes back from the last official. The old ones are
/// kept, in a folder that is named for the statement which they gave way to, and nothing asks for them again.
struct HomeKeys {
    let home: Home

    private static let pendingPrefix = "pending-"
    private func pendingPath(_ statement: Digest) -> String {
        home.keysPath + "/" + Self.pendingPrefix + statement.hex
    }
    private static let retiredPrefix = "before-"
    func retiredPath(_ statement: Digest) -> String { home.keysPath + "/" + Self.retiredPrefix + statement.hex }

    /// Writes the keys that a change brings; on disk when this returns.
    ///
    /// - Parameter passphrase: nil to write those that are made here in the clear.
    func stage(_ next: NextRecord, for statement: Digest, passphrase: String?) throws {
        let folder = pendingPath(statement)
        func pending(_ path: String) -> String { folder + path.dropFirst(home.keysPath.count) }
        try PrivateFolder.make(folder)
        try KeyFileWriting.write(
            next.seal ?? [], to: { pending(home.sealKeyPath($0)) }, passphrase: passphrase)
        try KeyFileWriting.write(
            next.recovery ?? [], to: { pending(home.recoveryKeyPath($0)) }, passphrase: passphrase)
        try KeyFileWriting.write(
            next.next ?? [], to: { pending(home.nextSealKeyPath($0)) }, passphrase: passphrase)
        if let node = next.node { try KeyFileWriting.write(node, to: pending(home.nodeKeyPath), passphrase: nil) }
    }

    /// Takes back what was staged for a statement that nobody has seen.
    func drop(_ statement: Digest) { try? FileManager.default.removeItem(atPath: pendingPath(statement)) }

    /// The changes whose new keys wait in this home, ascending by id.
    var pending: [Digest] {
        Self.names(in: home.keysPath).filter { $0.hasPrefix(Self.pendingPrefix) }
            .compactMap { Digest(hex: String($0.dropFirst(Self.pendingPrefix.count))) }.sorted()
    }

    /// Puts new keys in their places whose statement is good by these records, and not superseded.
    ///
    /// What was interrupted is finished: each file is moved out of its place before the new one is moved in.
    ///
    /// - Returns: the statements whose keys are in place now, in the order of their versions.
    @discardableResult
    func settle(by ledger: Ledger, of party: Identifier) throws -> [KeyStatement] {
        let good = pending.compactMap { id -> KeyStatementOnRecord? in
            guard let statement = ledger.keyChains.statements[id], statement.isGood, statement.statement.party == party,
                let chain = ledger.keyChains.chain(of: party, root: statement.previous.root),
                chain[id]?.isSuperseded == false
            else { return nil }
            return statement
        }.sorted { $0.statement.version < $1.statement.version }
        for change in good { try adopt(change, of: party) }
        return good.map(\.statement)
    }

    /// The same, by what the home holds; says what was put in place.
    func settle(through door: any HomeDoor, of party: Identifier, _ voice: CommandVoice) async throws {
        guard !pending.isEmpty else { return }
        let findings = try RoadmapSource.findings(in: await door.bundle(), of: home.path)
        let node = try? FileReading.bytes(of: home.nodeKeyPath)
        for statement in try settle(by: findings.contents.ledger, of: party) { speak(of: statement, voice) }
        if (try? FileReading.bytes(of: home.nodeKeyPath)) != node, try await door.status().isRunning {
            Self.speakOfRestart(voice)
        }
    }

    static func speakOfRestart(_ voice: CommandVoice) {
        voice.talk(
            voice.paragraph(
                "its node runs with the key it had, which the others turn away from now on: stop it and start it again")
        )
    }

    func speak(of statement: KeyStatement, _ voice: CommandVoice) {
        voice.talk("the home has the keys of version \(statement.version); those before are in")
        voice.talk("  \(terminalSafe(retiredPath(statement.id)))")
    }

    private func adopt(_ change: KeyStatementOnRecord, of party: Identifier) throws {
        guard let record = change.statement.record else { return }
        let (pending, retired) = (pendingPath(change.statement.id), retiredPath(change.statement.id))
        try PrivateFolder.make(retired)
        let staged = Self.names(in: pending)
        for name in staged {
            try retire(home.keysPath + "/" + name, to: retired, in: [home.keysPath, pending])
            try Self.move(pending + "/" + name, to: home.keysPath + "/" + name)
        }
        for path in leftOver(by: record) { try retire(path, to: retired, in: [home.keysPath]) }
        if staged.contains("node.pem") { try retire(home.certificatePath, to: retired, in: []) }
        // It says who the party was: a new one takes the signature of every key, and not all need be here.
        try retire(home.cardPath(of: party), to: retired, in: [])
        try? FileManager.default.removeItem(atPath: pending)
    }

    /// Files of keys that the new record has no longer, beyond the last of those that it has.
    private func leftOver(by record: PartyRecord) -> [String] {
        func beyond(_ count: Int, _ path: (Int) -> String) -> [String] {
            (1...IdentityLimits.keysPerParty).filter { $0 > count }.map(path).filter(FileReading.exists)
        }
        return beyond(record.seal.keys.count, home.sealKeyPath)
            + beyond(record.recovery.keys.count, home.recoveryKeyPath)
            + beyond(record.next == nil ? 0 : record.seal.keys.count, home.nextSealKeyPath)
    }

    /// Moves a file away, with what its key remembers; one that has become another key's file is deleted instead.
    private func retire(_ path: String, to folder: String, in folders: [String]) throws {
        for file in [path, SignedMemory.path(besides: path)] where FileReading.exists(file) {
            let name = String(file[file.index(after: file.lastIndex(of: "/")!)...])
            if try isTaken(name, file, in: folders) {
                try? FileManager.default.removeItem(atPath: file)
            } else {
                try Self.move(file, to: folder + "/" + name)
            }
        }
    }

    /// True for the file of a next key whose copy is a seal key's file now.
    private func isTaken(_ name: String, _ path: String, in folders: [String]) throws -> Bool {
        guard name.hasPrefix("next-seal-") else { return false }
        let bytes = try FileReading.bytes(of: path)
        return try folders.contains { folder in
            try Self.names(in: folder).filter { $0.hasPrefix("seal-") && $0.hasSuffix(".pem") }
                .contains { try FileReading.bytes(of: folder + "/" + $0) == bytes }
        }
    }

    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private static func move(_ path: String, to other: String) throws(HomeFailure) {
        guard rename(path, other) == 0 else {
            throw .cannotWrite(path: other, reason: String(cString: strerror(errno)))
        }
    }
}

extension HomeKeys {
    /// The ids of the seals that keys of this home remember to have signed, those of keys that were given up included.
    ///
    /// - Parameter others: further key files.
    /// - Throws: a ``Complaint`` if a memory is damaged.
    func rememberedSeals(and others: [String]) throws(Complaint) -> Set<Digest> {
        let folders =
            [home.keysPath]
            + Self.names(in: home.keysPath).filter { $0.hasPrefix(Self.retiredPrefix) }.map {
                home.keysPath + "/" + $0
            }
        let here = folders.flatMap { folder in Self.names(in: folder).map { folder + "/" + $0 } }
        var seals: Set<Digest> = []
        for path in Set(here + others) where FileReading.exists(SignedMemory.path(besides: path)) {
            seals.formUnion(try SignedMemory.seals(besides: path).map(\.seal))
        }
        return seals
    }
}
