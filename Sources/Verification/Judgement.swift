public import Cryptography

/// What one file shows of an accusation in it.
///
/// Source: `Docs/Specification/evidence.md`, section "Judgement".
public struct Judgement: Hashable, Sendable {
    public let accusation: Accusation
    public let reason: Reason
    /// Ids of what is not in the file, ascending; for the reason `absent`, and for no other.
    public let missing: [Digest]

    public var verdict: Verdict { reason.verdict }

    init(_ accusation: Accusation, _ reason: Reason, missing: Set<Digest> = []) {
        self.accusation = accusation
        self.reason = reason
        self.missing = missing.sorted()
    }

    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case convicted
        case acquitted
        /// The file does not hold, or does not show, what it takes to say more.
        case incomplete
    }

    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Something that it takes to judge is not in the file.
        case absent
        /// The two records are not what the accusation says they are.
        case otherRecords = "other-records"
        /// The instrument of one can never bind anybody.
        case illFormed = "ill-formed"
        /// Fewer keys have signed one than it takes.
        case notSigned = "not-signed"
        /// One is under another key record than its party's on that instrument.
        case otherKeys = "other-keys"
        /// Its party has retired the keys of one, and does not acknowledge it.
        case disowned
        /// A recovery took the place of one.
        case superseded
        /// Nothing in the file shows that the keys are the party's.
        case notEstablished = "not-established"
        /// Two entries that hang on different ones: the two stories part before them.
        case earlierParting = "earlier-parting"
        /// No checkpoint covers one of the entries.
        case notCovered = "not-covered"
        case contradiction
        case fork
        /// Nothing keeps the one from following the other.
        case coherent

        public var verdict: Verdict {
            switch self {
            case .contradiction, .fork: .convicted
            case .otherRecords, .illFormed, .otherKeys, .disowned, .superseded, .coherent: .acquitted
            case .absent, .notSigned, .notEstablished, .earlierParting, .notCovered: .incomplete
            }
        }
    }
}
