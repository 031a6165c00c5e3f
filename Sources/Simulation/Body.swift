internal import CanonicalEncoding
internal import Cryptography
internal import Journal
internal import NodeLogic

/// One running copy of a party's node, with its disk: an honest party has one, a liar may have two.
struct Body {
    /// What its party's people wrote into a draft.
    struct DraftWritten: Hashable {
        let draft: Digest
        let isOpenedByLiar: Bool
    }

    let party: Int
    let disk: Disk
    var key: SigningKey
    /// False for the home of a party that has not joined the roadmap yet.
    var isThere = true
    /// Nil while it is down.
    var node: Node?
    /// How often it was started.
    var life = 0
    var openedAt: UInt64 = 0
    var dialling = Dialling()
    var wires: [LinkID: Int] = [:]
    var nextLink = 0
    /// Seconds by which its wall clock is wrong.
    var clockError: Int64 = 0
    /// Milliseconds that it takes to read a frame.
    var slowness: UInt64 = 0
    /// Effects after which it crashes, and whether the power goes, too.
    var crash: (after: Int, isSilent: Bool)?
    /// What the witness knows of it: digests of agreement records whose storing was reported done.
    var durable: Set<Digest> = []
    /// Entries of drafts that it reported written.
    var drafted: [Digest: DraftWritten] = [:]
    var perfected: Set<Digest> = []
    var judgedAt = (-1, -1)
    /// Who it must be as a writer once it comes up again; nil where it must be a new one.
    var expectedWriter: WriterID?
    var formerWriters: Set<WriterID> = []
    var isRestored = false
    /// Its disk is known to have lost the end of what it once had.
    var hasLost = false
    /// It was set back, and may lack what its party's people have signed since.
    var mayHaveForgotten = false
    /// It said that it no longer knows its disk, and ends.
    var isGivenUp = false
    /// What its disk does not confirm is there all the same.
    var isHopeful = false
    /// Lies that last.
    var isWithholding = false
    var isClaimingFalsely = false
    var lies = Lies()
}

/// What a liar keeps beside its node.
struct Lies {
    /// A writer of its own that its node does not know to be its own, and beginnings of it to branch off from.
    var writer: WriterID?
    var beginnings: [Composition] = []
    /// Frames that it sent or heard.
    var overheard: [[UInt8]] = []
}
