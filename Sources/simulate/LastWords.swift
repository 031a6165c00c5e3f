internal import Foundation

/// What is said if the program traps: which seed was being played. A precondition that fails in the code under test ends
/// the process, and must not take the seed with it.
enum LastWords {
    private static let limit = 256
    /// Of each thread its own words: a signal is handled by the thread that trapped.
    private static let words = {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key) { free($0) } == 0, "a process has room for one more key")
        return key
    }()

    /// Called before anything is played.
    static func arm() {
        set("")
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { number in
                if let words = pthread_getspecific(LastWords.words) {
                    write(STDERR_FILENO, words, strlen(words.assumingMemoryBound(to: CChar.self)))
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// What this thread says from now on.
    static func set(_ text: String) {
        let own = pthread_getspecific(words) ?? calloc(limit, 1)
        guard let own else { return }
        pthread_setspecific(words, own)
        strncpy(own.assumingMemoryBound(to: CChar.self), text, limit - 1)
    }
}
