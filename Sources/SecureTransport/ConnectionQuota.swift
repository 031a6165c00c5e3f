internal import NIOCore
internal import Synchronization

/// Counts a listener's connections, in total, by address and by party, so that nobody can take every place.
package final class ConnectionQuota: Sendable {
    package enum Limit: Hashable, Sendable {
        case total(Int)
        case perAddress(Int)
        case perParty(Int)
        case unknown(Int)
        case unknownPerAddress(Int)

        /// The name by which it is counted.
        package var code: String {
            switch self {
            case .total: "connectionCount"
            case .perAddress: "connectionsPerAddress"
            case .perParty: "connectionsPerParty"
            case .unknown: "introductionCount"
            case .unknownPerAddress: "introductionsPerAddress"
            }
        }
    }

    private let limits: TransportLimits
    private let counts = Mutex<[[UInt8]: Int]>([:])
    private let parties = Mutex<[String: Int]>([:])
    /// Those whose peer is not known yet, by address.
    private let unknown = Mutex<[[UInt8]: Int]>([:])

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

    /// Takes one of the places for peers that are not known yet.
    func take(ofUnknown origin: [UInt8]) -> Limit? {
        unknown.withLock { counts in
            guard counts.values.reduce(0, +) < limits.introductionCount else {
                return .unknown(limits.introductionCount)
            }
            guard counts[origin, default: 0] < limits.introductionsPerAddress else {
                return .unknownPerAddress(limits.introductionsPerAddress)
            }
            counts[origin, default: 0] += 1
            return nil
        }
    }

    func giveBack(ofUnknown origin: [UInt8]) {
        unknown.withLock { counts in
            guard let count = counts[origin] else { preconditionFailure("a place is given back that was not taken") }
            counts[origin] = count > 1 ? count - 1 : nil
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

/// The place that one accepted connection has beside that of its address: among those whose peer is not known yet, or
/// among its party's.
final class PeerPlace: Sendable {
    private enum Taken {
        case none
        case unknown
        case party(String)
    }

    private let quota: ConnectionQuota
    private let origin: [UInt8]
    private let taken = Mutex<Taken?>(Taken.none)

    init(of quota: ConnectionQuota, for origin: [UInt8]) {
        self.quota = quota
        self.origin = origin
    }

    /// Takes the place that the peer is to have, and gives back the one that it had.
    ///
    /// - Returns: the limit that is met; it then has what it had.
    func take(for peer: Peer) -> ConnectionQuota.Limit? {
        taken.withLock { taken in
            // The connection has closed meanwhile.
            guard let before = taken else { return nil }
            if let limit = peer.isUnknown ? quota.take(ofUnknown: origin) : quota.take(ofParty: peer.label) {
                return limit
            }
            giveBack(before)
            taken = peer.isUnknown ? .unknown : .party(peer.label)
            return nil
        }
    }

    /// The connection is closed.
    func giveBack() {
        taken.withLock { taken in
            if let before = taken { giveBack(before) }
            taken = nil
        }
    }

    private func giveBack(_ place: Taken) {
        switch place {
        case .none: break
        case .unknown: quota.giveBack(ofUnknown: origin)
        case .party(let label): quota.giveBack(ofParty: label)
        }
    }
}
