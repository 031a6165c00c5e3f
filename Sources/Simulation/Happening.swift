/// What may happen in a simulated night: what parties do, what breaks, and how they lie.
public enum Happening: String, Hashable, Sendable, CaseIterable {
    // What honest parties do, and liars too.
    case amend, seal, sealOnCondition = "seal-on-condition", reject, rotate
    /// New keys by the recovery key, for the seal key was lost or stolen.
    case recover
    /// An instrument that was offered with a closing is said to be complete, or abandoned.
    case close
    /// A party leaves, or says that it will.
    case withdraw
    /// An amendment is offered that lets a party in which the founding does not know; and that party's node begins.
    case admit, join
    /// An amendment changes who is a member, or how many members must accept what.
    case amendRoster = "amend-roster"
    case amendRule = "amend-rule"
    /// An operator asks for a certificate, or for what no journal carries, or for new conversations; or ends the node in
    /// order.
    case operate
    /// Somebody offers a record that is not sound.
    case offer
    /// A draft is opened or edited.
    case draft
    /// Journals are carried in a file.
    case file

    // What breaks.
    case delay
    case loss
    case partition
    case oneWay = "one-way"
    case wrongClock = "wrong-clock"
    case crash
    case restore
    case fullDisk = "full-disk"
    case slowPeer = "slow-peer"
    /// A write is not confirmed, and may be there or not.
    case failingDisk = "failing-disk"
    /// Nothing can be read for a while.
    case unreadableDisk = "unreadable-disk"
    /// The end of what a disk had is gone, and that is known.
    case lostLog = "lost-log"
    /// Bodies of entries are taken off a disk, and brought back later.
    case archivedBodies = "archived-bodies"
    /// A disk gives back other bytes than it was given.
    case rottenDisk = "rotten-disk"
    /// A node takes no more of a key, for it has written as much as is taken of one in a day.
    case postponement
    /// A frame came later than one that was sent after it on another connection.
    case reordering

    // How parties lie.
    case fork
    case twoHistories = "two-histories"
    case twoVerdicts = "two-verdicts"
    case incoherentSeals = "incoherent-seals"
    case forkedKeys = "forked-keys"
    case withholding
    case replay
    case flood
    case garbage
    case falseClaims = "false-claims"
    case oldKey = "old-key"
    case forgery
    /// Batches that no honest node writes, signed as they must be.
    case unlawfulBatches = "unlawful-batches"
    /// Hundreds of writers, half of them told to one peer, half to another.
    case crowd
    /// Seals and certificates by keys that come later, more than may wait for them.
    case earlySeals = "early-seals"

    public enum Sort: Hashable, Sendable {
        case act, fault, lie
    }

    public var sort: Sort {
        switch self {
        case .amend, .seal, .sealOnCondition, .reject, .rotate, .recover, .close, .withdraw, .admit, .join,
            .amendRoster, .amendRule, .operate, .offer, .draft, .file:
            .act
        case .delay, .loss, .partition, .oneWay, .wrongClock, .crash, .restore, .fullDisk, .slowPeer, .failingDisk,
            .unreadableDisk, .lostLog, .archivedBodies, .rottenDisk, .postponement,
            .reordering:
            .fault
        case .fork, .twoHistories, .twoVerdicts, .incoherentSeals, .forkedKeys, .withholding, .replay, .flood, .garbage,
            .falseClaims, .oldKey, .forgery, .unlawfulBatches, .crowd, .earlySeals:
            .lie
        }
    }

    /// How often it is chosen, beside the others of its sort.
    var weight: Int {
        switch self {
        case .amend: 7
        case .seal: 14
        case .sealOnCondition: 4
        case .reject: 1
        case .rotate: 1
        case .draft: 4
        case .close: 2
        case .withdraw, .amendRoster, .amendRule: 1
        case .operate, .offer: 2
        case .file: 3
        case .reordering, .postponement, .recover, .admit, .join, .crowd: 0
        case .loss, .partition, .crash: 4
        case .delay, .oneWay, .restore: 3
        case .wrongClock, .fullDisk, .slowPeer, .failingDisk: 2
        case .unreadableDisk, .lostLog, .rottenDisk: 1
        case .archivedBodies: 2
        case .fork, .twoHistories: 4
        case .twoVerdicts, .incoherentSeals: 3
        case .forkedKeys, .withholding, .replay, .garbage, .falseClaims, .forgery, .oldKey, .flood, .unlawfulBatches,
            .earlySeals:
            2
        }
    }
}
