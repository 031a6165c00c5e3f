import Cryptography
import Journal

@testable import Exchange

/// Nodes and the links between them, with queues for what is under way; nothing happens but by `step`.
final class Network {
    /// One end of a link.
    final class End {
        let node: MemoryNode
        var conversation: Conversation
        var inbox: [[UInt8]] = []
        var stores: [(VerifiedBatch, BatchToken)] = []
        var wake: Moment?
        var closeReason: CloseReason?
        var settledCount = 0
        var lastSettledBut: [WriterID] = []
        var sent: [Message] = []
        var sentByteCount = 0
        var sentFrames: [[UInt8]] = []

        init(_ node: MemoryNode, _ conversation: Conversation) {
            self.node = node
            self.conversation = conversation
        }

        var isOpen: Bool { closeReason == nil && !conversation.isClosed }
    }

    struct Link {
        let dialler: End
        let listener: End
        var ends: [End] { [dialler, listener] }
    }

    private(set) var links: [Link] = []
    var now = Moment(milliseconds: 1000)
    var keepsMessages = true

    @discardableResult
    func connect(
        _ dialler: MemoryNode, _ listener: MemoryNode, sessionKey: UInt8 = 9, versions: ClosedRange<UInt64> = 1...3,
        listenerVersions: ClosedRange<UInt64> = 1...3
    ) -> Link {
        let key = [UInt8](repeating: sessionKey, count: 32)
        func end(_ node: MemoryNode, _ role: Role, _ versions: ClosedRange<UInt64>) -> End {
            End(
                node, Conversation(as: role, about: node.journal.roadmap, exportedKey: key, versions: versions))
        }
        let link = Link(
            dialler: end(dialler, .dialler, versions), listener: end(listener, .listener, listenerVersions))
        links.append(link)
        for end in link.ends { give(.connected, to: end, of: link) }
        return link
    }

    /// The connection breaks: what is under way is lost, what was to be stored may or may not be.
    func cut(_ link: Link) {
        for end in link.ends {
            _ = end.conversation.receive(.closed, journal: end.node, at: now)
            end.inbox = []
            end.stores = []
        }
        links.removeAll { $0.dialler === link.dialler }
    }

    func peer(of end: End, in link: Link) -> End { end === link.dialler ? link.listener : link.dialler }

    func give(_ input: Conversation.Input, to end: End, of link: Link) {
        let peer = peer(of: end, in: link)
        for effect in end.conversation.receive(input, journal: end.node, at: now) {
            switch effect {
            case .send(let frames):
                for frame in frames {
                    end.sentByteCount += frame.count
                    if keepsMessages {
                        end.sentFrames.append(frame)
                        if let message = try? Message(frame, in: end.conversation.version) {
                            end.sent.append(message)
                        }
                    }
                }
                if peer.isOpen { peer.inbox += frames }
            case .store(let batch, let token): end.stores.append((batch, token))
            case .wakeAt(let moment): end.wake = moment
            case .settled(let but):
                end.settledCount += 1
                end.lastSettledBut = but
            case .close(let reason):
                end.closeReason = reason
                end.stores = []
            }
        }
    }

    func grew(_ node: MemoryNode, except: End? = nil) {
        for link in links {
            for end in link.ends where end.node === node && end !== except && end.isOpen {
                give(.journalGrew, to: end, of: link)
            }
        }
    }

    func write(_ count: Int, by node: MemoryNode, saying text: String = "note", bodyByteCount: Int? = nil) {
        node.write(count, saying: text, bodyByteCount: bodyByteCount)
        grew(node)
    }

    enum Action {
        case deliver(End, Link)
        case store(End, Link)
    }

    var actions: [Action] {
        var actions: [Action] = []
        for link in links {
            for end in link.ends where end.isOpen {
                if !end.stores.isEmpty { actions.append(.store(end, link)) }
                if !end.inbox.isEmpty { actions.append(.deliver(end, link)) }
            }
        }
        return actions
    }

    func perform(_ action: Action) {
        now = now + 1
        switch action {
        case .deliver(let end, let link): give(.frame(end.inbox.removeFirst()), to: end, of: link)
        case .store(let end, let link):
            let (batch, token) = end.stores.removeFirst()
            end.node.store(batch)
            give(.stored(token), to: end, of: link)
            grew(end.node, except: end)
        }
    }

    /// Does everything there is to do, clocks aside.
    ///
    /// - Returns: the number of steps; a thousand thousand would be a loop.
    @discardableResult
    func run(limit: Int = 100_000) -> Int {
        var count = 0
        while let action = actions.first, count < limit {
            perform(action)
            count += 1
        }
        return count
    }

    func run(shuffledBy generator: inout SeededGenerator, limit: Int = 100_000) -> Int {
        var count = 0
        while let action = actions.randomElement(using: &generator), count < limit {
            perform(action)
            count += 1
        }
        return count
    }

    /// Lets time pass to the next wish to be woken; false if there is none before `end`.
    func passTime(until end: Moment) -> Bool {
        let wishes = links.flatMap { link in link.ends.filter(\.isOpen).map { ($0, link) } }
        guard let next = wishes.compactMap(\.0.wake).min(), next <= end else { return false }
        now = max(now, next)
        for (woken, link) in wishes where woken.wake.map({ $0 <= now }) ?? false {
            woken.wake = nil
            give(.wake, to: woken, of: link)
        }
        return true
    }

    /// Runs, clocks and all, for so many milliseconds.
    func run(for milliseconds: UInt64) {
        let end = now + milliseconds
        run()
        while passTime(until: end) { run() }
    }
}
