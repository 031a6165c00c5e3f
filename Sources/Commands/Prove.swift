internal import Agreement
internal import ArgumentParser
internal import Cryptography
internal import Identity
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// `syngraph prove PROVISION --out FILE`
struct Prove: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Write a small file that shows one provision in force, and of the others nothing.",
        discussion: """
            Examples:

              syngraph prove article-4 --out article-4.syngraph
              syngraph prove article-4 --from agreement.syngraph --out article-4.syngraph
              syngraph prove article-4 --by EAST --by WEST --out article-4.syngraph
              syngraph verify article-4.syngraph --roadmap ID

            The file holds the provision, its version, the seals on that, the rule of its class, and the path to the \
            state root that the parties' nodes have certified. Who has it knows the article and the parties' keys, and \
            learns nothing of what else the roadmap says. With --by it holds the word of those parties alone: among many \
            parties it is much smaller so.
            """)

    @Argument(help: "The provision, by its identifier.") var provision: String
    @Option(name: .long, help: ArgumentHelp("Take it from this bundle instead of a home.", valueName: "bundle"))
    var from: String?
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Put in the seals and certificates of this party; may be repeated. Without it those of all.",
            valueName: "party"))
    var by: [String] = []
    @Option(name: .long, help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var out: String
    @OptionGroup var homeOptions: HomeOptions
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        try OutputPath.check(out, json: wantsJSON)
        let findings = try await findings()
        let place = from.map { "in \(terminalSafe($0))" } ?? "in this home"
        let witnesses = try witnesses(among: findings, place)
        guard let asked = Identifier(provision), let file = ProofWriter(findings).proof(of: asked, by: witnesses) else {
            throw Complaint(
                .noSuchFile, "no-such-provision", "no such provision is in force \(place)",
                hint: "syngraph show names them all")
        }
        // What we hand out was read as a stranger reads it.
        guard let proof = try? VerificationReport(verifying: file, expecting: findings.contents.roadmap).proof else {
            preconditionFailure("a proof of ours is refused by our own verifier")
        }
        try FileWriting.write(file, to: out)
        speak(proof, file.count, voice)
        return .holds
    }

    /// The parties of `--by`; nil for all.
    private func witnesses(
        among findings: VerificationReport.Findings, _ place: String
    ) throws(Complaint) -> Set<Identifier>? {
        guard !by.isEmpty else { return nil }
        let parties = Set(findings.parties.map(\.id))
        return try Set(
            by.map { typed throws(Complaint) in
                guard let party = Identifier(typed), parties.contains(party) else {
                    throw Complaint(
                        .noSuchFile, "no-such-party", "\(terminalSafe(typed)) is no party \(place)",
                        hint: "it has \(Quoting.list(parties.sorted()))")
                }
                return party
            })
    }

    private func findings() async throws -> VerificationReport.Findings {
        if let from { return try RoadmapSource.findings(in: GivenFile(from).bundle(), of: from) }
        let bytes = try await homeOptions.withDoor { try await $0.bundle() }
        return try RoadmapSource.findings(in: bytes, of: homeOptions.location.path)
    }

    private func speak(_ proof: ProofFindings, _ byteCount: Int, _ voice: CommandVoice) {
        let certifying = proof.certifying.map(\.id)
        if wantsJSON {
            voice.result(
                .object([
                    ("roadmap", .string(proof.contents.roadmap.hex)), ("file", .string(out)),
                    ("provision", .string(provision)), ("version", .string(proof.subject.version.hex)),
                    ("stateRoot", .string(proof.contents.proof.root.hex)),
                    ("certifiedBy", FindingsJSON.names(certifying)), ("bytes", .number(byteCount)),
                ]))
        } else if out != "-" {
            voice.result(
                "\(terminalSafe(out)): \(proof.subject.provision), certified by \(Quoting.list(certifying)), "
                    + Quoting.count(byteCount, "byte"))
        }
        if certifying.isEmpty {
            voice.talk(
                voice.paragraph(
                    "no party's node has certified this state, so the file shows the text on nobody's word; let the "
                        + "nodes run until they have"))
        }
    }
}
