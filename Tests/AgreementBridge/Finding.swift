package import AgreementReference
internal import Agreement

/// A copy in which the product says otherwise than the reference.
package struct Finding {
    package let question: Question
    package let what: String
    /// Which part of the history it is.
    private let place: String
    private let events: [ReferenceHistory.Event]

    init(question: Question, what: String, _ place: String, _ copy: Copy) {
        self.question = question
        self.what = what
        self.place = place
        events = copy.events
    }

    private init(question: Question, what: String, place: String, events: [ReferenceHistory.Event]) {
        self.question = question
        self.what = what
        self.place = place
        self.events = events
    }

    /// How many times a copy is made while records are left out.
    private static let trialLimit = 600

    /// The same difference with as few records as can be found by leaving out, first many at once, then one by one.
    package func smallest(of history: ReferenceHistory, by scribe: Scribe) -> Finding {
        var smallest = self
        var trials = 0
        var size = max(events.count / 2, 1)
        while true {
            var hasShrunk = false
            var start = 0
            while start < smallest.events.count, trials < Self.trialLimit {
                var fewer = smallest.events
                fewer.removeSubrange(start..<min(start + size, fewer.count))
                trials += 1
                if let what = Copy(fewer, of: history, by: scribe).difference(question) {
                    smallest = Finding(question: question, what: what, place: place, events: fewer)
                    hasShrunk = true
                } else {
                    start += size
                }
            }
            if trials >= Self.trialLimit || size == 1 && !hasShrunk { return smallest }
            if !hasShrunk { size = max(size / 2, 1) }
        }
    }
}

extension Finding: CustomStringConvertible {
    package var description: String {
        let notes = RecordNotes(events)
        return "\(place): \(notes.shortened(what))\n" + notes.lines.map { "    \($0)" }.joined(separator: "\n")
    }
}
