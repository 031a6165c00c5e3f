internal import Agreement
internal import Cryptography
internal import Foundation
internal import NodeRuntime
internal import Redline

/// What a key has sealed, remembered in a file beside it: `seal-1.pem` has `seal-1.pem.sealed`.
///
/// A key that lives offline sees only the bundles that are carried to it, and those may leave something out. Its own
/// memory stops it from contradicting itself. A line of text for each seal, on disk before the signature leaves;
/// whoever copies the key copies this file too. Source: `Docs/Specification/commands.md`.
struct SignedMemory {
    private(set) var seals: [Remembered]
    private let path: String
    private let key: KeyID
    private let lock: KeyLock

    struct Remembered: Hashable {
        let verdict: Seal.Verdict
        let instrument: InstrumentID
        let roadmap: InstrumentID
        let seal: Digest
    }

    private static let type = "syngraph/sealed/1"
    static func path(besides keyPath: String) -> String { keyPath + ".sealed" }

    /// Reads the memory of the key at `keyPath`; one that never sealed has none. Nobody else signs with the key
    /// meanwhile.
    ///
    /// - Throws: a ``Complaint`` if the file is damaged or another key's: a gap in it could be a lie.
    init(of key: KeyID, at keyPath: String) throws(Complaint) {
        self.key = key
        lock = try KeyLock(keyPath)
        path = Self.path(besides: keyPath)
        guard FileReading.exists(path) else {
            seals = []
            return
        }
        let stored = try Self.read(path)
        guard stored.key == key else { throw Self.damaged(path) }
        seals = stored.seals
    }

    /// What is remembered beside a key file, whichever key is in it.
    ///
    /// - Throws: a ``Complaint`` if there is no such memory, or it is damaged.
    static func seals(besides keyPath: String) throws(Complaint) -> [Remembered] {
        try read(path(besides: keyPath)).seals
    }

    private static func read(_ path: String) throws(Complaint) -> (key: KeyID, seals: [Remembered]) {
        let lines = String(decoding: try FileReading.bytes(of: path), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let remembered = lines.dropFirst().dropLast().map(Self.remembered)
        let head = lines.first.map { $0.split(separator: " ", omittingEmptySubsequences: false) } ?? []
        guard lines.count >= 2, lines.last == "", remembered.allSatisfy({ $0 != nil }), head.count == 2,
            head[0] == type, let key = Digest(hex: String(head[1]))
        else { throw damaged(path) }
        return (KeyID(key), remembered.compactMap { $0 })
    }

    private static func damaged(_ path: String) -> Complaint {
        Complaint(
            .notOurFormat, "damaged-memory",
            "\(terminalSafe(path)) is not the memory of what this key has sealed",
            hint: "restore it from a backup: without it the key could contradict itself unawares")
    }

    private static func remembered(_ line: Substring) -> Remembered? {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 4, let verdict = Seal.Verdict(rawValue: words[0]), let instrument = Digest(hex: words[1]),
            let roadmap = Digest(hex: words[2]), let seal = Digest(hex: words[3])
        else { return nil }
        return Remembered(verdict: verdict, instrument: instrument, roadmap: roadmap, seal: seal)
    }

    /// Adds a seal; it is on disk when this returns.
    mutating func remember(_ seal: Seal) throws(HomeFailure) {
        let new = Remembered(
            verdict: seal.verdict, instrument: seal.instrument, roadmap: seal.roadmap, seal: seal.id)
        guard !seals.contains(new) else { return }
        let lines = (seals + [new]).map {
            "\($0.verdict.rawValue) \($0.instrument.hex) \($0.roadmap.hex) \($0.seal.hex)\n"
        }
        let text = "\(Self.type) \(key.digest.hex)\n" + lines.joined()
        try FileWriting.write(Array(text.utf8), to: path, mode: 0o600)
        seals.append(new)
    }
}
