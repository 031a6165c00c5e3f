internal import Foundation

/// What is said if the program traps: which seed it was playing. A precondition that fails in the code under test ends
/// the process, and must not take the seed with it.
enum LastWords {
    private static let limit = 256
    nonisolated(unsafe) private static let words = UnsafeMutablePointer<CChar>.allocate(capacity: limit)

    /// Called before anything is played.
    static func arm() {
        words[0] = 0
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { number in
                write(STDERR_FILENO, LastWords.words, strlen(LastWords.words))
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func set(_ text: String) {
        strncpy(words, text, limit - 1)
        words[limit - 1] = 0
    }
}
