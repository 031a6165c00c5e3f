import Cryptography
import Journal
import Testing

@testable import Exchange

@Suite("A conversation that was cut")
struct ResumptionTests {
    private func nodes() -> (MemoryNode, MemoryNode) {
        let france = MemoryNode("France", seed: 1)
        let japan = MemoryNode("Japan", seed: 2)
        france.write(900)
        japan.write(600)
        return (france, japan)
    }

    @Test func `goes on from what is stored, wherever it was cut`() {
        let (oneWhole, otherWhole) = nodes()
        let whole = Network()
        whole.connect(oneWhole, otherWhole)
        let stepCount = whole.run()
        #expect(stepCount > 20)
        for cutAfter in 0..<stepCount {
            let (france, japan) = nodes()
            let network = Network()
            let first = network.connect(france, japan)
            network.run(limit: cutAfter)
            network.cut(first)
            let stored = japan.receivedEntryCount
            let link = network.connect(france, japan, sessionKey: 10)
            network.run()
            #expect(france.journal.heads == oneWhole.journal.heads, "cut after \(cutAfter) steps")
            #expect(japan.journal.heads == otherWhole.journal.heads, "cut after \(cutAfter) steps")
            #expect(link.ends.allSatisfy { $0.isOpen && $0.settledCount == 1 }, "cut after \(cutAfter) steps")
            #expect(japan.receivedEntryCount == 901 && stored <= 901, "what is stored does not come again")
        }
    }

    @Test func `ends in any state without another effect`() {
        let (oneWhole, otherWhole) = nodes()
        let whole = Network()
        whole.connect(oneWhole, otherWhole)
        let stepCount = whole.run()
        for cutAfter in 0..<stepCount {
            let (france, japan) = nodes()
            let network = Network()
            let link = network.connect(france, japan)
            network.run(limit: cutAfter)
            for end in link.ends {
                #expect(end.conversation.receive(.closed, journal: end.node, at: network.now).isEmpty)
                #expect(end.conversation.receive(.wake, journal: end.node, at: network.now + 1 << 40).isEmpty)
            }
        }
    }
}
