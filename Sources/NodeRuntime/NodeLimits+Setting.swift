internal import Exchange
internal import NodeLogic
internal import SecureTransport

/// Limits of the exchange by the names that an operator's settings have for them.
extension NodeLimits {
    private enum Place {
        case bytes(WritableKeyPath<NodeLimits, Int>, from: Int)
        case number(WritableKeyPath<NodeLimits, Int>, in: ClosedRange<Int> = 1...65_536)
        case seconds(WritableKeyPath<NodeLimits, UInt64>)
    }

    /// In the order of the specification's table.
    static let names = [
        "bytesInFlight", "batchesInFlight", "declinedWriters", "findingPatience", "pingAfter", "silenceLimit",
        "answerPatience", "acknowledgementPatience", "waitingByteCount", "entriesPerDay", "bytesPerDay",
        "recordsPerDay", "recordBytesPerDay", "unsealedInstruments",
    ]

    /// At least a batch, so that what waits always comes through in the end.
    private static let perDay = ExchangeLimits.entriesPerBatch...1 << 30

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
        case "entriesPerDay": .number(\.allowances.entriesPerDay, in: perDay)
        case "bytesPerDay": .bytes(\.allowances.bytesPerDay, from: ExchangeLimits.longMessageByteCount)
        case "recordsPerDay": .number(\.allowances.recordsPerDay, in: perDay)
        case "recordBytesPerDay": .bytes(\.allowances.recordBytesPerDay, from: ExchangeLimits.longMessageByteCount)
        case "unsealedInstruments": .number(\.allowances.unsealedInstruments, in: 1...1 << 30)
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
        case .number(let path, let range):
            guard let count = whole(range) else {
                return "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
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
