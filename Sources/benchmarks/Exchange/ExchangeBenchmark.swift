internal import ArgumentParser
internal import Cryptography
internal import Exchange
internal import Foundation
internal import Journal
internal import SecureTransport
internal import Storage

/// Brings one store's entries to an empty one over TLS on this machine, then pushes entries one by one.
struct ExchangeBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Measure a catch-up and a push between two nodes with stores on disk, over TLS on this machine.",
        discussion: "Example: benchmarks exchange --entries 100000 --writers 8 --json")

    @Option(help: "Entries that the other side lacks, of all writers.")
    var entries = 100_000

    @Option(help: "Writers that they are by.")
    var writers = 8

    @Option(help: "Entries pushed one by one, each timed beside two bare fdatasyncs.")
    var pushes = 1_000

    @Option(help: "Where to make the two stores; on the disk that is to be measured.")
    var folder = FileManager.default.temporaryDirectory.path

    @Flag(help: "Answer as one line of JSON.")
    var json = false

    func validate() throws {
        guard entries >= writers, writers > 0, pushes > 0 else {
            throw ValidationError("every writer writes one entry at least, and one is pushed")
        }
    }

    func run() async throws {
        let place = folder + "/syngraph-exchange-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let source = try ExchangeNode(store: place + "/source.sqlite", role: .dialler)
        let target = try ExchangeNode(store: place + "/target.sqlite", role: .listener)
        let recordByteCount = try await source.fill(entries: entries, writers: writers)
        let gauge = MemoryGauge()
        let clock = ContinuousClock()

        let start = clock.now
        let link = try await LoopbackLink(source, target)
        await target.reaches(entryCount: entries)
        let catchUp = clock.now - start
        await source.isSettled()
        await target.isSettled()
        let byteCount = link.byteCount
        let roundTrips = await target.exchangesBeforeEntries
        let disk = await target.storing

        let file = try BareFile(at: place + "/bare")
        var pushTimes: [Double] = []
        var syncTimes: [Double] = []
        for number in 0..<pushes {
            syncTimes.append(file.sync())
            syncTimes.append(file.sync())
            let arrived = await target.next(after: entries + number)
            let begin = clock.now
            try await source.write(number)
            let end = await arrived.value
            pushTimes.append((end - begin) / .milliseconds(1))
        }
        await link.close()

        let seconds = catchUp / .seconds(1)
        var report = Report([
            ("bytes_on_wire", .count(byteCount)), ("record_bytes", .count(recordByteCount)),
            ("round_trips", .count(roundTrips)),
            ("entries_per_s", .count(Int(Double(entries) / seconds))),
            ("push_ms_median", .milliseconds(Self.median(pushTimes))),
            ("fdatasync_ms_median", .milliseconds(Self.median(syncTimes))), ("peak_rss_kb", .count(gauge.peak)),
        ])
        guard !json else { return print(report.json) }
        report.add("catch_up_ms", .milliseconds(seconds * 1000))
        report.add("of_it_storing_ms", .milliseconds(disk / .milliseconds(1)))
        report.add("hashing_once_ms", .milliseconds(try await target.hashingTime() / .milliseconds(1)))
        print(report.table)
    }

    private static func median(_ times: [Double]) -> Double {
        let sorted = times.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// A file that grows by a page at a time, each waited for by the disk: the least that "durable" can cost here.
private final class BareFile {
    private let descriptor: Int32
    private let page = [UInt8](repeating: 7, count: 4096)

    init(at path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { close(descriptor) }

    /// Milliseconds for a page to be written and on disk.
    func sync() -> Double {
        ContinuousClock().measure {
            guard page.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == page.count,
                fdatasync(descriptor) == 0
            else { preconditionFailure("the disk to be measured cannot be written to") }
        } / .milliseconds(1)
    }
}
