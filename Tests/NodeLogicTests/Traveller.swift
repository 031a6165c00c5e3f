import Agreement
import CanonicalEncoding
import Cryptography
import Exchange
import Identity
import Journal
import NodeLogic
import RoadmapFixtures

/// A node with its disk and its time, which keeps what it was told to do.
final class Traveller {
    let party: Identifier
    let roadmap: InstrumentID
    private(set) var disk: StoreContents
    var node: Node
    private(set) var reports: [Node.Report] = []
    /// By connection; emptied by whoever carries it.
    var outbox: [LinkID: [[UInt8]]] = [:]
    private(set) var closed: Set<LinkID> = []
    var now = Moment.start
    /// The wall clock.
    var seconds: UInt64 = 7
    /// What the disk answers next.
    var failure: StoreFailure?
    private var drawn: UInt64 = 0

    init(_ party: Identifier, key: SigningKey, of pact: Pact) throws {
        self.party = party
        roadmap = pact.id
        disk = StoreContents(roadmap: pact.id)
        node = try Node(of: party, signing: key, place: [1], reading: disk)
        give(.opened)
        give(.publish([.instrument(pact.founding)]))
    }

    /// Opens the same store with another key, as after a change of the node's key.
    func restart(key: SigningKey, limits: NodeLimits = NodeLimits()) throws {
        node = try Node(of: party, signing: key, limits: limits, place: [1], reading: disk)
        give(.opened)
    }

    func publish(_ changes: [Change]) {
        give(.publish(changes.flatMap(\.signed).map { .keyStatement($0) }))
    }

    @discardableResult
    func give(_ input: Node.Input) -> Node.Answer? {
        var answer: Node.Answer?
        var next: Node.Input? = input
        while let input = next {
            next = nil
            drawn += 1
            let seed = Digest(of: Array("\(party)/\(node.id)/\(drawn)".utf8)).bytes
            let incarnation = Incarnation(Array(seed.prefix(16)))!
            let world = Node.Circumstances(now: now, seconds: seconds, store: disk) { incarnation }
            for effect in node.receive(input, in: world) {
                switch effect {
                case .store(let batches, let settings):
                    if let failure {
                        next = .notStored(failure)
                    } else {
                        try! disk.append(batches, settings: settings)
                        next = .stored
                    }
                case .send(let frames, let id): outbox[id, default: []] += frames
                case .disconnect(let id): closed.insert(id)
                case .answer(let given): answer = given
                case .report(let report): reports.append(report)
                case .admit, .stop: break
                }
            }
        }
        return answer
    }

    func wait(_ milliseconds: UInt64) {
        now = now + milliseconds
        give(.tick)
    }
}

/// A connection between two, as their TLS would have judged it: each admits the other's key by its records, or meets it.
final class Road {
    let dialler: Traveller
    let listener: Traveller
    let id: LinkID
    /// What each side said, in order, as it went.
    private(set) var said: [(byDialler: Bool, frame: [UInt8])] = []

    init(from dialler: Traveller, to listener: Traveller, _ number: Int = 1, parties: Set<Identifier>? = nil) {
        self.dialler = dialler
        self.listener = listener
        id = LinkID(number: number)
        let exported = [UInt8](repeating: UInt8(number), count: 32)
        // Only a dialler knows whom it wanted.
        Self.join(dialler, listener, id, true, exported, parties)
        Self.join(listener, dialler, id, false, exported, nil)
    }

    private static func join(
        _ one: Traveller, _ other: Traveller, _ id: LinkID, _ isDialled: Bool, _ exported: [UInt8],
        _ parties: Set<Identifier>?
    ) {
        let key = other.node.publicKey
        if let party = one.node.admission.party(ofNode: key) {
            one.give(
                .connected(
                    id,
                    Node.Peer(
                        party: party, key: key, shown: one.node.id, isDialled: isDialled, exportedKey: exported)))
        } else {
            one.give(
                .met(
                    id,
                    Node.Stranger(
                        key: key, parties: parties, shown: one.node.id, isDialled: isDialled, exportedKey: exported)))
        }
    }

    /// Carries what both say until neither says anything more, or has closed.
    func carry() {
        while true {
            let (there, back) = (dialler.outbox.removeValue(forKey: id), listener.outbox.removeValue(forKey: id))
            guard there != nil || back != nil else { break }
            for frame in there ?? [] where !listener.closed.contains(id) {
                said.append((true, frame))
                listener.give(.frame(frame, on: id))
            }
            for frame in back ?? [] where !dialler.closed.contains(id) {
                said.append((false, frame))
                dialler.give(.frame(frame, on: id))
            }
        }
        for (one, other) in [(dialler, listener), (listener, dialler)]
        where one.closed.contains(id) && !other.closed.contains(id) { other.give(.disconnected(id)) }
    }

    var isLevel: Bool {
        guard let there = dialler.node.links[id], let back = listener.node.links[id] else { return false }
        return there.conversation.isSettled && back.conversation.isSettled
            && dialler.node.journal.heads == listener.node.journal.heads
    }

    /// What the listener said, by the number that each message begins with.
    var numbersSaid: [UInt64] { said.filter { !$0.byDialler }.map { Self.number(of: $0.frame) } }

    static func number(of frame: [UInt8]) -> UInt64 {
        guard case .array(let parts)? = try? CanonicalDecoder.decode(frame), case .unsigned(let number)? = parts.first
        else { return .max }
        return number
    }
}
