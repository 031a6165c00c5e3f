internal import Agreement
package import Verification

extension DayFindings {
    /// On whose word the day rests, in sentences.
    package func sentence(of day: String) -> String {
        guard !evaluation.inForce.isEmpty else {
            return "By the dates in the seals nothing was in force at the end of \(day) (UTC)."
        }
        let names = Quoting.list(restsOn.map { "\($0.party) (\(Timestamp.text($0.at)))" })
        var sentences = [
            "These are the dates that \(names) wrote into their seals, the newest of each; nobody else vouches for them, "
                + "and changes of keys carry no date."
        ]
        if confirmed.isEmpty {
            sentences.append("No certificate in this file names that state by then.")
        } else {
            let which = confirmed.count == 1 ? "its own clock" : "their own clocks"
            sentences.append(
                "\(Quoting.list(confirmed.map { "\($0.party) (\(Timestamp.text($0.at)))" })) certified that state, by "
                    + "\(which).")
        }
        return sentences.joined(separator: " ")
    }
}
