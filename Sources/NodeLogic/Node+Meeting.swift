public import Cryptography
internal import Exchange
public import Identity
internal import Journal

/// Peers whose key no record in force names: the one round in which they may become known.
///
/// `Docs/Specification/exchange.md`, section 10; `Docs/Decisions/0055-why-a-stranger-may-show-its-keys.md`.
extension Node {
    /// Who is at the other end of a connection, as far as that is known: a key.
    public struct Stranger: Hashable, Sendable {
        public let key: PublicKey
        /// Whose node it may turn out to be; nil for any party's.
        public let parties: Set<Identifier>?
        /// The key that this node has shown.
        public let shown: KeyID
        public let isDialled: Bool
        /// 32 bytes exported from the TLS session.
        public let exportedKey: [UInt8]

        public init(
            key: PublicKey, parties: Set<Identifier>?, shown: KeyID, isDialled: Bool, exportedKey: [UInt8]
        ) {
            self.key = key
            self.parties = parties
            self.shown = shown
            self.isDialled = isDialled
            self.exportedKey = exportedKey
        }

        var role: Role { isDialled ? .dialler : .listener }

        func peer(of party: Identifier) -> Peer {
            Peer(party: party, key: key, shown: shown, isDialled: isDialled, exportedKey: exportedKey)
        }
    }

    struct Meeting {
        let stranger: Stranger
        var round: KeyRound
        /// When the connection is closed, whatever has come.
        let due: Moment
        /// What it showed was no good. That is not told before the time is over, for how soon it were told would say
        /// whether this node serves the roadmap that was tried.
        var hasFailed = false
    }

    mutating func meet(_ id: LinkID, _ stranger: Stranger, _ world: Circumstances) {
        precondition(links[id] == nil && meetings[id] == nil, "a connection is named once")
        guard takesConnections(at: world.now) else { return effects.append(.disconnect(id)) }
        let round = KeyRound(
            as: stranger.role, about: roadmap, exportedKey: stranger.exportedKey,
            byteLimit: limits.introductionByteCount)
        meetings[id] = Meeting(stranger: stranger, round: round, due: world.now + limits.introductionPatience)
        effects.append(.send([KeyRound.ask], on: id))
    }

    /// Takes a frame of a peer that is not known yet.
    mutating func hearStranger(_ frame: [UInt8], on id: LinkID, _ world: Circumstances) {
        guard var meeting = meetings[id] else { return }
        let step = meeting.round.take(frame)
        meetings[id] = meeting
        switch step {
        case .nothing: break
        case .show:
            if !show(on: id, to: meeting.stranger.exportedKey, meeting.stranger.role, meeting.stranger.shown) {
                refuse(id, .nothingToShow)
            }
        case .judge(let changes): judge(changes, of: meeting.stranger, on: id, world)
        case .failed(.tooLong):
            // Every byte counts alike, so this says nothing.
            refuse(id, .tooLong)
        case .failed(let failure): fail(id, failure)
        }
    }

    private mutating func judge(
        _ changes: [ShownChange], of stranger: Stranger, on id: LinkID, _ world: Circumstances
    ) {
        var copy = copy
        do throws(KeyRoundFailure) {
            let found = try copy.introduce(stranger.key, by: changes, among: stranger.parties)
            guard !found.new.isEmpty else { return welcome(id, found.party, world) }
            // As what people bring in a file: in this node's own journal, so that it is there after a crash, and passed
            // on to those who have not met the newcomer.
            journalOwn(
                found.new.map { (.keyStatement, $0.encoded()) }, for: .introducing(copy, id, found.party), world)
        } catch {
            fail(id, error)
        }
    }

    /// The peer is known, and what made it so is durable: the conversation begins.
    mutating func welcome(_ id: LinkID, _ party: Identifier, _ world: Circumstances) {
        guard let meeting = meetings.removeValue(forKey: id) else { return }
        let stranger = meeting.stranger
        report(.introduced(id, party))
        if meeting.round.isAsked, stranger.role == .listener,
            !show(on: id, to: stranger.exportedKey, stranger.role, stranger.shown)
        {
            report(.unknownToPeer(party))
            return effects.append(.disconnect(id))
        }
        open(id, with: stranger.peer(of: party), world)
    }

    /// Shows how this node's key came about; false where nothing leads to it.
    private mutating func show(on id: LinkID, to exportedKey: [UInt8], _ role: Role, _ shown: KeyID) -> Bool {
        let changes = copy.introduction(of: shown, for: party)
        guard !changes.isEmpty else { return false }
        let message = KeyRound.shown(changes, as: role, about: roadmap, exportedKey: exportedKey)
        effects.append(.send([message], on: id))
        return true
    }

    /// A peer that this node knows does not know this node, and asks before it has said anything: it is shown how the key
    /// came about, and greeted anew.
    ///
    /// - Returns: false if the frame is something else.
    mutating func introduceItself(_ frame: [UInt8], on id: LinkID, _ world: Circumstances) -> Bool {
        guard let link = links[id], !link.wasHeard, !link.hasShown, KeyRound.isAsk(frame) else { return false }
        let peer = link.peer
        let role: Role = peer.isDialled ? .dialler : .listener
        guard show(on: id, to: peer.exportedKey, role, peer.shown) else {
            report(.unknownToPeer(peer.party))
            links[id] = nil
            effects.append(.disconnect(id))
            return true
        }
        links[id]?.hasShown = true
        links[id]?.conversation = link.conversation.anew
        feed(.connected, to: id, world)
        return true
    }

    /// Notes that the peer is not let in, and keeps it until its time is over.
    private mutating func fail(_ id: LinkID, _ failure: KeyRoundFailure) {
        meetings[id]?.hasFailed = true
        report(.refusedStranger(id, failure))
    }

    private mutating func refuse(_ id: LinkID, _ failure: KeyRoundFailure) {
        noteEnd(ofMeeting: id, failure)
        effects.append(.disconnect(id))
    }

    /// Forgets a peer that did not become known.
    mutating func noteEnd(ofMeeting id: LinkID, _ failure: KeyRoundFailure) {
        guard let meeting = meetings.removeValue(forKey: id), !meeting.hasFailed else { return }
        report(.refusedStranger(id, failure))
    }

    /// Ends the meetings whose time is over.
    mutating func endMeetings(dueAt now: Moment) {
        for (id, meeting) in meetings.sorted(by: { $0.key < $1.key }) where meeting.due <= now {
            refuse(id, .timeOver)
        }
    }
}
