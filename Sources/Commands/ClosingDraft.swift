internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import NodeLogic
internal import Wording

/// A closing before it is on the table: it says of one instrument that it is complete, or given up.
///
/// Nobody chooses its words: its title is its subject's, with the outcome behind it. It stands on what its subject is built
/// on, or on the subject where that changes the constitution. Source: `Docs/Specification/agreement.md`, "Closings".
enum ClosingDraft {
    /// - Parameter book: of the records with the subject among them.
    /// - Throws: a ``Complaint`` if the closing could never be in force.
    static func make(
        _ outcome: ClosingOutcome, of subject: Instrument, by proposer: Identifier, in book: Phrasebook
    ) throws(Complaint) -> Instrument {
        let titles = subject.title.byLanguage.mapValues { ExactText("\($0.string) [\(outcome.rawValue)]") }
        let change = Instrument.Change(Closing.provision(of: subject.id), Content(.closing(outcome)))
        do throws(AmendmentRefusal) {
            return try book.evaluation.freeze(
                Amendment(title: Words(titles)!, changes: [change]), proposer: proposer,
                salt: Surroundings.current.randomBytes(16), languages: subject.languages, roadmap: book.ledger.roadmap)
        } catch {
            throw Complaint(
                .notOurFormat, "cannot-close",
                "\(book.name(subject.id)) cannot be closed: \(book.sentence(for: error))", hint: "nothing was changed")
        }
    }

    /// What is said of the closing that an instrument was put on the table with.
    static func speak(_ closing: Instrument, of subject: Instrument, _ voice: CommandVoice) {
        voice.result("closing \(closing.id.hex)")
        let id = Quoting.short(subject.id)
        voice.talk(
            voice.paragraph(
                "it is offered with a closing: whoever accepts it does so provided that closing, unless it says "
                    + "--without-closing; when all have, or when it hangs: `syngraph close \(id) --complete`, or "
                    + "--abandoned"))
    }
}
