/// The deadlines of a conversation.
struct Clocks: Hashable, Sendable {
    let limits: ConversationLimits
    /// When hello, summary and heads must be here; nil once they are.
    var findingDue: Moment?
    var idsDue: Moment?
    var acknowledgementDue: Moment?
    /// Since when neither side has anything to do although the copies are not known to be equal.
    var isQuietSince: Moment?
    var differencePatience: UInt64 = 0
    private var lastHeard = Moment.start
    private var hasAsked = false
    private var wakeWanted: Moment?

    init(_ limits: ConversationLimits) { self.limits = limits }

    mutating func connected(at now: Moment) {
        lastHeard = now
        findingDue = now + limits.findingPatience
    }

    mutating func heard(at now: Moment) {
        lastHeard = now
        hasAsked = false
    }

    mutating func woken() { wakeWanted = nil }

    func hasBeenQuietTooLong(at now: Moment) -> Bool {
        isQuietSince.map { $0 + differencePatience <= now } ?? false
    }

    var isSilenceOver: Moment { lastHeard + limits.silenceLimit }

    /// True once for every silence, when it is time to ask whether the peer is there.
    mutating func shouldPing(at now: Moment) -> Bool {
        guard !hasAsked, lastHeard + limits.pingAfter <= now else { return false }
        hasAsked = true
        return true
    }

    /// The next moment at which something is due, if it is earlier than the one that was asked for.
    mutating func nextWake() -> Moment? {
        let ping = hasAsked ? nil : lastHeard + limits.pingAfter
        let quiet = isQuietSince.map { $0 + differencePatience }
        let next = [findingDue, idsDue, acknowledgementDue, quiet, ping, isSilenceOver].compactMap { $0 }.min()
        guard let next, wakeWanted.map({ next < $0 }) ?? true else { return nil }
        wakeWanted = next
        return next
    }
}

extension Conversation {
    /// Ends the conversation when something is overdue, and asks a silent peer whether it is there.
    mutating func checkClocks(_ now: Moment) throws(CloseReason) {
        guard phase != .closed, phase != .unconnected else { return }
        if clocks.isSilenceOver <= now { throw .peerSilent }
        if let due = clocks.findingDue, due <= now {
            switch phase {
            case .greeting: throw .overdue(.hello)
            case .comparing: throw .overdue(.summary)
            case .unconnected, .exchanging, .closed: throw .overdue(.heads)
            }
        }
        if let due = clocks.idsDue, due <= now { throw .overdue(.ids) }
        if let due = clocks.acknowledgementDue, due <= now { throw .overdue(.acknowledgement) }
        if phase != .greeting, clocks.shouldPing(at: now) { send(.ping) }
    }

    mutating func scheduleWake() {
        guard phase != .closed, phase != .unconnected else { return }
        if let next = clocks.nextWake() { effects.append(.wakeAt(next)) }
    }
}
