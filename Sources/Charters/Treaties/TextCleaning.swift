/// A text from elsewhere made into one that may be signed, and what was done to it.
///
/// Line breaks of every kind become line feeds, tabs and other blanks of control become a blank, letters are brought to
/// NFC, and what cannot be seen where it stands goes away. A character whose meaning nobody knows, because it is private
/// to some font or was damaged, is covered by `□`: what stood there has to be found out by a person.
struct TextCleaning {
    private(set) var text: String
    /// By character, in the order of their first places.
    private(set) var acts: [Act] = []
    /// White space before and behind the text, which is no part of it.
    private(set) var trimmedCount = 0
    /// How many scalars the text has fewer (or, below zero, more) in NFC.
    private(set) var composedCount = 0
    /// How many scalars were taken out.
    private(set) var removedCount = 0
    /// Whether anything was spelt otherwise than in NFC.
    private(set) var isRespelt = false

    struct Act: Hashable {
        let scalar: Unicode.Scalar
        let done: Done
        var count: Int
        /// The words before its first place.
        let before: String
    }

    enum Done: String, Hashable {
        case removed, madeBlank, madeLineBreak, covered
    }

    static let cover: Unicode.Scalar = "\u{25a1}"

    init(_ raw: some Collection<Unicode.Scalar>) {
        text = ""
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(raw.count)
        var places: [Unicode.Scalar: Int] = [:]
        var previous: Unicode.Scalar = " "
        for scalar in raw {
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" {
                removedCount += 1
                continue
            }
            guard let done = Self.fate(of: scalar) else {
                scalars.append(scalar)
                continue
            }
            if scalar != "\r" { note(scalar, done, behind: scalars, &places) }
            switch done {
            case .removed: removedCount += 1
            case .madeBlank: scalars.append(" ")
            case .madeLineBreak: scalars.append("\n")
            case .covered: scalars.append(Self.cover)
            }
        }
        let trimmed = Self.trimmed(scalars[...])
        trimmedCount = scalars.count - trimmed.count
        let plain = String(String.UnicodeScalarView(trimmed))
        isRespelt = !plain.isNFC
        text = isRespelt ? plain.inNFC : plain
        composedCount = trimmed.count - text.unicodeScalars.count
    }

    private static func fate(of scalar: Unicode.Scalar) -> Done? {
        switch scalar {
        case "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\u{c}": return .madeLineBreak
        case "\t": return .madeBlank
        default: break
        }
        switch ForbiddenCharacter(scalar) {
        case nil: return nil
        case .control, .bidirectional, .invisible: return .removed
        case .privateUse, .unassigned, .replacement: return .covered
        }
    }

    private mutating func note(
        _ scalar: Unicode.Scalar, _ done: Done, behind scalars: [Unicode.Scalar], _ places: inout [Unicode.Scalar: Int]
    ) {
        if let place = places[scalar] {
            acts[place].count += 1
            return
        }
        places[scalar] = acts.count
        let before = String(String.UnicodeScalarView(scalars.suffix(24).drop { $0.properties.isWhitespace })).replacing(
            "\n", with: " ")
        acts.append(Act(scalar: scalar, done: done, count: 1, before: before))
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var rest = scalars.drop { $0.properties.isWhitespace }
        while rest.last?.properties.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

extension TextCleaning.Act {
    /// What was done, as a sentence.
    var words: String {
        let reason = ForbiddenCharacter(scalar)?.reason ?? ""
        let what = reason.isEmpty ? scalar.codePoint : "\(scalar.codePoint), \(reason),"
        let done =
            switch self.done {
            case .removed: "taken out"
            case .madeBlank: "made a blank"
            case .madeLineBreak: "made a line break"
            case .covered: "covered by \(TextCleaning.cover)"
            }
        let times = count == 1 ? "" : " \(count) times, first"
        return "\(what) was \(done)\(times) behind \(before.quoted)"
    }
}
