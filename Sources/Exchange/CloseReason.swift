public import CanonicalEncoding
public import Journal

/// Why a conversation ended. It goes into the log; the peer is told no more than ``closingCode``.
public enum CloseReason: Error, Hashable, Sendable {
    /// The peer sent something that no honest node sends.
    case refused(ExchangeRefusal)
    /// The peer offered no roadmap that this node serves in this conversation. It is told nothing.
    case noCommonRoadmap
    /// The peer speaks no version of these messages that this node speaks. It is told nothing.
    case noCommonVersion
    /// Nothing at all was heard for ``ExchangeLimits/silenceLimit``.
    case peerSilent
    /// The peer is there, but something that it owes did not come in time.
    case overdue(Expectation)
    /// Both sides are quiet and differ, however often they compare.
    case copiesDiffer
    /// This node holds more writers than a list of heads may name.
    case tooManyWriters
    /// The peer said that it ends the conversation, with this code.
    case peerClosed(code: UInt64)
    /// This node ends the conversation: it shuts down, or the peer is no longer admitted.
    case weLeft

    /// What the peer may owe.
    public enum Expectation: String, Hashable, Sendable, CaseIterable {
        case hello, summary, heads, ids, entries, acknowledgement
    }

    public var sentence: String {
        switch self {
        case .refused(let refusal): "the peer broke the protocol: \(refusal.sentence)"
        case .noCommonRoadmap: "the peer offers no roadmap that this node serves"
        case .noCommonVersion: "the peer speaks no version of the protocol that this node speaks"
        case .peerSilent: "the peer has fallen silent"
        case .overdue(let expectation): "the peer owes something that did not come in time: \(expectation.rawValue)"
        case .copiesDiffer: "the two copies differ although both sides have sent all they have"
        case .tooManyWriters: "this journal has more writers than one list of heads may name"
        case .peerClosed(let code): "the peer ended the conversation (code \(code))"
        case .weLeft: "this node ended the conversation"
        }
    }

    /// What the peer is told; nil while it has not shown that it knows the roadmap, and if it is already gone.
    public var closingCode: UInt64? {
        switch self {
        case .weLeft: 0
        case .refused: 1
        case .peerSilent, .overdue: 2
        case .copiesDiffer, .tooManyWriters: 3
        case .noCommonRoadmap, .noCommonVersion, .peerClosed: nil
        }
    }
}

/// What no honest peer sends.
public enum ExchangeRefusal: Error, Hashable, Sendable {
    /// The bytes are no message: not canonical, cut short, of the wrong shape, or over a limit inside.
    case badMessage(DecodingRefusal)
    case messageTooLong(byteCount: Int)
    case unknownMessage(number: UInt64)
    /// A message that has no place at this point of the conversation.
    case outOfTurn(number: UInt64)
    /// The peer's limits are too small to send it anything.
    case uselessLimits
    /// More batches than this node allows before it has acknowledged some.
    case tooManyInFlight
    /// An acknowledgement of, or an answer to, something that was not sent.
    case unasked(number: UInt64)
    /// The ids of a branch are known again after they were unknown.
    case contradictingIDs
    /// A round of comparison that is neither the present one nor the next.
    case wrongRound(expected: UInt64, found: UInt64)
    /// More batches by unknown writers than ``ExchangeLimits/unknownBatches``, or of more writers that are postponed than
    /// ``ExchangeLimits/postponedWriters``.
    case tooManyUnknownWriters
    /// A batch with an entry or checkpoint that the journal refuses.
    case badEntry(EntryRefusal)

    public var sentence: String {
        switch self {
        case .badMessage(let refusal): "a message that cannot be read: \(refusal.description)"
        case .messageTooLong(let byteCount): "a message of \(byteCount) bytes"
        case .unknownMessage(let number): "a message of the unknown number \(number)"
        case .outOfTurn(let number): "message \(number) where it has no place"
        case .uselessLimits: "limits too small to be sent anything"
        case .tooManyInFlight: "more batches than may be under way at once"
        case .unasked(let number): "message \(number) answers something that was not sent"
        case .contradictingIDs: "ids of a branch that contradict each other"
        case .wrongRound(let expected, let found): "heads of round \(found) where \(expected) was due"
        case .tooManyUnknownWriters: "batches of too many unknown writers"
        case .badEntry(let refusal): "an entry that the journal refuses: \(refusal)"
        }
    }
}

extension CloseReason {
    /// The name by which the specification knows it, and by which it is counted.
    public var code: String {
        switch self {
        case .refused(let refusal): refusal.code
        case .noCommonRoadmap: "noCommonRoadmap"
        case .noCommonVersion: "noCommonVersion"
        case .peerSilent: "peerSilent"
        case .overdue: "overdue"
        case .copiesDiffer: "copiesDiffer"
        case .tooManyWriters: "tooManyWriters"
        case .peerClosed: "peerClosed"
        case .weLeft: "weLeft"
        }
    }
}

extension ExchangeRefusal {
    public var code: String {
        switch self {
        case .badMessage: "badMessage"
        case .messageTooLong: "messageTooLong"
        case .unknownMessage: "unknownMessage"
        case .outOfTurn: "outOfTurn"
        case .uselessLimits: "uselessLimits"
        case .tooManyInFlight: "tooManyInFlight"
        case .unasked: "unasked"
        case .contradictingIDs: "contradictingIDs"
        case .wrongRound: "wrongRound"
        case .tooManyUnknownWriters: "tooManyUnknownWriters"
        case .badEntry: "badEntry"
        }
    }
}
