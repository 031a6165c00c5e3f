internal import Agreement
internal import ArgumentParser
internal import NodeRuntime
internal import Redline
internal import Verification
internal import Wording

/// Where a reading verb finds the roadmap: in a party's home, or in a bundle.
struct RoadmapSource: ParsableArguments {
    @OptionGroup var homeOptions: HomeOptions

    @Option(
        name: [.customLong("in"), .customLong("from")],
        help: ArgumentHelp("Read this bundle instead of a home.", valueName: "bundle"))
    var bundle: String?

    /// In words, for complaints: `in a.syngraph`.
    var place: String { bundle.map { "in \(terminalSafe($0))" } ?? "in this home" }

    func bundleBytes() async throws -> [UInt8] {
        if let bundle { return try GivenFile(bundle).bundle() }
        return try await homeOptions.withDoor { try await $0.bundle() }
    }

    /// What the records say, all of them checked.
    ///
    /// - Throws: a ``Complaint`` if they are no bundle, or an invalid one.
    func findings() async throws -> VerificationReport.Findings {
        try Self.findings(in: await bundleBytes(), of: bundle ?? homeOptions.location.path)
    }

    /// What the records say, and the home's drafts; nil of a bundle, which has none.
    func desk() async throws -> DraftDesk? {
        guard bundle == nil else { return nil }
        let home = homeOptions.location
        return try await homeOptions.withDoor { try await DraftDesk(home, through: $0) }
    }

    static func findings(in bytes: [UInt8], of path: String) throws(Complaint) -> VerificationReport.Findings {
        let report = try report(on: bytes, of: path)
        if let proof = report.proof {
            throw Complaint(
                .usage, "a-proof",
                "\(terminalSafe(path)) shows \(proof.subject.provision) alone, and is no whole roadmap",
                hint: "syngraph verify says what it shows")
        }
        return report.findings!
    }

    /// What was found in a bundle of whatever scope.
    ///
    /// - Throws: a ``Complaint`` if it is no bundle, or an invalid one.
    static func report(on bytes: [UInt8], of path: String) throws(Complaint) -> VerificationReport {
        let report: VerificationReport
        do { report = try VerificationReport(verifying: bytes, expecting: nil) } catch { throw .notABundle(path) }
        if let refusal = report.refusal {
            throw Complaint(
                .invalid, "invalid-bundle", "\(terminalSafe(path)) is not valid: \(refusal.sentence)",
                hint: "syngraph verify says more")
        }
        return report
    }
}

extension Complaint {
    static func notABundle(_ path: String) -> Complaint {
        Complaint(
            .notOurFormat, "not-a-bundle", "\(terminalSafe(path)) does not begin as a bundle of ours does",
            hint: "syngraph inspect may say what it is")
    }
}
