internal import Agreement
internal import Identity
internal import Redline

extension SealPreview {
    /// Everything above as a person reads it before the question is asked.
    package func terminal(colour: Bool, columns: Int) -> String {
        var parts = [heading(columns), changesOnTerminal(colour: colour, columns: columns)]
        parts.append(listed("whose consent it needs", needs, columns))
        parts.append(listed("\(party)'s seal will", willDo, columns))
        parts.append(listed("it will not", willNotDo, columns))
        parts.append(
            listed(
                "\(isInForce ? "until it is replaced" : "until it completes or is replaced"), \(party) will refuse",
                willRefuse, columns))
        parts.append(listed("beware", warnings, columns))
        parts.append(listed("\(party) cannot seal this", objections, columns))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func heading(_ columns: Int) -> String {
        var lines = [paragraph("\(title), proposed in the name of \(instrument.proposer)", columns: columns)]
        lines.append(labelled("fingerprint", fingerprint, columns: columns))
        lines.append(labelled("languages", Quoting.list(instrument.languages), columns: columns))
        if let note { lines.append("note\n" + wrapped(note, columns: columns, indent: 2)) }
        return lines.joined(separator: "\n")
    }

    /// The part that shows the text.
    package func changesOnTerminal(colour: Bool, columns: Int) -> String {
        guard !changes.isEmpty else { return "what changes: no provision" }
        return (["what changes"] + changes.map { $0.terminal(colour: colour, columns: columns, indent: 2) })
            .joined(separator: "\n\n")
    }
}
