internal import Cryptography

/// What every page of this version has in it, byte for byte the same: the verifier in JavaScript, and the style.
///
/// The modules stand in `Page/`, each with one idea, in the order in which each uses those before it. They are joined
/// to one script, for a page loads nothing.
enum PageProgram {
    static let style = text(PackageResources.page_css) + languageStyle

    /// The script, which knows the digest of the style, so that a change of either shows.
    static let script =
        "\n" + modules.map(text).joined(separator: "\n") + "\nconst STYLE_DIGEST = \""
        + Digest(of: style.utf8).hex + "\";\n\nawait checkPage();\n"

    /// The modules that know no page: what runs the vectors of the specification.
    static let verifier = [
        PackageResources.bytes_js, PackageResources.encoding_js, PackageResources.public_keys_js,
        PackageResources.signatures_js, PackageResources.fields_js, PackageResources.records_js,
        PackageResources.key_records_js, PackageResources.bundle_js, PackageResources.texts_js,
        PackageResources.structure_js, PackageResources.force_js, PackageResources.missing_js, PackageResources.lies_js,
        PackageResources.proof_js, PackageResources.verdict_js,
    ]

    private static let modules =
        verifier + [
            PackageResources.wording_js, PackageResources.result_js, PackageResources.page_tree_js,
            PackageResources.document_js, PackageResources.history_js, PackageResources.proof_document_js,
            PackageResources.comparison_js, PackageResources.page_js,
        ]

    /// The languages of a text: as many as words may have.
    static let languageLimit = 64

    /// Where one language is chosen, words that have it show no other one; words that lack it show all they have.
    private static let languageStyle =
        (1...languageLimit).map {
            "\n:root:has(#show-\($0):checked) .words:has(> .l\($0)) > .w:not(.l\($0)) { display: none; }"
        }.joined() + "\n"

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A digest as Content Security Policy names what may run.
    static func source(of text: String) -> String { "'sha256-\(Base64.text(of: Digest(of: text.utf8).bytes))'" }
}
