internal import Foundation

/// A program that is given bytes on standard input and answers on standard output, within a time and a length.
///
/// It stays in our process group, so that it can ask for a PIN at the terminal and ends with us; what it says on standard
/// error goes where ours goes. Its standard input is a file, for some tools want to know a length before they read.
struct SignerProcess {
    let words: [String]
    let environment: [String: String]
    let secondLimit: Double
    let byteLimit: Int

    enum Outcome: Equatable {
        /// It ended by itself with this exit code; what it wrote.
        case ended(code: Int32, output: [UInt8])
        /// A signal ended it.
        case killed(signal: Int32)
        /// It could not be started: a number of `errno`.
        case notStarted(Int32)
        case tooSlow
        case tooLong
    }

    /// Blocks until the program ended, or was ended.
    func run(input: [UInt8]) -> Outcome {
        guard let file = Self.unnamedFile(holding: input) else { return .notStarted(errno) }
        defer { close(file) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .notStarted(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var child: pid_t = 0
        let failure = spawn(&child, input: file, output: ends[1])
        close(ends[1])
        guard failure == 0 else { return .notStarted(failure) }
        let deadline = Self.seconds + secondLimit
        let (output, end) = read(ends[0], until: deadline)
        let status = end == nil ? wait(for: child, until: deadline) : nil
        guard let status else {
            kill(child, SIGKILL)
            var ignored: Int32 = 0
            while waitpid(child, &ignored, 0) < 0 && errno == EINTR {}
            return end ?? .tooSlow
        }
        // The two kinds of status, as WIFEXITED and WTERMSIG have them.
        return status & 0x7f == 0
            ? .ended(code: status >> 8 & 0xff, output: output) : .killed(signal: status & 0x7f)
    }

    private func spawn(_ child: inout pid_t, input: Int32, output: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that we hold back or ignore are ours: the program begins as a shell would start it.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        return posix_spawnp(&child, arguments[0]!, &actions, &attributes, &arguments, &variables)
    }

    /// All that is written until the program closes its end, or too much of it, or too late.
    private func read(_ descriptor: Int32, until deadline: Double) -> (output: [UInt8], failure: Outcome?) {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: byteLimit + 1)
        while true {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline - Self.seconds
            guard left > 0 else { return (output, .tooSlow) }
            let ready = Foundation.poll(&poll, 1, Int32(min(left * 1000 + 1, 1_000_000)))
            guard ready > 0 else { continue }
            let count = Foundation.read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return (output, nil) }
            output += piece[..<count]
            guard output.count <= byteLimit else { return (output, .tooLong) }
        }
    }

    /// The status of a program that has closed its output; nil if it does not end in time.
    private func wait(for child: pid_t, until deadline: Double) -> Int32? {
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) != child {
            guard Self.seconds < deadline else { return nil }
            usleep(2000)
        }
        return status
    }

    /// A file that no folder lists, read from its beginning.
    private static func unnamedFile(holding bytes: [UInt8]) -> Int32? {
        var path = Array((NSTemporaryDirectory() + "/syngraph-XXXXXX").utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return nil }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                close(descriptor)
                return nil
            }
            rest = rest.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// Seconds of a clock that nobody sets.
    private static var seconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
