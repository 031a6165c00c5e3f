public import Cryptography
public import Identity

/// The end of waiting for an instrument, as another instrument writes it: of which one, and how it ends.
///
/// Source: `Docs/Specification/agreement.md`, section "Closings".
public struct Closing: Hashable, Sendable {
    public let subject: InstrumentID
    public let outcome: ClosingOutcome

    /// The provision that closes an instrument.
    public static func provision(of subject: InstrumentID) -> Identifier {
        Identifier(prefix + subject.hex)!
    }

    static let prefix = "closing/"
    /// The class of every closing.
    static let word = Identifier("closing")!

    /// The instrument whose end a provision is; nil where its name is not 64 lower-case hexadecimal digits.
    static func subject(of provision: Identifier) -> InstrumentID? {
        guard provision.string.hasPrefix(prefix) else { return nil }
        let digits = String(provision.string.dropFirst(prefix.count))
        guard let subject = Digest(hex: digits), subject.hex == digits else { return nil }
        return subject
    }
}

extension Instrument {
    /// What it closes; nil if it writes no closing, or one that is malformed.
    public var closing: Closing? {
        guard changes.count == 1, let subject = Closing.subject(of: changes[0].provision),
            case .closing(let outcome)? = changes[0].content?.reserved
        else { return nil }
        return Closing(subject: subject, outcome: outcome)
    }

    /// The first of the provisions it writes that begins as a closing does.
    var closingWritten: Identifier? {
        changes.first { $0.provision.string.hasPrefix(Closing.prefix) }?.provision
    }

    /// Everything that it names and that must be at hand before it can be judged: what it is built on, replaces or
    /// closes; ascending.
    package var named: [InstrumentID] {
        Set(ground + replaces + (closing.map { [$0.subject] } ?? [])).sorted()
    }
}
