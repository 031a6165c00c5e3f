internal import Cryptography

/// Writes the entries and runs of a history, without their text.
struct HistoryWriter {
    private var encoder = AdaptiveEncoder()
    private var models = HistoryModels()

    /// A number for each writer, in the order in which they first wrote.
    private var writerNumbers: [Digest: Int] = [:]
    private var nextSequences: [UInt64] = []

    static func history(of graph: EventGraph, _ log: EditLog, includingIDs: Bool) -> [UInt8] {
        var writer = HistoryWriter()
        var bytes = writer.writeHeader(graph)
        let ambiguous = includingIDs ? [] : Self.ambiguousPlaces(graph)
        for entry in 0..<graph.count {
            let stamp = graph.stamps[entry]
            let hasID = includingIDs || ambiguous.contains(ChainPlace(stamp))
            writer.write(stamp, hasID: hasID)
            let distances = graph.parents(of: entry).map { entry - $0 }.sorted()
            writer.models.encode(parentDistances: distances, &writer.encoder)
            writer.models.encode(log.runs[graph.runs(of: entry)], &writer.encoder)
        }
        writer.writeCriticals(graph)
        bytes.append(writer.encoder.finish())
        return bytes.bytes
    }

    /// How many entries and writers there are, and the writers' ids.
    private mutating func writeHeader(_ graph: EventGraph) -> ByteWriter {
        var bytes = ByteWriter()
        for stamp in graph.stamps where writerNumbers[stamp.writer] == nil {
            writerNumbers[stamp.writer] = nextSequences.count
            nextSequences.append(0)
        }
        bytes.number(UInt64(graph.count))
        bytes.number(UInt64(nextSequences.count))
        for (writer, _) in writerNumbers.sorted(by: { $0.value < $1.value }) { bytes.append(writer.bytes) }
        return bytes
    }

    private mutating func write(_ stamp: EditStamp, hasID: Bool) {
        let number = writerNumbers[stamp.writer]!
        // Sequences stay below 2^48, and steps are coded in 32 bits; what steps further is told whole.
        let step = Int(Int64(bitPattern: stamp.sequence &- nextSequences[number]))
        let isNear = abs(step) < 1 << 30
        models.encode(writer: number, sequenceStep: isNear ? step : 1 << 30, id: hasID ? stamp.id : nil, &encoder)
        if !isNear { encoder.encodePlain(stamp.sequence, count: 64) }
        nextSequences[number] = stamp.sequence &+ 1
    }

    /// The last critical entries, further apart the further back: how many entries before the end, and the text's scalars.
    private mutating func writeCriticals(_ graph: EventGraph) {
        var kept: [(entry: Int, scalarCount: Int)] = []
        var distance = 1
        while distance <= graph.criticals.count {
            kept.append(graph.criticals[graph.criticals.count - distance])
            distance *= 2
        }
        encoder.encodePlain(UInt64(kept.count), count: 8)
        for critical in kept {
            encoder.encodePlain(UInt64(graph.count - critical.entry), count: 40)
            encoder.encodePlain(UInt64(critical.scalarCount), count: 32)
        }
    }

    private struct ChainPlace: Hashable {
        let writer: Digest
        let sequence: UInt64
        init(_ stamp: EditStamp) { (writer, sequence) = (stamp.writer, stamp.sequence) }
    }

    /// Writers and sequences that more than one entry has.
    private static func ambiguousPlaces(_ graph: EventGraph) -> Set<ChainPlace> {
        var seen: Set<ChainPlace> = []
        return Set(graph.stamps.map(ChainPlace.init).filter { !seen.insert($0).inserted })
    }
}

/// Reads what ``HistoryWriter`` wrote.
struct HistoryReader {
    private var decoder: AdaptiveDecoder
    private var models = HistoryModels()
    private let entryCount: Int
    private let writers: [Digest]
    private var nextSequences: [UInt64]

    init(_ bytes: ArraySlice<UInt8>) throws(StoredTextRefusal) {
        do {
            var reader = ByteReader(Array(bytes))
            let counts = [try reader.number(), try reader.number()]
            guard counts[0] < 1 << 32, counts[1] <= UInt64(bytes.count / Digest.byteCount) else {
                throw EditRefusal.badNumber
            }
            entryCount = Int(counts[0])
            var writers: [Digest] = []
            for _ in 0..<counts[1] { writers.append(Digest(try reader.take(Digest.byteCount))!) }
            self.writers = writers
            nextSequences = Array(repeating: 0, count: writers.count)
            decoder = AdaptiveDecoder(bytes.dropFirst(reader.position))
        } catch {
            throw .inconsistent
        }
    }

    mutating func readEntries(
        into graph: inout EventGraph, _ log: inout EditLog, _ identify: (Digest, UInt64) -> Digest?
    ) throws(StoredTextRefusal) {
        for entry in 0..<entryCount {
            let stamp = try readStamp(identify)
            guard graph.numbers[stamp.id] == nil,
                let distances = models.decodeParentDistances(&decoder, limit: entry),
                distances.allSatisfy({ $0 > 0 && $0 <= entry })
            else { throw .inconsistent }
            let runCount = models.decodeRunCount(&decoder)
            do {
                for _ in 0..<runCount { log.runs.append(try models.decodeRun(&decoder)) }
            } catch {
                throw .inconsistent
            }
            _ = graph.add(stamp, parents: distances.map { entry - $0 }, runEnd: log.runs.count)
        }
    }

    mutating func readCriticals(entryCount: Int) throws(StoredTextRefusal) -> [(entry: Int, scalarCount: Int)] {
        let count = Int(decoder.decodePlain(count: 8))
        var criticals: [(entry: Int, scalarCount: Int)] = []
        for _ in 0..<count {
            let entry = entryCount - Int(decoder.decodePlain(count: 40))
            criticals.append((entry, Int(decoder.decodePlain(count: 32))))
            guard (0..<entryCount).contains(entry) else { throw .inconsistent }
        }
        return criticals.reversed()
    }

    private mutating func readStamp(_ identify: (Digest, UInt64) -> Digest?) throws(StoredTextRefusal) -> EditStamp {
        let (number, step, id) = models.decodeStamp(&decoder)
        guard writers.indices.contains(number) else { throw .inconsistent }
        let sequence =
            step == 1 << 30 ? decoder.decodePlain(count: 64) : nextSequences[number] &+ UInt64(bitPattern: Int64(step))
        nextSequences[number] = sequence &+ 1
        guard let id = id ?? identify(writers[number], sequence) else {
            throw .unknownEntry(writer: writers[number], sequence: sequence)
        }
        return EditStamp(sequence: sequence, writer: writers[number], id: id)
    }
}
