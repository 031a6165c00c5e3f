internal import Cryptography
internal import Foundation
internal import Identity
internal import NodeRuntime
internal import Redline

/// A home that is being made.
enum NewHome {
    /// - Throws: ``HomeFailure`` if there is a home, or anything else, in its place.
    static func checkFree(_ home: Home) throws {
        guard FileManager.default.fileExists(atPath: home.path) else { return }
        if FileReading.exists(home.settingsPath) { throw HomeFailure.alreadyAHome(path: home.path) }
        guard let inside = try? FileManager.default.contentsOfDirectory(atPath: home.path), inside.isEmpty else {
            throw Complaint(
                .cannotWrite, "not-empty", "\(terminalSafe(home.path)) is there and not an empty folder",
                hint: "choose another folder with --home")
        }
    }

    /// Writes keys, card and settings; the settings last, so that what was begun and not finished is no home.
    ///
    /// Leaves nothing behind when it throws: the keys were nobody's yet.
    static func make(
        _ home: Home, of party: Identifier, _ keys: NewKeys, card: [UInt8], passphrase: String?
    ) throws {
        try leavingNothing(of: party, in: home) {
            try fill(home, of: party, keys, card: card, passphrase: passphrase)
        }
    }

    /// The home of a further node of a party: its key, and no other.
    static func make(_ home: Home, of party: Identifier, node key: SigningKey) throws {
        try leavingNothing(of: party, in: home) {
            try PrivateFolder.make(home.path)
            try PrivateFolder.make(home.keysPath)
            try KeyFileWriting.write(key, to: home.nodeKeyPath, passphrase: nil)
            try home.write(HomeSettings(party: party))
        }
    }

    private static func leavingNothing(of party: Identifier, in home: Home, _ fill: () throws -> Void) throws {
        do {
            try fill()
        } catch {
            for path in [home.keysPath, home.cardPath(of: party), home.settingsPath + ".new"] {
                try? FileManager.default.removeItem(atPath: path)
            }
            rmdir(home.path)
            throw error
        }
    }

    private static func fill(
        _ home: Home, of party: Identifier, _ keys: NewKeys, card: [UInt8], passphrase: String?
    ) throws {
        try PrivateFolder.make(home.path)
        try PrivateFolder.make(home.keysPath)
        try KeyFileWriting.write(keys.node, to: home.nodeKeyPath, passphrase: nil)
        try KeyFileWriting.write(keys.seal, to: home.sealKeyPath, passphrase: passphrase)
        try KeyFileWriting.write(keys.recovery, to: home.recoveryKeyPath, passphrase: passphrase)
        try KeyFileWriting.write(keys.next, to: home.nextSealKeyPath, passphrase: passphrase)
        try FileWriting.write(card, to: home.cardPath(of: party))
        try home.write(HomeSettings(party: party))
    }
}

/// Folders that nobody but their owner may look into.
enum PrivateFolder {
    /// Makes one; one that is there is made private.
    static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw HomeFailure.cannotWrite(path: path, reason: "the folder cannot be made there")
        }
    }
}

/// Key files in a home, as they are written.
enum KeyFileWriting {
    /// Writes keys to files that are numbered from 1.
    static func write(_ keys: [NewKey], to path: (Int) -> String, passphrase: String?) throws {
        for (place, key) in keys.enumerated() {
            let path = path(place + 1)
            switch key.file {
            case .made(let made): try write(made, to: path, passphrase: passphrase)
            case .publicHalf: try PrivateFile.write(Data(PublicKeyFile.encode(key.publicKey).utf8), to: path)
            case .copy(let other): try PrivateFile.write(Data(FileReading.bytes(of: other)), to: path)
            }
        }
    }

    static func write(_ key: SigningKey, to path: String, passphrase: String?) throws {
        let random = Surroundings.current.randomBytes
        let text = SealedKeyFile.encode(
            key, passphrase: passphrase, salt: random(16), initialisationVector: random(16))
        try PrivateFile.write(Data(text.utf8), to: path)
    }
}
