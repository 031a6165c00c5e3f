package import AgreementReference
internal import Agreement

/// Holds the product against the reference, in many copies of one history: whole and in part, in several orders of
/// arrival.
///
/// ```swift
/// let scribe = Scribe(seed: 7)
/// let outcome = Campaign.play(seed: 7, names: scribe.names) { Comparison($0, scribe, seed: 7).differences() }
/// ```
package struct Comparison {
    private let history: ReferenceHistory
    private let scribe: Scribe
    private let seed: UInt64
    private let effort: Effort
    private var random: SplitMix64
    package private(set) var count = Count()

    /// How much is asked.
    package struct Effort: Sendable {
        /// Copies with a part of the events, besides the whole one.
        package var partialCopies: Int
        /// Verdicts proposed, and instruments asked what they miss, in each copy.
        package var verdicts: Int
        package var missing: Int
        /// Whole copies in other orders of arrival; with none, the one whole copy has them in some order.
        package var shuffles: Int

        /// Whether the clauses are counted that verdicts meet.
        package var counts: Bool

        /// For campaigns of very many histories.
        package static let brief = Effort(partialCopies: 1, verdicts: 10, missing: 3, shuffles: 0, counts: false)
        /// For a few.
        package static let thorough = Effort(partialCopies: 5, verdicts: 12, missing: 4, shuffles: 2, counts: true)
    }

    /// What was compared.
    package struct Count: Sendable {
        package var copies = 0
        package var verdicts = 0
        package var states: [ReferenceState: Int] = [:]
        package var contradictions = 0
        /// How many of the verdicts met an objection of each clause.
        package var clauses: [String: Int] = [:]
        package var frozen = 0

        package init() {}

        package static func + (one: Count, other: Count) -> Count {
            var sum = one
            sum.copies += other.copies
            sum.verdicts += other.verdicts
            sum.states.merge(other.states, uniquingKeysWith: +)
            sum.contradictions += other.contradictions
            sum.clauses.merge(other.clauses, uniquingKeysWith: +)
            sum.frozen += other.frozen
            return sum
        }
    }

    package init(
        _ history: ReferenceHistory, _ scribe: Scribe, seed: UInt64, effort: Effort = .brief
    ) {
        self.history = history
        self.scribe = scribe
        self.seed = seed
        self.effort = effort
        random = SplitMix64(seed: seed &+ 0xA9EE)
    }

    /// The first difference in each copy; none where product and reference agree.
    package mutating func findings() -> [Finding] {
        let order = effort.shuffles == 0 ? random.shuffled(history.events) : history.events
        let whole = Copy(order, of: history, by: scribe)
        var findings: [Finding] = []
        func note(_ finding: Finding?) { if let finding { findings.append(finding) } }
        note(finding(in: whole, "everything", isWhole: true))
        note(toolFinding(in: whole))
        for turn in 0..<effort.shuffles {
            let copy = Copy(random.shuffled(history.events), asIn: whole)
            note(finding(in: copy, "everything, shuffled \(turn)", isWhole: false))
            if let found = Copy.difference(between: copy.product, and: whole.product) {
                findings.append(Finding(question: .sets, what: "another order of arrival: \(found)", "shuffled", copy))
            }
        }
        for turn in 0..<effort.partialCopies {
            let copy = Copy(part(turn), of: history, by: scribe, trusting: whole.ledger)
            note(finding(in: copy, "\(copy.events.count) of \(history.events.count) events", isWhole: false))
            if !Set(whole.product.perfected).isSuperset(of: copy.product.perfected) {
                findings.append(Finding(question: .sets, what: "perfected shrank with more records", "a part", copy))
            }
        }
        return findings
    }

    /// What differs, each in a line or more, made as small as it can be.
    package mutating func differences() -> [String] {
        findings().map { finding in
            "seed \(seed), \(finding.smallest(of: history, by: scribe).description)"
        }
    }

    /// The beginning of the history, or most of it, or a good half; shuffled.
    private mutating func part(_ turn: Int) -> [ReferenceHistory.Event] {
        let events = history.events
        let part =
            switch (turn + Int(seed % 3)) % 3 {
            case 0: random.some(of: events, percent: 90)
            case 1: Array(events.prefix(events.count * random.within(30...90) / 100))
            default: random.some(of: events, percent: 60)
            }
        return random.shuffled(part).map { withFewerSignatures($0) }
    }

    /// A key statement that not everybody's signature has reached.
    private mutating func withFewerSignatures(_ event: ReferenceHistory.Event) -> ReferenceHistory.Event {
        guard case .keyed(var statement) = event, random.chance(15),
            let signer = random.pick(statement.signers.sortedBytewise())
        else { return event }
        statement.signers.remove(signer)
        return .keyed(statement)
    }

    // MARK: One copy

    private mutating func finding(in copy: Copy, _ place: String, isWhole: Bool) -> Finding? {
        count.copies += 1
        if effort.counts {
            for state in copy.reference.states.values { count.states[state, default: 0] += 1 }
            count.contradictions += copy.reference.contradictions.count
        }
        for question in questions(of: copy, isWhole: isWhole) {
            if let what = copy.difference(question) { return Finding(question: question, what: what, place, copy) }
            if case .verdict(let proposed) = question, effort.counts { note(proposed, in: copy) }
        }
        return nil
    }

    private mutating func questions(of copy: Copy, isWhole: Bool) -> [Question] {
        var questions = Question.ofRecords
        if isWhole { questions += [.structure, .needs] }
        questions += random.shuffled(copy.instruments).prefix(effort.missing).map { .missing($0) }
        questions += (0..<effort.verdicts).compactMap { _ in copy.someVerdict(&random) }.map { .verdict($0) }
        return isWhole ? questions + [.growth] : questions
    }

    private mutating func note(_ proposed: ProposedVerdict, in copy: Copy) {
        let clauses = copy.clauses(against: proposed)
        count.verdicts += 1
        for clause in clauses { count.clauses[clause, default: 0] += 1 }
    }

    private mutating func toolFinding(in whole: Copy) -> Finding? {
        // Nothing is closed twice.
        let provisions = whole.reference.textInForce.keys.filter { !$0.hasPrefix("closing/") }
        guard whole.reference.contested.isEmpty, let provision = random.pick(provisions.sortedBytewise()) else {
            return nil
        }
        count.frozen += 1
        let question = Question.freezing(provision)
        return whole.difference(question).map { Finding(question: question, what: $0, "everything", whole) }
    }
}
