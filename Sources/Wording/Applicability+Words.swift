package import Agreement
internal import CanonicalEncoding
internal import Redline

extension Applicability {
    /// `from 2030-01-01 until 2031-12-31`
    package var words: String {
        [from.map { "from \($0.words)" }, until.map { "until \($0.words)" }].compactMap { $0 }.joined(separator: " ")
    }

    /// What can be said of one day.
    package func words(on day: Day) -> String {
        switch on(day) {
        case .applies: "applies on \(day) by its words (\(words))"
        case .notYet(let first): "does not apply yet on \(day): from \(first)"
        case .noLonger(let last): "does not apply any more on \(day): until \(last)"
        case .hangs(let event): "applies \(words): no day tells whether \(Quoting.quoted(ExactText(event))) has come"
        }
    }
}

extension Applicability.Bound {
    fileprivate var words: String {
        switch self {
        case .day(let day): "\(day)"
        case .event(let event): Quoting.quoted(ExactText(event))
        }
    }
}
