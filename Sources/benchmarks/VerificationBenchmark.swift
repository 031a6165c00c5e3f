internal import ArgumentParser
internal import Cryptography
internal import Foundation
internal import Journal
internal import Verification

/// Verifies a journal of many entries, or a bundle of many seals, beside what `openssl speed` says in the same minute.
///
/// A journal is verified by one thread, so it is the time of the processor that counts, as it does for openssl: what else
/// the machine does then does not enter. Seals are verified on all cores, by the clock, and openssl looks at it too;
/// `processor_share` says besides how much more work it is than openssl's, by the time of processors.
struct VerificationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verification", abstract: "Measure how fast a file is verified.")

    @Option(help: "Entries of a journal, each with a body of 300 bytes.") var entries: Int?
    @Option(help: "With --entries: by how many writers.") var writers = 9
    @Option(help: "Instead: seals of a roadmap, every signature checked, on all cores.") var seals: Int?
    @Option(help: "How often it is measured, each time beside openssl; the median counts.") var runs = 5
    @Flag(help: "Answer as one line of JSON.") var json = false

    func validate() throws {
        guard (entries != nil) != (seals != nil) else { throw ValidationError("give one of --entries and --seals") }
        guard entries.map({ $0 >= writers }) ?? true, seals ?? 1 > 0, writers > 0, runs > 0 else {
            throw ValidationError("writers and runs count from one, and every writer has an entry")
        }
    }

    func run() throws {
        let report = try entries.map(measureJournal) ?? measureSeals(seals!)
        print(json ? report.json : report.table)
    }

    // MARK: A journal, on one core

    private func measureJournal(_ count: Int) throws -> Report {
        let file = try JournalFile(entryCount: count, writerCount: writers)
        defer { file.remove() }
        let memory = MemoryGauge()
        var rates: [(elapsed: Double, processor: Double, share: Double)] = []
        for _ in 0..<runs {
            guard let header = OpenSSLSpeed.secondsPerHash(of: file.headerByteCount),
                let body = OpenSSLSpeed.secondsPerHash(of: JournalFile.bodyByteCount)
            else { throw ValidationError("openssl speed did not answer") }
            let seconds = try Stopwatch.seconds { try verify(file, count) }
            let rate = Double(count) / seconds.processor
            rates.append((Double(count) / seconds.elapsed, rate, rate * (header + body)))
        }
        var report = Report([("entries", .count(count)), ("writers", .count(writers))])
        report.add("entries_per_s", .count(Int(Self.median(rates.map(\.processor)))))
        report.add("entries_per_elapsed_s", .count(Int(Self.median(rates.map(\.elapsed)))))
        report.add("hash_rate_share", .milliseconds(Self.median(rates.map(\.share))))
        report.add("peak_rss_kb", .count(memory.peak))
        return report
    }

    private func verify(_ file: JournalFile, _ count: Int) throws {
        guard let handle = FileHandle(forReadingAtPath: file.path) else { throw CocoaError(.fileReadNoSuchFile) }
        defer { try? handle.close() }
        let check = try JournalFileCheck(of: {
            [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
                count = max(0, read(handle.fileDescriptor, buffer.baseAddress!, buffer.count))
            }
        })
        precondition(check.chains.entryCount == count, "not all of it was verified")
    }

    // MARK: Seals, on all cores

    /// As long as openssl is asked for, so that what else the machine does hits both alike.
    private static let shortest = 1.0

    private func measureSeals(_ count: Int) throws -> Report {
        let file = try SealFile(sealCount: count)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        // The first time a process does anything it also looks up what it needs.
        try verify(file)
        var rates: [(elapsed: Double, share: Double, processorShare: Double)] = []
        var before = try Self.opensslRates(cores)
        for _ in 0..<runs {
            var (elapsed, processor, rounds) = (0.0, 0.0, 0)
            while elapsed < Self.shortest {
                let seconds = try Stopwatch.seconds { try verify(file) }
                elapsed += seconds.elapsed
                processor += seconds.processor
                rounds += 1
            }
            // openssl before and behind: a machine that grows slower meanwhile is seen at both ends.
            let after = try Self.opensslRates(cores)
            let checked = Double(count * rounds)
            rates.append(
                (
                    checked / elapsed, checked / elapsed / ((before.byClock + after.byClock) / 2),
                    checked / processor / ((before.byProcessor + after.byProcessor) / 2)
                ))
            before = after
        }
        var report = Report([("seals", .count(count)), ("cores", .count(cores))])
        report.add("signatures_per_s", .count(Int(Self.median(rates.map(\.elapsed)))))
        report.add("openssl_share", .milliseconds(Self.median(rates.map(\.share))))
        report.add("processor_share", .milliseconds(Self.median(rates.map(\.processorShare))))
        return report
    }

    private func verify(_ file: SealFile) throws {
        let report = try VerificationReport(verifying: file.bytes, expecting: nil)
        let checked = report.findings?.contents.signatureCheckCount
        precondition(checked == file.sealCount, "not every seal was checked")
    }

    private static func opensslRates(_ cores: Int) throws -> (byClock: Double, byProcessor: Double) {
        guard let byClock = OpenSSLSpeed.verificationsPerSecond(cores: cores, elapsed: true),
            let byProcessor = OpenSSLSpeed.verificationsPerSecond(cores: 1, elapsed: false)
        else { throw ValidationError("openssl speed did not answer") }
        return (byClock, byProcessor)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
