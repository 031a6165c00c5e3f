public import Cryptography
public import Foundation
public import Identity

/// A party's folder on one machine: who it is, its keys, and what its node has stored.
///
/// ```
/// home.json        the party, and the roadmap once there is one
/// CODE.card        the public half, to hand to whoever writes the charter
/// certificate.pem  the node's certificate, if one was made or brought; else the node makes one as it starts
/// node.json        what its operator sets, if anything
/// keys/            node.pem, tls.pem if TLS has a key of its own, seal-1.pem …, recovery-1.pem …, next-seal-1.pem …
/// store.sqlite     journals and records
/// lock             held by the process that has the store open
/// control.sock     where a running node takes the command line's requests
/// ```
public struct Home: Hashable, Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    public var settingsPath: String { path + "/home.json" }
    public var keysPath: String { path + "/keys" }
    public var nodeKeyPath: String { keysPath + "/node.pem" }
    public var tlsKeyPath: String { keysPath + "/tls.pem" }
    public var operatorSettingsPath: String { path + "/node.json" }
    public var certificatePath: String { path + "/certificate.pem" }
    public var storePath: String { path + "/store.sqlite" }
    public var lockPath: String { path + "/lock" }
    public var controlSocketPath: String { path + "/control.sock" }
    public func cardPath(of party: Identifier) -> String { path + "/\(party).card" }
    public func sealKeyPath(_ number: Int) -> String { keysPath + "/seal-\(number).pem" }
    public func recoveryKeyPath(_ number: Int) -> String { keysPath + "/recovery-\(number).pem" }
    public func nextSealKeyPath(_ number: Int) -> String { keysPath + "/next-seal-\(number).pem" }
}

/// What `home.json` says.
public struct HomeSettings: Hashable, Sendable {
    public var party: Identifier
    /// Nil until the party founded or joined a roadmap.
    public var roadmap: Digest?

    public init(party: Identifier, roadmap: Digest? = nil) {
        self.party = party
        self.roadmap = roadmap
    }
}

/// Why a home cannot be used.
public enum HomeFailure: Error, Hashable, Sendable {
    case noHome(path: String)
    case damagedSettings(path: String)
    case alreadyAHome(path: String)
    /// Another process has the store open, and no node answers in its place.
    case inUse(path: String)
    case noRoadmapYet(path: String)
    case otherRoadmap(held: Digest, offered: Digest)
    case cannotWrite(path: String, reason: String)
    case diskFull(path: String)
    case noSuchKey(path: String)
    /// A key in the clear that others on this machine can read.
    case keyReadableByOthers(path: String)
    case keyRefused(path: String, reason: SealedKeyFile.Refusal)
    case storeDamaged(path: String, reason: String)
    /// A running node refused what it was asked to publish, in its words.
    case refused(reason: String)
    case notReached(path: String, reason: String)
}

extension Home {
    private struct Stored: Codable {
        var version = 1
        var party: String
        var roadmap: String?
    }

    public func settings() throws -> HomeSettings {
        guard let data = FileManager.default.contents(atPath: settingsPath) else {
            throw HomeFailure.noHome(path: path)
        }
        guard let stored = try? JSONDecoder().decode(Stored.self, from: data), stored.version == 1,
            let party = Identifier(stored.party)
        else { throw HomeFailure.damagedSettings(path: settingsPath) }
        var settings = HomeSettings(party: party)
        if let roadmap = stored.roadmap {
            guard let id = Digest(hex: roadmap) else { throw HomeFailure.damagedSettings(path: settingsPath) }
            settings.roadmap = id
        }
        return settings
    }

    /// Writes the settings in one step: whoever reads them sees the old ones or the new ones.
    public func write(_ settings: HomeSettings) throws {
        let stored = Stored(party: settings.party.string, roadmap: settings.roadmap?.hex)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try PrivateFile.write(encoder.encode(stored) + Data("\n".utf8), to: settingsPath)
    }

    /// Reads a key file: encrypted with a passphrase, or in the clear and readable by its owner alone.
    ///
    /// - Parameter passphrase: asked for only if the file is encrypted.
    public static func readKey(at path: String, passphrase: () throws -> String?) throws -> SigningKey {
        guard let data = FileManager.default.contents(atPath: path) else { throw HomeFailure.noSuchKey(path: path) }
        let text = String(decoding: data, as: UTF8.self)
        let isEncrypted = text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        guard isEncrypted || PrivateFile.isPrivate(path) else { throw HomeFailure.keyReadableByOthers(path: path) }
        do {
            return try SealedKeyFile.decode(text, passphrase: isEncrypted ? passphrase() : nil)
        } catch let refusal as SealedKeyFile.Refusal {
            throw HomeFailure.keyRefused(path: path, reason: refusal)
        }
    }
}

/// Files that nobody but their owner may read.
public enum PrivateFile {
    /// Writes a file with mode 0600, in one step, on disk when this returns.
    ///
    /// - Throws: ``HomeFailure``: the disk is full, or the file cannot be written; what was there before still is.
    public static func write(_ data: Data, to path: String) throws {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        // One left behind may have another mode.
        let isWritten = fchmod(descriptor, 0o600) == 0 && put(data, into: descriptor) && fsync(descriptor) == 0
        let failure = failure(path)
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw failure
        }
        guard rename(temporary, path) == 0 else { throw Self.failure(path) }
        try syncFolder(of: path)
    }

    /// True if neither group nor others may do anything with the file.
    public static func isPrivate(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & 0o077 == 0
    }

    private static func put(_ data: Data, into descriptor: Int32) -> Bool {
        var left = Array(data)[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            left = left.dropFirst(count)
        }
        return true
    }

    /// A rename is on disk when the folder is.
    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> HomeFailure {
        errno == ENOSPC
            ? .diskFull(path: path) : .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
