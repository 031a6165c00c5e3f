/// What a node takes of each writer's key, so that one party's flood fills nobody's disk at once and delays nobody else.
///
/// Who has used up an allowance is not refused for good: what comes beyond it waits at the peers until there is room.
/// Source: `Docs/Specification/exchange.md`, section 7.
public enum Allowance: String, Hashable, Sendable, CaseIterable {
    /// Entries of a day that are no records of the agreement: words of drafts, notes, the beginnings of writers.
    case entries
    /// Records of the agreement of a day, in a lane of their own: nobody's talk takes away the room for their seals.
    case records
    /// Instruments that nobody has put a seal to.
    case instruments
}
