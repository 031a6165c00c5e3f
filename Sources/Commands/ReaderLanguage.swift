internal import ArgumentParser
internal import Identity
internal import Wording

/// `--language`, for verbs that show text.
struct LanguageOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The language to show.", discussion: "Default: yours, by LANG, if the roadmap has it; else its first.",
            valueName: "language"))
    var language: String?

    /// The one of `languages`, which ascend, that the reader gets.
    ///
    /// - Throws: a ``Complaint`` if the language asked for is not among them.
    func chosen(among languages: [Identifier]) throws(Complaint) -> Identifier? {
        guard let language else {
            return ReaderLanguage.preferred(among: languages, in: Surroundings.current.environment) ?? languages.first
        }
        guard let found = languages.first(where: { $0.string == language }) else {
            throw .usage("the roadmap is not written in that language; it has \(Quoting.list(languages))")
        }
        return found
    }
}

/// Which of a roadmap's languages the environment speaks of.
enum ReaderLanguage {
    /// `ko_KR.UTF-8` asks for `ko-KR`, then for `ko`, then for any `ko-…`.
    static func preferred(among languages: [Identifier], in environment: [String: String]) -> Identifier? {
        let setting = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let locale = setting?.prefix(while: { $0 != "." && $0 != "@" }) else { return nil }
        let tag = locale.map { $0 == "_" ? "-" : String($0) }.joined().lowercased()
        let primary = String(tag.prefix { $0 != "-" })
        return languages.first { $0.string.lowercased() == tag }
            ?? languages.first { $0.string.lowercased() == primary }
            ?? languages.first { $0.string.lowercased().hasPrefix(primary + "-") }
    }
}
