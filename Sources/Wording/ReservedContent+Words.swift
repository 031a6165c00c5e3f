package import Agreement
internal import Cryptography
internal import Identity
internal import Redline

extension ReservedContent {
    /// What it says, a line for each thing, safe for a terminal.
    package var lines: [String] {
        switch self {
        case .roster(let roster):
            let holders = roster.holders.isEmpty ? "no holders" : "held by \(Quoting.list(roster.holders))"
            return [holders + (roster.isDormant ? "; dormant: rules count none of them" : "")]
        case .rule(let rule): return [rule.words]
        case .party(let record): return record.lines
        case .closing(let outcome): return ["outcome: \(outcome.rawValue)"]
        }
    }
}

extension PartyRecord {
    fileprivate var lines: [String] {
        var lines = names.languages.map { "name (\($0)): \(Quoting.quoted(names.byLanguage[$0]!))" }
        lines.append("seal keys, \(seal.threshold) of \(seal.keys.count) must sign: \(ids(seal.keys))")
        if !recovery.keys.isEmpty {
            lines.append("recovery keys, \(recovery.threshold) of \(recovery.keys.count): \(ids(recovery.keys))")
        }
        if let next { lines.append("committed to its next keys: \(Quoting.short(next))") }
        for node in nodes {
            let endpoints = node.endpoints.map { terminalSafe($0) }
            let places = endpoints.isEmpty ? "only dials" : "at \(Quoting.list(endpoints))"
            lines.append("node \(Quoting.short(node.key.id.digest)): \(places)")
        }
        return lines
    }

    private func ids(_ keys: [PublicKey]) -> String { Quoting.list(keys.map { Quoting.short($0.id.digest) }) }
}
