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
        do {
            try fill(home, of: party, keys, card: card, passphrase: passphrase)
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
        try makeFolder(home.path)
        try makeFolder(home.keysPath)
        try write(keys.node, to: home.nodeKeyPath, passphrase: nil)
        try write(keys.seal, to: home.sealKeyPath, passphrase: passphrase)
        try write(keys.recovery, to: home.recoveryKeyPath, passphrase: passphrase)
        try write(keys.next, to: home.nextSealKeyPath, passphrase: passphrase)
        try FileWriting.write(card, to: home.cardPath(of: party))
        try home.write(HomeSettings(party: party))
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw HomeFailure.cannotWrite(path: path, reason: "the folder cannot be made there")
        }
    }

    /// Writes what was made in private, and of the others the public half, by which verbs know whose turn it is.
    private static func write(_ keys: [NewKey], to path: (Int) -> String, passphrase: String?) throws {
        for (place, key) in keys.enumerated() {
            if let made = key.made {
                try write(made, to: path(place + 1), passphrase: passphrase)
            } else {
                let text = PublicKeyFile.encode(key.publicKey)
                try PrivateFile.write(Data(text.utf8), to: path(place + 1))
            }
        }
    }

    private static func write(_ key: SigningKey, to path: String, passphrase: String?) throws {
        let random = Surroundings.current.randomBytes
        let text = SealedKeyFile.encode(
            key, passphrase: passphrase, salt: random(16), initialisationVector: random(16))
        try PrivateFile.write(Data(text.utf8), to: path)
    }
}
