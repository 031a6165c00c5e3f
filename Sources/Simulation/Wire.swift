internal import Agreement
internal import NodeLogic

/// A connection between two bodies, as TCP would carry it: in order, and nothing lost while it stands.
struct Wire {
    /// 0 dialled, 1 listened.
    let bodies: [Int]
    let links: [LinkID]
    let target: Dialling.Target
    /// Whether each end still has it open.
    var isOpen = [true, true]
    /// The dialler heard its peer.
    var wasHeard = false
    /// The dialler knows that this attempt is over.
    var isDialNoted = false
    /// From each end, what is under way, oldest first.
    var underWay: [[Parcel]] = [[], []]
    /// Whether the next look at what comes from each end is planned.
    var isAwaited = [false, false]

    struct Parcel {
        /// Nil for the end of the connection.
        let frame: [UInt8]?
        let due: UInt64
        let order: Int
    }
}

/// What happens next, by time and then by the order in which it was planned.
struct Agenda {
    enum Item {
        case planned(Int)
        case begin(body: Int)
        case tick(body: Int, life: Int)
        case dialled(body: Int, Dialling.Target, life: Int)
        case carry(wire: Int, from: Int)
        /// The end of something that lasts.
        case relief(Relief)
        case peace
    }

    enum Relief {
        case bodies(body: Int)
        case delay, slow(body: Int), disk(body: Int), reading(body: Int), start(body: Int), cuts(Int), withholding(
            body: Int)
        /// Somebody is asked to accept an instrument.
        case asked(body: Int, InstrumentID)
        case crowd(World.Crowd)
        /// Keys that were sealed with before anybody had heard of them.
        case lateKeys(body: Int, KeyChange)
        case falseClaims(body: Int), secondStory(body: Int, seed: UInt64), file(World.FileUnderWay), oldKey(
            body: Int, seed: UInt64)
    }

    private struct Entry {
        let at: UInt64
        let number: Int
        let item: Item
    }

    private var heap: [Entry] = []
    private var count = 0

    mutating func add(_ item: Item, at: UInt64) {
        heap.append(Entry(at: at, number: count, item: item))
        count += 1
        var place = heap.count - 1
        while place > 0, isBefore(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func next() -> (at: UInt64, item: Item)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var place = 0
            while true {
                var least = place
                for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBefore(child, least) {
                    least = child
                }
                if least == place { break }
                heap.swapAt(place, least)
                place = least
            }
        }
        return (first.at, first.item)
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].at, heap[one].number) < (heap[other].at, heap[other].number)
    }
}
