package import Agreement
internal import Cryptography
internal import Identity

extension Phrasebook {
    /// What waits, as a sentence without the instrument's name.
    package func sentence(for matter: Matter) -> String {
        switch matter.kind {
        case .verdict(let completes, let objections):
            let asked = completes ? "your acceptance is all the consent that it lacks" : "your verdict is asked"
            guard let first = objections.first else { return asked }
            let more = objections.count == 1 ? "" : ", and \(objections.count - 1) more"
            return "\(asked); your own software would refuse to accept it: \(sentence(for: first))\(more)"
        case .awaits(let conditions): return "what you gave it in return for does not stand: \(names(conditions))"
        case .rebase:
            return "you proposed it, and \(Quoting.list(outdatedProvisions(of: matter.instrument))) has moved on"
        case .refused(let parties): return "you proposed it, and \(Quoting.list(parties)) said no"
        }
    }

    /// What to type next.
    package func hint(for matter: Matter) -> String {
        let id = Quoting.short(matter.instrument)
        return switch matter.kind {
        case .verdict(_, let objections):
            objections.isEmpty ? "syngraph seal accept \(id)" : "syngraph rebase \(id)"
        case .awaits: "syngraph why \(id)"
        case .rebase, .refused: "syngraph rebase \(id)"
        }
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
            sentences.append("\(seal.party) \(seal.verdict.pastTense) \(name(seal.instrument))\(conditions)")
        }
        return sentences
    }
}
