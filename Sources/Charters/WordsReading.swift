internal import CanonicalEncoding
internal import Identity

/// The languages in which every text of a file must be given.
struct Languages {
    /// In the author's order; nil while they are not known, for want of a list that can be read.
    let required: [Identifier]?

    /// Reads a text in all languages, and reports languages that are missing or too many, and letters that must not be.
    func words(_ node: YAMLNode, _ what: String, _ findings: inout Findings) -> Words? {
        guard let pairs = node.map(what, &findings) else { return nil }
        var byLanguage: [Identifier: ExactText] = [:]
        for (key, value) in pairs {
            guard let language = key.identifier("A language of \(what.midSentence)", &findings) else { continue }
            if let required, !required.contains(language) {
                findings.report(
                    .extraLanguage, at: key.place,
                    "\(what) is given in \(key.value.quoted), which is none of the languages "
                        + "\(required.map(\.string).listed)."
                        + NearestName.question(required.map(\.string), near: key.value))
                continue
            }
            byLanguage[language] = value.exactText("\(what) in \(key.value.quoted)", &findings) ?? ""
        }
        for language in required ?? [] where byLanguage[language] == nil {
            findings.report(
                .missingLanguage, at: node.place,
                "\(what) has no \(language.string.quoted): every text is given in each of "
                    + "\(required!.map(\.string).listed).")
        }
        return Words(byLanguage)
    }
}

extension YAMLNode {
    /// A text that may be signed. Line breaks at its end, which YAML adds to an indented text, are not part of it.
    func exactText(_ what: String, _ findings: inout Findings) -> ExactText? {
        guard case .scalar(var text, _) = content, !isNull else {
            if isNull {
                findings.report(.emptyText, at: place, "\(what) is empty. Write it, or delete the key.")
                return nil
            }
            _ = scalar(what, &findings)
            return nil
        }
        while text.utf8.last == 0x0a { text.unicodeScalars.removeLast() }
        if text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) {
            findings.report(.emptyText, at: place, "\(what) is empty. Write it, or delete the key.")
            return nil
        }
        checkCharacters(text, what, &findings)
        return ExactText(text)
    }

    /// Reports what no text may hold. What stands in the file as itself has been reported where it stands; here remain
    /// tabs, and what was written as an escape.
    func checkCharacters(_ text: String, _ what: String, _ findings: inout Findings) {
        for scalar in text.unicodeScalars {
            guard let forbidden = ForbiddenCharacter(scalar) else { continue }
            findings.report(
                .forbiddenCharacter, at: place,
                "\(what) holds \(scalar.codePoint), \(forbidden.reason). Delete it or write another character.")
            return
        }
        if !text.isNFC {
            findings.report(
                .notNFC, at: place,
                "\(what) has letters written as a letter and a mark that follows it. Convert the file to the "
                    + "normalization form NFC, in which each letter has one spelling.")
        }
    }
}
