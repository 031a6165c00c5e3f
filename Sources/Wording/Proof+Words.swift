package import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
package import Verification

extension ProofFindings {
    /// The verdict, as a sentence that says on whose word it rests.
    package var sentence: String {
        let provision = subject.provision
        guard !certifying.isEmpty else {
            return "incomplete: it shows a text of \(provision), and nobody's word that it is in force"
        }
        return "valid: it shows \(provision) as it is in force, on the word of \(witnesses)"
    }

    /// `A and B`, or where nothing but the file says whose keys these are, `some who call themselves A and B`.
    private var witnesses: String {
        let names = Quoting.list(certifying.map(\.id))
        return areKeysChecked ? names : "some who call themselves \(names)"
    }

    package var subject: StateLeaf { contents.proof.subject.leaf }

    /// What follows from the file by computing, sentence by sentence.
    package var shown: [String] {
        var lines = [placed] + confirmations
        lines += parties.flatMap { party in party.seals.map { sentence(for: $0, by: party) } }
        lines += [rule.flatMap { sentence(ofRule: $0.term.words) }].compactMap(\.self)
        return lines
    }

    /// Where it stands in the text that the root is of.
    package var placed: String {
        let proof = contents.proof
        return "This content, in version \(Quoting.short(subject.version)), is \(place) of "
            + "\(Quoting.count(Int(proof.count), "provision")) under the state root \(Quoting.short(proof.root))."
    }

    /// Who signed that the root was its newest state.
    package var confirmations: [String] {
        certifying.map { party in
            let state = party.state!
            let entry = state.ownEntry.map { ", at its entry \($0)" } ?? ""
            return "\(party.id) signed that this root was its newest state\(entry), at \(Timestamp.text(state.at)) by "
                + "its own clock."
        }
    }

    /// Whether the seals meet the rule, given in words; nil if none is shown.
    package func sentence(ofRule words: String) -> String? {
        isRuleMet.map {
            "By the same text the rule for its class, \(subject.content.provisionClass), is: \(words). The seals shown "
                + "\($0 ? "meet it" : "do not meet it by themselves")."
        }
    }

    private var place: String { "number \(contents.proof.subject.place + 1)" }

    private func sentence(for seal: Seal, by party: PartyWord) -> String {
        let capacities = seal.capacities.map { " as \(Quoting.list($0))" } ?? ""
        let conditions =
            seal.provided.isEmpty ? "" : ", provided \(Quoting.list(seal.provided.map(Quoting.short)))"
        let doubt = party.disputed.contains(seal.id) ? "; the seal is disputed" : ""
        return "\(party.id) \(seal.verdict.pastTense) that version\(capacities)\(conditions)\(doubt)."
    }

    /// On whose word the rest stands, and what the file cannot say.
    package var restsOn: [String] {
        guard !certifying.isEmpty else { return [Self.nobodysWord] }
        let unknown = certifying.filter { !$0.isKnown }
        let keys =
            unknown.isEmpty
            ? "You know these keys by other means."
            : "Nothing in this file shows that the keys are those of \(Quoting.list(unknown.map(\.id))). Compare them "
                + "(--keys), or verify it together with the founding or any bundle of the roadmap."
        return [judgedElsewhere, keys, Self.notInTheFile]
    }

    package static let nobodysWord =
        "Nobody in this file says that this is the text in force: anybody could have made it."

    /// Whose word it is that this is in force.
    package var judgedElsewhere: String {
        "That the root is that of the text in force, and that this version had all the consent it needed, is the word of "
            + "\(Quoting.list(certifying.map(\.id))), whose nodes judged it by the whole record."
    }

    package static let notInTheFile =
        "What they signed since, and what else the roadmap says, is not in this file."
}
