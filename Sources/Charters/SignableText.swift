internal import Foundation

/// What may stand in words that people sign: the same for a charter's text, a party's name and a seal's declaration.
package enum SignableText {
    /// Why a text may not be signed, after "it "; nil if it may.
    package static func fault(in text: String) -> String? {
        if text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { return "is empty" }
        for scalar in text.unicodeScalars {
            guard let forbidden = ForbiddenCharacter(scalar) else { continue }
            return "holds \(scalar.codePoint), \(forbidden.reason)"
        }
        guard text.isNFC else { return "has letters written as a letter and a mark that follows it, not in NFC" }
        return nil
    }
}
