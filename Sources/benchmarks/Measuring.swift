internal import Glibc

struct Stopwatch {
    /// Whether what counts is how long the processor worked on it, and not how long it took: so what else the machine does
    /// does not enter.
    let countsProcessorTime: Bool

    /// The median of how long `work` takes, in milliseconds.
    func median(of runs: Int, _ work: () -> Void) -> Double {
        let times = (0..<runs).map { _ in
            let start = now()
            work()
            return now() - start
        }.sorted()
        return (times[(runs - 1) / 2] + times[runs / 2]) / 2
    }

    /// In milliseconds, from some moment on.
    private func now() -> Double {
        1e3 * Self.seconds(of: countsProcessorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC)
    }

    /// Seconds that `work` takes: by the clock, and of processors, all threads of this process together.
    static func seconds(of work: () throws -> Void) rethrows -> (elapsed: Double, processor: Double) {
        let before = processorSeconds
        let elapsed = try ContinuousClock().measure(work) / .seconds(1)
        return (elapsed, processorSeconds - before)
    }

    private static var processorSeconds: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Resident memory of this process, as the system counts it.
struct MemoryGauge {
    private let start: Int

    /// Forgets the peak so far, where the system allows.
    init() {
        if let file = fopen("/proc/self/clear_refs", "w") {
            fputs("5", file)
            fclose(file)
        }
        start = Self.status("VmRSS:")
    }

    /// Kibibytes resident now, above those at the start.
    var growth: Int { Self.status("VmRSS:") - start }

    /// Kibibytes resident at most since the start, above those at the start.
    var peakGrowth: Int { peak - start }

    /// Kibibytes resident at most since the start.
    var peak: Int { Self.status("VmHWM:") }

    private static func status(_ key: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix(key) { return Int(text.split(whereSeparator: { !$0.isNumber }).first ?? "0") ?? 0 }
        }
        return 0
    }
}

/// What was measured, in the order in which it was.
struct Report {
    enum Value {
        case count(Int)
        /// Milliseconds, or a ratio: to the thousandth of one thousandth.
        case milliseconds(Double)
        case text(String)
    }

    private var rows: [(name: String, value: Value)]

    init(_ rows: [(name: String, value: Value)]) { self.rows = rows }

    mutating func add(_ name: String, _ value: Value) { rows.append((name, value)) }

    var json: String {
        let fields = rows.map { row in
            switch row.value {
            case .count(let count): "\"\(row.name)\":\(count)"
            case .milliseconds(let time): "\"\(row.name)\":\(Self.rounded(time))"
            case .text(let text): "\"\(row.name)\":\"\(text)\""
            }
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    var table: String {
        rows.map { row in
            let name = row.name + String(repeating: " ", count: max(1, 20 - row.name.utf8.count))
            switch row.value {
            case .count(let count): return name + "\(count)"
            case .milliseconds(let time): return name + "\(Self.rounded(time))"
            case .text(let text): return name + text
            }
        }.joined(separator: "\n")
    }

    /// To a microsecond.
    private static func rounded(_ time: Double) -> Double { (time * 1000).rounded() / 1000 }
}
