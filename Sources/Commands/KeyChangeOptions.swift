internal import ArgumentParser
internal import CanonicalEncoding

/// How a change of keys is made: by which keys, why, and what of the party's word it confirms.
struct KeyChangeOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Confirm this seal or withdrawal as the party's word; may be repeated.", valueName: "id"))
    var acknowledge: [String] = []
    @Flag(name: .long, help: "Confirm all that the change would make disputed.") var acknowledgeAll = false
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Do not confirm this one: somebody else made it; may be repeated.", valueName: "id"))
    var dispute: [String] = []
    @Option(name: .long, help: ArgumentHelp("Why, for people to read.", valueName: "text")) var reason: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Sign with this one of the keys there are; may be repeated.",
            discussion: "A public half is signed for by --signer. Default: those of the home.", valueName: "file"))
    var key: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("Publish nothing: write it for keys elsewhere to sign too.", valueName: "file"))
    var request: String?
    @Flag(name: .long, help: "Sign without asking.") var yes = false
    @OptionGroup var signing: SigningOptions

    /// - Throws: a ``Complaint`` for what cannot be signed, or written.
    func check(json: Bool) throws(Complaint) {
        if let reason { try Typed.checkSignable(reason) }
        try OutputPath.check(request, json: json)
    }

    var reasonText: ExactText? { reason.map { ExactText($0) } }
}
