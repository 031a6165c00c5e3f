internal import NIOCore
internal import Synchronization

/// Counts a listener's connections, in total, by address and by party, so that nobody can take every place.
package final class ConnectionQuota: Sendable {
    package enum Limit: Hashable, Sendable {
        case total(Int)
        case perAddress(Int)
        case perParty(Int)

        /// The name by which it is counted.
        package var code: String {
            switch self {
            case .total: "connectionCount"
            case .perAddress: "connectionsPerAddress"
            case .perParty: "connectionsPerParty"
            }
        }
    }

    private let limits: TransportLimits
    private let counts = Mutex<[[UInt8]: Int]>([:])
    private let parties = Mutex<[String: Int]>([:])

    init(limits: TransportLimits) { self.limits = limits }

    /// Takes a place, or says which limit is met. Each taken place is to be given back once.
    func take(_ origin: [UInt8]) -> Limit? {
        counts.withLock { counts in
            guard counts.values.reduce(0, +) < limits.connectionCount else { return .total(limits.connectionCount) }
            guard counts[origin, default: 0] < limits.connectionsPerAddress else {
                return .perAddress(limits.connectionsPerAddress)
            }
            counts[origin, default: 0] += 1
            return nil
        }
    }

    /// Takes one of a party's places, known once the handshake is over.
    func take(ofParty label: String) -> Limit? {
        parties.withLock { parties in
            guard parties[label, default: 0] < limits.connectionsPerParty else {
                return .perParty(limits.connectionsPerParty)
            }
            parties[label, default: 0] += 1
            return nil
        }
    }

    func giveBack(ofParty label: String) {
        parties.withLock { parties in
            guard let count = parties[label] else { preconditionFailure("a place is given back that was not taken") }
            parties[label] = count > 1 ? count - 1 : nil
        }
    }

    func giveBack(_ origin: [UInt8]) {
        counts.withLock { counts in
            guard let count = counts[origin] else { preconditionFailure("a place is given back that was not taken") }
            counts[origin] = count > 1 ? count - 1 : nil
        }
    }

    /// What counts as one address: an IPv4 address, however written, or an IPv6 /64, for whoever has one of its
    /// addresses has all of them.
    static func origin(of address: SocketAddress) -> [UInt8] {
        switch address {
        case .v4(let address):
            // sockaddr_in: two bytes of family, two of port, the address.
            return withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            // sockaddr_in6: family, port, four bytes of flow label, the address.
            let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            return bytes.starts(with: mapped) ? Array(bytes[12...]) : Array(bytes[..<8])
        case .unixDomainSocket:
            return []
        }
    }
}
