internal import Foundation

/// What `openssl speed` says this machine can do, at the moment it is asked. It counts the time of processors, unless it is
/// told to look at the clock.
enum OpenSSLSpeed {
    /// Seconds that SHA-256 of one message takes, on one core.
    static func secondsPerHash(of byteCount: Int) -> Double? {
        let said = run(["-evp", "sha256", "-bytes", "\(byteCount)", "-seconds", "1"])
        // `sha256         1091759.00k`: thousands of bytes a second.
        guard let row = said.split(separator: "\n").last(where: { $0.lowercased().hasPrefix("sha256") }),
            let rate = row.split(separator: " ").last.flatMap({ Double($0.dropLast()) }), rate > 0
        else { return nil }
        return Double(byteCount) / (rate * 1000)
    }

    /// Ed25519 signatures that are verified in a second, on so many cores.
    static func verificationsPerSecond(cores: Int, elapsed: Bool) -> Double? {
        let said = run(
            ["-seconds", "1"] + (elapsed ? ["-elapsed"] : []) + (cores > 1 ? ["-multi", "\(cores)"] : []) + ["ed25519"])
        return said.split(separator: "\n").last { $0.contains("Ed25519") }
            .flatMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    }

    private static func run(_ words: [String]) -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl", "speed"] + words
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? withSignals { try process.run() }) != nil else { return "" }
        let said = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        return String(decoding: said ?? Data(), as: UTF8.self)
    }

    /// Starts something with no signal blocked: openssl ends its second by one, and inherits from a thread that carries
    /// tasks that all are.
    private static func withSignals(_ start: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try start()
    }
}
