internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Journal
internal import NodeLogic
internal import Storage
internal import Verification

extension NodeCore {
    /// Records that no journal carries, and all journals from `start` on, as a bundle of scope `full`.
    ///
    /// - Throws: ``NodeRefusal`` where the entry to start from is not held, or the file would be longer than any may be.
    func journals(since start: ExportStart) throws -> [UInt8] {
        if case .entry(let id) = start, try !holds(id) { throw NodeRefusal(words: "no entry \(id) is held here") }
        let file = try journalFile(since: start)
        guard file.byteCount < BundleLimits.byteCount else {
            throw NodeRefusal(words: "this is more than one file may hold: give a later --since")
        }
        return file.encoded()
    }

    private func holds(_ id: EntryID) throws -> Bool {
        do { return try readableStore().entry(id) != nil } catch let failure as StoreFailure {
            throw HomeFailure(failure, home: home)
        }
    }

    private func journalFile(since start: ExportStart) throws -> JournalBundleWriter {
        let store = try readableStore()
        do throws(StoreFailure) {
            return try node.journalFile(since: start, reading: store)
        } catch {
            throw HomeFailure(error, home: home)
        }
    }

    /// Takes in a bundle of scope `full`, each batch checked as if a peer had sent it.
    ///
    /// A file that is cut short or malformed changes nothing. What was taken in before a batch that is refused stays: it
    /// was good.
    ///
    /// - Throws: ``NodeRefusal``, with the place in the file.
    func takeInJournals(_ bytes: [UInt8]) throws -> JournalImport {
        do {
            var file = try JournalIntake(bytes, for: node.roadmap)
            while let input = try file.next(for: node, reading: readableStore()) {
                let answer: Node.Answer?
                do { answer = try ask(input) } catch is NodeRefusal { answer = nil }
                file.note(answer, node)
            }
            return file.taken
        } catch let refusal as JournalFileRefusal {
            throw NodeRefusal(refusal)
        } catch let refusal as BundleRefusal {
            let place = refusal.record.map { "record \($0) of " } ?? ""
            throw NodeRefusal(words: "\(place)the file is refused (\(refusal.code.word)): \(refusal.code.sentence)")
        } catch is NotABundle {
            throw NodeRefusal(words: "this is no bundle")
        }
    }
}

extension NodeRefusal {
    fileprivate init(_ refusal: JournalFileRefusal) {
        switch refusal {
        case .anotherRoadmap: self.init(words: "the file is about another roadmap")
        case .badBatch(let reason, let place):
            let stands = place.map { " at record \($0)" } ?? ""
            self.init(words: "the batch\(stands) of the file is refused: \(reason)")
        }
    }
}
