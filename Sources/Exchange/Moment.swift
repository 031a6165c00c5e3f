/// A point in time since the program started, in milliseconds; the wall clock is another thing.
///
/// It is handed in with every input, so that the simulator's hour and a real one are the same to a conversation.
public struct Moment: Hashable, Comparable, Sendable {
    public let milliseconds: UInt64

    public init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    public static let start = Moment(milliseconds: 0)

    public static func < (one: Moment, other: Moment) -> Bool { one.milliseconds < other.milliseconds }

    /// The moment `span` milliseconds later; the end of time if there is none.
    public static func + (moment: Moment, span: UInt64) -> Moment {
        let (sum, overflow) = moment.milliseconds.addingReportingOverflow(span)
        return Moment(milliseconds: overflow ? .max : sum)
    }
}
