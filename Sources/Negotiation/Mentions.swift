package import Agreement
internal import CanonicalEncoding
package import Identity
internal import Redline

/// Which provisions a text speaks of, by id or by number.
///
/// An id counts where it stands by itself and is no word of a language: it has a digit, a hyphen, a stop or a slash in
/// it, and a letter. A number counts behind a word for what it numbers (`article 4`, `articles 4, 5 and 7`, `статьи 4`,
/// `第4条`, `제4조`), or the kind of a provision. It points out too much rather than too little, within reason: where a
/// number fits several, those that contain the place or stand nearest come first. Source:
/// `Docs/Specification/negotiation.md`, section 3.3.
package struct Mentions {
    private let ids: Set<String>
    private let text: [Identifier: Content]
    /// By number as the text shows it, without marks at its end.
    private var numbers: [String: [Identifier]] = [:]
    private var kinds: Set<String> = []

    /// Provisions that one number may mean, where nothing tells which.
    private static let candidateLimit = 8

    package init(of text: [Identifier: Content]) {
        self.text = text.filter { !ReservedProvision.isReserved($0.key) }
        ids = Set(self.text.keys.map(\.string).filter(Self.isNoWord))
        for (name, content) in self.text.sorted(by: { $0.key < $1.key }) {
            kinds.insert(content.kind.string.unicodeScalars.inSmallLetters)
            let tokens = MentionToken.all(in: content.number?.string ?? "")
            // `Article 4`, `4 bis`, `IV`: the first that begins with a digit, or else the last.
            guard let number = tokens.first(where: \.isNumber) ?? tokens.last else { continue }
            numbers[number.word, default: []].append(name)
        }
    }

    private static func isNoWord(_ id: String) -> Bool {
        let hasLetter = id.utf8.contains { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        return hasLetter
            && id.utf8.contains { "-./".utf8.contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The provisions that the words of one speak of, itself not counted; ascending.
    package func found(in words: String, of provision: Identifier) -> [Identifier] {
        var reading = Reading(of: provision)
        for token in MentionToken.all(in: words) { read(token, &reading) }
        return reading.found.subtracting([provision]).sorted()
    }

    /// What was read so far of some words.
    private struct Reading {
        let provision: Identifier
        var found: Set<Identifier> = []
        /// Behind a word for what numbers count.
        var armed: Reference?
        /// What was mentioned last in the sentence.
        var last: Identifier?

        init(of provision: Identifier) { self.provision = provision }
    }

    private enum Reference {
        /// Something of which a roadmap has one of each number.
        case whole
        /// A part of it.
        case part
    }

    private func read(_ token: MentionToken, _ reading: inout Reading) {
        if token.beginsSentence { (reading.armed, reading.last) = (nil, nil) }
        for id in token.ids where ids.contains(id) { reading.found.insert(Identifier(id)!) }
        if let sign = token.sign {
            mention(token.word, Self.partSigns.contains(sign) ? .part : .whole, &reading)
            return
        }
        let small = token.word.unicodeScalars.inSmallLetters
        if let armed = reading.armed, numbers[token.word] != nil {
            return mention(token.word, token.isWithin && reading.last != nil ? .part : armed, &reading)
        }
        if Self.partWords.contains(small) {
            reading.armed = .part
        } else if Self.wholeWords.contains(small) || kinds.contains(small) {
            reading.armed = .whole
        } else if !token.isNumber, !Self.connectives.contains(small) {
            reading.armed = nil
        }
    }

    private func mention(_ number: String, _ reference: Reference, _ reading: inout Reading) {
        let chosen = chosen(among: numbers[number] ?? [], reference, reading)
        reading.found.formUnion(chosen)
        if chosen.count == 1 { reading.last = chosen[0] }
    }

    private func chosen(
        among candidates: [Identifier], _ reference: Reference, _ reading: Reading
    ) -> [Identifier] {
        guard candidates.count > 1 else { return candidates }
        if reference == .part {
            let context = reading.last ?? text[reading.provision]?.parent ?? reading.provision
            let inside = candidates.filter { containers(of: $0).contains(context) }
            return inside.count <= Self.candidateLimit ? inside : []
        }
        let depths = candidates.map { containers(of: $0).count }
        let highest = zip(candidates, depths).filter { $0.1 == depths.min() }.map(\.0)
        return highest.count <= Self.candidateLimit ? highest : []
    }

    private func containers(of provision: Identifier) -> [Identifier] {
        var found: [Identifier] = []
        var place = text[provision]?.parent
        while let current = place, found.count <= AgreementLimits.provisionDepth {
            found.append(current)
            place = text[current]?.parent
        }
        return found
    }

    // MARK: Words

    private static let wholeWords: Set<String> = [
        "article", "articles", "art", "arts", "annex", "annexes", "part", "parts", "chapter", "chapters", "section",
        "sections", "rule", "rules", "appendix", "protocol", "articulo", "artículo", "artículos", "anexo", "anexos",
        "parte", "partes", "capítulo", "sección", "annexe", "partie", "parties", "chapitre", "règle", "règles",
        "статья", "статьи", "статье", "статью", "статьей", "статьям", "статьями", "статьях", "статей", "приложение",
        "приложения", "приложении", "часть", "части", "глава", "главы", "главе", "раздел", "раздела", "разделе",
        "المادة", "مادة", "المواد", "المرفق", "الجزء", "الفصل", "للمادة", "والمادة", "بالمادة", "artikel", "artikels",
        "artikeln", "anhang", "teil", "kapitel", "abschnitt",
    ]
    private static let partWords: Set<String> = [
        "paragraph", "paragraphs", "para", "paras", "subparagraph", "subparagraphs", "point", "points", "item", "items",
        "clause", "clauses", "paragraphe", "paragraphes", "alinéa", "alinéas", "párrafo", "párrafos", "apartado",
        "apartados", "пункт", "пункта", "пункте", "пункты", "пунктов", "пунктом", "пунктами", "пунктах", "подпункт",
        "подпункта", "подпункте", "подпункты", "подпунктов", "الفقرة", "فقرة", "الفقرات", "absatz", "absätze",
        "absatzes",
    ]
    private static let connectives: Set<String> = [
        "and", "or", "to", "et", "ou", "à", "y", "o", "a", "и", "или", "و", "أو", "und", "oder", "bis", "no", "nos",
    ]
    private static let partSigns: Set<Unicode.Scalar> = ["款", "项", "項", "항", "호"]
}

/// A word of a text, as far as mentions need it.
private struct MentionToken {
    /// Letters, digits and stops between them; decimal digits of any script as those of ASCII.
    let word: String
    /// Runs of the characters of identifiers in it.
    let ids: [String]
    /// A stop, a semicolon or a line's end stands before it.
    let beginsSentence: Bool
    /// A parenthesis opens before it, right behind a word.
    let isWithin: Bool
    /// Of a number as East Asian scripts write it, the sign behind it.
    var sign: Unicode.Scalar?

    var isNumber: Bool { word.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }

    static func all(in text: String) -> [MentionToken] {
        var found: [MentionToken] = []
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var (ends, opens) = (true, false)
        while index < scalars.count {
            let scalar = scalars[index]
            if let token = eastAsian(scalars, &index, beginsSentence: ends) {
                found.append(token)
                (ends, opens) = (false, false)
            } else if isPart(scalar) {
                let start = index
                while index < scalars.count, isPart(scalars[index]) || isInside(scalars, index) { index += 1 }
                found.append(
                    MentionToken(scalars[start..<index], beginsSentence: ends, isWithin: opens))
                (ends, opens) = (false, false)
            } else {
                if scalar == "." || scalar == ";" || scalar == "\n" || scalar == "。" { ends = true }
                opens = scalar == "(" && index > 0 && isPart(scalars[index - 1])
                index += 1
            }
        }
        return found
    }

    private init(_ scalars: ArraySlice<Unicode.Scalar>, beginsSentence: Bool, isWithin: Bool) {
        word = Self.plain(scalars)
        ids = scalars.split { !Identifier.mayHold($0) }.map { run in
            var run = run
            while let last = run.last, last == "." || last == "-" || last == "/" { run.removeLast() }
            return String(String.UnicodeScalarView(run))
        }
        self.beginsSentence = beginsSentence
        self.isWithin = isWithin
    }

    private static func eastAsian(
        _ scalars: [Unicode.Scalar], _ index: inout Int, beginsSentence: Bool
    ) -> MentionToken? {
        guard scalars[index] == "第" || scalars[index] == "제" else { return nil }
        var end = index + 1
        while end < scalars.count, scalars[end].decimalDigit != nil { end += 1 }
        guard end > index + 1, end < scalars.count, "条條조款项項항호章장".unicodeScalars.contains(scalars[end]) else {
            return nil
        }
        var token = MentionToken(scalars[(index + 1)..<end], beginsSentence: beginsSentence, isWithin: false)
        token.sign = scalars[end]
        index = end + 1
        return token
    }

    private static func plain(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var word = String.UnicodeScalarView()
        for scalar in scalars {
            word.append(scalar.decimalDigit.map { Unicode.Scalar(UInt8(0x30 + $0)) } ?? scalar)
        }
        return String(word)
    }

    /// Letters and digits: of ASCII these, beyond it whatever is no blank and no mark.
    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0..<0xAA, 0x2000...0x206F, 0x3000...0x303F, 0xFF00...0xFF0F, 0xFF1A...0xFF20, 0x060C, 0x061B: false
        default: true
        }
    }

    /// A stop, hyphen or slash between two parts.
    private static func isInside(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        ".-/".unicodeScalars.contains(scalars[index]) && index + 1 < scalars.count && isPart(scalars[index + 1])
    }
}

extension Identifier {
    fileprivate static func mayHold(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F: true
        default: false
        }
    }
}
