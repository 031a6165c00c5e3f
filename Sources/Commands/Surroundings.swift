public import NodeRuntime
internal import Cryptography
internal import Foundation

/// The world as verbs meet it: streams, environment, clock, randomness, and the door to a home.
///
/// Handed in, so that tests run verbs in this process with a world of their own making.
public struct Surroundings: Sendable {
    public var environment: [String: String]
    /// The width of the terminal that results go to; nil if they go elsewhere.
    public var outputColumns: Int?
    public var writeOutput: @Sendable (String) -> Void
    public var writeTalk: @Sendable (String) -> Void
    /// Seconds since 1970-01-01T00:00:00Z.
    public var now: @Sendable () -> UInt64
    public var randomBytes: @Sendable (Int) -> [UInt8]
    public var openHome: @Sendable (Home) async throws -> any HomeDoor

    public init(
        environment: [String: String], outputColumns: Int?, writeOutput: @escaping @Sendable (String) -> Void,
        writeTalk: @escaping @Sendable (String) -> Void, now: @escaping @Sendable () -> UInt64,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        openHome: @escaping @Sendable (Home) async throws -> any HomeDoor
    ) {
        self.environment = environment
        self.outputColumns = outputColumns
        self.writeOutput = writeOutput
        self.writeTalk = writeTalk
        self.now = now
        self.randomBytes = randomBytes
        self.openHome = openHome
    }

    /// The world of the verb that runs.
    @TaskLocal public static var current = Surroundings.process

    /// The world of this process.
    public static let process = Surroundings(
        environment: ProcessInfo.processInfo.environment,
        outputColumns: terminalColumns(STDOUT_FILENO),
        writeOutput: { write($0, to: STDOUT_FILENO) },
        writeTalk: { write($0, to: STDERR_FILENO) },
        now: { UInt64(max(0, Date().timeIntervalSince1970)) },
        randomBytes: { SystemRandomness.bytes(count: $0) },
        openHome: Doors.open)

    private static func terminalColumns(_ descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes all of it, or as much as whoever reads will take.
    private static func write(_ text: String, to descriptor: Int32) {
        var left = Array(text.utf8)[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            left = left.dropFirst(count)
        }
    }
}
