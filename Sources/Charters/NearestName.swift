/// Finds what somebody meant to write: the known names nearest to one that is not known.
enum NearestName {
    /// Up to three of `known`, the nearest first; names that end with the same part after a slash count as near.
    static func among(_ known: some Sequence<String>, to name: String) -> [String] {
        let wanted = Array(name.utf8.prefix(128))
        let limit = max(1, wanted.count / 3)
        let lastPart = "/" + (name.split(separator: "/").last ?? "")
        var found: [(distance: Int, name: String)] = []
        for candidate in known {
            if let distance = distance(wanted, Array(candidate.utf8.prefix(128)), limit: limit) {
                found.append((distance, candidate))
            } else if lastPart.utf8.count > 1, candidate.hasSuffix(lastPart) {
                found.append((limit + 1, candidate))
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// " Did you mean …?", or nothing where nothing is near.
    static func question(_ known: some Sequence<String>, near name: String) -> String {
        let names = among(known, to: name)
        return names.isEmpty ? "" : " Did you mean \(names.map(\.quoted).joined(separator: " or "))?"
    }

    /// Letters to change, insert or delete, capitals counting as their small letters; nil above `limit`.
    private static func distance(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int? {
        guard abs(one.count - other.count) <= limit else { return nil }
        var row = Array(0...other.count)
        for (place, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in other.indices {
                let above = row[column + 1]
                let isSame = small(byte) == small(other[column])
                row[column + 1] = isSame ? diagonal : 1 + min(diagonal, above, row[column])
                diagonal = above
            }
            if row.min()! > limit { return nil }
        }
        return row[other.count] <= limit ? row[other.count] : nil
    }

    private static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}

extension Collection<String> {
    /// As in "`en`, `ko` and `zh`".
    var listed: String {
        let names = map(\.quoted)
        guard let last = names.last else { return "none" }
        return names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
    }
}
