internal import Agreement
internal import CanonicalEncoding
internal import Charters
internal import Identity
internal import Wording

/// Words of a command line, read as what they name.
enum Typed {
    static func party(_ typed: String) throws(Complaint) -> Identifier {
        // A slash would be a folder in the name of the card.
        guard let party = Identifier(typed), !typed.contains("/"), ReservedName.fits(party) else {
            throw .usage(
                "\(shown(typed)) is no code for a party",
                hint: "use up to \(ReservedName.byteCountLimit) letters, digits, dots and hyphens, as in KOR")
        }
        return party
    }

    static func identifier(_ typed: String, _ noun: String) throws(Complaint) -> Identifier {
        guard let identifier = Identifier(typed) else { throw .usage("\(shown(typed)) is no name of a \(noun)") }
        return identifier
    }

    static func day(_ typed: String) throws(Complaint) -> Day {
        guard let day = Day(typed) else {
            throw .usage("\(shown(typed)) is no day", hint: "write year, month and day, as in 2030-01-31")
        }
        return day
    }

    /// The end of a day, in UTC, in seconds since 1970-01-01T00:00:00Z.
    static func endOfDay(_ typed: String) throws(Complaint) -> UInt64 {
        guard let second = try day(typed).lastSecond else {
            throw .usage("\(shown(typed)) is before 1970, where our calendars begin")
        }
        return second
    }

    /// Texts as `lang=text`, each language once.
    static func words(_ typed: [String]) throws(Complaint) -> Words {
        var byLanguage: [Identifier: ExactText] = [:]
        for item in typed {
            guard let equals = item.firstIndex(of: "="), let language = Identifier(String(item[..<equals])) else {
                throw .usage("\(shown(item)) is not lang=text, as in en=Switzerland")
            }
            let text = String(item[item.index(after: equals)...])
            try checkSignable(text)
            guard byLanguage.updateValue(ExactText(text), forKey: language) == nil else {
                throw .usage("the language \(language) is given twice")
            }
        }
        guard byLanguage.count <= IdentityLimits.languages, let words = Words(byLanguage) else {
            throw .usage("a text has at most \(IdentityLimits.languages) languages")
        }
        return words
    }

    /// Words under a seal, as `lang=text` or, in the instrument's first language, as plain text.
    static func declaration(_ typed: [String], in languages: [Identifier]) throws(Complaint) -> Words? {
        guard !typed.isEmpty else { return nil }
        return try words(
            typed.map { item in
                let prefix = item.prefix { $0 != "=" }
                let namesLanguage = prefix.count < item.count && languages.contains { $0.string == prefix }
                return namesLanguage ? item : "\(languages[0])=\(item)"
            })
    }

    static func checkSignable(_ text: String) throws(Complaint) {
        if let fault = SignableText.fault(in: text) { throw .usage("\(shown(text)) \(fault)") }
    }

    /// `host:port`, an IPv6 address in brackets.
    static func endpoint(_ typed: String) throws(Complaint) -> String {
        let isPrintable = typed.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isPrintable, typed.utf8.count <= IdentityLimits.endpointByteCount,
            let colon = typed.lastIndex(of: ":"), colon != typed.startIndex,
            let port = UInt16(typed[typed.index(after: colon)...]), port > 0,
            typed.hasPrefix("[") == typed[..<colon].hasSuffix("]"),
            typed.hasPrefix("[") || !typed[..<colon].contains(":")
        else {
            throw .usage("\(shown(typed)) is not host:port, as in node.example.org:7420 or [2001:db8::1]:7420")
        }
        return typed
    }

    /// What was typed, quoted and safe for a terminal.
    static func shown(_ typed: String) -> String { Quoting.quoted(ExactText(typed)) }
}

/// A party's record is the provision `party/CODE`, whose name must be an identifier too.
private enum ReservedName {
    static let byteCountLimit = 128 - "party/".utf8.count

    static func fits(_ party: Identifier) -> Bool { party.string.utf8.count <= byteCountLimit }
}
