/// Limits by the names that an operator's settings have for them: those of the specification's table.
extension TransportLimits {
    private enum Place {
        case bytes(WritableKeyPath<TransportLimits, Int>)
        /// The range begins with the lowest number that makes sense.
        case connections(WritableKeyPath<TransportLimits, Int>, from: Int = 1)
        case seconds(WritableKeyPath<TransportLimits, Duration>)
    }

    /// In the order of the table.
    package static let names = [
        "frameByteCount", "inboxByteCount", "outboxByteCount", "earlyWriteByteCount", "certificateByteCount",
        "handshakeTimeout", "idleTimeout", "frameTimeout", "closingTimeout", "connectionsPerAddress",
        "connectionsPerParty", "connectionCount", "introductionCount", "introductionsPerAddress",
        "introductionByteCount", "introductionTimeout",
    ]

    private static func place(_ name: String) -> Place? {
        switch name {
        case "frameByteCount": .bytes(\.frameByteCount)
        case "inboxByteCount": .bytes(\.inboxByteCount)
        case "outboxByteCount": .bytes(\.outboxByteCount)
        case "earlyWriteByteCount": .bytes(\.earlyWriteByteCount)
        case "certificateByteCount": .bytes(\.certificateByteCount)
        case "handshakeTimeout": .seconds(\.handshakeTimeout)
        case "idleTimeout": .seconds(\.idleTimeout)
        case "frameTimeout": .seconds(\.frameTimeout)
        case "closingTimeout": .seconds(\.closingTimeout)
        case "connectionsPerAddress": .connections(\.connectionsPerAddress)
        case "connectionsPerParty": .connections(\.connectionsPerParty)
        case "connectionCount": .connections(\.connectionCount)
        case "introductionCount": .connections(\.introductionCount, from: 0)
        case "introductionsPerAddress": .connections(\.introductionsPerAddress)
        case "introductionByteCount": .bytes(\.introductionByteCount)
        case "introductionTimeout": .seconds(\.introductionTimeout)
        default: nil
        }
    }

    /// Sets one limit: bytes, connections, or seconds.
    ///
    /// - Returns: what is wrong with it, as a sentence; nil if it is set. Nothing is changed then.
    package mutating func set(_ name: String, to number: Double) -> String? {
        func whole(_ range: ClosedRange<Int>) -> Int? {
            Int(exactly: number).flatMap { range.contains($0) ? $0 : nil }
        }
        switch Self.place(name) {
        case .bytes(let path):
            guard let count = whole(1024...1 << 30) else { return "\(name) is a whole number from 1024 to 1073741824" }
            self[keyPath: path] = count
        case .connections(let path, let least):
            guard let count = whole(least...65_536) else { return "\(name) is a whole number from \(least) to 65536" }
            self[keyPath: path] = count
        case .seconds(let path):
            guard (0.1...86_400).contains(number) else { return "\(name) is a number of seconds from 0.1 to 86400" }
            self[keyPath: path] = .milliseconds(Int64(number * 1000))
        case nil:
            return "there is no limit \(name); known are \(Self.names.joined(separator: ", "))"
        }
        return nil
    }
}
