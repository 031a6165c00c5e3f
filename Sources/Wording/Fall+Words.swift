package import Agreement
internal import Cryptography

extension Phrasebook {
    /// What falls with an instrument once everybody has accepted it, beyond what it names, and what comes back.
    package func fallSentences(of id: InstrumentID) -> [String] {
        let fall = evaluation.fall(with: id)
        var sentences = fall.unnamed.map { fallen in
            "once it is in force \(name(fallen.instrument)) falls too, which it does not name: \(reason(fallen))"
        }
        if !fall.comingBack.isEmpty {
            sentences.append("once it is in force \(names(fall.comingBack)) \(verb(fall.comingBack)) back")
        }
        return sentences
    }

    private func reason(_ fallen: Fall.Fallen) -> String {
        var reasons: [String] = []
        if !fallen.ground.isEmpty { reasons.append("it is built on \(names(fallen.ground))") }
        if !fallen.conditions.isEmpty { reasons.append("it was given in return for \(names(fallen.conditions))") }
        return reasons.isEmpty ? "it loses what it needs" : reasons.joined(separator: ", and ")
    }

    private func verb(_ ids: [InstrumentID]) -> String { ids.count == 1 ? "comes" : "come" }
}
