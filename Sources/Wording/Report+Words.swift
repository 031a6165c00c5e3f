internal import Agreement
internal import Cryptography
internal import Identity
package import Verification

extension VerificationReport.Verdict {
    /// The verdict in words.
    package var words: String {
        switch self {
        case .valid: "valid"
        case .incomplete: "valid, but incomplete"
        case .forked: "valid, and it proves a lie"
        case .invalid: "invalid"
        }
    }
}

extension VerificationReport {
    /// Which roadmap this is about, in the only words that the file alone allows: without an id told by other means it
    /// is some roadmap that calls itself so.
    package var subject: String {
        let founding = findings?.contents.ledger.instruments[roadmap]
        if findings == nil, !proofs.isEmpty {
            return roadmapChecked ? "the roadmap \(Quoting.short(roadmap))" : "some roadmap \(Quoting.short(roadmap))"
        }
        let title = founding.map { Quoting.quoted($0.title.text(in: $0.languages[0])) }
        switch (roadmapChecked, title) {
        case (true, let title?): return "the roadmap \(title)"
        case (true, nil): return "the roadmap \(Quoting.short(roadmap))"
        case (false, let title?): return "some roadmap that calls itself \(title)"
        case (false, nil): return "some roadmap \(Quoting.short(roadmap)), whose founding could not be read"
        }
    }

    /// The verdict with its reason, as a sentence.
    package var sentence: String {
        if let refusal { return "invalid: \(refusal.sentence)" }
        guard let findings else { return proofs.map(\.sentence).joined(separator: "; ") }
        if findings.contents.scope == .evidence { return evidenceSentence(findings) }
        var sentence = verdict.words
        if !findings.evidence.isEmpty {
            let liars = Set(findings.evidence.map(\.party)).sorted()
            sentence += ", of \(Quoting.list(liars))"
        }
        if !findings.lacking.isEmpty {
            sentence +=
                (findings.evidence.isEmpty ? ": " : "; ")
                + Self.absence(of: findings.lacking.count)
        }
        return sentence
    }

    /// Of a file of evidence, which says nothing but whom it convicts.
    private func evidenceSentence(_ findings: Findings) -> String {
        let convicted = Set(
            findings.judgements.filter { $0.verdict == .convicted }.map(\.accusation.party)
                + findings.evidence.map(\.party))
        guard convicted.isEmpty else { return "evidence, and it convicts \(Quoting.list(convicted.sorted()))" }
        return verdict == .incomplete
            ? "evidence, and incomplete: it convicts nobody as it is" : "evidence, and it convicts nobody"
    }

    private static func absence(of count: Int) -> String {
        "\(Quoting.count(count, "record")) that it names \(count == 1 ? "is" : "are") not in it"
    }
}

extension VerificationReport.Findings {
    /// For whom and up to when "in force" is said: what can be known from one file, and what cannot.
    package var forceSentence: String {
        guard !evaluation.inForce.isEmpty else {
            return "Nothing is in force by this file: the founding lacks a founder's acceptance, or is not in it."
        }
        let confirming = parties.filter { $0.state?.inForce == roots.inForce }
        let differing = parties.filter { $0.state.map { $0.inForce != roots.inForce } ?? false }
        let silent = parties.filter { $0.state == nil }
        var sentences = ["Nothing in this file replaces it."]
        if confirming.isEmpty {
            sentences.append("No party's node signed that this was its newest state.")
        } else {
            let names = Quoting.list(confirming.map(\.id))
            let which = confirming.count == 1 ? "its" : "their"
            let all = Quoting.count(parties.count, "party", "parties")
            sentences.append(
                "\(names) (of \(all)) signed that this was \(which) newest state\(entries(confirming)), "
                    + "\(moments(confirming.compactMap { $0.state?.at })).")
        }
        if !differing.isEmpty {
            sentences.append(
                "\(Quoting.list(differing.map(\.id))) signed another state as \(differing.count == 1 ? "its" : "their") "
                    + "newest: older or other records were at hand there.")
        }
        sentences.append(unknownSentence(heard: confirming.count + differing.count, silent: silent.map(\.id)))
        return sentences.joined(separator: " ")
    }

    /// `, at entry 12 of its journal`; of several the table of parties says it.
    private func entries(_ confirming: [VerificationReport.PartyFinding]) -> String {
        guard confirming.count == 1, let entry = confirming[0].state?.ownEntry else { return "" }
        return ", at entry \(entry) of its journal"
    }

    private func moments(_ seconds: [UInt64]) -> String {
        let (earliest, latest) = (seconds.min() ?? 0, seconds.max() ?? 0)
        let times =
            earliest == latest
            ? "at \(Timestamp.text(earliest))" : "between \(Timestamp.text(earliest)) and \(Timestamp.text(latest))"
        return times + " by \(seconds.count == 1 ? "its own clock" : "their own clocks")"
    }

    private func unknownSentence(heard: Int, silent: [Identifier]) -> String {
        let since = "\(heard == 1 ? "it" : "they") signed since"
        let known = "\(Quoting.list(silent)) \(silent.count == 1 ? "knows" : "know")"
        switch (heard > 0, !silent.isEmpty) {
        case (true, true): return "What \(since), and what \(known), is not in this file."
        case (true, false): return "What \(since) is not in this file."
        case (false, true): return "What \(known) is not in this file."
        case (false, false): return "What was signed elsewhere is not in this file."
        }
    }
}
