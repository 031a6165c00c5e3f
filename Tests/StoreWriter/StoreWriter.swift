import Cryptography
import Glibc
import Journal
import Storage

/// A node that does nothing but write, until it is killed.
///
/// `StoreWriter PATH SEED` goes on with the writer in the store at PATH, or begins one; writes batches of one to twenty
/// notes; and prints `SEQUENCE ID` of each batch's last entry once the store has said that it is durable.
@main
struct StoreWriter {
    static func main() throws {
        let arguments = CommandLine.arguments
        let store = try SQLiteStore(path: arguments[1], roadmap: Digest(of: "the roadmap".utf8))
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        var journal = try store.loadJournal()
        var state = UInt64(arguments[2])!
        while true {
            var composition = writing(journal, key)
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            for _ in 0...(state >> 33) % 20 {
                composition.compose(.note, body: [UInt8](repeating: 7, count: 300), at: 1_000)
            }
            let batches = composition.finish(signing: key)
            try store.append(batches)
            for batch in batches { journal.append(batch) }
            let head = journal.heads[0]
            print(head.sequence, head.id)
            fflush(nil)
        }
    }

    private static func writing(_ journal: Journal, _ key: SigningKey) -> Composition {
        if let writer = journal.writers.first, let composition = journal.composing(as: writer) { return composition }
        return Composition(
            roadmap: journal.roadmap, key: key.publicKey,
            incarnation: Incarnation([UInt8](repeating: 2, count: 16))!, at: 1_000)
    }
}
