internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

/// How a file names a provision: by the id that its author chose, or by its place, until the salt gives it one.
enum ProvisionName: Hashable, Sendable {
    case given(Identifier)
    /// The provision's place among all additions of the file, from 0.
    case made(place: Int)

    /// `p/` and the first 16 hexadecimal digits of SHA-256(salt ‖ place, as 4 bytes, big-endian).
    func identifier(salt: [UInt8]) -> Identifier {
        switch self {
        case .given(let identifier): return identifier
        case .made(let place):
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: place >> (8 * (3 - $0))) }
            return Identifier("p/" + Digest(of: salt + bytes).hex.prefix(16))!
        }
    }
}

/// A provision as a file wants it: all of its content but the ids that the salt will decide.
struct PlannedProvision: Sendable {
    let name: ProvisionName
    var parent: ProvisionName?
    var order: [UInt8]
    var kind: Identifier
    var provisionClass: Identifier
    var number: ExactText?
    var heading: Words?
    var text: Words?
    var attributes: [Identifier: CanonicalValue]

    func change(salt: [UInt8]) -> Instrument.Change {
        let content = Content(
            kind: kind, provisionClass: provisionClass, parent: parent?.identifier(salt: salt), order: order,
            number: number, heading: heading, text: text, attributes: attributes)
        return Instrument.Change(name.identifier(salt: salt), content)
    }
}
