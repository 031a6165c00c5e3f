internal import Foundation
internal import Identity
internal import NodeLogic
internal import SecureTransport

/// What the operator of a node sets beside its command line: the file `node.json` in the home, if there is one.
///
/// ```json
/// {
///   "version": 1,
///   "limits": { "connectionsPerAddress": 8, "handshakeTimeout": 5 },
///   "authorities": [
///     { "party": "KOR", "certificates": "authorities/KOR.pem", "revocations": "authorities/KOR.crl.pem" }
///   ]
/// }
/// ```
///
/// Source: `Docs/Specification/control.md`, "The operator's settings".
struct OperatorSettings: Sendable {
    /// Who vouches for the nodes of a party, by certificates.
    struct Authority: Hashable, Sendable {
        let party: Identifier
        /// Files in PEM; one that is named without a leading slash stands in the home.
        let certificates: String
        let revocations: String?
    }

    var limits = TransportLimits()
    var nodeLimits = NodeLimits()
    var authorities: [Authority] = []

    /// - Throws: ``NodeSettingsRefusal/badSettings(path:reason:)`` for a file that is not one of these, or that names
    ///   what this version does not know: a limit that was misspelt must not be left out in silence.
    init(of home: Home) throws {
        let path = home.operatorSettingsPath
        guard let data = FileManager.default.contents(atPath: path) else {
            // No file is no settings; one that cannot be read is not none.
            guard !FileManager.default.fileExists(atPath: path) else {
                throw NodeSettingsRefusal.badSettings(path: path, reason: "it cannot be read")
            }
            return
        }
        do {
            let stored = try Self.decode(data)
            for (name, number) in (stored.limits ?? [:]).sorted(by: { $0.key < $1.key }) {
                let isOfTransport = TransportLimits.names.contains(name)
                let fault = isOfTransport ? limits.set(name, to: number) : nodeLimits.set(name, to: number)
                if let fault { throw Fault(fault) }
            }
            authorities = try (stored.authorities ?? []).map { try Self.authority($0, in: home) }
        } catch let fault as Fault {
            throw NodeSettingsRefusal.badSettings(path: path, reason: fault.words)
        }
    }

    private struct Fault: Error {
        let words: String
        init(_ words: String) { self.words = words }
    }

    private struct Stored: Decodable {
        let version: Int
        let limits: [String: Double]?
        let authorities: [StoredAuthority]?
    }

    private struct StoredAuthority: Decodable {
        let party: String
        let certificates: String
        let revocations: String?
    }

    /// Reads anything: to see which fields there are.
    private struct Names: Decodable {
        let version: Ignored?
        let authorities: [[String: Ignored]]?
    }

    private struct Ignored: Decodable {
        init(from decoder: any Decoder) {}
    }

    private static func decode(_ data: Data) throws -> Stored {
        let decoder = JSONDecoder()
        guard let fields = try? decoder.decode([String: Ignored].self, from: data) else {
            throw Fault("it is no JSON object")
        }
        try refuse(fields.keys, butFor: ["version", "limits", "authorities"])
        let stored: Stored
        do {
            stored = try decoder.decode(Stored.self, from: data)
        } catch {
            throw Fault(words(about: error))
        }
        guard stored.version == 1 else { throw Fault("it is of version \(stored.version), and 1 is known here") }
        for fields in (try? decoder.decode(Names.self, from: data))?.authorities ?? [] {
            try refuse(fields.keys, butFor: ["party", "certificates", "revocations"])
        }
        return stored
    }

    private static func refuse(_ names: some Sequence<String>, butFor known: [String]) throws {
        guard let unknown = names.sorted().first(where: { !known.contains($0) }) else { return }
        throw Fault("it has a field \(unknown); known are \(known.joined(separator: ", "))")
    }

    private static func words(about error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context):
            "\(key.stringValue) is missing" + (context.codingPath.isEmpty ? "" : " in \(place(context))")
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(place(context)) is of another type than it should be"
        default: "it is no JSON that can be read"
        }
    }

    private static func authority(_ stored: StoredAuthority, in home: Home) throws -> Authority {
        guard let party = Identifier(stored.party) else { throw Fault("\(stored.party) is not a party's code") }
        func path(_ name: String) throws -> String {
            guard !name.isEmpty else { throw Fault("the name of a file of \(party)'s authority is empty") }
            return name.hasPrefix("/") ? name : home.path + "/" + name
        }
        return Authority(
            party: party, certificates: try path(stored.certificates), revocations: try stored.revocations.map(path))
    }
}
