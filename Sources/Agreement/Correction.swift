public import CanonicalEncoding
public import Identity

/// A misprint, and what is to be read in its place: a provision under the article that it corrects, of a class of its own.
///
/// It changes no word that was sealed. It relies on the version of the article that it was written on, so it speaks of no
/// later one. Source: `Docs/Specification/charter.md`, section "Corrections".
public struct Correction: Hashable, Sendable {
    /// The kind and the class of a correction.
    public static let name = Identifier("correction")!
    public static let languageAttribute = Identifier("language")!
    public static let misprintAttribute = Identifier("misprint")!
    public static let readsAttribute = Identifier("reads")!

    /// Bytes of a misprint, and of what is read instead: each is looked for in the whole text.
    public static let byteCountLimit = 1_024

    public let language: Identifier
    public let misprint: ExactText
    public let reads: ExactText

    public init(language: Identifier, misprint: ExactText, reads: ExactText) {
        self.language = language
        self.misprint = misprint
        self.reads = reads
    }

    /// Nil for content that is no correction, or lacks a part of one.
    public init?(_ content: Content) {
        guard content.kind == Self.name, content.provisionClass == Self.name, content.parent != nil,
            case .text(let language)? = content.attributes[Self.languageAttribute],
            let language = Identifier(language.string),
            case .text(let misprint)? = content.attributes[Self.misprintAttribute],
            (1...Self.byteCountLimit).contains(misprint.string.utf8.count),
            case .text(let reads)? = content.attributes[Self.readsAttribute],
            reads.string.utf8.count <= Self.byteCountLimit
        else { return nil }
        self.init(language: language, misprint: misprint, reads: reads)
    }

    public var attributes: [Identifier: CanonicalValue] {
        [
            Self.languageAttribute: language.value, Self.misprintAttribute: .text(misprint),
            Self.readsAttribute: .text(reads),
        ]
    }

    /// Where a text has the misprint, by its bytes; overlapping places are counted too.
    public static func count(of misprint: ExactText, in text: ExactText) -> Int { places(of: misprint, in: text).count }

    private static func places(of misprint: ExactText, in text: ExactText) -> [Int] {
        let (needle, bytes) = (Array(misprint.string.utf8), Array(text.string.utf8))
        guard !needle.isEmpty, bytes.count >= needle.count else { return [] }
        return (0...(bytes.count - needle.count)).filter { bytes[$0] == needle[0] }
            .filter { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
    }

    /// The text with the misprint corrected; nil unless it is there exactly once.
    public func applied(to text: ExactText) -> ExactText? {
        let found = Self.places(of: misprint, in: text)
        guard found.count == 1 else { return nil }
        var bytes = Array(text.string.utf8)
        bytes.replaceSubrange(found[0]..<(found[0] + misprint.string.utf8.count), with: reads.string.utf8)
        return String(validating: bytes, as: UTF8.self).map { ExactText($0) }
    }
}

/// A correction in force, and what became of it.
public struct CorrectionInForce: Hashable, Sendable {
    public let provision: ProvisionInForce
    public let correction: Correction
    public let fate: Fate

    public enum Fate: String, Hashable, Sendable {
        case applied
        /// The article was written anew since.
        case spent
        /// The words are not there, or not only once.
        case astray
    }
}

extension Evaluation {
    /// An article's text with the corrections that are in force applied to it in their order, and what became of each.
    public func corrected(_ article: ProvisionInForce) -> (text: Words?, corrections: [CorrectionInForce]) {
        let children = structure.subtreeInForce(directlyUnder: article.id, self)
        var byLanguage = article.content.text?.byLanguage ?? [:]
        var found: [CorrectionInForce] = []
        for child in children {
            guard let correction = Correction(child.content) else { continue }
            var fate = CorrectionInForce.Fate.spent
            if let version = child.version.base[article.id], version == article.version.id {
                fate = .astray
                if let text = byLanguage[correction.language], let right = correction.applied(to: text) {
                    byLanguage[correction.language] = right
                    fate = .applied
                }
            }
            found.append(CorrectionInForce(provision: child, correction: correction, fate: fate))
        }
        return (Words(byLanguage), found)
    }
}

extension Structure {
    /// What stands directly under a provision by the text in force: siblings by order key, then by id.
    fileprivate func subtreeInForce(directlyUnder parent: Identifier, _ evaluation: Evaluation) -> [ProvisionInForce] {
        (children[parent] ?? []).compactMap(evaluation.provisionInForce).filter { $0.content.parent == parent }
            .sorted { one, other in
                one.content.order == other.content.order
                    ? one.id < other.id : one.content.order.lexicographicallyPrecedes(other.content.order)
            }
    }
}
