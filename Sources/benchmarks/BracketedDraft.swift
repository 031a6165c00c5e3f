internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Drafting
internal import Identity
internal import Negotiation

/// A roadmap in force, and a draft on it with many brackets, on each of which every party holds a position: half of them
/// to the words that stand there, half to another wording. So all are open.
struct BracketedDraft {
    let evaluation: Evaluation
    let founding: Instrument
    /// The text in force, on which the draft was opened.
    let inForce: [Identifier: Content]
    let draft: Draft
    let brackets: [OperationName]

    static let english = Identifier("en")!
    /// Words of a text for each bracket in it, and how many of these it holds.
    private static let (wordsPerBracket, wordsBracketed) = (8, 3)
    private static let word = "shall "

    init(provisionCount: Int, bracketCount: Int, partyCount: Int) throws {
        let parties = (0..<partyCount).map { number in
            (id: Identifier("P\(number)")!, key: SigningKey(seed: Digest(of: Array("party \(number)".utf8)).bytes))
        }
        let perProvision = (bracketCount + provisionCount - 1) / provisionCount
        founding = try Self.founding(
            parties, provisionCount: provisionCount, wordCount: perProvision * Self.wordsPerBracket)
        evaluation = try Self.evaluation(founding, sealedBy: parties)
        inForce = Dictionary(uniqueKeysWithValues: evaluation.textInForce.map { ($0.id, $0.content) })
        let opening = try DraftOpening(
            title: Self.words("Many brackets"), languages: [Self.english], base: evaluation.newestInForce)
        var writing = Writing(
            Draft(
                opening, stamp: Writing.stamp(0, 0, opening.body), party: parties[0].id, base: DraftBase(of: inForce)))
        brackets = writing.bracket(bracketCount, provisionCount: provisionCount, perProvision)
        for (number, party) in parties.enumerated() { writing.takePositions(on: brackets, as: party.id, number) }
        writing.draft.indexTexts()
        draft = writing.draft
    }

    static func provision(_ number: Int) -> Identifier { Identifier("article-\(number)")! }

    private static func words(_ text: String) -> Words { Words([english: ExactText(text)])! }

    private static func founding(
        _ parties: [(id: Identifier, key: SigningKey)], provisionCount: Int, wordCount: Int
    ) throws -> Instrument {
        let rule = Rule.need(.all, of: [Identifier("member")!], counting: .accept)
        let text = words(String(repeating: word, count: wordCount))
        let orders = OrderKey.sequence(count: provisionCount)
        return try Instrument(
            roadmap: nil, title: words("Many"), proposer: parties[0].id, salt: [UInt8](repeating: 0, count: 16),
            languages: [english], base: [:],
            changes: ["text", "roster", "rule", "party"].map {
                Instrument.Change(Identifier("rule/\($0)")!, Content(.rule(rule)))
            } + [
                Instrument.Change(Identifier("roster/member")!, Content(.roster(Roster(holders: parties.map(\.id)))))
            ]
                + (try parties.map { party in
                    Instrument.Change(Identifier("party/\(party.id)")!, Content(.party(try record(of: party))))
                })
                + (0..<provisionCount).map { number in
                    Instrument.Change(
                        provision(number),
                        Content(
                            kind: Identifier("article")!, provisionClass: Identifier("text")!, parent: nil,
                            order: orders[number], number: ExactText("\(number + 1)"), text: text))
                })
    }

    private static func record(of party: (id: Identifier, key: SigningKey)) throws -> PartyRecord {
        try PartyRecord(
            names: words(party.id.string), seal: KeySet(keys: [party.key.publicKey], threshold: 1)!, recovery: .none,
            next: nil, nodes: [])
    }

    private static func evaluation(
        _ founding: Instrument, sealedBy parties: [(id: Identifier, key: SigningKey)]
    ) throws -> Evaluation {
        var ledger = Ledger(roadmap: founding.id)
        try ledger.insert(founding)
        for party in parties {
            let seal = try Seal(
                roadmap: founding.id, instrument: founding.id, party: party.id, keys: try record(of: party).id,
                verdict: .accept, at: 1_800_000_000)
            try ledger.insertSeal(SignedStatement(seal.payload, as: .seal, by: party.key))
        }
        return Evaluation(of: ledger)
    }

    /// Parties writing one after the other, each as many entries as it takes.
    private struct Writing {
        var draft: Draft
        private var sequence: UInt64 = 0
        private var previous: [Int: Digest] = [:]

        init(_ draft: Draft) { self.draft = draft }

        static func stamp(_ writer: Int, _ sequence: UInt64, _ body: [UInt8]) -> EditStamp {
            let writer = Digest(of: Array("writer \(writer)".utf8))
            return EditStamp(
                sequence: sequence, writer: writer, id: Digest(of: writer.bytes + Digest(of: body).bytes))
        }

        private mutating func close(as writer: Int) -> Digest {
            sequence += 1
            let stamp = Self.stamp(writer, sequence, draft.openEdits.body)
            draft.close(as: stamp, previous: previous[writer])
            previous[writer] = stamp.id
            return stamp.id
        }

        mutating func bracket(_ count: Int, provisionCount: Int, _ perProvision: Int) -> [OperationName] {
            var brackets: [OperationName] = []
            var made: [OperationName] = []
            let scalarsPerBracket = BracketedDraft.wordsPerBracket * BracketedDraft.word.unicodeScalars.count
            let scalarCount = BracketedDraft.wordsBracketed * BracketedDraft.word.unicodeScalars.count
            for number in 0..<count {
                let text = TextName.node(
                    .base(BracketedDraft.provision(number / perProvision)), language: BracketedDraft.english)
                let first = number % perProvision * scalarsPerBracket
                let bracket = draft.perform(
                    .bracket(
                        text, start: .scalar(entry: draft.id, number: first, side: .before),
                        end: .scalar(entry: draft.id, number: first + scalarCount - 1, side: .behind)))!
                let alternative = draft.perform(.alternative(bracket: bracket))!
                draft.insert("may ", in: .alternative(alternative), at: 0)
                made.append(bracket)
                guard made.count == 1000 || number == count - 1 else { continue }
                let entry = close(as: 0)
                brackets += made.map { $0.closed(in: entry) }
                made = []
            }
            return brackets
        }

        /// Even ones hold to the words that stand there, odd ones to the other wording.
        mutating func takePositions(on brackets: [OperationName], as party: Identifier, _ number: Int) {
            draft.writingParty = party
            for (index, bracket) in brackets.enumerated() {
                let other = OperationName(entry: bracket.entry, number: bracket.number + 1)
                draft.perform(.position(bracket: bracket, accepts: [number % 2 == 0 ? .standing : .added(other)]))
                if draft.openOperationCount == 4000 || index == brackets.count - 1 { _ = close(as: number) }
            }
        }
    }
}
