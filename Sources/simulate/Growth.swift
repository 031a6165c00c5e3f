internal import Foundation
internal import Simulation

/// What a network of so many parties says, in one line.
enum Growth {
    struct Answer: Encodable {
        let parties: Int
        let entries: Int
        let messagesPerParty: Double
        let bytesPerParty: Int
        let bytesPerPartyAndEntry: Double
        let entryBytes: Int
        let seconds: Double
    }

    static func line(parties: Int) -> String {
        let began = ContinuousClock.now
        let reach = Reach(parties: parties)
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        let answer = Answer(
            parties: parties, entries: reach.entries,
            messagesPerParty: rounded(Double(reach.messages) / Double(parties)),
            bytesPerParty: reach.bytes / parties,
            bytesPerPartyAndEntry: rounded(Double(reach.bytes) / Double(parties * reach.entries)),
            entryBytes: reach.entryBytes, seconds: rounded(Double(seconds) + Double(attoseconds) / 1e18))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: (try? encoder.encode(answer)) ?? Data(), as: UTF8.self)
    }

    private static func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}
