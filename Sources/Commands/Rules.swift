internal import Agreement
internal import ArgumentParser
internal import Charters
internal import Cryptography
internal import Identity
internal import Verification
internal import Wording

/// `syngraph rules CHARTER`
struct Rules: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Say who can pass what, who can stop it, and how many would have to lie to split it.",
        discussion: """
            Examples:

              syngraph rules Docs/Examples/security-council.yaml
              syngraph rules --in agreement.syngraph --json

            Of a charter, which is read without the cards of its parties; else of the rules in force, in a bundle or \
            in this party's home. The figures are exact. What would take too long is not analysed, and said to be so.
            """)

    @Argument(help: "A charter, in YAML. Default: the rules in force.") var charter: String?
    @OptionGroup var source: RoadmapSource
    @OptionGroup var output: JSONOption
    var wantsJSON: Bool { output.json }

    func perform(_ voice: CommandVoice) async throws -> ExitCode {
        if let charter {
            guard source.bundle == nil else { throw Complaint.usage("name a charter or a bundle, not both") }
            switch Charter.readConstitution(try CharterFiles.text(of: charter)) {
            case .failure(let faults): return CharterFiles.speak(faults, in: charter, voice)
            case .success(let constitution): speak(constitution, roadmap: nil, [], voice)
            }
        } else {
            let findings = try await source.findings()
            let evaluation = findings.evaluation
            // Before the founding is in force, its rules are those to look at.
            let founding = evaluation.constitution(after: findings.contents.roadmap)
            let constitution = evaluation.inForce.isEmpty ? founding : evaluation.constitutionInForce
            guard let constitution else {
                throw Complaint(
                    .noSuchFile, "no-founding", "the founding is not \(source.place), so there are no rules to look at")
            }
            speak(constitution, roadmap: findings.contents.roadmap, Self.withdrawn(by: findings), voice)
        }
        return .holds
    }

    /// The parties that have withdrawn, as far as nobody has voided that.
    private static func withdrawn(by findings: VerificationReport.Findings) -> [Identifier] {
        let void = Set(findings.evaluation.voidWithdrawals)
        return findings.parties.filter { party in
            party.withdrawals.contains { $0.withdrawal.stage == .effect && !void.contains($0.withdrawal.id) }
        }.map(\.id)
    }

    private func speak(
        _ constitution: Constitution, roadmap: InstrumentID?, _ withdrawn: [Identifier], _ voice: CommandVoice
    ) {
        let analysis = RuleAnalysis(of: constitution)
        let gone = RuleAnalysis.warning(ofWithdrawn: withdrawn)
        let warnings = analysis.warnings(constitution.records) + gone
        if wantsJSON {
            voice.result(
                .object([
                    ("charter", charter.map { .string($0) } ?? .null),
                    ("roadmap", roadmap.map { .string($0.hex) } ?? .null),
                    ("classes", .array(analysis.classes.map(RuleAnalysisJSON.figures))),
                    ("liarsToSplitAcross", RuleAnalysisJSON.number(analysis.liarsToSplitAcross)),
                    ("warnings", .array(warnings.map { .string($0) })),
                ]))
        } else {
            for group in analysis.words(of: constitution) {
                voice.result(voice.marked(group.classes.map(\.string).joined(separator: ", "), .heading))
                voice.result(voice.paragraph(group.rule, indent: 2))
                voice.result(voice.table(group.facts) + "\n")
            }
            voice.result(summary(analysis, voice))
        }
        voice.warn(warnings)
    }

    private func summary(_ analysis: RuleAnalysis, _ voice: CommandVoice) -> String {
        guard let liars = analysis.liarsToSplitAcross else {
            return voice.paragraph("how many would have to lie to split this roadmap was not analysed")
        }
        let count = liars == 0 ? "nobody" : Quoting.count(liars, "party", "parties")
        return voice.paragraph(
            "\(count) would have to lie before two contradicting instruments could both be passed under these rules")
    }
}

extension CommandVoice {
    /// Says what speaks against rules, loudly: each with a mark of its own.
    func warn(_ warnings: [String]) {
        for warning in warnings {
            let lines = paragraph("WARNING: \(warning)", hanging: 2).split(separator: "\n")
            talk(lines.map { marked(String($0), .bad) }.joined(separator: "\n"))
        }
    }
}

/// The figures of an analysis, as `Docs/Specification/commands.md` publishes them.
enum RuleAnalysisJSON {
    static func number(_ number: Int?) -> JSONValue { number.map { .number($0) } ?? .null }

    static func figures(_ figures: ClassAnalysis) -> JSONValue {
        let coalitions = figures.coalitions
        return .object([
            ("class", .string(figures.provisionClass.string)),
            ("parties", number(figures.partyCount)),
            ("smallestCoalitionSize", number(coalitions?.smallestSize)),
            ("smallestCoalitionCount", coalitions.map { .string($0.smallestCount.description) } ?? .null),
            ("vetoHolders", coalitions.map { FindingsJSON.names($0.vetoHolders) } ?? .null),
            ("smallestBlockingSize", number(coalitions?.smallestBlockingSize)),
            ("liarsToSplit", number(figures.liarsToSplit)),
            ("liarsToSplitAcross", number(figures.liarsToSplitAcross)),
            ("acrossWith", figures.acrossWith.map { .string($0.string) } ?? .null),
            (
                "silentTolerated",
                .object([
                    ("worst", number(figures.worstSilenceTolerated)), ("best", number(figures.bestSilenceTolerated)),
                ])
            ),
            ("throughAmendment", figures.throughAmendment.map(throughAmendment) ?? .null),
            ("neverMet", .array(figures.obstacles.map { .string($0.reason.words) })),
            ("notAnalysed", figures.notAnalysed.map { .string($0.words) } ?? .null),
        ])
    }

    private static func throughAmendment(_ through: ClassAnalysis.ThroughAmendment) -> JSONValue {
        .object([
            ("smallestCoalitionSize", .number(through.smallestSize)),
            ("vetoHolders", FindingsJSON.names(through.vetoHolders)),
            ("liarsToSplit", number(through.liarsToSplit)), ("by", FindingsJSON.names(through.by)),
        ])
    }
}
