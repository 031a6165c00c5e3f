internal import Agreement
internal import Cryptography
internal import Wording

/// What `found` does not let a charter have, no amendment may bring about: a rule that nobody's consent could ever meet.
enum RuleGuard {
    /// - Parameter book: of the records with the instrument among them.
    /// - Throws: a ``Complaint`` that names every such rule, and what is in its way.
    static func check(_ instrument: Instrument, in book: Phrasebook) throws(Complaint) {
        let unmeetable = book.evaluation.rulesMadeUnmeetable(by: instrument.id)
        guard !unmeetable.isEmpty else { return }
        let clauses = unmeetable.map { provisionClass, obstacles in
            "the rule of \(provisionClass) could never be met: \(Quoting.list(obstacles.map(\.reason.words)))"
        }
        throw Complaint(
            .notOurFormat, "impossible-rule", "once it were in force, \(clauses.joined(separator: "; "))",
            hint: "name more holders, or write another rule in the same amendment; nothing was changed")
    }
}
