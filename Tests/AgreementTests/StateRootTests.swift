import Agreement
import CanonicalEncoding
import Cryptography
import Identity
import Testing

/// The roots once more, from the words of RFC 9162, RFC 2104 and RFC 8949, and from nothing that the product computes
/// but the list of what is in force.
private enum Recomputed {
    static func root(_ leaves: [[UInt8]]) -> [UInt8] {
        guard leaves.count > 1 else { return sha256(leaves.isEmpty ? [] : [0] + leaves[0]) }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return sha256([1] + root(Array(leaves[..<split])) + root(Array(leaves[split...])))
    }

    static func leaf(_ provision: String, writtenBy instrument: Instrument) -> [UInt8] {
        let salt = authenticated(Array("syngraph/leaf/1".utf8) + Array(provision.utf8), under: instrument.salt)
        let hidden = sha256(salt + content(of: provision, in: instrument))
        return [0x83] + text(provision) + [0x58, 0x20] + instrument.id.bytes + [0x58, 0x20] + hidden
    }

    /// The bytes of `set`, cut from the instrument as it came.
    private static func content(of provision: String, in instrument: Instrument) -> [UInt8] {
        guard case .map(let record) = require({ try CanonicalDecoder.decode(instrument.payload) }),
            case .array(let changes) = record[.text("changes")]
        else { preconditionFailure("an instrument is a map with changes") }
        for case .map(let change) in changes where change[.text("provision")] == .text(provision) {
            return change[.text("set")]!.encoded()
        }
        preconditionFailure("\(provision) is not written there")
    }

    private static func authenticated(_ message: [UInt8], under key: [UInt8]) -> [UInt8] {
        let padded = key + Array(repeating: 0, count: 64 - key.count)
        return sha256(padded.map { $0 ^ 0x5c } + sha256(padded.map { $0 ^ 0x36 } + message))
    }

    private static func text(_ text: String) -> [UInt8] {
        let head: [UInt8] = text.utf8.count < 24 ? [0x60 + UInt8(text.utf8.count)] : [0x78, UInt8(text.utf8.count)]
        return head + Array(text.utf8)
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] { Digest(of: bytes).bytes }
}

@Suite("The roots of a state")
struct StateRootTests {
    @Test func `are those of RFC 9162 over the text in force, salted, and over the ids of what is perfected`() {
        var conference = Conference()
        let hotline = conference.hotline(acceptedBy: Parties.keyStates)
        let reworded = conference.reword("a3", "Other meetings.", acceptedBy: Parties.keyStates)
        let repealing = conference.amend(["a1": Content?.none])
        conference.seal(repealing, by: Parties.keyStates)
        let text = conference.evaluation.textInForce
        let written = conference.founding.changes.map(\.provision.string)
        var writers = Dictionary(uniqueKeysWithValues: written.map { ($0, conference.founding) })
        writers["hotline"] = hotline
        writers["a3"] = reworded
        writers["a1"] = nil
        #expect(Set(text.map(\.id.string)) == Set(writers.keys))
        let leaves = writers.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Recomputed.leaf($0, writtenBy: writers[$0]!) }
        let roots = StateRoots(of: conference.evaluation)
        #expect(roots.inForce.bytes == Recomputed.root(leaves))
        let perfected = [conference.founding, hotline, reworded, repealing].map(\.id).sorted()
        #expect(roots.perfected.bytes == Recomputed.root(perfected.map(\.bytes)))
    }

    @Test func `are the digest of nothing where nothing is in force`() {
        let roots = StateRoots(of: Conference(sealed: false).evaluation)
        #expect(roots.inForce == Digest(of: []) && roots.perfected == Digest(of: []))
    }

    @Test func `change with a salt, though no word has changed`() {
        var (one, other) = (Conference(), Conference())
        let first = one.reword("a3", "The same.", acceptedBy: Parties.keyStates)
        other.reword("a4", "Nobody seals this.")
        let second = other.reword("a3", "The same.", acceptedBy: Parties.keyStates)
        #expect(first.salt != second.salt)
        #expect(StateRoots(of: one.evaluation).inForce != StateRoots(of: other.evaluation).inForce)
    }
}
