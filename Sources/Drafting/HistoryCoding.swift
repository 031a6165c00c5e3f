internal import Cryptography

/// The columns of a history: who made which entry, what it had seen, and its runs of edits, without their text.
///
/// Coded in one pass, entry by entry, each number by a model of its own kind, so that what goes on as before costs next
/// to nothing: an entry that follows its writer's last one and has seen the one before it, a run that begins where the
/// last one ended.
struct HistoryModels: Sendable {
    private var isOtherWriter = BitModel()
    private var writer = NumberModel()
    private var sequence = SignedModel()
    private var hasID = BitModel()
    private var hasSeenOthers = BitModel()
    private var parentCount = NumberModel()
    private var parentDistance = [NumberModel](repeating: NumberModel(), count: 2)
    private var runCount = NumberModel()
    private var kinds = [BitModel](repeating: BitModel(), count: 9 * 4)
    private var counts = [NumberModel](repeating: NumberModel(), count: 9)
    private var moves = [SignedModel](repeating: SignedModel(), count: 18)

    /// What the coder is at.
    private var previousWriter = 0
    private var context = 0
    private var cursor = 0
    private var wasSingle = false

    // MARK: Writing

    mutating func encode(
        writer number: Int, sequenceStep: Int, id: Digest?, _ encoder: inout AdaptiveEncoder
    ) {
        encoder.encode(number != previousWriter, &isOtherWriter)
        if number != previousWriter { writer.encode(UInt32(number), &encoder) }
        previousWriter = number
        sequence.encode(sequenceStep, &encoder)
        encoder.encode(id != nil, &hasID)
        if let id { for byte in id.bytes { encoder.encodePlain(UInt64(byte), count: 8) } }
    }

    /// Parents by how many entries before theirs they stand.
    mutating func encode(parentDistances distances: [Int], _ encoder: inout AdaptiveEncoder) {
        encoder.encode(distances != [1], &hasSeenOthers)
        guard distances != [1] else { return }
        parentCount.encode(UInt32(distances.count), &encoder)
        for (place, distance) in distances.enumerated() {
            parentDistance[min(place, 1)].encode(UInt32(distance), &encoder)
        }
    }

    mutating func encode(_ runs: ArraySlice<EditRun>, _ encoder: inout AdaptiveEncoder) {
        runCount.encode(UInt32(runs.count), &encoder)
        for run in runs {
            let kind = Int(run.kind.rawValue)
            encoder.encode(kind == 0, &kinds[context * 4])
            if kind > 0 { encoder.encode(kind == 2, &kinds[context * 4 + 1]) }
            counts[context % 3 * 3 + kind].encode(run.count, &encoder)
            moves[moveContext(kind)].encode(run.position - cursor, &encoder)
            step(run)
        }
    }

    private func moveContext(_ kind: Int) -> Int { (context % 3 * 3 + kind) * 2 + (wasSingle ? 1 : 0) }

    /// The kinds of the last two runs are what the next one is expected by.
    private mutating func step(_ run: EditRun) {
        context = context % 3 * 3 + Int(run.kind.rawValue)
        cursor = run.cursorAfter
        wasSingle = run.count == 1
    }

    // MARK: Reading

    mutating func decodeStamp(_ decoder: inout AdaptiveDecoder) -> (writer: Int, sequenceStep: Int, id: Digest?) {
        if decoder.decode(&isOtherWriter) { previousWriter = Int(writer.decode(&decoder)) }
        let step = sequence.decode(&decoder)
        guard decoder.decode(&hasID) else { return (previousWriter, step, nil) }
        let id = (0..<Digest.byteCount).map { _ in UInt8(decoder.decodePlain(count: 8)) }
        return (previousWriter, step, Digest(id))
    }

    /// `nil` if there are more than `limit`.
    mutating func decodeParentDistances(_ decoder: inout AdaptiveDecoder, limit: Int) -> [Int]? {
        guard decoder.decode(&hasSeenOthers) else { return [1] }
        let count = Int(parentCount.decode(&decoder))
        guard count <= limit else { return nil }
        return (0..<count).map { Int(parentDistance[min($0, 1)].decode(&decoder)) }
    }

    mutating func decodeRunCount(_ decoder: inout AdaptiveDecoder) -> Int { Int(runCount.decode(&decoder)) }

    mutating func decodeRun(_ decoder: inout AdaptiveDecoder) throws(EditRefusal) -> EditRun {
        let isInsertion = decoder.decode(&kinds[context * 4])
        let kind = isInsertion ? 0 : decoder.decode(&kinds[context * 4 + 1]) ? 2 : 1
        let count = Int(counts[context % 3 * 3 + kind].decode(&decoder))
        let position = cursor + moves[moveContext(kind)].decode(&decoder)
        guard count > 0, count <= DraftingLimits.editsPerEntry else { throw .badRun }
        let run = try EditRun.checked(EditRun.Kind(rawValue: UInt32(kind))!, position: position, count: count)
        step(run)
        return run
    }
}
