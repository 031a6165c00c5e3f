internal import Cryptography
public import NodeLogic

/// A node's answer to records that it does not take.
public struct NodeRefusal: Error, Hashable, Sendable {
    /// What was wrong with which record; nil if the answer came as words through the control socket.
    public let reason: PublicationRefusal?
    public let words: String

    public init(_ reason: PublicationRefusal) {
        self.reason = reason
        words = "\(reason)"
    }

    public init(_ refusal: DraftEntryRefusal) {
        reason = nil
        words =
            switch refusal {
            case .malformed(let fault): "this is no entry of a draft: \(fault)"
            case .absent(let id): "no entry \(id.hex) of a draft is here"
            }
    }

    public init(words: String) {
        reason = nil
        self.words = words
    }
}
