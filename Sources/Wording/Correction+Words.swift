package import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

extension Phrasebook {
    /// What a correction says, and what became of it.
    package func sentence(for found: CorrectionInForce) -> String {
        let correction = found.correction
        let misprint = Quoting.quoted(correction.misprint)
        let reads = correction.reads.string.isEmpty ? "nothing" : Quoting.quoted(correction.reads)
        let said =
            "corrected (\(correction.language)): for \(misprint) read \(reads), by \(name(found.provision.version.id))"
        return switch found.fate {
        case .applied: said
        case .spent: "\(said); spent, for the article was written anew since"
        case .astray: "\(said); it cannot be applied: the words are not there exactly once"
        }
    }
}
