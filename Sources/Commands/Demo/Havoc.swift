internal import Foundation

/// Nodes that die at random moments, the same for the same seed as far as the machine allows.
actor Havoc {
    let count: Int
    let seed: UInt64
    private var state: UInt64
    private(set) var killed: [String] = []

    init(count: Int, seed: UInt64) {
        self.count = count
        self.seed = seed
        state = seed
    }

    /// Kills one node after the other, and starts each again, until it has killed as many as it was told.
    func rage(on stage: DemoStage, players: [DemoCast.Player]) async throws {
        while killed.count < count {
            try await Task.sleep(for: .milliseconds(Int(next() % 500)))
            let player = players[Int(next() % UInt64(players.count))]
            guard await stage.isRunning(player.code) else { continue }
            await stage.killNode(player.code)
            killed.append(player.code)
            try await Task.sleep(for: .milliseconds(Int(next() % 200)))
            try await stage.startNode(player)
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
