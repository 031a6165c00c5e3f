package import Agreement
internal import Cryptography
package import Identity

extension Phrasebook {
    /// What waits, as a sentence without the instrument's name.
    package func sentence(for matter: Matter) -> String {
        switch matter.kind {
        case .verdict(let completes, let objections):
            return (completes ? "your acceptance is all the consent that it lacks" : "your verdict is asked")
                + against(objections)
        case .closing(let closing, let completes, let objections):
            let subject = name(closing.subject)
            let what =
                closing.outcome == .complete
                ? "\(subject) has all that it waited for, and this says so" : "this gives \(subject) up"
            return what + (completes ? "; your acceptance is all the consent that it lacks" : "") + against(objections)
        case .awaits(let conditions): return "what you gave it in return for does not stand: \(names(conditions))"
        case .rebase:
            return "you proposed it, and \(Quoting.list(outdatedProvisions(of: matter.instrument))) has moved on"
        case .refused(let parties): return "you proposed it, and \(Quoting.list(parties)) said no"
        case .ownDisputed:
            return "your own consent is under keys that you have retired, and you have not acknowledged it"
        case .disputed(let party, _): return "\(party) has retired the keys of its consent, and not acknowledged that"
        }
    }

    private func against(_ objections: [Objection]) -> String {
        guard let first = objections.first else { return "" }
        let count = objections.count - 1
        let more = count == 0 ? "" : "; and \(Quoting.count(count, "more reason"))"
        return "; your own software would refuse to accept it: \(sentence(for: first))\(more)"
    }

    /// What to type next.
    package func hint(for matter: Matter) -> String {
        let id = Quoting.short(matter.instrument)
        return switch matter.kind {
        case .verdict(_, let objections):
            objections.isEmpty ? "syngraph seal accept \(id)" : "syngraph rebase \(id)"
        case .closing: "syngraph seal accept \(id)"
        case .awaits, .ownDisputed, .disputed: "syngraph why \(id)"
        case .rebase, .refused: "syngraph rebase \(id)"
        }
    }

    /// Until when something is asked or offered: by its proposer, and by the parties whose seals on it count; the earliest
    /// first.
    package func deadlines(of id: InstrumentID) -> [Deadline] {
        let asked = ledger.instruments[id]?.answerBy.map { Deadline(at: $0, kind: .answer) }
        let offers = seals(on: id).compactMap { seal in
            seal.until.map { Deadline(at: $0, kind: .offer(by: seal.party)) }
        }
        return ([asked].compactMap { $0 } + offers).sorted { $0.at < $1.at }
    }

    /// What is new since somebody looked, a sentence each.
    package func sentences(for news: News) -> [String] {
        var sentences = news.instruments.map { id -> String in
            let whose = ledger.instruments[id].map { " by \($0.proposer)" } ?? ""
            return "new: \(name(id))\(whose), \(evaluation.state(of: id)?.words ?? "not here")"
        }
        sentences += news.moved.map { "\(name($0.instrument)): \($0.before.words) → \($0.now.words)" }
        for seal in news.seals.compactMap({ ledger.seals[$0]?.seal }) {
            let conditions = seal.provided.isEmpty ? "" : ", provided \(names(seal.provided))"
            sentences.append("\(seal.party) \(seal.verdict.pastTenseOf) \(name(seal.instrument))\(conditions)")
        }
        return sentences
    }
}

/// A moment by which people want something done; nothing ends by itself when it has passed.
package struct Deadline: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let at: UInt64
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
        /// The proposer asks for answers by then.
        case answer
        /// A party offered its seal until then.
        case offer(by: Identifier)
    }

    /// - Parameter now: seconds since 1970-01-01T00:00:00Z, by the reader's clock.
    package func words(now: UInt64) -> String {
        let passed = at < now ? ", which has passed by this machine's clock" : ""
        return switch kind {
        case .answer: "answers are asked for by \(Timestamp.text(at))\(passed)"
        case .offer(let party): "\(party) offered its seal until \(Timestamp.text(at))\(passed)"
        }
    }
}
