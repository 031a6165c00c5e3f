internal import Agreement
internal import ArgumentParser
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Verification

/// Says how long the proof of one article is, among so many parties who all sealed it and all confirm the state.
struct ProofBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof", abstract: "Measure how long the proof of one article is.")

    @Option(help: "Parties, each with one seal key, one recovery key and one node.") var parties = 8
    @Option(help: "Articles of the text, each of some 300 bytes.") var articles = 100
    @Flag(help: "Answer as one line of JSON.") var json = false

    func validate() throws {
        guard parties > 0, articles > 0 else { throw ValidationError("parties and articles count from one") }
    }

    func run() throws {
        let roadmap = try CertifiedRoadmap(partyCount: parties, articleCount: articles)
        guard let findings = try VerificationReport(verifying: roadmap.bundle, expecting: roadmap.id).findings else {
            preconditionFailure("the roadmap is not valid")
        }
        let writer = ProofWriter(findings)
        let article = Identifier("article-1")!
        let some = Set(roadmap.partyIDs.prefix(3))
        guard let whole = writer.proof(of: article), let small = writer.proof(of: article, by: some),
            try VerificationReport(verifying: whole, expecting: roadmap.id).proof?.certifying.count == parties
        else { preconditionFailure("not everybody's word is in the proof") }
        let report = Report([
            ("parties", .count(parties)), ("articles", .count(articles)),
            ("bundle_bytes", .count(roadmap.bundle.count)),
            ("proof_bytes", .count(whole.count)), ("proof_bytes_by_three", .count(small.count)),
        ])
        print(json ? report.json : report.table)
    }
}

/// A roadmap that all its parties sealed, and whose state the node of each has certified once it had an entry of everybody's.
private struct CertifiedRoadmap {
    let id: InstrumentID
    let partyIDs: [Identifier]
    let bundle: [UInt8]

    private struct Member {
        let id: Identifier
        let seal: SigningKey
        let node: SigningKey
        let record: PartyRecord

        init(_ number: Int) throws {
            func key(_ use: String) -> SigningKey {
                SigningKey(seed: Digest(of: Array("\(use) \(number)".utf8)).bytes)
            }
            id = Identifier("P\(number)")!
            (seal, node) = (key("seal"), key("node"))
            record = try PartyRecord(
                names: words("Party number \(number)"), seal: KeySet(keys: [seal.publicKey], threshold: 1)!,
                recovery: KeySet(keys: [key("recovery").publicKey], threshold: 1)!, next: nil,
                nodes: [NodeRecord(key: node.publicKey, endpoints: ["node-\(number).example:4433"])])
        }

        var writer: Digest { Digest(of: Array("writer of \(id)".utf8)) }
    }

    init(partyCount: Int, articleCount: Int) throws {
        let members = try (0..<partyCount).map(Member.init)
        partyIDs = members.map(\.id)
        let founding = try Self.founding(members, articleCount)
        id = founding.id
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        for member in members {
            let seal = try Seal(
                roadmap: founding.id, instrument: founding.id, party: member.id, keys: member.record.id,
                verdict: .accept,
                at: 1_800_000_000)
            try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: member.seal))
        }
        let roots = StateRoots(of: Evaluation(of: ledger))
        let heads = members.map { StateCertificate.KnownHead(writer: $0.writer, sequence: 300, entry: $0.writer) }
        let certificates = try members.map { member in
            let certificate = try StateCertificate(
                roadmap: founding.id, party: member.id, writer: member.writer, sequence: 0, previous: nil,
                perfected: roots.perfected, inForce: roots.inForce, contested: [], known: heads, at: 1_800_000_000)
            return SignedStatement(certificate.payload, as: .state, by: member.node)
        }
        bundle = BundleWriter(ledger, certificates: certificates).encoded()
    }

    private static func founding(_ members: [Member], _ articleCount: Int) throws -> Instrument {
        let rule = Content(.rule(.need(.all, of: [Identifier("member")!], counting: .accept)))
        let rules = ["text", "roster", "rule", "party"].map { Instrument.Change(Identifier("rule/\($0)")!, rule) }
        let articles = (1...articleCount).map { number in
            Instrument.Change(
                Identifier("article-\(number)")!,
                Content(
                    kind: Identifier("article")!, provisionClass: Identifier("text")!, parent: nil,
                    order: [UInt8(number >> 8), UInt8(number & 255), 128],
                    text: words(String(repeating: "The parties shall do this. ", count: 11))))
        }
        let parties = members.map { Instrument.Change(Identifier("party/\($0.id)")!, Content(.party($0.record))) }
        let roster = Instrument.Change(
            Identifier("roster/member")!, Content(.roster(Roster(holders: members.map(\.id).sorted()))))
        return try Instrument(
            roadmap: nil, title: words("A roadmap"), proposer: members[0].id, salt: [UInt8](repeating: 7, count: 16),
            languages: [Identifier("en")!], base: [:], changes: rules + articles + [roster] + parties)
    }
}

private func words(_ text: String) -> Words { Words([Identifier("en")!: ExactText(text)])! }
