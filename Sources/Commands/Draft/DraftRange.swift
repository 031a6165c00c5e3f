internal import ArgumentParser
internal import Drafting
internal import Identity
internal import Wording

/// Some words of a text of a draft, named by themselves.
struct DraftRangeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Which words of its text; they stand there once.", valueName: "words"))
    var words: String?
    @Option(
        name: .long, help: ArgumentHelp("In which language; needed where there are several.", valueName: "language"))
    var language: String?
    @Option(
        name: .long, help: ArgumentHelp("Which one, where the words stand there more often; from 1.", valueName: "n"))
    var occurrence: Int?

    /// The text of a provision, and where in it the words stand.
    ///
    /// - Throws: a ``Complaint`` if they do not, or more often and nobody says which is meant.
    func range(of node: NodeName, in draft: Draft) throws(Complaint) -> (text: TextName, range: Range<Int>)? {
        guard let words else { return nil }
        let text = TextName.node(node, language: try draft.language(language))
        let found = Self.places(
            of: Array(words.unicodeScalars), in: Array((draft.string(of: text) ?? "").unicodeScalars))
        let name = draft.shownName(of: node)
        guard !found.isEmpty else {
            throw Complaint(
                .noSuchFile, "no-such-words", "\(Typed.shown(words)) does not stand in the text of \(name)",
                hint: "words of an alternative are edited with `draft edit`")
        }
        guard let occurrence else {
            guard found.count == 1 else {
                throw .usage(
                    "\(Typed.shown(words)) stands \(found.count) times in the text of \(name)",
                    hint: "give more of the words around, or say which with --occurrence")
            }
            return (text, found[0])
        }
        guard found.indices.contains(occurrence - 1) else {
            throw .usage("\(Typed.shown(words)) stands \(Quoting.count(found.count, "time")) in the text of \(name)")
        }
        return (text, found[occurrence - 1])
    }

    private static func places(of words: [Unicode.Scalar], in text: [Unicode.Scalar]) -> [Range<Int>] {
        guard !words.isEmpty, words.count <= text.count else { return [] }
        return (0...text.count - words.count).lazy.filter { text[$0] == words[0] }.compactMap { start in
            text[start..<start + words.count].elementsEqual(words) ? start..<start + words.count : nil
        }
    }
}
