internal import Cryptography
internal import Journal

/// What this side knows of one writer's history at the peer.
///
/// The peer is taken to hold every claim here with all that comes before it: what it told, what it sent, and what was
/// sent to it over a link that keeps the order. A claim that turns out wrong costs a round, never an entry.
struct PeerWriter: Hashable, Sendable {
    struct Claim: Hashable, Sendable {
        let place: Place
        /// This journal held it once. If it no longer does, a fork drove it out, and nobody owes it any more.
        var wasHeld = false
        /// It stands on a branch that is not held here, and where that branch parts is known.
        var isParted = false
    }

    private(set) var claims: [Claim] = []
    /// The search for the place where a branch of the peer's parts from what is held here.
    var search: PartingSearch?
    /// The peer took no batch of this writer, for this reason; nothing of it is sent until the next round.
    var pause: Declination?
    /// The lowest sequence at which a branch of the peer's is known to differ from what is held here.
    private(set) var parting: UInt64?

    /// What one branch asks for next.
    enum Need: Hashable {
        case nothing
        /// The peer is ahead, and will send; or its batch is being stored.
        case wait
        case search(Place)
        case send(from: UInt64)
    }

    mutating func claim(_ place: Place, wasHeld: Bool = false) {
        if let at = claims.firstIndex(where: { $0.place == place }) {
            claims[at].wasHeld = claims[at].wasHeld || wasHeld
        } else {
            claims.append(Claim(place: place, wasHeld: wasHeld))
        }
    }

    mutating func forget(_ place: Place) {
        claims.removeAll { $0.place == place }
    }

    /// Forgets what the peer has and this journal never had: it is not wanted now. A search goes on, for its answer comes.
    mutating func forgetOwed() {
        claims.removeAll { !$0.wasHeld }
    }

    /// Notes where the branch to `tip` parts: after `last`, or before the first entry if nil.
    mutating func part(from tip: Place, after last: Place?) {
        search = nil
        guard let at = claims.firstIndex(where: { $0.place == tip }) else { return }
        claims[at].isParted = true
        let sequence = last.map { $0.sequence + 1 } ?? 0
        parting = min(parting ?? sequence, sequence)
        if let last { claim(last, wasHeld: true) }
    }

    /// Compares the claims with what is held now: drops those that a fork drove out, and those that others imply.
    ///
    /// - Parameter heads: this journal's.
    mutating func refresh(_ writer: WriterID, heads: [Place], in journal: some JournalReading) {
        for at in claims.indices where !claims[at].wasHeld {
            claims[at].wasHeld = journal.holds(claims[at].place, of: writer)
        }
        if heads.count > 1 { refreshForked(writer, heads[0], in: journal) }
        guard claims.count > 1 else { return }
        let held = claims.filter(\.wasHeld).map(\.place)
        claims.removeAll { claim in
            claim.wasHeld && claim.place.sequence != parting
                && held.contains { other in
                    other.sequence > claim.place.sequence
                        && journal.id(of: writer, at: claim.place.sequence, onBranchTo: other) == claim.place.id
                }
        }
    }

    /// Beyond the parting nothing counts any more. Who had an entry there still has the trunk before it.
    private mutating func refreshForked(_ writer: WriterID, _ head: Place, in journal: some JournalReading) {
        let driven = claims.filter { $0.wasHeld && !journal.holds($0.place, of: writer) }
        if !driven.isEmpty {
            for claim in driven { forget(claim.place) }
            if head.sequence > 0, let id = journal.id(of: writer, at: head.sequence - 1, onBranchTo: head) {
                claim(Place(sequence: head.sequence - 1, id: id), wasHeld: true)
            }
        }
        // A peer that has told one story has told it past the parting entry it sent: the rest of it is owed by nobody.
        if claims.contains(where: { $0.wasHeld && $0.place.sequence == head.sequence }) {
            claims.removeAll { !$0.wasHeld && $0.place.sequence > head.sequence }
        }
    }

    /// Notes that a batch of the peer's is stored; `places` are its entries.
    mutating func noteStored(_ places: [Place], of writer: WriterID, heads: [Place], in journal: some JournalReading) {
        guard let first = places.first, let last = places.last else { return }
        if let held = places.last(where: { journal.holds($0, of: writer) }) { claim(held, wasHeld: true) }
        if !journal.holds(last, of: writer) { forget(last) }
        // What a fork left out when it was stored will not come again.
        if heads.count > 1 { claims.removeAll { !$0.wasHeld && $0.place.sequence >= first.sequence } }
    }

    /// True if the peer said that it has a place which this journal never had.
    var isAwaited: Bool { claims.contains { !$0.wasHeld } }

    /// True if nothing is known that matters.
    var isEmpty: Bool { claims.isEmpty && search == nil && pause == nil }

    func isClaimed(_ place: Place) -> Bool { claims.contains { $0.place == place } }

    /// Decides for the branch that ends in `head`, one of this journal's `heads`.
    func need(
        for head: Place, among heads: [Place], of writer: WriterID, in journal: some JournalReading, inHand: Set<Place>
    ) -> Need {
        if isClaimed(head) { return .nothing }
        if search != nil { return .wait }
        for claim in claims where !claim.wasHeld && !claim.isParted {
            if inHand.contains(claim.place) { return .wait }
            // A fork that is known here is told at once; else the side that is ahead knows what to do.
            guard heads.count > 1 || claim.place.sequence <= head.sequence else { return .wait }
            return .search(claim.place)
        }
        let from =
            claims.filter(\.wasHeld).compactMap { claim in
                journal.lastCommon(of: claim.place, and: head, of: writer).map { $0 + 1 }
            }.max() ?? 0
        // Beyond a parting nothing is kept: who has the parting entry of a branch lacks nothing of it.
        if let parting, from > parting { return .nothing }
        return .send(from: from)
    }
}

/// A bisection over the wire: which entry of the peer's branch is the last that is also held here?
struct PartingSearch: Hashable, Sendable {
    let tip: Place
    /// The newest entry known to be on both sides.
    private(set) var common: Place?
    /// The oldest sequence known to differ.
    private(set) var foreign: UInt64
    private(set) var asked: [UInt64] = []

    init(tip: Place, newestHeld: UInt64) {
        self.tip = tip
        foreign = min(tip.sequence, newestHeld + 1)
    }

    private var firstOpen: UInt64 { common.map { $0.sequence + 1 } ?? 0 }
    var isFound: Bool { firstOpen == foreign }

    /// The sequences to ask for next: first by doubling steps back, for forks are mostly young; then evenly.
    mutating func nextQuestion() -> [UInt64] {
        let limit = UInt64(ExchangeLimits.idsPerProbe)
        let open = foreign - firstOpen
        if open <= limit {
            asked = Array(firstOpen..<foreign)
        } else if asked.isEmpty {
            asked = (0..<limit).map { UInt64(1) << $0 }.prefix { $0 <= open }.map { foreign - $0 }.reversed()
        } else {
            asked = (0..<limit).map { firstOpen + open / limit * $0 + open % limit * $0 / limit }
        }
        return asked
    }

    /// Takes the ids at the sequences asked for.
    ///
    /// - Parameter isHeld: whether an entry is held here.
    mutating func take(_ ids: [EntryID], isHeld: (Place) -> Bool) throws(ExchangeRefusal) {
        guard ids.count == asked.count else { throw .unasked(number: Message.Number.ids.rawValue) }
        var isPast = false
        for (sequence, id) in zip(asked, ids) {
            let place = Place(sequence: sequence, id: id)
            if isHeld(place) {
                // An id chains to all before it, so what is common is so from the start.
                if isPast { throw .contradictingIDs }
                common = place
            } else if !isPast {
                isPast = true
                foreign = sequence
            }
        }
    }
}
