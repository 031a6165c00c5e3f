internal import Exchange
internal import NodeLogic
internal import SecureTransport

/// Limits of the exchange by the names that an operator's settings have for them.
extension NodeLimits {
    private enum Place {
        case bytes(WritableKeyPath<NodeLimits, Int>, from: Int)
        case number(WritableKeyPath<NodeLimits, Int>)
        case seconds(WritableKeyPath<NodeLimits, UInt64>)
    }

    /// In the order of the specification's table.
    static let names = [
        "bytesInFlight", "batchesInFlight", "declinedWriters", "findingPatience", "pingAfter", "silenceLimit",
        "answerPatience", "acknowledgementPatience", "waitingByteCount",
    ]

    private static func place(_ name: String) -> Place? {
        switch name {
        case "bytesInFlight": .bytes(\.conversation.bytesInFlight, from: ExchangeLimits.leastBytesInFlight)
        case "batchesInFlight": .number(\.conversation.batchesInFlight)
        case "declinedWriters": .number(\.conversation.declinedWriters)
        case "findingPatience": .seconds(\.conversation.findingPatience)
        case "pingAfter": .seconds(\.conversation.pingAfter)
        case "silenceLimit": .seconds(\.conversation.silenceLimit)
        case "answerPatience": .seconds(\.conversation.answerPatience)
        case "acknowledgementPatience": .seconds(\.conversation.acknowledgementPatience)
        case "waitingByteCount": .bytes(\.outboxByteCount, from: ExchangeLimits.longMessageByteCount)
        default: nil
        }
    }

    /// Sets one limit: bytes, a number, or seconds.
    ///
    /// - Returns: what is wrong with it, as a sentence; nil if it is set. Nothing is changed then.
    mutating func set(_ name: String, to number: Double) -> String? {
        func whole(_ range: ClosedRange<Int>) -> Int? {
            Int(exactly: number).flatMap { range.contains($0) ? $0 : nil }
        }
        switch Self.place(name) {
        case .bytes(let path, let least):
            guard let count = whole(least...1 << 30) else {
                return "\(name) is a whole number from \(least) to 1073741824"
            }
            self[keyPath: path] = count
        case .number(let path):
            guard let count = whole(1...65_536) else { return "\(name) is a whole number from 1 to 65536" }
            self[keyPath: path] = count
        case .seconds(let path):
            guard (0.1...86_400).contains(number) else { return "\(name) is a number of seconds from 0.1 to 86400" }
            self[keyPath: path] = UInt64(number * 1000)
        case nil:
            let known = (TransportLimits.names + Self.names).joined(separator: ", ")
            return "there is no limit \(name); known are \(known)"
        }
        return nil
    }

    /// These, with what the settings of the transport say of the exchange.
    func set(by limits: TransportLimits) -> NodeLimits {
        var set = self
        set.introductionByteCount = limits.introductionByteCount
        let (seconds, attoseconds) = limits.introductionTimeout.components
        set.introductionPatience = UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
        return set
    }
}
